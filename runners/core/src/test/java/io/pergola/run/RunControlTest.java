package io.pergola.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import acme.Counts;
import acme.Multiply;
import acme.Numbers;
import acme.ReadNumbers;
import acme.Wait;
import io.pergola.metadata.Lease;
import io.pergola.metadata.RunState;
import io.pergola.pipeline.BuiltPipeline;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.DataInterval;
import io.pergola.pipeline.NodeOptions;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.pipeline.PipelineDefinition;
import io.pergola.pipeline.RunContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Limits, cancelling from outside, running again, running parts. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class RunControlTest extends RunFixture {
  record Waiting(Path file, Path go) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      Channel<Numbers> numbers = p.add(new ReadNumbers(file));
      p.with(NodeOptions.defaults().withoutCache()).add(new Wait(numbers, file.getParent(), go));
    }
  }

  record Chain(Path file, long factor) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      Channel<Numbers> numbers = p.add(new ReadNumbers(file));
      Channel<Numbers> first = p.add("first", new Multiply(numbers, 2, file.getParent()));
      Channel<Numbers> second = p.add("second", new Multiply(first, factor, file.getParent()));
      p.add("third", new Multiply(second, 5, file.getParent()));
    }
  }

  record Uncached(Path file, int times) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      PipelineBuilder plain = p.with(NodeOptions.defaults().withoutCache());
      Channel<Numbers> numbers = plain.add(new ReadNumbers(file));
      plain.add(new acme.Fail(numbers, times, false, file.getParent()));
    }
  }

  /** Remembers what it waited for. */
  static final class Queued implements RunListener {
    final List<String> behind = Collections.synchronizedList(new ArrayList<>());

    @Override
    public void queued(String runId, List<String> runs) {
      behind.addAll(runs);
    }
  }

  private CompletableFuture<RunResult> start(RunOptions options, RunListener listener, Path go) {
    BuiltPipeline pipeline = PipelineBuilder.build(new Waiting(file, go));
    return beside(() -> PipelineRunner.in(workspace).run(pipeline, options, listener));
  }

  private String newest() {
    return workspace.history().runs(1).get(0).id();
  }

  private void awaitWaiting() {
    await().atMost(Duration.ofSeconds(20)).until(() -> Counts.read(folder).contains("waiting"));
  }

  private static RunSelection select() {
    return RunSelection.all();
  }

  @Test
  void rule14_aRunWaitsVisiblyUntilTheLimitLeavesRoom() throws Exception {
    workspace.store().runs().limit("waiting", 1);
    Path go = folder.resolve("go");
    CompletableFuture<RunResult> first = start(RunOptions.defaults(), RunListener.none(), go);
    awaitWaiting();
    String live = newest();
    Queued listener = new Queued();
    CompletableFuture<RunResult> second = start(RunOptions.defaults(), listener, go);
    await().atMost(Duration.ofSeconds(20)).until(() -> listener.behind.contains(live));

    assertThatThrownBy(() -> run(new Waiting(file, go), RunOptions.defaults().refusingToWait()))
        .isInstanceOf(RunRefusedException.class)
        .hasMessageStartingWith(
            "Cannot start a run of 'waiting': its limit of 1 live runs is reached (" + live);
    Files.createFile(go);

    assertThat(first.get()).isInstanceOf(RunResult.Succeeded.class);
    assertThat(second.get()).isInstanceOf(RunResult.Succeeded.class);
  }

  @Test
  void p6_aQueuedRunIsCancelledFromOutside() throws Exception {
    workspace.store().runs().limit("waiting", 1);
    Path go = folder.resolve("go");
    CompletableFuture<RunResult> first = start(RunOptions.defaults(), RunListener.none(), go);
    awaitWaiting();
    Queued listener = new Queued();
    CompletableFuture<RunResult> second = start(RunOptions.defaults(), listener, go);
    await().atMost(Duration.ofSeconds(20)).until(() -> !listener.behind.isEmpty());

    assertThat(PipelineRunner.in(workspace).cancel(newest(), Duration.ofSeconds(5))).isTrue();

    assertThat(second.get(5, TimeUnit.SECONDS)).isInstanceOf(RunResult.Cancelled.class);
    Files.createFile(go);
    assertThat(first.get()).isInstanceOf(RunResult.Succeeded.class);
  }

  @Test
  void p6_aRunningRunIsCancelledFromOutside() throws Exception {
    CompletableFuture<RunResult> first =
        start(RunOptions.defaults(), RunListener.none(), folder.resolve("go"));
    awaitWaiting();

    assertThat(PipelineRunner.in(workspace).cancel(newest(), Duration.ofSeconds(20))).isTrue();

    assertThat(first.get(5, TimeUnit.SECONDS)).isInstanceOf(RunResult.Cancelled.class);
    assertThatThrownBy(() -> PipelineRunner.in(workspace).cancel(newest(), Duration.ZERO))
        .hasMessage("Cannot cancel run %s: it is over (CANCELLED).".formatted(newest()));
  }

  @Test
  void p6_aRunWhoseProcessIsGoneIsCancelledHere() throws Exception {
    RunResult failed = run(new Uncached(file, 9), RunOptions.defaults());
    String runId = failed.runId();
    Lease gone =
        workspace
            .store()
            .leases()
            .steal(Lease.ofRun(runId), "elsewhere 1 1 -", Duration.ofSeconds(1));
    workspace.store().runs().move(gone, runId, RunState.RUNNING, java.util.Optional.empty());

    assertThat(PipelineRunner.in(workspace).cancel(runId, Duration.ofSeconds(10))).isTrue();

    assertThat(workspace.history().run(runId).orElseThrow().state())
        .isEqualTo(RunRecord.State.CANCELLED);
    assertThat(strayFiles()).isEmpty();
  }

  @Test
  void onlyOneNodeRunsOnTheNewestOutputsOfTheOthers() throws Exception {
    RunResult first = run(new Chain(file, 3));
    RunOptions options =
        RunOptions.defaults().withoutCache().select(select().only(Set.of("second")));

    RunPlan plan =
        PipelineRunner.in(workspace).plan(PipelineBuilder.build(new Chain(file, 7)), options);
    assertThat(planOf(plan, "read-numbers")).containsExactly("skipped left out by --only=second");
    assertThat(planOf(plan, "first"))
        .containsExactly(
            "skipped left out by --only=second; outputs of run %s are used"
                .formatted(first.runId()));
    assertThat(planOf(plan, "second")).containsExactly("cache off");

    RunResult second = run(new Chain(file, 7), options);

    assertThat(outcomes(second))
        .containsExactly(
            "read-numbers=Skipped", "first=Cached", "second=Completed", "third=Skipped");
    assertThat(second).isInstanceOf(RunResult.Succeeded.class);
    assertThat(new Numbers(artifact(second, "second", "numbers").directory()).read())
        .containsExactly(14L, 28L, 42L);
    assertThat(workspace.store().runs().find(second.runId()).orElseThrow().attributes())
        .containsEntry(RunAttributes.SELECTION, "--only=second");
  }

  @Test
  void fromToAndSkipChooseAlongTheChannels() {
    run(new Chain(file, 3));
    RunOptions anew = RunOptions.defaults().withoutCache();

    assertThat(outcomes(run(new Chain(file, 3), anew.select(select().from(Set.of("second"))))))
        .containsExactly(
            "read-numbers=Skipped", "first=Cached", "second=Completed", "third=Completed");
    assertThat(outcomes(run(new Chain(file, 3), anew.select(select().to(Set.of("first"))))))
        .containsExactly(
            "read-numbers=Completed", "first=Completed", "second=Skipped", "third=Skipped");
    assertThat(outcomes(run(new Chain(file, 3), anew.select(select().skip(Set.of("second"))))))
        .containsExactly(
            "read-numbers=Completed", "first=Completed", "second=Cached", "third=Completed");
  }

  @Test
  void theOutputsOfANamedRunAreTaken() throws Exception {
    RunResult seven = run(new Chain(file, 7));
    run(new Chain(file, 3));

    RunResult third =
        run(
            new Chain(file, 3),
            RunOptions.defaults().select(select().only(Set.of("third")).using(seven.runId())));

    assertThat(new Numbers(artifact(third, "third", "numbers").directory()).read())
        .containsExactly(70L, 140L, 210L);
  }

  @Test
  void whatIsNotThereIsRefusedByName() {
    assertThatThrownBy(
            () ->
                run(
                    new Chain(file, 3),
                    RunOptions.defaults().select(select().only(Set.of("third")))))
        .isInstanceOf(RunRefusedException.class)
        .hasMessage(
            "Cannot run with --only=third: 'third' reads second.numbers, and no earlier run has left one that is whole. Select that node too, or name a run that has it with --using=RUN.");
    assertThatThrownBy(
            () ->
                run(
                    new Chain(file, 3),
                    RunOptions.defaults().select(select().from(Set.of("fourth")))))
        .hasMessage(
            "Cannot run with --from=fourth: pipeline 'chain' has no node 'fourth'. Its nodes are read-numbers, first, second, third.");
    assertThat(workspace.history().runs(9)).isEmpty();
  }

  @Test
  void rule19_aRerunIsTheNextAttemptOfTheSameInterval() {
    Instant start = Instant.parse("2026-03-01T00:00:00Z");
    DataInterval day = new DataInterval(start, start.plus(Duration.ofDays(1)), ZoneOffset.UTC);
    RunResult first =
        run(new Chain(file, 3), RunOptions.defaults().context(RunContext.of(day)).reason("try"));

    RunResult second =
        run(new Chain(file, 3), RunOptions.defaults().rerun(first.runId(), RunOptions.Reuse.CACHE));

    RunRecord record = workspace.history().run(second.runId()).orElseThrow();
    assertThat(record.context())
        .isEqualTo(new RunContext(java.util.Optional.of(day), day.end(), 2));
    assertThat(workspace.store().runs().find(second.runId()).orElseThrow().attributes())
        .containsEntry(RunAttributes.RERUN_OF, first.runId());
    assertThat(workspace.store().runs().find(first.runId()).orElseThrow().attributes())
        .containsEntry(RunAttributes.REASON, "try");
    assertThat(workspace.store().runs().attempts("chain", "", day.start(), day.end())).hasSize(2);
  }

  @Test
  void aRerunFromTheFailedNodeKeepsWhatWasCompletedEvenWithoutCache() throws Exception {
    RunResult failed = run(new Uncached(file, 1), RunOptions.defaults());
    assertThat(outcomes(failed)).containsExactly("read-numbers=Completed", "fail=Failed");

    RunResult again =
        run(
            new Uncached(file, 1),
            RunOptions.defaults().rerun(failed.runId(), RunOptions.Reuse.COMPLETED_NODES));

    assertThat(outcomes(again)).containsExactly("read-numbers=Cached", "fail=Completed");
    numbers(4);
    RunResult changed =
        run(
            new Uncached(file, 1),
            RunOptions.defaults().rerun(again.runId(), RunOptions.Reuse.COMPLETED_NODES));
    assertThat(outcomes(changed)).containsExactly("read-numbers=Completed", "fail=Completed");
  }
}
