package io.pergola.metadata.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.pergola.metadata.EmbeddedPostgresServer;
import io.pergola.metadata.MetadataStore;
import io.pergola.metadata.RunFilter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * F4: eight processes make one database at once and write to it as fast as they can. {@code
 * -Pfault-campaign} has each drive ten times the runs.
 */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class EightProcessesIT {
  private static final int WRITERS = 8;
  private static final int RUNS = Boolean.getBoolean("pergola.fault-campaign") ? 150 : 15;

  @TempDir Path folder;

  private Path log(int writer) {
    return folder.resolve("writer-" + writer + ".log");
  }

  /** What the JVM itself says, such as the warnings of later ones, is not the writer's. */
  private Path errors(int writer) {
    return folder.resolve("writer-" + writer + ".err");
  }

  private Process writer(int number, String location) throws Exception {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            WriterProcess.class.getName(),
            location,
            "w" + number,
            Integer.toString(RUNS))
        .redirectError(errors(number).toFile())
        .redirectOutput(log(number).toFile())
        .start();
  }

  @ParameterizedTest
  @ValueSource(strings = {"SQLite", "PostgreSQL"})
  void f4_p1_p2_eightProcessesMakeOneDatabaseAndLoseNothingThatTheyWrite(String database)
      throws Exception {
    String location =
        database.equals("SQLite")
            ? folder.resolve("metadata.db").toString()
            : EmbeddedPostgresServer.shared().freshDatabase();
    List<Process> writers = new ArrayList<>();
    try {
      for (int i = 0; i < WRITERS; i++) {
        writers.add(writer(i, location));
      }
      for (int i = 0; i < WRITERS; i++) {
        Path log = log(i);
        Awaitility.await()
            .atMost(60, TimeUnit.SECONDS)
            .until(() -> Files.readString(log).startsWith("ready"));
      }
      long start = System.nanoTime();
      for (Process writer : writers) {
        writer.getOutputStream().write("\n".getBytes(StandardCharsets.UTF_8));
        writer.getOutputStream().flush();
      }
      for (int i = 0; i < WRITERS; i++) {
        assertThat(writers.get(i).waitFor(240, TimeUnit.SECONDS)).isTrue();
        assertThat(writers.get(i).exitValue()).as(Files.readString(errors(i))).isZero();
      }
      System.out.printf(
          "F4 %s: %d processes drove %d runs in %d ms%n",
          database, WRITERS, WRITERS * RUNS, (System.nanoTime() - start) / 1_000_000);
    } finally {
      writers.forEach(Process::destroyForcibly);
    }

    List<String> created = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      Files.readAllLines(log(i)).stream().skip(1).forEach(created::add);
    }
    assertThat(created)
        .as("each contested run was created once")
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, RUNS).mapToObj(i -> "contested-" + i).toList());
    try (MetadataStore witness = MetadataStore.open(location)) {
      assertThat(witness.runs().list(RunFilter.newest(10_000))).hasSize((WRITERS + 1) * RUNS);
      for (int writer = 0; writer < WRITERS; writer++) {
        for (int i = 0; i < RUNS; i++) {
          OneRun.checkDone(witness, "w" + writer + "-" + i);
        }
      }
    }
  }
}
