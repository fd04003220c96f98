package io.pergola.pipeline;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a {@link QueryComponent} looks for. */
public sealed interface ArtifactQuery extends Serializable {
  /** What is looked for, for people: {@code newest Model of pipeline 'taxi'}. */
  String text();

  /** The newest model that an Evaluator of this pipeline has blessed. */
  record LatestBlessedModel() implements ArtifactQuery {
    @Override
    public String text() {
      return "newest blessed model of this pipeline";
    }
  }

  /**
   * The newest artifact that meets all of this; never one that the same run made.
   *
   * @param type its type's name in the metadata store
   * @param pipeline the pipeline it belongs to; empty for the one that asks
   * @param node the node that made it
   * @param properties what is on record of it, as text
   * @param spans the spans it may be of
   */
  record Latest(
      String type,
      Optional<String> pipeline,
      Optional<String> node,
      SortedMap<String, String> properties,
      Optional<SpanRange> spans)
      implements ArtifactQuery {
    public Latest {
      properties = Collections.unmodifiableSortedMap(new TreeMap<>(properties));
    }

    @Override
    public String text() {
      List<String> parts = new ArrayList<>();
      parts.add(
          "newest %s of %s"
              .formatted(type, pipeline.map("pipeline '%s'"::formatted).orElse("this pipeline")));
      node.ifPresent(id -> parts.add("by node '%s'".formatted(id)));
      properties.forEach((name, value) -> parts.add("with %s '%s'".formatted(name, value)));
      spans.ifPresent(range -> parts.add("of span %d to %d".formatted(range.first, range.last)));
      return String.join(", ", parts);
    }
  }

  /**
   * Spans from one to another, both included.
   *
   * @param first days since 1970-01-01, or whatever the data counts in
   */
  record SpanRange(long first, long last) implements Serializable {
    public SpanRange {
      if (last < first) {
        throw new IllegalArgumentException(
            "Invalid range of spans: %d to %d (the end must not be before the start)"
                .formatted(first, last));
      }
    }
  }

  /**
   * The first of the component's own inputs that is there.
   *
   * @param inputs names of inputs, at least one
   */
  record FirstPresent(List<String> inputs) implements ArtifactQuery {
    public FirstPresent {
      inputs = List.copyOf(inputs);
    }

    @Override
    public String text() {
      return "the one of the two ways that is taken";
    }
  }

  /**
   * One artifact by its id, whatever else is on record: what another run was given.
   *
   * @param artifactId empty if that run was given none
   */
  record Recorded(Optional<Long> artifactId) implements ArtifactQuery {
    @Override
    public String text() {
      return artifactId.map(id -> "artifact " + id).orElse("no artifact");
    }
  }
}
