package io.pergola.run;

import static org.assertj.core.api.Assertions.assertThat;

import acme.Numbers;
import acme.ReadNumbers;
import acme.Split;
import io.pergola.metadata.RunState;
import io.pergola.metadata.StoredNode;
import io.pergola.pipeline.BuiltPipeline;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.pipeline.PipelineDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * F9: a run is cancelled from outside while a node writes, syncs or renames what it publishes. The
 * short form does so at every few of these operations, {@code -Pfault-campaign} at every one.
 */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class CancelDuringPublishTest {
  private static final int STRIDE = Boolean.getBoolean("pergola.fault-campaign") ? 1 : 7;
  private static final RunOptions ONE_AT_A_TIME = RunOptions.defaults().parallelNodes(1);

  @TempDir Path folder;

  record Pipeline(Path file, Path log) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      Channel<Numbers> numbers = p.add(new ReadNumbers(file));
      p.add(new Split(numbers, 1, log));
    }
  }

  @Test
  void f9_p3_p6_aNodeThatIsCancelledWhileItPublishesHasPublishedAllOrNothing() throws IOException {
    Path numbers = folder.resolve("numbers.txt");
    Files.writeString(numbers, Numbers.text(List.of(1L, 2L, 3L)));
    BuiltPipeline pipeline = PipelineBuilder.build(new Pipeline(numbers, folder));
    int operations = cancelAt(Integer.MAX_VALUE, pipeline);
    assertThat(operations).isGreaterThan(20);
    int cancelled = 0;
    for (int i = 1; i <= operations; i += STRIDE) {
      cancelAt(i, pipeline);
      cancelled++;
    }
    System.out.printf("F9: cancelled at %d of %d file operations%n", cancelled, operations);
  }

  /** Runs in a new workspace, and cancels at that operation; returns how many there were. */
  private int cancelAt(int operation, BuiltPipeline pipeline) throws IOException {
    Path home = folder.resolve("home-" + operation);
    FaultyFiles disk = new FaultyFiles();
    String what;
    int count;
    RunResult result;
    try (Workspace workspace = Workspace.open(disk.path(home))) {
      disk.interpose(operation, () -> cancel(workspace));
      result = PipelineRunner.in(workspace).run(pipeline, ONE_AT_A_TIME, RunListener.none());
      count = disk.count();
      what = "cancelled before %d: %s".formatted(operation, disk.last());
      disk.heal();
    }
    try (Workspace workspace = Workspace.open(home)) {
      assertThat(Invariants.violationsAtRest(workspace)).as(what).isEmpty();
      if (disk.struck()) {
        assertThat(result).as(what).isInstanceOf(RunResult.Cancelled.class);
        assertThat(workspace.store().runs().find(result.runId()).orElseThrow().state())
            .as(what)
            .isEqualTo(RunState.CANCELLED);
      }
      for (StoredNode node : workspace.store().runs().nodes(result.runId())) {
        List<ArtifactRecord> published =
            workspace.history().artifactsOf(result.runId()).stream()
                .filter(artifact -> artifact.node().equals(node.id()))
                .toList();
        int outputs = node.id().equals("split") ? 3 : 1;
        assertThat(published).as(what).hasSize(node.state().isPublished() ? outputs : 0);
      }
      RunResult again =
          PipelineRunner.in(workspace).run(pipeline, ONE_AT_A_TIME, RunListener.none());
      assertThat(again).as(what).isInstanceOf(RunResult.Succeeded.class);
      assertThat(Invariants.violationsAtRest(workspace)).as(what).isEmpty();
    }
    Workspace.delete(home);
    return count;
  }

  /** As {@code pergola cancel} does; a node then waits for the interrupt that its driver sends. */
  private static void cancel(Workspace workspace) {
    String run = workspace.history().runs(1).get(0).id();
    workspace.store().runs().requestCancel(run);
    boolean ofNode = Thread.currentThread().getName().startsWith("pergola-node");
    while (ofNode && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(1_000_000);
    }
  }
}
