package io.pergola.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import acme.BeamDriving;
import acme.BeamTold;
import acme.Numbers;
import acme.ReadNumbers;
import io.pergola.metadata.Lease;
import io.pergola.pipeline.BuiltPipeline;
import io.pergola.pipeline.NodeOptions;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.pipeline.PipelineDefinition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.testing.CrashingRunner;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Promise P6: whoever goes on with a run waits for the jobs that still run. Here a job is a few
 * lines of the test, and the process that submitted it is a thread that lost its lease.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ReattachTest extends RunFixture {
  private static final List<Long> WRITTEN = List.of(5L, 6L);

  private final Map<String, RunningJob> cluster = new ConcurrentHashMap<>();
  private final List<String> cancelled = new ArrayList<>();
  private final CountDownLatch firstProcessEnds = new CountDownLatch(1);
  private CompletableFuture<RunResult> firstProcess = new CompletableFuture<>();
  private String pipeline = "told";

  record Told(Path file) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      p.add(new BeamTold(p.add(new ReadNumbers(file))));
    }
  }

  record Driven(Path file) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      p.add("beam-told", new BeamDriving(p.add(new ReadNumbers(file)), 1));
    }
  }

  /** Submits jobs that write nothing by themselves. */
  private final class Submitting implements Engine {
    private final String id;
    private final CountDownLatch end;

    Submitting(String id, CountDownLatch end) {
      this.id = id;
      this.end = end;
    }

    @Override
    public String name() {
      return "test";
    }

    @Override
    public Pipeline newJob(String name, NodeOptions node) {
      PipelineOptions options = PipelineOptionsFactory.create();
      options.setRunner(CrashingRunner.class);
      return Pipeline.create(options);
    }

    @Override
    public void run(Pipeline job, JobListener listener) throws Exception {
      listener.submitted(id);
      listener.rows(1);
      boolean interrupted = false;
      while (end.getCount() > 0) {
        try {
          end.await();
        } catch (InterruptedException e) {
          interrupted = true; // as a process that is stopped: it hears of it when it continues
        }
      }
      if (interrupted) {
        throw new IOException("the job is gone");
      }
      write();
    }

    @Override
    public Optional<RunningJob> reattach(String jobId) {
      return Optional.ofNullable(cluster.get(jobId));
    }

    @Override
    public void cancelLeftover(String jobId) {
      cancelled.add(jobId);
    }

    @Override
    public void close() {}
  }

  @AfterEach
  void endFirstProcess() {
    firstProcessEnds.countDown();
    assertThatThrownBy(() -> firstProcess.get(20, TimeUnit.SECONDS))
        .hasCauseInstanceOf(InfrastructureException.class);
  }

  @Test
  void p6JobThatOutlivesItsProcessIsWaitedForAndPublished() throws Exception {
    String runId = submitAndDie();
    cluster.put(
        "job-1",
        listener -> {
          write();
          listener.rows(7);
        });

    RunResult resumed = resume(runId);

    assertThat(resumed).isInstanceOf(RunResult.Succeeded.class);
    NodeOutcome.Completed told = (NodeOutcome.Completed) resumed.outcome("beam-told").orElseThrow();
    assertThat(told.attempts()).isEqualTo(1);
    assertThat(told.rows()).isEqualTo(7);
    ArtifactRecord artifact = artifact(resumed, "beam-told", "numbers");
    assertThat(new Numbers(artifact.directory()).read()).isEqualTo(WRITTEN);
    assertThat(artifact.directory().resolve("count.txt")).hasContent("2");
    assertThat(artifact.properties()).containsEntry("before", 1L).containsEntry("after", 2L);
    assertThat(cancelled).isEmpty();
    firstProcessEnds.countDown();
    await().until(firstProcess::isDone);
    assertThat(new Numbers(artifact.directory()).read()).isEqualTo(WRITTEN);
    assertThat(strayFiles()).isEmpty();
  }

  @Test
  void p6JobThatIsNotKnownAnyMoreIsSubmittedAgain() throws Exception {
    String runId = submitAndDie();

    RunResult resumed = resume(runId);

    assertThat(((NodeOutcome.Completed) resumed.outcome("beam-told").orElseThrow()).attempts())
        .isEqualTo(2);
    assertThat(cancelled).containsExactly("job-1");
    assertThat(strayFiles()).isEmpty();
  }

  @Test
  void p6JobThatFailsAfterItsProcessDiedIsSubmittedAgain() throws Exception {
    String runId = submitAndDie();
    cluster.put(
        "job-1",
        listener -> {
          throw new IOException("a machine burnt down");
        });
    List<String> retried = new ArrayList<>();

    RunResult resumed =
        resume(
            runId,
            new RunListener() {
              @Override
              public void nodeRetried(String node, int attempt, Throwable cause, Duration delay) {
                retried.add(node + " " + attempt + " " + cause.getMessage());
              }
            });

    assertThat(resumed).isInstanceOf(RunResult.Succeeded.class);
    assertThat(retried)
        .singleElement()
        .asString()
        .startsWith("beam-told 1 ")
        .contains("a machine burnt down");
    assertThat(strayFiles()).isEmpty();
  }

  @Test
  void jobOfAnotherAttemptIsNotWaitedFor() throws Exception {
    String runId = submitAndDie();
    cluster.put("job-1", listener -> write());
    try (DirectoryStream<Path> attempts = attempts()) {
      for (Path attempt : attempts) {
        Files.writeString(attempt.resolve(Manifest.FILE), "{}"); // publishing had begun
      }
    }

    RunResult resumed = resume(runId);

    assertThat(((NodeOutcome.Completed) resumed.outcome("beam-told").orElseThrow()).attempts())
        .isEqualTo(2);
    assertThat(cancelled).containsExactly("job-1");
  }

  @Test
  void p6OneOfSeveralJobsIsNotWaitedForSinceNobodyKnowsTheNext() throws Exception {
    pipeline = "driven";
    String runId = submitAndDie(new Driven(file));
    cluster.put("job-1", listener -> write());

    RunResult resumed =
        PipelineRunner.in(workspace)
            .on(new Submitting("job-2", new CountDownLatch(0)))
            .resume(
                runId,
                PipelineBuilder.build(new Driven(file)),
                RunOptions.defaults(),
                RunListener.none());

    assertThat(resumed).isInstanceOf(RunResult.Succeeded.class);
    assertThat(((NodeOutcome.Completed) resumed.outcome("beam-told").orElseThrow()).attempts())
        .isEqualTo(2);
    assertThat(cancelled).containsExactly("job-1");
    assertThat(strayFiles()).isEmpty();
  }

  @Test
  void p4ZombieThatEndsMeanwhileSpoilsNothing() throws Exception {
    String runId = submitAndDie();
    cluster.put(
        "job-1",
        listener -> {
          write();
          firstProcessEnds.countDown();
          await().until(firstProcess::isDone);
        });

    RunResult resumed = resume(runId);

    assertThat(resumed).isInstanceOf(RunResult.Succeeded.class);
    assertThat(new Numbers(artifact(resumed, "beam-told", "numbers").directory()).read())
        .isEqualTo(WRITTEN);
    assertThat(strayFiles()).isEmpty();
  }

  /** Runs until the job is submitted; then the run belongs to nobody. */
  private String submitAndDie() {
    return submitAndDie(new Told(file));
  }

  private String submitAndDie(PipelineDefinition definition) {
    BuiltPipeline pipeline = PipelineBuilder.build(definition);
    RunOptions options = RunOptions.defaults().lease(Duration.ofMillis(400));
    firstProcess =
        beside(
            () ->
                PipelineRunner.in(workspace)
                    .on(new Submitting("job-1", firstProcessEnds))
                    .run(pipeline, options, RunListener.none()));
    await().until(() -> workspace.history().runs(1).size() == 1);
    String runId = workspace.history().runs(1).get(0).id();
    await()
        .untilAsserted(
            () ->
                assertThat(workspace.store().runs().node(runId, "beam-told").orElseThrow())
                    .matches(node -> node.jobId().isPresent(), "submitted"));
    workspace.store().leases().steal(Lease.ofRun(runId), "nobody 0 0", Duration.ofMillis(1));
    await()
        .until(
            () ->
                workspace.history().run(runId).orElseThrow().state()
                    == RunRecord.State.INTERRUPTED);
    return runId;
  }

  private RunResult resume(String runId) {
    return resume(runId, RunListener.none());
  }

  private RunResult resume(String runId, RunListener listener) {
    return PipelineRunner.in(workspace)
        .on(new Submitting("job-2", new CountDownLatch(0)))
        .resume(runId, PipelineBuilder.build(new Told(file)), RunOptions.defaults(), listener);
  }

  private void write() {
    try (DirectoryStream<Path> attempts = attempts()) {
      for (Path attempt : attempts) {
        new Numbers(attempt).write(WRITTEN);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private DirectoryStream<Path> attempts() throws IOException {
    return Files.newDirectoryStream(
        workspace.artifacts().resolve(pipeline + "/beam-told/numbers"), ".tmp-*");
  }
}
