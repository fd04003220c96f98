package io.pergola.run.internal;

import io.pergola.pipeline.ArtifactQuery;
import io.pergola.pipeline.BuiltPipeline;
import io.pergola.pipeline.PipelineGraph;
import io.pergola.pipeline.QueryComponent;
import io.pergola.run.ArtifactRecord;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Answers the queries of {@link QueryComponent}s. */
final class Resolver {
  /** The input of a resolver whose descendant is looked for. */
  private static final String ORIGIN = "producedFrom";

  private Resolver() {}

  /**
   * The artifact that a resolver node finds.
   *
   * @param inputs of the resolver itself, by name; an absent one is empty
   */
  static Optional<ArtifactRecord> resolve(
      Catalog catalog,
      BuiltPipeline pipeline,
      Asker asker,
      String node,
      Map<String, Optional<ArtifactRecord>> inputs) {
    ArtifactQuery query = query(pipeline, node);
    if (query instanceof ArtifactQuery.LatestBlessedModel) {
      return catalog.latestBlessedModel(asker.pipeline(), asker.rivals());
    }
    if (query instanceof ArtifactQuery.Latest latest) {
      return catalog.latest().find(latest, asker, inputs.getOrDefault(ORIGIN, Optional.empty()));
    }
    if (query instanceof ArtifactQuery.Recorded recorded) {
      return recorded.artifactId().flatMap(catalog::artifact);
    }
    if (query instanceof ArtifactQuery.FirstPresent first) {
      return first.inputs().stream()
          .map(input -> inputs.getOrDefault(input, Optional.empty()))
          .flatMap(Optional::stream)
          .findFirst();
    }
    throw new IllegalStateException("Unknown query " + query);
  }

  /** What a resolver node looks for. */
  static ArtifactQuery query(BuiltPipeline pipeline, String node) {
    return ((QueryComponent<?>) Topology.component(pipeline, node)).query();
  }

  /** Why a run cannot do without what a resolver did not find; empty if it can. */
  static Optional<String> missing(
      BuiltPipeline pipeline, PipelineGraph.Node node, Optional<ArtifactRecord> found) {
    return found.isPresent() || node.outputs().get(0).optional()
        ? Optional.empty()
        : Optional.of(
            "Cannot find the %s that '%s' (%s) requires: none is on record. Run what makes it first, or leave out required()."
                .formatted(query(pipeline, node.id()).text(), node.id(), node.declaredAt()));
  }

  /** The answer under the name of the node's output. */
  static SortedMap<String, ArtifactRecord> outputs(
      PipelineGraph.Node node, Optional<ArtifactRecord> found) {
    SortedMap<String, ArtifactRecord> outputs = new TreeMap<>();
    found.ifPresent(artifact -> outputs.put(node.outputs().get(0).name(), artifact));
    return outputs;
  }
}
