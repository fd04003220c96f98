package io.pergola.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import acme.Counts;
import acme.Fail;
import acme.Multiply;
import acme.Numbers;
import acme.ReadNumbers;
import io.pergola.metadata.Claimed;
import io.pergola.metadata.RunClaim;
import io.pergola.metadata.RunRequest;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.NodeOptions;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.pipeline.PipelineDefinition;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** P5: a run that another process goes on with does what was asked of it, and nothing else. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class RecoveredOrderTest extends RunFixture {
  private static final RunOptions PLAIN = RunOptions.defaults();

  /** Fails once for each run that is to fail. */
  record Fragile(Path file) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      Channel<Numbers> numbers = p.add(new ReadNumbers(file));
      Channel<Numbers> kept = p.add(new Fail(numbers, 1, false, file.getParent()));
      p.add(new Multiply(kept, 2, file.getParent()));
    }
  }

  record Uncached(Path file, long factor) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      PipelineBuilder plain = p.with(NodeOptions.defaults().withoutCache());
      Channel<Numbers> numbers = plain.add(new ReadNumbers(file));
      plain.add(new Multiply(numbers, factor, file.getParent()));
    }
  }

  /** Its process dies after the run is on record and planned, before any node. */
  private static final class Dies implements RunListener {
    static final String TEXT = "the process died";

    @Override
    public void planned(String runId, RunPlan plan) {
      throw new IllegalStateException(TEXT);
    }
  }

  private String dies(PipelineDefinition pipeline, RunOptions options) {
    assertThatThrownBy(
            () ->
                PipelineRunner.in(workspace)
                    .run(PipelineBuilder.build(pipeline), options, new Dies()))
        .hasMessage(Dies.TEXT);
    RunRecord left = workspace.history().runs(1).get(0);
    assertThat(left.state()).isEqualTo(RunRecord.State.INTERRUPTED);
    return left.id();
  }

  private RunResult resume(String runId, PipelineDefinition pipeline, RunOptions options) {
    return PipelineRunner.in(workspace)
        .resume(runId, PipelineBuilder.build(pipeline), options, RunListener.none());
  }

  private void failOnceFrom(int failures) throws Exception {
    Files.deleteIfExists(folder.resolve("ran.log"));
    for (int i = 0; i < failures; i++) {
      Counts.ran(folder, "fail");
    }
  }

  @Test
  void p5_aRunWithoutCacheThatFailedIsResumedWithoutCache() throws Exception {
    failOnceFrom(1);
    assertThat(run(new Fragile(file))).isInstanceOf(RunResult.Succeeded.class);
    failOnceFrom(0);
    RunResult failed = run(new Fragile(file), PLAIN.withoutCache());
    assertThat(failed).isInstanceOf(RunResult.Failed.class);

    assertThat(outcomes(resume(failed.runId(), new Fragile(file), PLAIN)))
        .containsExactly("read-numbers=Completed", "fail=Completed", "multiply=Completed");
  }

  @Test
  void p5_aRunWithoutCacheWhoseProcessDiedGoesOnWithoutCache() throws Exception {
    failOnceFrom(1);
    run(new Fragile(file));
    String left = dies(new Fragile(file), PLAIN.withoutCache());

    assertThat(outcomes(resume(left, new Fragile(file), PLAIN)))
        .containsExactly("read-numbers=Completed", "fail=Completed", "multiply=Completed");
  }

  /** It was asked for with the cache; whoever resumed it wanted none, and died as well. */
  @Test
  void p5_aRunThatIsResumedWithoutCacheGoesOnWithoutCacheAfterThat() throws Exception {
    failOnceFrom(1);
    run(new Fragile(file));
    String left = dies(new Fragile(file), PLAIN);
    assertThatThrownBy(
            () ->
                PipelineRunner.in(workspace)
                    .resume(
                        left,
                        PipelineBuilder.build(new Fragile(file)),
                        PLAIN.withoutCache(),
                        new Dies()))
        .hasMessage(Dies.TEXT);

    assertThat(outcomes(resume(left, new Fragile(file), PLAIN)))
        .containsExactly("read-numbers=Completed", "fail=Completed", "multiply=Completed");
  }

  @Test
  void p5_aQueuedRunWithoutCacheIsDrivenWithoutCache() throws Exception {
    failOnceFrom(1);
    run(new Fragile(file));
    TreeMap<String, String> asked = new TreeMap<>(Map.of(RunAttributes.CACHE, "off"));
    workspace.store().runs().enqueue(RunRequest.of("r1", "fragile", asked));
    Claimed claimed =
        workspace
            .store()
            .runs()
            .claim("me", Duration.ofSeconds(20), RunClaim.oldest())
            .orElseThrow();

    RunResult result =
        PipelineRunner.in(workspace)
            .drive(
                "r1",
                claimed.lease(),
                PipelineBuilder.build(new Fragile(file)),
                PLAIN,
                RunListener.none());

    assertThat(outcomes(result))
        .containsExactly("read-numbers=Completed", "fail=Completed", "multiply=Completed");
  }

  @Test
  void p5_aRerunThatKeepsCompletedNodesKeepsThemAfterItsProcessDied() {
    RunResult first = run(new Uncached(file, 3));
    String left =
        dies(
            new Uncached(file, 3),
            PLAIN.rerun(first.runId(), RunOptions.Reuse.COMPLETED_NODES).reason("once more"));

    RunResult again = resume(left, new Uncached(file, 3), PLAIN);

    assertThat(outcomes(again)).containsExactly("read-numbers=Cached", "multiply=Cached");
    assertThat(workspace.store().runs().find(left).orElseThrow().attributes())
        .containsEntry(RunAttributes.RERUN_OF, first.runId())
        .containsEntry(RunAttributes.REASON, "once more");
  }

  @Test
  void p5_aRerunThatKeepsNothingBeyondTheCacheDoesNotAfterItsProcessDied() {
    RunResult first = run(new Uncached(file, 3));
    String left = dies(new Uncached(file, 3), PLAIN.rerun(first.runId(), RunOptions.Reuse.CACHE));

    assertThat(outcomes(resume(left, new Uncached(file, 3), PLAIN)))
        .containsExactly("read-numbers=Completed", "multiply=Completed");
  }

  /** The named run is not the newest that has outputs. */
  @Test
  void p5_aPartOnTheOutputsOfANamedRunTakesThemAfterItsProcessDied() throws Exception {
    numbers(1, 2, 3);
    RunResult named = run(new Uncached(file, 3));
    numbers(7, 8);
    run(new Uncached(file, 3));
    RunSelection part = RunSelection.all().only(Set.of("multiply")).using(named.runId());
    String left = dies(new Uncached(file, 3), PLAIN.select(part));

    RunResult resumed = resume(left, new Uncached(file, 3), PLAIN);

    assertThat(outcomes(resumed)).containsExactly("read-numbers=Cached", "multiply=Completed");
    assertThat(new Numbers(artifact(resumed, "multiply", "numbers").directory()).read())
        .containsExactly(3L, 6L, 9L);
  }
}
