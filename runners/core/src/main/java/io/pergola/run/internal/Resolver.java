package io.pergola.run.internal;

import io.pergola.pipeline.ArtifactQuery;
import io.pergola.pipeline.BuiltPipeline;
import io.pergola.pipeline.PipelineGraph;
import io.pergola.pipeline.QueryComponent;
import io.pergola.run.ArtifactRecord;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Answers the queries of {@link QueryComponent}s. */
final class Resolver {
  private Resolver() {}

  /**
   * The artifact that a resolver node finds.
   *
   * @param rivals content hashes of what the run itself compares with the answer: a model is not
   *     its own baseline
   * @param inputs of the resolver itself, by name; an absent one is empty
   */
  static Optional<ArtifactRecord> resolve(
      Catalog catalog,
      BuiltPipeline pipeline,
      String node,
      Set<String> rivals,
      Map<String, Optional<ArtifactRecord>> inputs) {
    QueryComponent<?> component = (QueryComponent<?>) Topology.component(pipeline, node);
    ArtifactQuery query = component.query();
    if (query instanceof ArtifactQuery.LatestBlessedModel) {
      return catalog.latestBlessedModel(pipeline.graph().name(), rivals);
    }
    if (query instanceof ArtifactQuery.FirstPresent first) {
      return first.inputs().stream()
          .map(name -> inputs.getOrDefault(name, Optional.empty()))
          .flatMap(Optional::stream)
          .findFirst();
    }
    throw new IllegalStateException("Unknown query " + query);
  }

  /** The answer under the name of the node's output. */
  static SortedMap<String, ArtifactRecord> outputs(
      PipelineGraph.Node node, Optional<ArtifactRecord> found) {
    SortedMap<String, ArtifactRecord> outputs = new TreeMap<>();
    found.ifPresent(artifact -> outputs.put(node.outputs().get(0).name(), artifact));
    return outputs;
  }
}
