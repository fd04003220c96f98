package io.pergola.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import acme.Check;
import acme.Counts;
import acme.Fail;
import acme.Multiply;
import acme.Numbers;
import acme.ReadNumbers;
import acme.Split;
import acme.Tamper;
import acme.Wait;
import io.pergola.metadata.Lease;
import io.pergola.pipeline.BuiltPipeline;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.pipeline.PipelineDefinition;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How runs go: order, gates, retries, failures, cancelling, leases. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class RunTest extends RunFixture {
  private static final RetryPolicy QUICK =
      new RetryPolicy(2, 2, Duration.ofMillis(1), Duration.ofMillis(4));

  record Plain(Path file, long limit) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      p.add(new Split(p.add(new ReadNumbers(file)), limit, file.getParent()));
    }
  }

  record Gated(Path file, long highest) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      Channel<Numbers> numbers = p.add(new ReadNumbers(file));
      p.add(new Check(numbers, highest));
      p.add(new Multiply(numbers, 2, file.getParent()));
    }
  }

  record Flaky(Path file, int times, boolean infrastructure) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      Channel<Numbers> numbers = p.add(new ReadNumbers(file));
      Channel<Numbers> passed = p.add(new Fail(numbers, times, infrastructure, file.getParent()));
      p.add(new Multiply(passed, 2, file.getParent()));
    }
  }

  record Tampered(Path file) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      Channel<Numbers> numbers = p.add(new ReadNumbers(file));
      p.add(new Tamper(numbers));
      p.add(new Multiply(numbers, 2, file.getParent()));
    }
  }

  record TwoWaiting(Path file, Path go) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      Channel<Numbers> numbers = p.add(new ReadNumbers(file));
      p.add("left", new Wait(numbers, file.getParent(), go));
      p.add("right", new Wait(numbers, file.getParent(), go));
    }
  }

  @Test
  void publishedArtifactsCarryTheirStory() throws Exception {
    RunResult result = run(new Plain(file, 2));

    ArtifactRecord numbers = artifact(result, "read-numbers", "numbers");
    assertThat(numbers.directory())
        .isEqualTo(
            workspace
                .artifacts()
                .resolve("plain/read-numbers/numbers")
                .resolve(numbers.directory().getFileName()));
    assertThat(numbers.properties()).isEqualTo(properties("count", 3L));
    assertThat(numbers.type()).isEqualTo("Numbers");
    assertThat(numbers.runId()).isEqualTo(result.runId());
    assertThat(numbers.bytes()).isEqualTo(6);
    assertThat(Manifest.read(numbers.directory()).contentHash()).isEqualTo(numbers.contentHash());
    assertThat(strayFiles()).isEmpty();
  }

  @Test
  void p7ChangedInputIsNeverRead() throws Exception {
    RunResult result = run(new Tampered(file));

    assertThat(outcomes(result))
        .containsExactly("read-numbers=Completed", "tamper=Completed", "multiply=Failed");
    ArtifactRecord numbers = artifact(result, "read-numbers", "numbers");
    assertThat(((RunResult.Failed) result).cause().line())
        .isEqualTo(
            "Node 'multiply' failed: Cannot read input 'numbers' (artifact %d): the content of file %s has changed. Run again: the node that produced it will run anew."
                .formatted(numbers.id(), numbers.directory().resolve("numbers.txt")));
    assertThat(Counts.read(folder)).containsExactly("read");
  }

  @Test
  void metricsAndRowsAreOnRecord() {
    RunResult result = run(new Gated(file, 5));

    NodeRecord multiply =
        workspace.history().nodes(result.runId()).stream()
            .filter(node -> node.node().equals("multiply"))
            .findFirst()
            .orElseThrow();
    assertThat(multiply.metrics()).containsExactly(java.util.Map.entry("factor", 2.0));
    assertThat(multiply.rows()).isEqualTo(3);
    assertThat(multiply.attempts()).isEqualTo(1);
  }

  @Test
  void emptyOptionalOutputIsNotPublished() {
    RunResult without = run(new Plain(file, 5));
    RunResult with = run(new Plain(file, 2));

    assertThat(workspace.history().artifactsOf(without.runId()))
        .extracting(ArtifactRecord::output)
        .containsExactly("numbers", "small", "large");
    assertThat(workspace.history().artifactsOf(with.runId()))
        .extracting(ArtifactRecord::output)
        .containsExactly("numbers", "small", "large", "report");
  }

  @Test
  void gateStopsTheRunAsAnOutcome() throws Exception {
    RunResult result = run(new Gated(file, 2));

    assertThat(result).isInstanceOf(RunResult.Stopped.class);
    assertThat(((RunResult.Stopped) result).node()).isEqualTo("check");
    assertThat(((RunResult.Stopped) result).reason())
        .isEqualTo("1 numbers are above 2. Remove them.");
    assertThat(outcomes(result))
        .containsExactly("read-numbers=Completed", "check=Completed", "multiply=Skipped");
    assertThat(Counts.read(folder)).containsExactly("read");
    assertThat(workspace.history().run(result.runId()).orElseThrow().state())
        .isEqualTo(RunRecord.State.STOPPED);
  }

  @Test
  void cachedGateStopsTheRunAgainAndThePlanSaysSo() {
    run(new Gated(file, 2));
    RunPlan plan = plan(new Gated(file, 2));
    RunResult second = run(new Gated(file, 2));

    assertThat(planOf(plan, "check")).containsExactly("cached");
    assertThat(planOf(plan, "multiply"))
        .containsExactly("blocked gate 'check' stops the run: 1 numbers are above 2. Remove them.");
    assertThat(second).isInstanceOf(RunResult.Stopped.class);
    assertThat(outcomes(second))
        .containsExactly("read-numbers=Cached", "check=Cached", "multiply=Skipped");
  }

  @Test
  void failedAttemptsAreRetriedWithTheirCheckpoints() throws Exception {
    RunResult result = run(new Flaky(file, 2, false), RunOptions.defaults().retries(QUICK));

    assertThat(result).isInstanceOf(RunResult.Succeeded.class);
    ArtifactRecord passed = artifact(result, "fail", "numbers");
    assertThat(Files.readString(passed.directory().resolve("attempts.txt"))).isEqualTo("123");
    assertThat(((NodeOutcome.Completed) result.outcome("fail").orElseThrow()).attempts())
        .isEqualTo(3);
    assertThat(strayFiles()).isEmpty();
    assertThat(folder.resolve("home/checkpoints").resolve(result.runId())).doesNotExist();
  }

  @Test
  void authorsFailureIsNotRetriedByDefaultAndNamesTheAuthorsLine() throws Exception {
    RunResult result = run(new Flaky(file, 9, false));

    assertThat(result).isInstanceOf(RunResult.Failed.class);
    NodeFailedException cause = ((RunResult.Failed) result).cause();
    assertThat(cause.node()).isEqualTo("fail");
    assertThat(cause.runId()).isEqualTo(result.runId());
    assertThat(cause.line())
        .matches(
            "Node 'fail' failed: Fail\\.java:\\d+: IllegalStateException: the number of failures is 1");
    assertThat(outcomes(result))
        .containsExactly("read-numbers=Completed", "fail=Failed", "multiply=Skipped");
    assertThat(Counts.read(folder)).containsExactly("read", "fail");
    assertThat(strayFiles()).isEmpty();
  }

  @Test
  void infrastructureFailureIsRetriedOnceByDefault() throws Exception {
    RunOptions quick =
        RunOptions.defaults()
            .retries(new RetryPolicy(0, 1, Duration.ofMillis(1), Duration.ofMillis(1)));
    RunResult result = run(new Flaky(file, 1, true), quick);

    assertThat(result).isInstanceOf(RunResult.Succeeded.class);
    assertThat(Counts.read(folder)).containsExactly("read", "fail", "multiply");
  }

  @Test
  void nodesRunInParallelUpToTheLimit() throws Exception {
    Path go = folder.resolve("go");
    BuiltPipeline pipeline = PipelineBuilder.build(new TwoWaiting(file, go));
    CompletableFuture<RunResult> result =
        beside(
            () ->
                PipelineRunner.in(workspace)
                    .run(pipeline, RunOptions.defaults().parallelNodes(2), RunListener.none()));
    await().until(() -> Counts.read(folder).stream().filter("waiting"::equals).count() == 2);
    Files.createFile(go);

    assertThat(result.get()).isInstanceOf(RunResult.Succeeded.class);
  }

  @Test
  void p6InterruptCancelsTheRun() throws Exception {
    BuiltPipeline pipeline = PipelineBuilder.build(new TwoWaiting(file, folder.resolve("go")));
    CompletableFuture<RunResult> result = new CompletableFuture<>();
    Thread runner =
        new Thread(
            () ->
                result.complete(
                    PipelineRunner.in(workspace)
                        .run(pipeline, RunOptions.defaults(), RunListener.none())));
    runner.start();
    await().until(() -> Counts.read(folder).stream().filter("waiting"::equals).count() == 2);
    runner.interrupt();

    RunResult cancelled = result.get(20, TimeUnit.SECONDS);
    assertThat(outcomes(cancelled))
        .containsExactly("read-numbers=Completed", "left=Cancelled", "right=Cancelled");
    assertThat(workspace.history().run(cancelled.runId()).orElseThrow().state())
        .isEqualTo(RunRecord.State.CANCELLED);
    assertThat(strayFiles()).isEmpty();
    assertThatThrownBy(
            () ->
                PipelineRunner.in(workspace)
                    .resume(cancelled.runId(), pipeline, RunOptions.defaults(), RunListener.none()))
        .isInstanceOf(RunRefusedException.class)
        .hasMessage(
            "Cannot resume run %s: it is over (CANCELLED). Start a new run; what is unchanged comes from the cache."
                .formatted(cancelled.runId()));
  }

  @Test
  void p6AnotherProcessCanAskForTheEnd() throws Exception {
    BuiltPipeline pipeline = PipelineBuilder.build(new TwoWaiting(file, folder.resolve("go")));
    CompletableFuture<RunResult> result =
        beside(
            () ->
                PipelineRunner.in(workspace)
                    .run(pipeline, RunOptions.defaults(), RunListener.none()));
    await().until(() -> Counts.read(folder).contains("waiting"));
    workspace.store().runs().requestCancel(workspace.history().runs(1).get(0).id());

    assertThat(result.get(20, TimeUnit.SECONDS)).isInstanceOf(RunResult.Cancelled.class);
  }

  @Test
  void p4FencedOutRunnerCannotPublish() throws Exception {
    Path go = folder.resolve("go");
    BuiltPipeline pipeline = PipelineBuilder.build(new TwoWaiting(file, go));
    CompletableFuture<RunResult> zombie =
        beside(
            () ->
                PipelineRunner.in(workspace)
                    .run(pipeline, RunOptions.defaults(), RunListener.none()));
    await().until(() -> Counts.read(folder).stream().filter("waiting"::equals).count() == 2);
    String runId = workspace.history().runs(1).get(0).id();
    workspace.store().leases().steal(Lease.ofRun(runId), "another 1 1", Duration.ofMinutes(1));
    Files.createFile(go);

    assertThatThrownBy(() -> zombie.get(20, TimeUnit.SECONDS))
        .hasCauseInstanceOf(InfrastructureException.class)
        .hasMessageContaining("its epoch 1 is over");
    assertThat(workspace.history().artifacts("Numbers", 10))
        .extracting(ArtifactRecord::node)
        .containsExactly("read-numbers");
  }

  @Test
  void liveRunCannotBeResumed() throws Exception {
    Path go = folder.resolve("go");
    BuiltPipeline pipeline = PipelineBuilder.build(new TwoWaiting(file, go));
    CompletableFuture<RunResult> live =
        beside(
            () ->
                PipelineRunner.in(workspace)
                    .run(pipeline, RunOptions.defaults(), RunListener.none()));
    await().until(() -> Counts.read(folder).contains("waiting"));
    RunRecord run = workspace.history().runs(1).get(0);

    assertThat(run.state()).isEqualTo(RunRecord.State.RUNNING);
    assertThatThrownBy(
            () ->
                PipelineRunner.in(workspace)
                    .resume(run.id(), pipeline, RunOptions.defaults(), RunListener.none()))
        .isInstanceOf(RunRefusedException.class)
        .hasMessageContaining("process " + ProcessHandle.current().pid());
    Files.createFile(go);
    assertThat(live.get()).isInstanceOf(RunResult.Succeeded.class);
  }

  @Test
  void failedRunGoesOnWhereItFailed() throws Exception {
    BuiltPipeline pipeline = PipelineBuilder.build(new Flaky(file, 1, false));
    RunResult failed = run(new Flaky(file, 1, false));
    List<RunPlan> plans = new ArrayList<>();
    RunResult resumed =
        PipelineRunner.in(workspace)
            .resume(
                failed.runId(),
                pipeline,
                RunOptions.defaults(),
                new RunListener() {
                  @Override
                  public void planned(String runId, RunPlan plan) {
                    plans.add(plan);
                  }
                });

    assertThat(resumed).isInstanceOf(RunResult.Succeeded.class);
    assertThat(resumed.runId()).isEqualTo(failed.runId());
    assertThat(planOf(plans.get(0), "read-numbers"))
        .containsExactly("skipped done already in this run");
    assertThat(Counts.read(folder)).containsExactly("read", "fail", "multiply");
    ArtifactRecord passed = artifact(resumed, "fail", "numbers");
    assertThat(Files.readString(passed.directory().resolve("attempts.txt"))).isEqualTo("12");
  }

  @Test
  void changedPipelineIsNotResumed() {
    RunResult failed = run(new Flaky(file, 1, false));
    BuiltPipeline other = PipelineBuilder.build(new Flaky(file, 2, false));

    assertThatThrownBy(
            () ->
                PipelineRunner.in(workspace)
                    .resume(failed.runId(), other, RunOptions.defaults(), RunListener.none()))
        .isInstanceOf(RunRefusedException.class)
        .hasMessage(
            "Cannot resume run %s: pipeline 'flaky' changed since it started (nodes fail). Start a new run; what is unchanged comes from the cache."
                .formatted(failed.runId()));
  }

  @Test
  void unknownRunIsNotResumed() {
    assertThatThrownBy(
            () ->
                PipelineRunner.in(workspace)
                    .resume(
                        "nonsense",
                        PipelineBuilder.build(new Plain(file, 1)),
                        RunOptions.defaults(),
                        RunListener.none()))
        .hasMessage(
            "Cannot resume run nonsense: there is no such run. List them with: pergola runs");
  }
}
