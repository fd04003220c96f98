package io.pergola.testkit;

import io.pergola.pipeline.BuiltPipeline;
import io.pergola.pipeline.Criterion;
import io.pergola.pipeline.Criterion.Judgement;
import io.pergola.pipeline.PipelineGraph;
import io.pergola.pipeline.PipelineGraph.Group;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a test takes for granted of conditions. */
sealed interface Assumption {
  /** The pipeline in which it is so. */
  BuiltPipeline of(BuiltPipeline pipeline);

  /** How a condition turns out. */
  enum Outcome {
    HOLD,
    FAIL
  }

  /** That a node has a number on record. */
  record Metric(String node, String metric, double value) implements Assumption {
    @Override
    public BuiltPipeline of(BuiltPipeline pipeline) {
      List<Criterion> asked = new ArrayList<>();
      BuiltPipeline changed =
          pipeline.withCriteria(
              criterion -> {
                if (criterion instanceof Criterion.OfNumber number
                    && number.node().equals(node)
                    && number.property().equals(metric)) {
                  asked.add(criterion);
                  Judgement judgement = criterion.judge(new Only(metric, value));
                  return new Criterion.Given(
                      judgement.answer() == Criterion.Answer.YES,
                      judgement.because() + ", as the test assumes");
                }
                return criterion;
              });
      if (asked.isEmpty()) {
        throw new IllegalArgumentException(
            "Cannot assume '%s' of node '%s': no condition asks for it. The conditions are: %s."
                .formatted(metric, node, conditions(pipeline)));
      }
      return changed;
    }

    private static List<String> conditions(BuiltPipeline pipeline) {
      return pipeline.graph().groups().stream()
          .filter(group -> !group.criterion().reads().isEmpty())
          .map(group -> group.criterion().text())
          .toList();
    }
  }

  /** How the conditions turn out that a node stands under. */
  record Conditions(String node, Outcome outcome) implements Assumption {
    @Override
    public BuiltPipeline of(BuiltPipeline pipeline) {
      PipelineGraph.Node found =
          pipeline
              .graph()
              .node(node)
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "Cannot assume the conditions of node '%s': there is none. The nodes are %s."
                              .formatted(node, pipeline.nodes().keySet())));
      List<Group> groups =
          pipeline.graph().groupsOf(found).stream()
              .filter(
                  group -> group.kind() == Group.Kind.WHEN || group.kind() == Group.Kind.OTHERWISE)
              .toList();
      if (groups.isEmpty()) {
        throw new IllegalArgumentException(
            "Cannot assume the conditions of node '%s': it stands under none. It always runs."
                .formatted(node));
      }
      BuiltPipeline changed = pipeline;
      for (int i = 0; i < groups.size(); i++) {
        boolean holds = outcome == Outcome.HOLD || i < groups.size() - 1;
        changed = given(changed, groups.get(i), holds);
      }
      return changed;
    }

    /** The condition of a block and of its other side, which is the same or its opposite. */
    private static BuiltPipeline given(BuiltPipeline pipeline, Group group, boolean holds) {
      boolean opposite =
          group.kind() == Group.Kind.OTHERWISE && group.criterion() instanceof Criterion.Not;
      Criterion asked = opposite ? ((Criterion.Not) group.criterion()).of() : group.criterion();
      Criterion given = new Criterion.Given(opposite != holds, "the test assumes so");
      return pipeline.withCriteria(criterion -> criterion.equals(asked) ? given : criterion);
    }
  }

  /** One number, of whatever artifact. */
  record Only(String metric, double value) implements Criterion.Facts {
    @Override
    public boolean isKnown(String node) {
      return true;
    }

    @Override
    public Optional<Map<String, Object>> properties(String node, String output) {
      return Optional.of(Map.of(metric, value));
    }
  }
}
