package io.pergola.run.internal;

import io.pergola.pipeline.Component;
import io.pergola.pipeline.PipelineGraph;
import io.pergola.run.ArtifactRecord;
import io.pergola.span.FoundSpan;
import io.pergola.span.SpanMerging;
import io.pergola.span.SpanSelection;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** What {@link SpanMerging} components keep of spans, and what a plan can say of it. */
final class SpanReuse {
  private static final String SPANS = "spans";

  private SpanReuse() {}

  /** Where a node keeps what it made of spans; empty if its input is no window of several. */
  static Optional<Path> memo(
      RunSession run,
      PipelineGraph.Node node,
      Component<?> component,
      Map<String, Optional<ArtifactRecord>> inputs) {
    if (!(component instanceof SpanMerging merging)) {
      return Optional.empty();
    }
    return node.inputs().stream()
        .filter(input -> input.node().equals(merging.inSpans().node()))
        .flatMap(input -> inputs.getOrDefault(input.name(), Optional.empty()).stream())
        .filter(SpanReuse::isWindow)
        .findFirst()
        .map(artifact -> run.memo(node.id()));
  }

  private static boolean isWindow(ArtifactRecord artifact) {
    return artifact.properties().get(SPANS) instanceof String ranges
        && (ranges.contains(",") || ranges.contains(".."));
  }

  /**
   * How many of a source's spans its node read before just as it reads them now: with the same
   * contents, parameters and code.
   *
   * @param before what the source's node was last made by
   * @param now what it is made by
   */
  static long same(SpanSelection chosen, KeyParts before, KeyParts now) {
    for (Map.Entry<String, KeyParts.Part> part : now.parts().entrySet()) {
      if (!part.getKey().startsWith(KeyParts.EXTERNAL)
          && !part.getKey().equals(KeyParts.SPANS)
          && !sameIn(part.getKey(), before, now)) {
        return 0;
      }
    }
    KeyParts.@Nullable Part read = before.parts().get(KeyParts.SPANS);
    SortedMap<Long, Long> versions = SpanVersions.parse(read == null ? "" : read.digest());
    return chosen.found().stream()
        .filter(span -> Objects.equals(versions.get(span.span()), span.version()))
        .filter(span -> sameFiles(span, before, now))
        .count();
  }

  private static boolean sameFiles(FoundSpan span, KeyParts before, KeyParts now) {
    return span.files().stream()
        .map(file -> KeyParts.EXTERNAL + file.toAbsolutePath().normalize())
        .allMatch(name -> sameIn(name, before, now));
  }

  private static boolean sameIn(String name, KeyParts before, KeyParts now) {
    KeyParts.@Nullable Part was = before.parts().get(name);
    KeyParts.@Nullable Part is = now.parts().get(name);
    return was != null && is != null && was.digest().equals(is.digest());
  }

  /** Whether a node was last made by the same parameters and code, whatever its inputs were. */
  static boolean sameWork(KeyParts before, KeyParts now) {
    return now.parts().keySet().stream()
        .filter(name -> !name.startsWith(KeyParts.INPUT))
        .allMatch(name -> sameIn(name, before, now));
  }
}
