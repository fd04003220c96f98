package io.pergola.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import acme.BeamSquares;
import acme.Counts;
import acme.Multiply;
import acme.Numbers;
import acme.ReadNumbers;
import acme.Score;
import acme.TellEnd;
import io.pergola.artifact.Evaluation;
import io.pergola.metadata.Claimed;
import io.pergola.metadata.RunClaim;
import io.pergola.metadata.RunRequest;
import io.pergola.pipeline.BuiltPipeline;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.Condition;
import io.pergola.pipeline.NodeOptions;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.pipeline.PipelineDefinition;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.beam.sdk.Pipeline;
import org.junit.jupiter.api.Test;

/** What a node's options ask of the JVM and the engine: met, or refused before it runs. */
class NodeNeedsTest extends RunFixture {
  private static final NodeOptions HUGE = NodeOptions.defaults().memory("64t");
  private static final String TOO_SMALL =
      "Cannot run node 'multiply': it needs a heap of 67,108,864 MB, and that of this JVM ends at [0-9,]+ MB\\. "
          + "Start Java with -Xmx67108864m, or the daemon with --heap=67108864m\\.";

  private final List<NodeOptions> given = new ArrayList<>();

  record Doubled(Path file, NodeOptions options) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      Channel<Numbers> numbers = p.add(new ReadNumbers(file));
      p.with(options).add(new Multiply(numbers, 2, file.getParent()));
    }
  }

  record Told(Path file, NodeOptions options) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      Channel<Numbers> numbers = p.add(new ReadNumbers(file));
      p.with(options).onExit("tell", new TellEnd(numbers, file.getParent(), 0));
    }
  }

  record DoubledIfGood(Path file, NodeOptions options) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      Channel<Numbers> numbers = p.add(new ReadNumbers(file));
      Channel<Evaluation> score = p.add(new Score(numbers, file.getParent()));
      p.with(options)
          .when(
              Condition.metric(score, "accuracy").above(-1),
              then -> then.add(new Multiply(numbers, 2, file.getParent())));
    }
  }

  record Squared(Path file, NodeOptions options) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      p.with(options).include("part", q -> q.add(new BeamSquares(q.add(new ReadNumbers(file)))));
    }
  }

  /** Knows one option, notes what jobs are given, and runs none. */
  private final class Noting implements Engine {
    @Override
    public String name() {
      return "noting";
    }

    @Override
    public Pipeline newJob(String name, NodeOptions node) {
      given.add(node);
      throw new InfrastructureException("no job today");
    }

    @Override
    public SortedMap<String, SortedSet<String>> nodeOptions() {
      return new TreeMap<>(Map.of("mode", new TreeSet<>(List.of("fast", "slow"))));
    }

    @Override
    public void run(Pipeline job, JobListener listener) {}

    @Override
    public void close() {}
  }

  @Test
  void aNodeThatNeedsALargerHeapIsBlockedAndItsRunRefused() {
    Doubled pipeline = new Doubled(file, HUGE);

    assertThat(planOf(plan(pipeline), "multiply"))
        .singleElement()
        .asString()
        .matches("blocked " + TOO_SMALL);
    assertThatThrownBy(() -> run(pipeline))
        .isInstanceOf(RunRefusedException.class)
        .message()
        .matches(TOO_SMALL);
    assertThat(workspace.history().runs(1)).isEmpty();
  }

  @Test
  void theWholeHeapOfThisJvmIsEnough() {
    long megabytes = Runtime.getRuntime().maxMemory() >> 20;

    assertThat(run(new Doubled(file, NodeOptions.defaults().memory(megabytes + "m"))))
        .isInstanceOf(RunResult.Succeeded.class);
  }

  @Test
  void aCachedNodeNeedsNothingAndOptionsAreNotInItsKey() {
    run(new Doubled(file, NodeOptions.defaults()));

    assertThat(outcomes(run(new Doubled(file, HUGE.threads(7).engine("any", "thing")))))
        .containsExactly("read-numbers=Cached", "multiply=Cached");
  }

  @Test
  void aNodeWhoseConditionWasOpenIsRefusedWithoutAnAttempt() throws Exception {
    RunResult result = run(new DoubledIfGood(file, HUGE));

    assertThat(((RunResult.Failed) result).cause().line())
        .matches("Node 'multiply' failed: " + TOO_SMALL);
    assertThat(Counts.read(folder)).noneMatch(line -> line.startsWith("multiply"));
    assertThat(workspace.history().nodes(result.runId()))
        .filteredOn(node -> node.node().equals("multiply"))
        .extracting(NodeRecord::state)
        .containsExactly(NodeRecord.State.FAILED);
  }

  @Test
  void aRunWhoseExitHandlerNeedsALargerHeapIsRefused() {
    assertThatThrownBy(() -> run(new Told(file, HUGE)))
        .isInstanceOf(RunRefusedException.class)
        .message()
        .matches(TOO_SMALL.replace("multiply", "tell"));
    assertThat(workspace.history().runs(1)).isEmpty();
  }

  @Test
  void anExitHandlerOfARunThatIsTakenOverByASmallerJvmIsNotCalledAndTheRunSaysWhy()
      throws Exception {
    BuiltPipeline pipeline = PipelineBuilder.build(new Told(file, HUGE));
    workspace.store().runs().enqueue(RunRequest.of("r1", pipeline.graph().name(), new TreeMap<>()));
    Claimed claimed =
        workspace
            .store()
            .runs()
            .claim("me", Duration.ofSeconds(20), RunClaim.oldest())
            .orElseThrow();

    RunResult result =
        PipelineRunner.in(workspace)
            .drive("r1", claimed.lease(), pipeline, RunOptions.defaults(), RunListener.none());

    assertThat(result).isInstanceOf(RunResult.Succeeded.class);
    assertThat(workspace.history().exits("r1"))
        .singleElement()
        .satisfies(
            exit ->
                assertThat(exit.problem().orElseThrow())
                    .matches(TOO_SMALL.replace("multiply", "tell")));
    assertThat(Counts.read(folder)).noneMatch(line -> line.startsWith("end "));
  }

  @Test
  void unknownOptionsAndValuesAreRefusedTogetherAndOnlyForJobs() {
    NodeOptions options = NodeOptions.defaults().engine("mode", "quick").engine("speed", "9");

    assertThatThrownBy(() -> runNoting(options))
        .isInstanceOf(RunRefusedException.class)
        .hasMessage(
            "Cannot run node 'part/beam-squares': engine 'noting' does not take 'quick' for its option 'mode'. It takes fast, slow. "
                + "Cannot run node 'part/beam-squares': engine 'noting' has no option 'speed'. It has mode.");
    assertThat(given).isEmpty();
  }

  @Test
  void theEngineIsGivenTheOptionsOfTheNode() {
    NodeOptions options = NodeOptions.defaults().retries(0).threads(3).engine("mode", "slow");
    runNoting(options);

    assertThat(given).isNotEmpty().containsOnly(options);
  }

  private RunResult runNoting(NodeOptions options) {
    return PipelineRunner.in(workspace)
        .on(new Noting())
        .run(
            PipelineBuilder.build(new Squared(file, options)),
            RunOptions.defaults().retries(RetryPolicy.none()),
            RunListener.none());
  }
}
