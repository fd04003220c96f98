package io.pergola.run;

import static org.assertj.core.api.Assertions.assertThat;

import acme.Check;
import acme.Counts;
import acme.Fail;
import acme.Numbers;
import acme.ReadNumbers;
import acme.TellEnd;
import acme.Wait;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.ExitHandler;
import io.pergola.pipeline.NodeOptions;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.pipeline.PipelineDefinition;
import io.pergola.pipeline.RunSummary;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is called at the end of a run, and what it is told. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ExitHandlersTest extends RunFixture {
  record Ending(Path file, int failures) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      p.onExit(new TellEnd(p.add(new ReadNumbers(file)), file.getParent(), failures));
      p.with(NodeOptions.defaults().retries(2).timeout(Duration.ofMillis(300)))
          .onExit("slow", new Sleepy());
    }
  }

  record Gated(Path file) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      Channel<Numbers> numbers = p.add(new ReadNumbers(file));
      p.add(new Check(numbers, 2));
      p.onExit(new TellEnd(numbers, file.getParent(), 0));
    }
  }

  record Failing(Path file, int times) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      Channel<Numbers> numbers = p.add(new ReadNumbers(file));
      p.add(new Fail(numbers, times, false, file.getParent()));
      p.onExit(new TellEnd(numbers, file.getParent(), 0));
    }
  }

  record Waiting(Path file, Path go) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      Channel<Numbers> numbers = p.add(new ReadNumbers(file));
      p.add(new Wait(numbers, file.getParent(), go));
      p.onExit(new TellEnd(numbers, file.getParent(), 0));
    }
  }

  /** Takes longer than it may. */
  record Sleepy() implements ExitHandler {
    @Override
    public void run(RunSummary run) throws Exception {
      Thread.sleep(60_000);
    }
  }

  private List<String> ends() throws Exception {
    return Counts.read(folder).stream().filter(line -> line.startsWith("end ")).toList();
  }

  @Test
  void failureOfAHandlerIsReportedAndLeavesTheOutcomeAndTheOtherHandlers() throws Exception {
    RunResult result = run(new Ending(file, 1));

    assertThat(result).isInstanceOf(RunResult.Succeeded.class);
    assertThat(outcomes(result))
        .containsExactly("read-numbers=Completed", "tell-end=Exited", "slow=Exited");
    assertThat(ends()).containsExactly("end SUCCEEDED, 3 numbers");
    assertThat(workspace.history().exits(result.runId()))
        .containsExactly(
            new ExitRecord("slow", Optional.of("it took longer than its timeout of PT0.3S")),
            new ExitRecord(
                "tell-end", Optional.of("TellEnd.java:22: IllegalStateException: nobody listens")));
  }

  @Test
  void gateThatStopsTheRunIsTold() throws Exception {
    run(new Gated(file));

    assertThat(ends())
        .containsExactly("end STOPPED at check: 1 numbers are above 2. Remove them., 3 numbers");
  }

  @Test
  void failedRunIsToldAndItsNextEndAgain() throws Exception {
    RunResult failed = run(new Failing(file, 1));
    assertThat(ends()).hasSize(1);
    assertThat(ends().get(0))
        .startsWith("end FAILED at fail: Node 'fail' failed: ")
        .endsWith(", 3 numbers");

    RunResult resumed = resume(failed.runId(), new Failing(file, 1));

    assertThat(resumed).isInstanceOf(RunResult.Succeeded.class);
    assertThat(ends()).hasSize(2);
    assertThat(ends().get(1)).isEqualTo("end SUCCEEDED, 3 numbers");
  }

  /** Both ends are failures; the second one is news as well. */
  @Test
  void runThatFailsAgainAfterItWasResumedIsToldAgain() throws Exception {
    RunResult failed = run(new Failing(file, 2));
    assertThat(ends()).hasSize(1);

    RunResult again = resume(failed.runId(), new Failing(file, 2));
    assertThat(again).isInstanceOf(RunResult.Failed.class);
    assertThat(ends()).hasSize(2);
    assertThat(ends().get(1)).startsWith("end FAILED at fail: ");

    assertThat(resume(failed.runId(), new Failing(file, 2)))
        .isInstanceOf(RunResult.Succeeded.class);
    assertThat(ends()).hasSize(3);
    assertThat(ends().get(2)).isEqualTo("end SUCCEEDED, 3 numbers");
  }

  private RunResult resume(String runId, PipelineDefinition pipeline) {
    return PipelineRunner.in(workspace)
        .resume(runId, PipelineBuilder.build(pipeline), RunOptions.defaults(), RunListener.none());
  }

  @Test
  void cancelledRunIsTold() throws Exception {
    Thread runner = new Thread(() -> run(new Waiting(file, folder.resolve("go"))));
    runner.start();
    Awaitility.await()
        .until(
            () ->
                workspace.history().runs(1).stream()
                    .flatMap(run -> workspace.history().nodes(run.id()).stream())
                    .anyMatch(
                        node ->
                            node.node().equals("wait")
                                && node.state() == NodeRecord.State.RUNNING));
    runner.interrupt();
    runner.join();

    assertThat(ends()).containsExactly("end CANCELLED: cancelled, 3 numbers");
  }
}
