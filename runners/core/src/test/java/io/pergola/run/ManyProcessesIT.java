package io.pergola.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import acme.Counts;
import acme.Faulty;
import acme.Numbers;
import acme.Paused;
import io.pergola.metadata.EmbeddedPostgresServer;
import io.pergola.pipeline.PipelineBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Processes that start the same pipeline at once, and one that is stopped past its lease. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class ManyProcessesIT {
  /** The figure is for 20; the short form is one of 5. */
  private static final int PROCESSES = Boolean.getBoolean("pergola.fault-campaign") ? 20 : 5;

  @TempDir Path folder;

  private String metadata(String database) throws IOException {
    Files.writeString(folder.resolve("numbers.txt"), Numbers.text(List.of(1L, 2L, 3L)));
    return database.equals("SQLite")
        ? folder.resolve("home/metadata.db").toString()
        : EmbeddedPostgresServer.shared().freshDatabase();
  }

  @ParameterizedTest
  @ValueSource(strings = {"SQLite", "PostgreSQL"})
  void f9_oneOfManyProcessesExecutesEachNodeAndTheOthersReuseIt(String database) throws Exception {
    String metadata = metadata(database);
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < PROCESSES; i++) {
      processes.add(
          Children.java(folder.resolve("child-" + i + ".log"))
              .main(Faulty.class, folder.toString(), metadata, "new"));
    }
    for (int i = 0; i < PROCESSES; i++) {
      assertThat(processes.get(i).waitFor(240, TimeUnit.SECONDS)).isTrue();
      assertThat(processes.get(i).exitValue())
          .as(Files.readString(folder.resolve("child-" + i + ".log")))
          .isZero();
    }

    assertThat(Counts.read(folder))
        .as("each run calls its own exit handler")
        .filteredOn(line -> !line.startsWith("end "))
        .containsExactlyInAnyOrder("read", "split", "multiply", "faulty-end");
    try (Workspace workspace = Workspace.open(folder.resolve("home"), metadata)) {
      assertThat(workspace.history().runs(99))
          .hasSize(PROCESSES)
          .allMatch(run -> run.state() == RunRecord.State.SUCCEEDED);
      assertThat(Invariants.violationsAtRest(workspace)).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"SQLite", "PostgreSQL"})
  void p4_aProcessThatWasStoppedPastItsLeasePublishesNothing(String database) throws Exception {
    assumeThat(System.getProperty("os.name")).as("signals").doesNotStartWith("Windows");
    String metadata = metadata(database);
    Process zombie =
        Children.java(folder.resolve("zombie.log")).main(Paused.class, folder.toString(), metadata);
    try {
      await().atMost(Duration.ofSeconds(60)).until(() -> Counts.read(folder).contains("waiting"));
      signal("STOP", zombie);
      Files.createFile(folder.resolve("go"));
      try (Workspace workspace = Workspace.open(folder.resolve("home"), metadata)) {
        String runId = workspace.history().runs(1).get(0).id();
        await()
            .atMost(Duration.ofSeconds(20))
            .until(() -> !workspace.store().runs().interrupted().isEmpty());

        RunResult resumed =
            PipelineRunner.in(workspace)
                .resume(
                    runId,
                    PipelineBuilder.build(new Paused(folder)),
                    RunOptions.defaults(),
                    RunListener.none());
        assertThat(resumed).isInstanceOf(RunResult.Succeeded.class);
        List<ArtifactRecord> published = workspace.history().artifactsOf(runId);
        signal("CONT", zombie);
        assertThat(zombie.waitFor(60, TimeUnit.SECONDS)).isTrue();

        assertThat(zombie.exitValue()).as("its run was taken over").isEqualTo(1);
        assertThat(workspace.history().artifactsOf(runId)).isEqualTo(published);
        assertThat(workspace.history().artifacts(99)).hasSize(3);
        assertThat(Invariants.violationsAtRest(workspace)).isEmpty();
      }
    } finally {
      zombie.destroyForcibly();
    }
  }

  private static void signal(String name, Process process) throws Exception {
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
    assertThat(kill.waitFor()).isZero();
  }
}
