package io.pergola.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pergola.metadata.Claimed;
import io.pergola.metadata.RunClaim;
import io.pergola.metadata.RunRequest;
import io.pergola.run.NodeRecord;
import io.pergola.run.RunRecord;
import io.pergola.run.Workspace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;

/** Runs that were queued and are driven, and driven again, by other processes. */
class QueuedRunCommandsTest extends CliFixture {
  private static final String RUN = "nightly.1";
  private static final Duration SHORT = Duration.ofMillis(1);

  private Path ready() {
    return folder.resolve("ready.txt");
  }

  private void enqueue(Map<String, String> more) {
    TreeMap<String, String> attributes = new TreeMap<>(more);
    attributes.put("definition", "acme.Crew");
    attributes.put("parameter.names", "Ann, 2nd mate,Bob");
    attributes.put("parameter.captain", "Ann");
    attributes.put("parameter.ready", ready().toString());
    try (Workspace workspace = Workspace.open(home())) {
      workspace.store().runs().enqueue(new RunRequest(RUN, "crew", attributes, Optional.empty()));
    }
  }

  /** What a daemon does: claims the run, and starts a process for it. */
  private Answer drive() {
    Claimed claimed = claim(Duration.ofMinutes(1));
    return pergola(
        "run-claimed",
        RUN,
        "--holder=" + claimed.lease().holder(),
        "--epoch=" + claimed.lease().epoch());
  }

  private Claimed claim(Duration term) {
    try (Workspace workspace = Workspace.open(home())) {
      return workspace.store().runs().claim("daemon", term, RunClaim.of(RUN)).orElseThrow();
    }
  }

  private RunRecord run() {
    try (Workspace workspace = Workspace.open(home())) {
      return workspace.history().run(RUN).orElseThrow();
    }
  }

  private NodeRecord node(String id) {
    try (Workspace workspace = Workspace.open(home())) {
      return workspace.history().nodes(RUN).stream()
          .filter(node -> node.node().equals(id))
          .findFirst()
          .orElseThrow();
    }
  }

  @Test
  void p5_aRecoveredRunHasTheListsAndOptionalsThatItWasAskedForWith() throws Exception {
    enqueue(Map.of());
    assertThat(drive().code()).as("nobody is ready").isEqualTo(1);
    Map<String, String> first = run().parameters();

    Files.writeString(ready(), "yes");
    assertThat(drive().code()).isZero();

    assertThat(run().state()).isEqualTo(RunRecord.State.SUCCEEDED);
    assertThat(run().parameters()).isEqualTo(first);
    assertThat(node("roll").attempts()).as("it was done").isEqualTo(1);
    Files.delete(ready());
    assertThat(pergola("rerun", RUN).out()).contains("cached");
  }

  @Test
  void p5_aDeployedRunThatDiedBeforeItWasBuiltIsResumed() throws Exception {
    Files.writeString(ready(), "yes");
    enqueue(Map.of());
    Claimed dead = claim(SHORT);
    await().until(() -> Instant.now().isAfter(dead.lease().expires()));

    Answer answer = pergola("resume", RUN);

    assertThat(answer.err()).isEmpty();
    assertThat(answer.code()).isZero();
    assertThat(run().state()).isEqualTo(RunRecord.State.SUCCEEDED);
  }

  @Test
  void aRunThatCouldNotBeBuiltIsResumedOnceItCan() throws Exception {
    Files.writeString(ready(), "yes");
    enqueue(Map.of("deployment", "0".repeat(64)));
    assertThat(drive().code()).as("its jar is missing").isNotZero();
    assertThat(run().state()).isEqualTo(RunRecord.State.FAILED);

    assertThat(pergola("resume", RUN).err()).contains("there is no such file");

    Path jar = home().resolve("jars").resolve("0".repeat(64) + ".jar");
    Files.createDirectories(jar.getParent());
    new JarOutputStream(Files.newOutputStream(jar), new Manifest()).close();
    assertThat(pergola("resume", RUN).code()).isZero();
    assertThat(run().state()).isEqualTo(RunRecord.State.SUCCEEDED);
  }

  @Test
  void aQueuedRunExecutesTheNodesItWasAskedForAndSoDoesItsRecovery() throws Exception {
    enqueue(Map.of("selection", "--only=sail"));
    assertThat(drive().code()).isEqualTo(1);
    assertThat(node("roll").state().name()).isEqualTo("SKIPPED");

    Files.writeString(ready(), "yes");
    assertThat(pergola("resume", RUN).code()).isZero();

    assertThat(node("roll").state().name()).isEqualTo("SKIPPED");
    assertThat(node("sail").state().name()).isEqualTo("COMPLETED");
  }

  @Test
  void whatAnEngineOptionRefersToIsTakenFromHereAndTheReferenceIsRecorded() {
    EngineOptions options = new EngineOptions();
    enqueue(
        Map.of(
            "engine", "flink",
            "own.cli.flink-master", "localhost:8081",
            "own.cli.flink-stage", "${env:PATH}"));
    try (Workspace workspace = Workspace.open(home())) {
      options.continueOn(workspace, run());
    }

    assertThat(options.flinkStage).isEqualTo(System.getenv("PATH"));
    assertThat(options.runOptions().attributes()).containsEntry("cli.flink-stage", "${env:PATH}");
  }

  @Test
  void aVariableThatAnEngineOptionLacksIsNamedWithScheduleAndKey() {
    enqueue(
        Map.of(
            "schedule", "nightly",
            "engine", "flink",
            "own.cli.flink-parallelism", "${env:PERGOLA_NOT_SET}"));

    Answer answer = pergola("resume", RUN);

    assertThat(answer.code()).isEqualTo(2);
    assertThat(answer.err())
        .isEqualTo(
            "error: Cannot start run %s of schedule 'nightly': engine-options.flink-parallelism refers to variable PERGOLA_NOT_SET, which is not set. Set what is missing for the process that starts it, such as 'pergola serve', and resume it.\n"
                .formatted(RUN));
    assertThat(pergola("cancel", RUN).out()).isEqualTo("run %s is cancelled\n".formatted(RUN));
  }

  @Test
  void engineOptionsOfAScheduleAreThoseOfItsRunsAndOfTheirRecovery() {
    EngineOptions options = new EngineOptions();
    enqueue(
        Map.of("engine", "flink", "own.cli.flink-parallelism", "3", "own.cli.parallel-nodes", "5"));
    try (Workspace workspace = Workspace.open(home())) {
      options.continueOn(workspace, run());
    }

    assertThat(options.engine).isEqualTo(EngineOptions.Kind.flink);
    assertThat(options.flinkParallelism).isEqualTo(3);
    assertThat(options.runOptions().parallelNodes()).isEqualTo(5);
    assertThat(options.runOptions().attributes()).containsEntry("cli.parallel-nodes", "5");
  }
}
