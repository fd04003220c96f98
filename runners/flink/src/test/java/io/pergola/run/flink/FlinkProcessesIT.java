package io.pergola.run.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import acme.BeamSquares;
import acme.Counts;
import acme.Numbers;
import acme.ReadNumbers;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.pipeline.PipelineDefinition;
import io.pergola.run.ArtifactRecord;
import io.pergola.run.InfrastructureException;
import io.pergola.run.JobListener;
import io.pergola.run.NodeOutcome;
import io.pergola.run.NodeRecord;
import io.pergola.run.PipelineRunner;
import io.pergola.run.RetryPolicy;
import io.pergola.run.RunListener;
import io.pergola.run.RunOptions;
import io.pergola.run.RunResult;
import io.pergola.run.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.beam.sdk.Pipeline;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Fault F10 and promise P6 on a Flink of three processes: one JobManager, two TaskManagers. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class FlinkProcessesIT {
  private static final Duration LONG = Duration.ofSeconds(90);

  @TempDir static Path place;
  private static FlinkCluster cluster;

  @TempDir Path folder;
  private Workspace workspace;

  record Squares(Path folder) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      p.add(new BeamSquares(p.add(new ReadNumbers(folder.resolve("numbers.txt")))));
    }
  }

  @BeforeAll
  static void startCluster() throws Exception {
    cluster =
        FlinkCluster.start(
            FlinkClusterSettings.in(place.resolve("flink"))
                .port(0)
                .slots(1)
                .heapMegabytes(320)
                .endingWithThisProcess());
  }

  @AfterAll
  static void stopClusterWhichLeavesNothingRunning() throws Exception {
    List<ProcessHandle> all =
        ClusterProcess.running(cluster.settings().folder()).stream()
            .map(ClusterProcess::process)
            .toList();
    cluster.stop();
    assertThat(all).noneMatch(ProcessHandle::isAlive);
    assertThat(FlinkCluster.find(cluster.settings().folder())).isEmpty();
    assertThat(cluster.settings().folder().resolve("tmp")).doesNotExist();
  }

  @BeforeEach
  void open() throws Exception {
    cluster.repair();
    workspace = Workspace.open(folder.resolve("home"));
    Files.writeString(folder.resolve("numbers.txt"), Numbers.text(List.of(1L, 2L, 3L)));
  }

  @AfterEach
  void close() {
    workspace.close();
  }

  @Test
  void statusCountsProcessesAndSlots() {
    FlinkCluster.Status status = cluster.status();

    assertThat(status.jobManager()).isPresent();
    assertThat(status.taskManagers()).hasSize(2);
    assertThat(status.flink().orElseThrow().slots()).isEqualTo(2);
    assertThatThrownBy(() -> FlinkCluster.start(cluster.settings()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "Cannot start Flink in %s: it runs already, at %s. Use that one, or stop it first."
                .formatted(cluster.settings().folder(), cluster.master()));
  }

  @Test
  void outputsAreWhatTheFormulaGives() throws Exception {
    try (FlinkEngine engine = FlinkEngine.at(cluster.master())) {
      RunResult result = run(engine, new Squares(folder), RunListener.none());

      assertThat(result).isInstanceOf(RunResult.Succeeded.class);
      assertThat(numbers(result.runId(), "squares")).containsExactly(1L, 4L, 9L);
      assertThat(numbers(result.runId(), "sum")).containsExactly(14L);
    }
  }

  @Test
  void moreTasksThanSlotsTakeTurns() {
    try (FlinkEngine engine = FlinkEngine.at(cluster.master()).parallelism(5)) {
      assertThat(run(engine, new Squares(folder), RunListener.none()))
          .isInstanceOf(RunResult.Succeeded.class);
    }
  }

  @Test
  void f10KilledTaskManagerLeavesOneSlotForTwoTasks() throws Exception {
    try (FlinkEngine engine = FlinkEngine.at(cluster.master()).parallelism(2)) {
      CompletableFuture<RunResult> result = start(engine, RunListener.none());
      awaitWaiting(1);
      long killed = System.nanoTime();
      taskManagers().get(0).process().destroyForcibly();
      await().atMost(LONG).until(() -> taskManagers().size() == 1);
      Files.createFile(folder.resolve("go"));
      requireGatedSucceeded(result, 1, "TaskManager", killed);
    }
  }

  @Test
  void f10KilledTaskManagersCostNoAttemptOfTheNode() throws Exception {
    try (FlinkEngine engine = FlinkEngine.at(cluster.master()).parallelism(1)) {
      CompletableFuture<RunResult> result = start(engine, RunListener.none());
      awaitWaiting(1);
      long killed = System.nanoTime();
      taskManagers().forEach(one -> one.process().destroyForcibly());
      await().atMost(LONG).until(() -> taskManagers().isEmpty());
      cluster.repair();
      awaitWaiting(2);
      Files.createFile(folder.resolve("go"));
      requireGatedSucceeded(result, 1, "all TaskManagers", killed);
    }
  }

  @Test
  void f10KilledJobManagerCostsOneAttempt() throws Exception {
    try (FlinkEngine engine = FlinkEngine.at(cluster.master()).parallelism(1)) {
      List<String> retried = new CopyOnWriteArrayList<>();
      CompletableFuture<RunResult> result = start(engine, recordRetries(retried));
      awaitWaiting(1);
      long killed = System.nanoTime();
      ClusterProcess jobManager =
          running().stream()
              .filter(one -> one.name().equals("jobmanager"))
              .findFirst()
              .orElseThrow();
      jobManager.process().destroyForcibly();
      await().atMost(LONG).until(() -> !jobManager.process().isAlive());
      cluster.repair();
      Files.createFile(folder.resolve("go"));

      requireGatedSucceeded(result, 2, "JobManager", killed);
      assertThat(retried)
          .singleElement()
          .asString()
          .contains("does not know it any more, because its JobManager was started again");
    }
  }

  @Test
  void f10KilledClientIsReplacedByOneThatWaitsForTheSameJob() throws Exception {
    Process client = client();
    awaitWaiting(1);
    String runId = workspace.history().runs(1).get(0).id();
    String job =
        workspace.store().runs().node(runId, "beam-gated").orElseThrow().jobId().orElseThrow();
    assertThat(new FlinkRest(cluster.master()).state(job)).contains("RUNNING");
    client.destroyForcibly().waitFor();
    long killed = System.nanoTime();

    try (FlinkEngine engine = FlinkEngine.at(cluster.master())) {
      CompletableFuture<RunResult> result = resume(engine, runId);
      await()
          .atMost(LONG)
          .until(
              () ->
                  workspace.history().nodes(runId).stream()
                      .anyMatch(node -> node.state() == NodeRecord.State.RUNNING));
      Files.createFile(folder.resolve("go"));
      requireGatedSucceeded(result, 1, "client", killed);
      assertThat(Counts.read(folder)).filteredOn("waiting"::equals).hasSize(1);
    }
  }

  @Test
  void f10KilledClientIsReplacedAfterTheJobHasEnded() throws Exception {
    Process client = client();
    awaitWaiting(1);
    String runId = workspace.history().runs(1).get(0).id();
    client.destroyForcibly().waitFor();
    String job =
        workspace.store().runs().node(runId, "beam-gated").orElseThrow().jobId().orElseThrow();
    Files.createFile(folder.resolve("go"));
    await()
        .atMost(LONG)
        .until(
            () ->
                new FlinkRest(cluster.master())
                    .state(job)
                    .equals(java.util.Optional.of("FINISHED")));

    try (FlinkEngine engine = FlinkEngine.at(cluster.master())) {
      requireGatedSucceeded(resume(engine, runId), 1, "client, after the job", System.nanoTime());
      assertThat(Counts.read(folder)).filteredOn("waiting"::equals).hasSize(1);
    }
  }

  @Test
  void f10ClientAndJobManagerKilledTogether() throws Exception {
    Process client = client();
    awaitWaiting(1);
    String runId = workspace.history().runs(1).get(0).id();
    client.destroyForcibly().waitFor();
    running().stream()
        .filter(one -> one.name().equals("jobmanager"))
        .forEach(one -> one.process().destroyForcibly());
    await().atMost(LONG).until(() -> cluster.status().jobManager().isEmpty());
    long killed = System.nanoTime();

    try (FlinkEngine engine = FlinkEngine.at(cluster.master())) {
      CompletableFuture<RunResult> result = resume(engine, runId);
      cluster.repair();
      Files.createFile(folder.resolve("go"));
      requireGatedSucceeded(result, 2, "client and JobManager", killed);
    }
  }

  @Test
  void p6CancelOfTheRunCancelsTheJob() throws Exception {
    try (FlinkEngine engine = FlinkEngine.at(cluster.master())) {
      CompletableFuture<RunResult> result = start(engine, RunListener.none());
      awaitWaiting(1);
      String runId = workspace.history().runs(1).get(0).id();
      String job =
          workspace.store().runs().node(runId, "beam-gated").orElseThrow().jobId().orElseThrow();
      workspace.store().runs().requestCancel(runId);

      assertThat(result.get(30, TimeUnit.SECONDS)).isInstanceOf(RunResult.Cancelled.class);
      await()
          .atMost(Duration.ofSeconds(20))
          .until(
              () ->
                  new FlinkRest(cluster.master())
                      .state(job)
                      .filter("CANCELED"::equals)
                      .isPresent());
    }
  }

  @Test
  void progressIsToldWhileTheJobRuns() throws Exception {
    try (FlinkEngine engine = FlinkEngine.at(cluster.master())) {
      List<String> told = new CopyOnWriteArrayList<>();
      RunListener listener =
          new RunListener() {
            @Override
            public void nodeProgress(String node, long rows, double rate, String message) {
              if (!message.isEmpty()) {
                told.add(message);
              }
            }
          };
      CompletableFuture<RunResult> result = start(engine, listener);
      awaitWaiting(1);
      await()
          .atMost(LONG)
          .untilAsserted(
              () -> assertThat(told).anyMatch(line -> line.matches(".*\\d of \\d tasks, .*")));
      Files.createFile(folder.resolve("go"));
      assertThat(result.get(60, TimeUnit.SECONDS)).isInstanceOf(RunResult.Succeeded.class);
    }
  }

  @Test
  void folderThatTaskManagersDoNotSeeIsFoundOut() throws Exception {
    // It names another folder in each process: here this test's, there the cluster's.
    Path own = Path.of("/proc/self/cwd/target");
    try (FlinkEngine engine = FlinkEngine.at(cluster.master());
        SharedFolderProbe probe = SharedFolderProbe.in(own)) {
      Pipeline job = engine.newJob("probe");
      probe.describe(job, 2);
      assertThatThrownBy(() -> engine.run(job, SharedFolderProbe.QUIET))
          .isInstanceOf(IncompatibleClusterException.class)
          .hasMessageMatching(
              "Cannot run on this Flink: task manager \\S+ does not see the files in /proc/self/cwd/target\\. .*");
    }
    try (FlinkEngine engine = FlinkEngine.at(cluster.master());
        SharedFolderProbe probe = SharedFolderProbe.in(folder)) {
      Pipeline job = engine.newJob("probe");
      probe.describe(job, 2);
      engine.run(job, SharedFolderProbe.QUIET);
    }
  }

  @Test
  void silentJobManagerIsGivenUpInTheEnd() {
    JobListener listener = SharedFolderProbe.QUIET;
    try (FlinkEngine engine = FlinkEngine.at("localhost:1").patience(Duration.ofSeconds(1))) {
      assertThatThrownBy(
              () ->
                  engine.reattach("0123456789abcdef0123456789abcdef").orElseThrow().await(listener))
          .isInstanceOf(InfrastructureException.class)
          .hasMessageStartingWith(
              "Cannot learn how job 0123456789abcdef0123456789abcdef ended: Flink at localhost:1 has not answered for 1 s");
    }
  }

  private CompletableFuture<RunResult> start(FlinkEngine engine, RunListener listener) {
    return CompletableFuture.supplyAsync(
        () -> run(engine, new ClientProcess.Gated(folder), listener));
  }

  private CompletableFuture<RunResult> resume(FlinkEngine engine, String runId) {
    return CompletableFuture.supplyAsync(
        () ->
            PipelineRunner.in(workspace)
                .on(engine)
                .resume(
                    runId,
                    PipelineBuilder.build(new ClientProcess.Gated(folder)),
                    RunOptions.defaults(),
                    RunListener.none()));
  }

  private RunResult run(FlinkEngine engine, PipelineDefinition pipeline, RunListener listener) {
    RunOptions options =
        RunOptions.defaults()
            .retries(new RetryPolicy(0, 1, Duration.ofMillis(100), Duration.ofSeconds(1)));
    return PipelineRunner.in(workspace)
        .on(engine)
        .run(PipelineBuilder.build(pipeline), options, listener);
  }

  private Process client() throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.addAll(OwnedProcess.before(ProcessHandle.current()));
    command.addAll(List.of(ClientProcess.class.getName(), folder.toString(), cluster.master()));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("client.log").toFile())
        .start();
  }

  private void awaitWaiting(int jobs) {
    await()
        .atMost(LONG)
        .until(() -> Counts.read(folder).stream().filter("waiting"::equals).count() >= jobs);
  }

  private void requireGatedSucceeded(
      CompletableFuture<RunResult> result, int attempts, String fault, long since)
      throws Exception {
    RunResult ended = result.get(120, TimeUnit.SECONDS);
    System.out.printf(
        "F10 %s: run finished %.1f s after the kill%n", fault, (System.nanoTime() - since) / 1e9);
    assertThat(ended).isInstanceOf(RunResult.Succeeded.class);
    NodeOutcome.Completed gated = (NodeOutcome.Completed) ended.outcome("beam-gated").orElseThrow();
    assertThat(gated.attempts()).isEqualTo(attempts);
    assertThat(gated.rows()).isEqualTo(1);
    assertThat(halfWritten()).isEmpty();
  }

  private List<Path> halfWritten() throws IOException {
    try (Stream<Path> files = Files.walk(workspace.artifacts())) {
      return files.filter(file -> file.getFileName().toString().startsWith(".tmp")).toList();
    }
  }

  private List<Long> numbers(String runId, String output) throws IOException {
    ArtifactRecord artifact =
        workspace.history().artifactsOf(runId).stream()
            .filter(one -> one.output().equals(output))
            .findFirst()
            .orElseThrow();
    return new Numbers(artifact.directory()).read();
  }

  private static List<ClusterProcess> running() throws IOException {
    return ClusterProcess.running(cluster.settings().folder());
  }

  private static List<ClusterProcess> taskManagers() throws IOException {
    return running().stream().filter(one -> one.name().startsWith("taskmanager")).toList();
  }

  private static RunListener recordRetries(List<String> retried) {
    return new RunListener() {
      @Override
      public void nodeRetried(String node, int attempt, Throwable cause, Duration delay) {
        retried.add(String.valueOf(cause.getMessage()));
      }
    };
  }
}
