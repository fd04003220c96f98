package io.pergola.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pergola.run.ArtifactRecord;
import io.pergola.run.NodeRecord;
import io.pergola.run.Workspace;
import io.pergola.run.flink.FlinkCluster;
import io.pergola.run.flink.FlinkClusterSettings;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Fault F10 at the level of the user: the taxi pipeline on a Flink of three processes, one of
 * which, or the command itself, is killed while a job runs. What is published is what the local
 * engine publishes, to the bit. The short form has one fault; the Maven profile {@code
 * fault-campaign} every fault during every Beam job.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class FlinkFaultsIT {
  private static final Duration LONG = Duration.ofMinutes(3);

  @TempDir static Path place;
  private static FlinkCluster cluster;
  private static Map<String, String> expected = Map.of();

  private enum Victim {
    CLIENT,
    TASK_MANAGER,
    JOB_MANAGER
  }

  record Fault(Victim victim, String node) {}

  static Stream<Fault> faults() {
    if (!Boolean.getBoolean("pergola.fault-campaign")) {
      return Stream.of(new Fault(Victim.CLIENT, "csv-example-gen"));
    }
    return Stream.of(Victim.values())
        .flatMap(
            victim ->
                Stream.of("csv-example-gen", "statistics-gen", "transform", "evaluator")
                    .map(node -> new Fault(victim, node)));
  }

  @BeforeAll
  static void startClusterAndRunLocally() throws Exception {
    cluster =
        FlinkCluster.start(
            FlinkClusterSettings.in(place.resolve("flink"))
                .port(0)
                .heapMegabytes(512)
                .endingWithThisProcess());
    Path home = place.resolve("local");
    assertThat(finish(start(home, "quickstart", "--rows=1000"), home)).isZero();
    expected = contents(home);
    assertThat(expected)
        .containsKeys("csv-example-gen.examples", "transform.graph", "evaluator.evaluation");
  }

  @AfterAll
  static void stopCluster() throws Exception {
    if (cluster != null) {
      cluster.stop();
      assertThat(FlinkCluster.find(place.resolve("flink"))).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("faults")
  void f10RunFinishesWithWhatTheLocalEnginePublishes(Fault fault) throws Exception {
    cluster.repair();
    Path home = Files.createDirectories(place.resolve(fault.victim() + "-" + fault.node()));
    Process client = start(home, "quickstart", "--rows=1000", "--flink-master=" + cluster.master());
    awaitJobOf(fault.node(), home, client);
    long killed = System.nanoTime();
    switch (fault.victim()) {
      case CLIENT -> {
        client.destroyForcibly().waitFor();
        client = start(home, "resume");
      }
      case TASK_MANAGER -> {
        kill(cluster.status().taskManagers().get(0));
        cluster.repair();
      }
      case JOB_MANAGER -> {
        kill(cluster.status().jobManager().orElseThrow());
        cluster.repair();
      }
    }
    assertThat(finish(client, home)).as(log(home)).isZero();

    System.out.printf("F10 %s: %.1f s from kill to end%n", fault, seconds(killed));
    assertThat(contents(home)).isEqualTo(expected);
    assertThat(halfWritten(home)).isEmpty();
    if (fault.victim() != Victim.JOB_MANAGER) {
      assertThat(attempts(home)).containsEntry(fault.node(), 1);
    }
  }

  @Test
  void trainingGoesOnAfterALostWorkerToTheSameModel() throws Exception {
    cluster.repair();
    String crossings = "--crossings=" + crossings();
    Path local = place.resolve("ferries-local");
    assertThat(finish(start(local, "run", "acme.Ferries", crossings), local)).isZero();
    Path home = place.resolve("ferries");
    Process client =
        start(home, "run", "acme.Ferries", crossings, "--flink-master=" + cluster.master());
    awaitJobOf("trainer", home, client);
    kill(cluster.status().taskManagers().get(0));
    cluster.repair();

    assertThat(finish(client, home)).as(log(home)).isZero();
    assertThat(contents(home)).isEqualTo(contents(local)).containsKey("trainer.model");
    assertThat(attempts(home)).containsEntry("trainer", 1);
  }

  private static Path crossings() throws IOException {
    StringBuilder csv = new StringBuilder("wind,passengers,harbour,late\n");
    for (int i = 0; i < 2_000; i++) {
      int wind = i * 7 % 40;
      csv.append("%d,%d,%s,%d\n".formatted(wind, i % 300, "harbour " + i % 5, wind > 25 ? 1 : 0));
    }
    return Files.writeString(place.resolve("crossings.csv"), csv);
  }

  @Test
  void pipelineOfAUsersJarRunsOnTheCluster() throws Exception {
    cluster.repair();
    Path home = Files.createDirectories(place.resolve("from-jar"));
    Process client =
        start(
            home,
            "run",
            "com.acme.Noting",
            "--from-jar=" + jar("from-jar"),
            "--text=far away",
            "--flink-master=" + cluster.master());
    assertThat(finish(client, home)).as(log(home)).isZero();
    try (Workspace workspace = Workspace.open(home)) {
      Path published = workspace.history().artifacts(1).get(0).directory();
      assertThat(published.resolve("note.txt")).hasContent("far away");
    }
  }

  @Test
  void exceptionOfAUsersJarReachesTheClientWithItsLine() throws Exception {
    cluster.repair();
    Path home = Files.createDirectories(place.resolve("failing"));
    Process client =
        start(
            home,
            "run",
            "com.acme.Noting",
            "--from-jar=" + jar("failing-jar"),
            "--text=fail",
            "--flink-master=" + cluster.master());

    assertThat(finish(client, home)).as(log(home)).isNotZero();
    assertThat(log(home)).contains("Noting.java:46: Refused: no note is to say 'fail'");
  }

  /** A pipeline whose job has classes of its own, and an exception of its own. */
  private static Path jar(String folder) throws IOException {
    Path source = place.resolve(folder).resolve("com/acme/Noting.java");
    Files.createDirectories(source.getParent());
    Files.writeString(
        source,
        """
        package com.acme;

        import io.pergola.artifact.Statistics;
        import io.pergola.beam.BeamComponent;
        import io.pergola.pipeline.Artifacts;
        import io.pergola.pipeline.Channel;
        import io.pergola.pipeline.PipelineBuilder;
        import io.pergola.pipeline.PipelineDefinition;
        import java.nio.file.Files;
        import java.nio.file.Path;
        import org.apache.beam.sdk.Pipeline;
        import org.apache.beam.sdk.transforms.Create;
        import org.apache.beam.sdk.transforms.DoFn;
        import org.apache.beam.sdk.transforms.ParDo;

        public record Noting(String text) implements PipelineDefinition {
          @Override
          public void define(PipelineBuilder p) {
            p.add(new Note(text));
          }

          public record Note(String text) implements BeamComponent<Channel<Statistics>> {
            @Override
            public void expand(Pipeline beam, Artifacts artifacts, Channel<Statistics> out) {
              String to = artifacts.of(out).directory().toString();
              beam.apply(Create.of(text)).apply(ParDo.of(new Write(to)));
            }
          }

          static final class Refused extends RuntimeException {
            Refused(String message) {
              super(message);
            }
          }

          static final class Write extends DoFn<String, Void> {
            private final String to;

            Write(String to) {
              this.to = to;
            }

            @ProcessElement
            public void process(@Element String text) throws Exception {
              if (text.equals("fail")) {
                throw new Refused("no note is to say '" + text + "'");
              }
              Files.writeString(Path.of(to, "note.txt"), text);
            }
          }
        }
        """);
    Path classes = Files.createDirectories(place.resolve(folder).resolve("classes"));
    assertThat(
            ToolProvider.getSystemJavaCompiler()
                .run(
                    null,
                    null,
                    null,
                    "-proc:none",
                    "-cp",
                    System.getProperty("java.class.path"),
                    "-d",
                    classes.toString(),
                    source.toString()))
        .isZero();
    Path jar = place.resolve(folder).resolve("noting.jar");
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream archive = new JarOutputStream(out);
        Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        archive.putNextEntry(new JarEntry(classes.relativize(file).toString()));
        archive.write(Files.readAllBytes(file));
      }
    }
    return jar;
  }

  private static void awaitJobOf(String node, Path home, Process client) throws IOException {
    await()
        .atMost(LONG)
        .pollInterval(Duration.ofMillis(20))
        .until(
            () ->
                !client.isAlive()
                    || (log(home).contains(" " + node + ": started")
                        && cluster.status().flink().map(FlinkCluster.Slots::jobs).orElse(0) > 0));
    assertThat(client.isAlive()).as(log(home)).isTrue();
  }

  private static void kill(long pid) {
    ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
    process.destroyForcibly();
    await().atMost(LONG).until(() -> !process.isAlive());
  }

  private static Process start(Path home, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx1g");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add("io.pergola.cli.Main");
    command.addAll(List.of(arguments));
    command.add("--home=" + home);
    Files.createDirectories(home);
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(home.resolve("out.txt").toFile()))
        .start();
  }

  private static int finish(Process client, Path home) throws InterruptedException {
    if (!client.waitFor(5, TimeUnit.MINUTES)) {
      client.destroyForcibly().waitFor();
    }
    return client.exitValue();
  }

  private static String log(Path home) throws IOException {
    Path out = home.resolve("out.txt");
    return Files.exists(out) ? Files.readString(out, StandardCharsets.UTF_8) : "";
  }

  /** Content hashes by node and output; a pushed model records where it was pushed. */
  private static Map<String, String> contents(Path home) {
    try (Workspace workspace = Workspace.open(home)) {
      Map<String, String> contents = new TreeMap<>();
      for (ArtifactRecord artifact :
          workspace.history().artifactsOf(workspace.history().runs(1).get(0).id())) {
        if (!artifact.node().equals("pusher")) {
          contents.put(artifact.node() + "." + artifact.output(), artifact.contentHash());
        }
      }
      return contents;
    }
  }

  private static Map<String, Integer> attempts(Path home) {
    try (Workspace workspace = Workspace.open(home)) {
      Map<String, Integer> attempts = new TreeMap<>();
      for (NodeRecord node : workspace.history().nodes(workspace.history().runs(1).get(0).id())) {
        attempts.put(node.node(), node.attempts());
      }
      return attempts;
    }
  }

  private static List<Path> halfWritten(Path home) throws IOException {
    try (Stream<Path> files = Files.walk(home.resolve("artifacts"))) {
      return files.filter(file -> file.getFileName().toString().startsWith(".tmp")).toList();
    }
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }
}
