package io.pergola.schedule.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pergola.metadata.Claimed;
import io.pergola.metadata.RunClaim;
import io.pergola.metadata.RunRequest;
import io.pergola.run.RunAttributes;
import io.pergola.run.Workspace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the process of a run is told by the one that starts it. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ChildJvmLauncherTest {
  private static final Map<String, String> OF_THE_DAEMON =
      Map.of(
          "PATH", "/bin",
          "CHURN_TOKEN", "s3cr3t",
          "FLINK_HOST", "flink.internal",
          "HANDED", "by name",
          "UNRELATED", "nobody's business");

  @TempDir Path folder;
  private Workspace workspace;

  @BeforeEach
  void open() {
    workspace = Workspace.open(folder.resolve("home"));
  }

  @AfterEach
  void close() {
    workspace.close();
  }

  private Claimed claimed(Map<String, String> attributes) {
    TreeMap<String, String> all = new TreeMap<>(attributes);
    all.put(RunAttributes.SCHEDULE, "nightly");
    workspace.store().runs().enqueue(new RunRequest("r1", "churn", all, Optional.empty()));
    return workspace
        .store()
        .runs()
        .claim("daemon", Duration.ofMinutes(1), RunClaim.oldest())
        .orElseThrow();
  }

  private ChildJvmLauncher launcher(Path told) {
    return new ChildJvmLauncher(
        new ChildJvmLauncher.Command(
            Path.of(System.getProperty("java.home"), "bin", "java"),
            List.of("-XX:TieredStopAtLevel=1"),
            System.getProperty("java.class.path"),
            List.of(TellEnvironment.class.getName(), told.toString()),
            List.of(),
            "64m"),
        OF_THE_DAEMON,
        List.of("HANDED"),
        workspace.home());
  }

  private List<String> told(Map<String, String> attributes) throws IOException {
    Path told = folder.resolve("told.txt");
    Claimed claimed = claimed(attributes);
    try (ChildJvmLauncher launcher = launcher(told)) {
      assertThat(launcher.launch(claimed).ended())
          .succeedsWithin(Duration.ofSeconds(40))
          .isEqualTo("exit code 0");
    }
    return Files.readAllLines(told);
  }

  @Test
  void variablesAreResolvedWhereTheRunIsStarted() throws IOException {
    List<String> told =
        told(
            Map.of(
                "child.env.TOKEN", "Bearer ${env:CHURN_TOKEN}",
                "child.env.PLAIN", "as it is",
                "own.cli.flink-master", "${env:FLINK_HOST}:8081"));

    assertThat(told)
        .contains("TOKEN=Bearer s3cr3t", "PLAIN=as it is", "HANDED=by name", "PATH=/bin")
        .as("the child resolves its engine's options itself")
        .contains("FLINK_HOST=flink.internal");
    assertThat(told.stream().filter(line -> line.matches("(CHURN_TOKEN|UNRELATED)=.*"))).isEmpty();
  }

  @Test
  void whatAVariableHoldsIsStoredNowhere() throws IOException {
    told(Map.of("child.env.TOKEN", "${env:CHURN_TOKEN}"));

    assertThat(workspace.store().runs().find("r1").orElseThrow().attributes())
        .containsEntry("child.env.TOKEN", "${env:CHURN_TOKEN}");
    try (Stream<Path> files = Files.walk(workspace.home())) {
      assertThat(files.filter(Files::isRegularFile))
          .isNotEmpty()
          .noneMatch(file -> text(file).contains("s3cr3t"));
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void aVariableThatIsMissingIsNamedWithScheduleAndKey() {
    Claimed claimed =
        claimed(
            Map.of(
                "child.env.TOKEN", "${env:NO_TOKEN}",
                "own.cli.flink-master", "${env:NO_HOST}:8081"));
    try (ChildJvmLauncher launcher = launcher(folder.resolve("told.txt"))) {
      assertThatThrownBy(() -> launcher.launch(claimed))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "Cannot start run r1 of schedule 'nightly': engine-options.flink-master refers to"
                  + " variable NO_HOST, which is not set; environment.TOKEN refers to variable"
                  + " NO_TOKEN, which is not set. Set what is missing for the process that starts"
                  + " it, such as 'pergola serve', and resume it.");
    }
    assertThat(workspace.home().resolve("scratch/children")).doesNotExist();
  }
}
