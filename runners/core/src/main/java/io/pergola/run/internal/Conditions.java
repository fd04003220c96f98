package io.pergola.run.internal;

import io.pergola.pipeline.Criterion;
import io.pergola.pipeline.Criterion.Answer;
import io.pergola.pipeline.Criterion.Judgement;
import io.pergola.pipeline.PipelineGraph;
import io.pergola.run.ArtifactRecord;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/** Judges the conditions that nodes stand under, by what the store has on record of artifacts. */
final class Conditions {
  private Conditions() {}

  /** Ids of the nodes whose artifacts decide whether a node runs. */
  static Set<String> reads(PipelineGraph graph, PipelineGraph.Node node) {
    Set<String> reads = new LinkedHashSet<>();
    graph.groupsOf(node).forEach(group -> reads.addAll(group.criterion().reads()));
    return reads;
  }

  /**
   * The outermost condition that keeps a node from running, or that is not decided yet; empty if
   * nothing keeps it.
   *
   * @param outputs of the nodes that are known, skipped ones with none
   * @throws IllegalArgumentException if an artifact lacks what a condition asks for
   */
  static Optional<Judgement> obstacle(
      PipelineGraph graph,
      PipelineGraph.Node node,
      Map<String, SortedMap<String, ArtifactRecord>> outputs) {
    Criterion.Facts facts = new Recorded(outputs);
    for (PipelineGraph.Group group : graph.groupsOf(node)) {
      Judgement judgement = group.criterion().judge(facts);
      if (judgement.answer() != Answer.YES) {
        return Optional.of(judgement);
      }
    }
    return Optional.empty();
  }

  private record Recorded(Map<String, SortedMap<String, ArtifactRecord>> outputs)
      implements Criterion.Facts {
    @Override
    public boolean isKnown(String node) {
      return outputs.containsKey(node);
    }

    @Override
    public Optional<SortedMap<String, Object>> properties(String node, String output) {
      return Optional.ofNullable(outputs.get(node))
          .map(artifacts -> artifacts.get(output))
          .map(ArtifactRecord::properties);
    }
  }
}
