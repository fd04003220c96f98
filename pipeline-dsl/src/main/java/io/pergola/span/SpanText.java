package io.pergola.span;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/** Spans for people. */
final class SpanText {
  private SpanText() {}

  /** Ascending spans as ranges, {@code 20771..20774,20776}. */
  static String ranges(List<Long> spans) {
    List<String> ranges = new ArrayList<>();
    for (int i = 0; i < spans.size(); ) {
      int j = i;
      while (j + 1 < spans.size() && spans.get(j + 1) == spans.get(j) + 1) {
        j++;
      }
      ranges.add(i == j ? spans.get(i).toString() : spans.get(i) + ".." + spans.get(j));
      i = j + 1;
    }
    return String.join(",", ranges);
  }

  /** {@code span 20777 (2026-11-20)}, or {@code 3 spans: 20771..20772 (...), 20774 (...)}. */
  static String named(List<Long> spans) {
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < spans.size(); ) {
      int j = i;
      while (j + 1 < spans.size() && spans.get(j + 1) == spans.get(j) + 1) {
        j++;
      }
      long from = spans.get(i);
      long to = spans.get(j);
      parts.add(
          i == j
              ? "%d (%s)".formatted(from, LocalDate.ofEpochDay(from))
              : "%d..%d (%s to %s)"
                  .formatted(from, to, LocalDate.ofEpochDay(from), LocalDate.ofEpochDay(to)));
      i = j + 1;
    }
    String all = String.join(", ", parts);
    return spans.size() == 1 ? "span " + all : "%d spans: %s".formatted(spans.size(), all);
  }
}
