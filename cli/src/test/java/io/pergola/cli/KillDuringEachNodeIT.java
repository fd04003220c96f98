package io.pergola.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Promise P5 at the level of the user: kill -9 while a node runs, then {@code resume}. The short
 * form kills during two nodes, the Maven profile {@code fault-campaign} during each.
 */
class KillDuringEachNodeIT {
  private static final List<String> NODES =
      List.of(
          "csv-example-gen",
          "statistics-gen",
          "schema-gen",
          "example-validator",
          "transform",
          "trainer",
          "evaluator",
          "pusher");
  private static final long MINUTES = 5;

  @TempDir private Path home;

  static Stream<String> nodes() {
    return Boolean.getBoolean("pergola.fault-campaign")
        ? NODES.stream()
        : Stream.of("csv-example-gen", "trainer");
  }

  @ParameterizedTest
  @MethodSource("nodes")
  void runThatWasKilledFinishesWithoutRepeatingWhatWasDone(String victim) throws Exception {
    List<String> before = runAndKillAt(victim);
    List<String> done = nodesIn(before, ": done");

    List<String> after = finish("resume", "--home=" + home);

    assertThat(nodesIn(after, ": started")).contains(victim).noneMatch(done::contains);
    assertThat(after).anyMatch(line -> line.startsWith("succeeded"));
    assertThat(halfWritten()).isEmpty();
    List<String> again = finish("quickstart", "--rows=1000", "--home=" + home);
    assertThat(again).anyMatch(line -> line.contains("0 nodes ran, 8 cached"));
  }

  /** Runs the quickstart until a node starts, then kills the process at once. */
  private List<String> runAndKillAt(String victim) throws IOException, InterruptedException {
    Process process = start("quickstart", "--rows=1000", "--home=" + home);
    List<String> lines = new ArrayList<>();
    try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
      String line = reader.readLine();
      while (line != null) {
        lines.add(line);
        if (line.contains(" " + victim + ": started")) {
          process.destroyForcibly();
          break;
        }
        line = reader.readLine();
      }
    }
    assertThat(process.waitFor(MINUTES, TimeUnit.MINUTES)).isTrue();
    assertThat(lines).as("the run came as far as %s", victim).last().asString().contains(victim);
    return lines;
  }

  private List<String> finish(String... arguments) throws IOException, InterruptedException {
    Process process = start(arguments);
    List<String> lines = new ArrayList<>();
    try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
      reader.lines().forEach(lines::add);
    }
    assertThat(process.waitFor(MINUTES, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(String.join("\n", lines)).isZero();
    return lines;
  }

  private static Process start(String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-cp",
                System.getProperty("java.class.path"),
                "io.pergola.cli.Main"));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  private static List<String> nodesIn(List<String> lines, String state) {
    return NODES.stream()
        .filter(node -> lines.stream().anyMatch(line -> line.contains(" " + node + state)))
        .toList();
  }

  private List<Path> halfWritten() throws IOException {
    try (Stream<Path> files = Files.walk(home)) {
      return files
          .filter(file -> file.getFileName().toString().matches("\\.(tmp|pushing).*"))
          .toList();
    }
  }
}
