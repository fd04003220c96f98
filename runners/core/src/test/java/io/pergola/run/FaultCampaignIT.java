package io.pergola.run;

import static org.assertj.core.api.Assertions.assertThat;

import acme.Counts;
import acme.Faulty;
import acme.Numbers;
import io.pergola.metadata.EmbeddedPostgresServer;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.run.internal.FaultPoint;
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
 * F1: ends a JVM that runs a pipeline at each fault point, as {@code kill -9} would, resumes, and
 * checks what must hold, on both databases. The short form ends it at some points; {@code
 * -Pfault-campaign} at every point of every node.
 */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class FaultCampaignIT {
  private static final String SQLITE = "SQLite";
  private static final String POSTGRES = "PostgreSQL";
  private static final List<String> NODES =
      List.of("read-numbers", "split", "multiply", "faulty-end");
  private static final List<Case> SHORT =
      List.of(
          new Case("BEFORE_RUN_INSERT", SQLITE),
          new Case("AFTER_RUN_INSERT", SQLITE),
          new Case("AFTER_LEASE", SQLITE),
          new Case("BEFORE_NODE_START@multiply", SQLITE),
          new Case("AFTER_JOB_SUBMIT@faulty-end", POSTGRES),
          new Case("AFTER_JOB_STORED@faulty-end", SQLITE),
          new Case("AFTER_WRITE@split", SQLITE),
          new Case("AFTER_FSYNC@split", SQLITE),
          new Case("AFTER_FIRST_RENAME@split", SQLITE),
          new Case("AFTER_RENAME@multiply", SQLITE),
          new Case("AFTER_PUBLISH@multiply", SQLITE),
          new Case("BEFORE_RUN_END", SQLITE),
          new Case("AFTER_RUN_END", SQLITE),
          new Case("AFTER_NODE_START@split", POSTGRES),
          new Case("AFTER_RENAME@split", POSTGRES),
          new Case("AFTER_PUBLISH@faulty-end", POSTGRES));

  @TempDir Path folder;
  private String metadata = "";

  /**
   * One kill.
   *
   * @param fault a point, and the node where there are several
   */
  record Case(String fault, String database) {}

  /** The points that the short form ends a JVM at. */
  static List<String> points() {
    return SHORT.stream().map(kill -> kill.fault().replaceAll("@.*", "")).distinct().toList();
  }

  static Stream<Case> faults() {
    if (!Boolean.getBoolean("pergola.fault-campaign")) {
      return SHORT.stream();
    }
    List<Case> all = new ArrayList<>();
    for (String database : List.of(SQLITE, POSTGRES)) {
      for (FaultPoint point : FaultPoint.values()) {
        if (!point.isOfRuns()) {
          continue;
        }
        if (point.name().contains("RUN") || point == FaultPoint.AFTER_LEASE) {
          all.add(new Case(point.name(), database));
        } else if (point.name().contains("JOB")) {
          all.add(new Case(point + "@faulty-end", database));
        } else {
          NODES.forEach(node -> all.add(new Case(point + "@" + node, database)));
        }
      }
    }
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("faults")
  void f1_p5_resumeFinishesWhatAKilledProcessLeft(Case kill) throws Exception {
    metadata =
        kill.database().equals(SQLITE)
            ? folder.resolve("home/metadata.db").toString()
            : EmbeddedPostgresServer.shared().freshDatabase();
    Files.writeString(folder.resolve("numbers.txt"), Numbers.text(List.of(1L, 2L, 3L)));
    String fault = kill.fault();
    if (fault.equals("AFTER_LEASE")) {
      assertThat(child("AFTER_PUBLISH@split")).isEqualTo(137);
    }
    assertThat(child(fault)).isEqualTo(137);
    List<String> ranBefore = Counts.read(folder);

    try (Workspace workspace = Workspace.open(folder.resolve("home"), metadata)) {
      assertThat(Invariants.violations(workspace)).isEmpty();
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
      assertThat(Invariants.violationsAtRest(workspace)).isEmpty();
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
      assertThat(folder.resolve("home/scratch").resolve(runId)).doesNotExist();
      assertThat(folder.resolve("home/checkpoints").resolve(runId)).doesNotExist();
    }
  }

  private static long count(List<String> ran, String node) {
    String word = node.equals("read-numbers") ? "read" : node;
    return ran.stream().filter(word::equals).count();
  }

  private int child(String fault) throws Exception {
    Process process =
        Children.java(folder.resolve("child.log"), "-Dpergola.fault=" + fault)
            .main(Faulty.class, folder.toString(), metadata);
    assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }
}
