package io.pergola.run.internal;

import io.pergola.span.FoundSpan;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Spans and their versions as they stand in a cache key: {@code 20776:1,20777:2}. */
final class SpanVersions {
  private SpanVersions() {}

  static String text(List<FoundSpan> spans) {
    return spans.stream()
        .map(span -> span.span() + ":" + span.version())
        .collect(Collectors.joining(","));
  }

  /** Versions by span. */
  static SortedMap<Long, Long> parse(String text) {
    SortedMap<Long, Long> versions = new TreeMap<>();
    for (String pair : text.isEmpty() ? new String[0] : text.split(",", -1)) {
      int colon = pair.indexOf(':');
      versions.put(
          Long.parseLong(pair.substring(0, colon)), Long.parseLong(pair.substring(colon + 1)));
    }
    return versions;
  }
}
