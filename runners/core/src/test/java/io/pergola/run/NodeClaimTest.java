package io.pergola.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import acme.Counts;
import acme.Fail;
import acme.Numbers;
import acme.ReadNumbers;
import acme.Wait;
import io.pergola.metadata.Lease;
import io.pergola.pipeline.BuiltPipeline;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.NodeOptions;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.pipeline.PipelineDefinition;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What runs of the same pipeline at the same time do with the nodes they share. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class NodeClaimTest extends RunFixture {
  record Waiting(Path file, Path go) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      Channel<Numbers> numbers = p.add(new ReadNumbers(file));
      p.add(new Wait(numbers, file.getParent(), go));
    }
  }

  record WaitingAnew(Path file, Path go) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      Channel<Numbers> numbers = p.add(new ReadNumbers(file));
      p.with(NodeOptions.defaults().withoutCache()).add(new Wait(numbers, file.getParent(), go));
    }
  }

  record FailingOnce(Path file, int times) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      Channel<Numbers> numbers = p.add(new ReadNumbers(file));
      p.add(new Fail(numbers, times, false, file.getParent()));
    }
  }

  /** Remembers what was said of nodes. */
  static final class Said implements RunListener {
    final List<String> messages = Collections.synchronizedList(new ArrayList<>());

    @Override
    public void nodeProgress(String node, long rows, double rowsPerSecond, String message) {
      messages.add(message);
    }
  }

  private CompletableFuture<RunResult> start(PipelineDefinition definition, RunListener listener) {
    BuiltPipeline pipeline = PipelineBuilder.build(definition);
    return beside(
        () -> PipelineRunner.in(workspace).run(pipeline, RunOptions.defaults(), listener));
  }

  private void awaitWaiting(int count) {
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> Collections.frequency(Counts.read(folder), "waiting") == count);
  }

  @Test
  void f9_theSecondRunWaitsForTheNodeThatTheFirstExecutesAndReusesIt() throws Exception {
    Path go = folder.resolve("go");
    CompletableFuture<RunResult> first = start(new Waiting(file, go), RunListener.none());
    awaitWaiting(1);
    String firstId = workspace.history().runs(1).get(0).id();
    Said said = new Said();
    CompletableFuture<RunResult> second = start(new Waiting(file, go), said);

    String text = "waiting for run %s, which is executing this node".formatted(firstId);
    await().atMost(Duration.ofSeconds(20)).until(() -> said.messages.contains(text));
    assertThat(workspace.history().nodes(workspace.history().runs(1).get(0).id()).get(1).cause())
        .contains(text);
    Files.createFile(go);

    assertThat(outcomes(first.get())).containsExactly("read-numbers=Completed", "wait=Completed");
    assertThat(outcomes(second.get())).containsExactly("read-numbers=Cached", "wait=Cached");
    assertThat(Counts.read(folder)).containsExactly("read", "waiting");
  }

  @Test
  void f9_theSecondRunTakesOverWhereTheFirstFails() throws Exception {
    RunResult first = run(new FailingOnce(file, 1), RunOptions.defaults());
    RunResult second = run(new FailingOnce(file, 1), RunOptions.defaults());

    assertThat(first).isInstanceOf(RunResult.Failed.class);
    assertThat(outcomes(second)).containsExactly("read-numbers=Cached", "fail=Completed");
  }

  @Test
  void f9_aClaimThatRanOutIsTakenOver() throws Exception {
    BuiltPipeline pipeline = PipelineBuilder.build(new Waiting(file, file));
    run(new Waiting(file, file));
    String key =
        workspace
            .store()
            .runs()
            .node(workspace.history().runs(1).get(0).id(), "wait")
            .orElseThrow()
            .cacheKey()
            .orElseThrow();
    workspace
        .store()
        .leases()
        .acquire(Lease.ofNode(key), "elsewhere host 1 1 -", Duration.ofSeconds(2));
    Files.delete(
        artifact(run(new Waiting(file, file)), "wait", "numbers")
            .directory()
            .resolve("numbers.txt"));

    RunResult result =
        PipelineRunner.in(workspace).run(pipeline, RunOptions.defaults(), RunListener.none());

    assertThat(outcomes(result)).containsExactly("read-numbers=Cached", "wait=Completed");
  }

  @Test
  void aNodeWithoutCacheWaitsForNobody() throws Exception {
    Path go = folder.resolve("go");
    CompletableFuture<RunResult> first = start(new WaitingAnew(file, go), RunListener.none());
    awaitWaiting(1);
    CompletableFuture<RunResult> second = start(new WaitingAnew(file, go), RunListener.none());
    awaitWaiting(2);
    Files.createFile(go);

    assertThat(outcomes(first.get())).contains("wait=Completed");
    assertThat(outcomes(second.get())).contains("wait=Completed");
  }

  @Test
  void p6_aRunThatWaitsForAnotherIsCancelledAtOnce() throws Exception {
    Path go = folder.resolve("go");
    CompletableFuture<RunResult> first = start(new Waiting(file, go), RunListener.none());
    awaitWaiting(1);
    Said said = new Said();
    CompletableFuture<RunResult> second = start(new Waiting(file, go), said);
    await().atMost(Duration.ofSeconds(20)).until(() -> !said.messages.isEmpty());

    workspace.store().runs().requestCancel(workspace.history().runs(1).get(0).id());

    assertThat(outcomes(second.get(10, TimeUnit.SECONDS))).contains("wait=Cancelled");
    Files.createFile(go);
    assertThat(outcomes(first.get())).contains("wait=Completed");
  }
}
