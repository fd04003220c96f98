package io.pergola.run;

import static org.assertj.core.api.Assertions.assertThat;

import acme.Counts;
import acme.Faulty;
import acme.Numbers;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.run.internal.FaultPoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Ends a JVM that runs a pipeline at each fault point, as {@code kill -9} would, resumes in this
 * one, and checks what must hold. The short form ends it at seven points; {@code -Pfault-campaign}
 * at every point of every node.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class FaultCampaignIT {
  private static final List<String> NODES =
      List.of("read-numbers", "split", "multiply", "faulty-end");
  private static final List<String> SHORT =
      List.of(
          "BEFORE_RUN_INSERT",
          "AFTER_RUN_INSERT",
          "AFTER_WRITE@split",
          "AFTER_FIRST_RENAME@split",
          "AFTER_RENAME@multiply",
          "AFTER_PUBLISH@multiply",
          "BEFORE_RUN_END");

  @TempDir Path folder;

  static Stream<String> faults() {
    if (!Boolean.getBoolean("pergola.fault-campaign")) {
      return SHORT.stream();
    }
    List<String> all = new ArrayList<>();
    for (FaultPoint point : FaultPoint.values()) {
      if (!point.isOfRuns()) {
        continue;
      }
      if (point.name().contains("RUN")) {
        all.add(point.name());
      } else {
        NODES.forEach(node -> all.add(point + "@" + node));
      }
    }
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("faults")
  void p5ResumeFinishesWhatAKilledProcessLeft(String fault) throws Exception {
    Files.writeString(folder.resolve("numbers.txt"), Numbers.text(List.of(1L, 2L, 3L)));
    assertThat(child(fault)).isEqualTo(137);
    List<String> ranBefore = Counts.read(folder);

    try (Workspace workspace = Workspace.open(folder.resolve("home"))) {
      requireOnlyWholeArtifacts(workspace);
      Optional<RunRecord> interrupted = workspace.history().runs(1).stream().findFirst();
      if (interrupted.isEmpty()) {
        assertThat(fault).isEqualTo("BEFORE_RUN_INSERT");
        return;
      }
      String runId = interrupted.get().id();
      if (fault.equals("AFTER_RUN_END")) {
        assertThat(interrupted.get().state()).isEqualTo(RunRecord.State.SUCCEEDED);
        return;
      }
      assertThat(interrupted.get().state()).isEqualTo(RunRecord.State.INTERRUPTED);
      List<String> completedBefore =
          workspace.history().nodes(runId).stream()
              .filter(node -> node.state() == NodeRecord.State.COMPLETED)
              .map(NodeRecord::node)
              .toList();

      RunResult resumed =
          PipelineRunner.in(workspace)
              .resume(
                  runId,
                  PipelineBuilder.build(new Faulty(folder)),
                  RunOptions.defaults(),
                  RunListener.none());

      assertThat(resumed).isInstanceOf(RunResult.Succeeded.class);
      requireOnlyWholeArtifacts(workspace);
      assertThat(workspace.history().artifactsOf(runId))
          .extracting(a -> a.node() + "." + a.output())
          .containsExactly(
              "read-numbers.numbers",
              "split.small",
              "split.large",
              "split.report",
              "multiply.numbers",
              "faulty-end.numbers");
      List<String> ranAfter = Counts.read(folder);
      for (String node : completedBefore) {
        assertThat(count(ranAfter, node)).as("runs of %s", node).isEqualTo(1);
      }
      for (String node : NODES) {
        assertThat(count(ranAfter, node) - count(ranBefore, node)).isLessThanOrEqualTo(1);
      }
      assertThat(count(ranAfter, "end SUCCEEDED, 3 numbers")).isEqualTo(1);
      assertThat(strayFiles(workspace)).isEmpty();
      assertThat(folder.resolve("home/scratch").resolve(runId)).doesNotExist();
      assertThat(folder.resolve("home/checkpoints").resolve(runId)).doesNotExist();
    }
  }

  /** P3, P7: what the store shows is there, whole, and as its manifest says. */
  private static void requireOnlyWholeArtifacts(Workspace workspace) throws IOException {
    for (ArtifactRecord artifact : workspace.history().artifacts(1000)) {
      Manifest manifest = Manifest.read(artifact.directory());
      assertThat(manifest.contentHash()).isEqualTo(artifact.contentHash());
      for (Manifest.Entry entry : manifest.files()) {
        assertThat(artifact.directory().resolve(entry.path())).hasSize(entry.size());
      }
    }
  }

  private static List<String> strayFiles(Workspace workspace) throws IOException {
    List<Path> published =
        workspace.history().artifacts(1000).stream().map(ArtifactRecord::directory).toList();
    try (Stream<Path> files = Files.walk(workspace.artifacts())) {
      return files
          .filter(Files::isRegularFile)
          .filter(path -> published.stream().noneMatch(path::startsWith))
          .map(Path::toString)
          .toList();
    }
  }

  private static long count(List<String> ran, String node) {
    String word = node.equals("read-numbers") ? "read" : node;
    return ran.stream().filter(word::equals).count();
  }

  private int child(String fault) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-Dpergola.fault=" + fault,
                "-cp",
                System.getProperty("java.class.path"),
                Faulty.class.getName(),
                folder.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("child.log").toFile())
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }
}
