package io.pergola.run;

import static org.assertj.core.api.Assertions.assertThat;

import acme.Counts;
import acme.Multiply;
import acme.Numbers;
import acme.ReadNumbers;
import acme.Score;
import acme.Split;
import acme.Total;
import io.pergola.artifact.Evaluation;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.Condition;
import io.pergola.pipeline.NodeOptions;
import io.pergola.pipeline.OptionalChannel;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.pipeline.PipelineDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Nodes that run only when a condition holds: what the plan says of them, and what runs do. */
class ConditionsTest extends RunFixture {
  /** Triples the numbers when their score is high enough, else doubles them. */
  record Branching(Path file, double bound) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      Channel<Numbers> numbers = p.add(new ReadNumbers(file));
      Channel<Evaluation> score = p.add(new Score(numbers, file.getParent()));
      p.when(
              Condition.metric(score, "accuracy").atLeast(bound),
              then -> then.add("triple", new Multiply(numbers, 3, file.getParent())))
          .otherwise(q -> q.add("double", new Multiply(numbers, 2, file.getParent())));
    }
  }

  record Choosing(Path file, double bound) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      Channel<Numbers> numbers = p.add(new ReadNumbers(file));
      Channel<Evaluation> score = p.add(new Score(numbers, file.getParent()));
      Condition good = Condition.metric(score, "accuracy").atLeast(bound);
      Channel<Numbers> one =
          p.when(
              good,
              then -> then.add("triple", new Multiply(numbers, 3, file.getParent())),
              otherwise -> otherwise.add("double", new Multiply(numbers, 2, file.getParent())));
      OptionalChannel<Numbers> more =
          p.channelWhen(good, then -> then.add("more", new Multiply(one, 10, file.getParent())));
      p.add(new Total(List.of(one), List.of(more)));
    }
  }

  record Reported(Path file, long limit) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      Split.Outputs parts = p.add(new Split(p.add(new ReadNumbers(file)), limit, file.getParent()));
      p.when(
          Condition.exists(parts.report()),
          then -> {
            Channel<Evaluation> score = then.add(new Score(parts.large(), file.getParent()));
            then.when(
                Condition.property(score, "task").is("sums"),
                deeper -> deeper.add(new Multiply(parts.large(), 2, file.getParent())));
          });
    }
  }

  record Misspelt(Path file) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      Channel<Numbers> numbers = p.add(new ReadNumbers(file));
      Channel<Evaluation> score = p.add(new Score(numbers, file.getParent()));
      p.when(
          Condition.metric(score, "acuracy").atLeast(0.5),
          then -> then.add(new Multiply(numbers, 3, file.getParent())));
    }
  }

  record Fresh(Path file) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      Channel<Numbers> numbers = p.add(new ReadNumbers(file));
      p.with(NodeOptions.defaults().withoutCache()).add(new Multiply(numbers, 3, file.getParent()));
    }
  }

  @Test
  void nodesOfABlockRunWhenItsConditionHolds() {
    RunResult result = run(new Branching(file, 0.06));

    assertThat(result).isInstanceOf(RunResult.Succeeded.class);
    assertThat(outcomes(result))
        .containsExactly(
            "read-numbers=Completed", "score=Completed", "triple=Completed", "double=Skipped");
    assertThat(result.outcome("double"))
        .contains(new NodeOutcome.Skipped("double", "accuracy 0.06 is at least 0.06"));
  }

  @Test
  void skippedNodeSaysTheValueInResultAndHistory() {
    RunResult result = run(new Branching(file, 0.9));

    assertThat(result).isInstanceOf(RunResult.Succeeded.class);
    assertThat(outcomes(result))
        .containsExactly(
            "read-numbers=Completed", "score=Completed", "triple=Skipped", "double=Completed");
    NodeRecord triple = workspace.history().nodes(result.runId()).get(2);
    assertThat(triple.state()).isEqualTo(NodeRecord.State.SKIPPED);
    assertThat(triple.cause()).contains("accuracy 0.06 is below 0.9");
  }

  @Test
  void planSaysWhatDecidesAndOnceItIsKnownWhatHappens() {
    RunPlan before = plan(new Branching(file, 0.9));
    run(new Branching(file, 0.9));
    RunPlan after = plan(new Branching(file, 0.9));

    assertThat(planOf(before, "triple"))
        .containsExactly("undecided accuracy of 'score' is at least 0.9", "decided after 'score'");
    assertThat(planOf(before, "double"))
        .containsExactly(
            "undecided not (accuracy of 'score' is at least 0.9)", "decided after 'score'");
    assertThat(planOf(after, "triple")).containsExactly("skipped accuracy 0.06 is below 0.9");
    assertThat(planOf(after, "double")).containsExactly("cached");
    assertThat(before.fullyCached()).isFalse();
    assertThat(after.fullyCached()).isTrue();
  }

  @Test
  void blockWhoseConditionIsUnchangedIsFullyCached() throws Exception {
    run(new Branching(file, 0.05));
    List<String> ran = Counts.read(folder);
    RunResult second = run(new Branching(file, 0.06));

    assertThat(outcomes(second))
        .containsExactly("read-numbers=Cached", "score=Cached", "triple=Cached", "double=Skipped");
    assertThat(Counts.read(folder)).isEqualTo(ran);
  }

  @Test
  void otherDataMayTakeTheOtherWay() throws Exception {
    run(new Branching(file, 0.5));
    numbers(60);
    RunResult second = run(new Branching(file, 0.5));

    assertThat(outcomes(second))
        .containsExactly(
            "read-numbers=Completed", "score=Completed", "triple=Completed", "double=Skipped");
  }

  @Test
  void choiceHandsOnTheWayThatWasTaken() throws Exception {
    RunResult low = run(new Choosing(file, 0.9));
    RunResult high = run(new Choosing(file, 0.01));

    assertThat(outcomes(low))
        .containsExactly(
            "read-numbers=Completed",
            "score=Completed",
            "triple=Skipped",
            "double=Completed",
            "triple-or-double=Resolved",
            "more=Skipped",
            "total=Completed");
    assertThat(total(low)).isEqualTo("12");
    assertThat(total(high)).isEqualTo("198");
    assertThat(plan(new Choosing(file, 0.01)).fullyCached()).isTrue();
  }

  @Test
  void planOfNodesAfterAnUndecidedOneSaysSo() {
    RunPlan plan = plan(new Choosing(file, 0.9));

    assertThat(planOf(plan, "triple-or-double"))
        .containsExactly("undecided looked up when its inputs are there", "decided after 'triple'");
    assertThat(planOf(plan, "total")).containsExactly("first run");
    run(new Choosing(file, 0.9));
    assertThat(planOf(plan(new Choosing(file, 0.9)), "total")).containsExactly("cached");
  }

  @Test
  void blockOnAnArtifactThatIsNotThereIsSkippedWithTheBlocksInsideIt() {
    RunResult without = run(new Reported(file, 5));
    RunResult with = run(new Reported(file, 2));

    assertThat(outcomes(without))
        .containsExactly(
            "read-numbers=Completed", "split=Completed", "score=Skipped", "multiply=Skipped");
    assertThat(without.outcome("multiply"))
        .contains(new NodeOutcome.Skipped("multiply", "'split' gave no 'report'"));
    assertThat(outcomes(with))
        .containsExactly(
            "read-numbers=Cached", "split=Completed", "score=Completed", "multiply=Completed");
  }

  @Test
  void misspeltMetricFailsTheNodeWithASuggestion() {
    RunResult result = run(new Misspelt(file));

    assertThat(((RunResult.Failed) result).cause().line())
        .matches(
            "Node 'multiply' failed: Cannot decide whether it runs \\(ConditionsTest.java:\\d+\\):"
                + " score.evaluation has no 'acuracy' on record. Did you mean 'accuracy'\\?");
    assertThat(planOf(plan(new Misspelt(file)), "multiply"))
        .containsExactly(
            "blocked its condition cannot be decided: score.evaluation has no 'acuracy' on record."
                + " Did you mean 'accuracy'?");
  }

  @Test
  void nodeWithoutCacheRunsEachTimeAndServesLaterNodes() {
    run(new Fresh(file));

    assertThat(planOf(plan(new Fresh(file)), "multiply")).containsExactly("cache off");
    assertThat(outcomes(run(new Fresh(file))))
        .containsExactly("read-numbers=Cached", "multiply=Completed");
  }

  private String total(RunResult result) throws IOException {
    Path report = artifact(result, "total", "report").directory();
    return Files.readString(report.resolve("total.txt"));
  }
}
