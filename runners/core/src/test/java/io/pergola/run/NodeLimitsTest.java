package io.pergola.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import acme.Counts;
import acme.Deaf;
import acme.Fail;
import acme.Numbers;
import acme.ReadNumbers;
import acme.Wait;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.NodeOptions;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.pipeline.PipelineDefinition;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Timeouts and retries of single nodes. */
@Timeout(value = 90, unit = TimeUnit.SECONDS)
class NodeLimitsTest extends RunFixture {
  record Slow(Path file, Path go, int retries) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      Channel<Numbers> numbers = p.add(new ReadNumbers(file));
      p.with(
              NodeOptions.defaults()
                  .timeout(Duration.ofMillis(300))
                  .retries(retries)
                  .retryDelay(Duration.ofMillis(1)))
          .add(new Wait(numbers, file.getParent(), go));
    }
  }

  record Unheeding(Path file, Path go) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      Channel<Numbers> numbers = p.add(new ReadNumbers(file));
      p.add(new Deaf(numbers, file.getParent(), go));
    }
  }

  record Flaky(Path file, int times, int retries) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      Channel<Numbers> numbers = p.add(new ReadNumbers(file));
      p.with(NodeOptions.defaults().retries(retries).retryDelay(Duration.ofMillis(1)))
          .add(new Fail(numbers, times, false, file.getParent()));
    }
  }

  @Test
  void anAttemptThatTakesTooLongFailsWithItsTimeout() throws Exception {
    RunResult result = run(new Slow(file, folder.resolve("go"), 0));

    assertThat(((RunResult.Failed) result).cause().line())
        .isEqualTo(
            "Node 'wait' failed: Cannot finish within the node's timeout of 0.3s. Raise NodeOptions.timeout, or find out what it waited for in its log.");
    assertThat(strayFiles()).isEmpty();
  }

  @Test
  void rule24_aTimeoutCountsAsAFailureAndIsRetried() throws Exception {
    RunResult result = run(new Slow(file, folder.resolve("go"), 2));

    assertThat(result).isInstanceOf(RunResult.Failed.class);
    assertThat(Counts.read(folder)).containsExactly("read", "waiting", "waiting", "waiting");
  }

  @Test
  void rule24_theNodesOwnRetriesCount() throws Exception {
    assertThat(run(new Flaky(file, 2, 1))).isInstanceOf(RunResult.Failed.class);
    assertThat(run(new Flaky(file, 4, 2))).isInstanceOf(RunResult.Succeeded.class);
  }

  @Test
  void rule24_delaysDoubleVaryByTheJitterAndEndAtTheDeadline() {
    RetryPolicy policy =
        new RetryPolicy(9, 9, Duration.ofSeconds(1), Duration.ofSeconds(10))
            .jitter(0.5)
            .deadline(Duration.ofSeconds(60));
    for (int i = 0; i < 100; i++) {
      assertThat(policy.nextDelay(2, Duration.ZERO).orElseThrow())
          .isBetween(Duration.ofMillis(500), Duration.ofMillis(1500));
      assertThat(policy.nextDelay(4, Duration.ZERO).orElseThrow())
          .isBetween(Duration.ofSeconds(2), Duration.ofSeconds(6));
      assertThat(policy.nextDelay(9, Duration.ZERO).orElseThrow())
          .isBetween(Duration.ofSeconds(5), Duration.ofSeconds(15));
      assertThat(policy.nextDelay(9, Duration.ofSeconds(56))).isEqualTo(Optional.empty());
    }
    assertThat(policy.jitter(0).nextDelay(3, Duration.ZERO)).contains(Duration.ofSeconds(2));
  }

  @Test
  void p4_p6_aNodeThatOutlivesTheCancelPublishesNothing() throws Exception {
    Path go = folder.resolve("go");
    CompletableFuture<RunResult> running = beside(() -> run(new Unheeding(file, go)));
    await().atMost(Duration.ofSeconds(20)).until(() -> Counts.read(folder).contains("waiting"));
    String runId = workspace.history().runs(1).get(0).id();
    workspace.store().runs().requestCancel(runId);

    RunResult result = running.get(30, TimeUnit.SECONDS);
    assertThat(outcomes(result)).containsExactly("read-numbers=Completed", "deaf=Cancelled");
    Files.createFile(go);
    await().atMost(Duration.ofSeconds(10)).until(() -> Counts.read(folder).contains("woke"));
    await().atMost(Duration.ofSeconds(10)).until(() -> strayFiles().isEmpty());

    assertThat(workspace.history().artifactsOf(runId))
        .extracting(ArtifactRecord::node)
        .containsExactly("read-numbers");
    assertThat(workspace.history().nodes(runId).get(1).state())
        .isEqualTo(NodeRecord.State.CANCELLED);
  }
}
