package io.pergola.run.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import acme.BeamFail;
import acme.BeamSquares;
import acme.Numbers;
import acme.ReadNumbers;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.pipeline.PipelineDefinition;
import io.pergola.run.NodeFailedException;
import io.pergola.run.PipelineRunner;
import io.pergola.run.RetryPolicy;
import io.pergola.run.RunListener;
import io.pergola.run.RunOptions;
import io.pergola.run.RunResult;
import io.pergola.run.Workspace;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.beam.sdk.Pipeline;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A cluster of processes that have Flink, Beam and Pergola on their class path and not the author's
 * classes, which a job must bring along.
 */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class FlinkClassesIT {
  private static final Duration LONG = Duration.ofSeconds(90);

  @TempDir static Path place;
  private static FlinkCluster cluster;

  @TempDir Path folder;

  record Squares(Path file) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      p.add(new BeamSquares(p.add(new ReadNumbers(file))));
    }
  }

  record Failing(Path file) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      p.add(new BeamFail(p.add(new ReadNumbers(file))));
    }
  }

  @BeforeAll
  static void startCluster() throws Exception {
    Path authors = authors();
    String others =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
            .filter(entry -> !Path.of(entry).toAbsolutePath().equals(authors))
            .collect(Collectors.joining(File.pathSeparator));
    cluster =
        FlinkCluster.start(
            FlinkClusterSettings.in(place.resolve("flink"))
                .port(0)
                .taskManagers(1)
                .slots(2)
                .heapMegabytes(256)
                .classPath(others)
                .endingWithThisProcess());
  }

  @AfterAll
  static void stopCluster() throws Exception {
    if (cluster != null) {
      cluster.stop();
    }
  }

  @Test
  void classesThatTaskManagersLackAreNamedWithTheRemedy() throws Exception {
    try (FlinkEngine engine = FlinkEngine.at(cluster.master()).staging(List.of())) {
      NodeFailedException cause = failure(run(engine, new Squares(numbers())));

      assertThat(cause.isInfrastructure()).isFalse();
      assertThat(cause.line())
          .matches(
              "Node 'beam-squares' failed: Cannot run on Flink at %s: its task managers lack classes of this process, or have others \\(acme\\.BeamSquares\\S*\\)\\. Send them along with --flink-stage=class-path, or start the cluster with the same jars\\."
                  .formatted(cluster.master()));
    }
  }

  @Test
  void aJarWithTheMissingClassesIsSentAlong() throws Exception {
    Path jar = jarOf(authors());
    try (FlinkEngine engine =
        FlinkEngine.at(cluster.master()).staging(List.of()).alsoStaging(List.of(jar))) {
      assertThat(run(engine, new Squares(numbers()))).isInstanceOf(RunResult.Succeeded.class);
    }
  }

  @Test
  void aFatJarIsSentInsteadOfTheClassPath() throws Exception {
    Path jar = jarOf(authors(), sourceOf(PipelineRunner.class), sourceOf(FlinkEngine.class));
    try (FlinkEngine engine = FlinkEngine.at(cluster.master()).staging(List.of(jar))) {
      assertThat(run(engine, new Squares(numbers()))).isInstanceOf(RunResult.Succeeded.class);
    }
  }

  @Test
  void theWholeClassPathIsSentAlongBecauseTheClusterHasAnother() throws Exception {
    try (FlinkEngine engine = FlinkEngine.at(cluster.master())) {
      assertThat(run(engine, new Squares(numbers()))).isInstanceOf(RunResult.Succeeded.class);
    }
  }

  @Test
  void anAuthorsExceptionOnAWorkerReachesTheClientWithItsLine() throws Exception {
    try (FlinkEngine engine = FlinkEngine.at(cluster.master()).staging(List.of(jarOf(authors())))) {
      NodeFailedException cause = failure(run(engine, new Failing(numbers())));

      assertThat(cause.isInfrastructure()).isFalse();
      assertThat(cause.line())
          .isEqualTo("Node 'beam-fail' failed: Arithmetic.java:8: ArithmeticException: / by zero");
    }
  }

  @Test
  void aFolderThatTaskManagersMayNotWriteToIsFoundOut() throws Exception {
    List<String> words = new ArrayList<>();
    if (System.getProperty("user.name").equals("root")) {
      words.addAll(List.of("setpriv", "--bounding-set=-all", "--inh-caps=-all"));
      assumeThat(works(words)).as("root can give up its rights").isTrue();
    }
    for (ClusterProcess one : ClusterProcess.running(cluster.settings().folder())) {
      if (one.name().startsWith("taskmanager")) {
        one.stop(Duration.ofSeconds(10));
      }
    }
    words.addAll(new ClusterConfiguration(cluster.settings()).taskManager(1));
    ClusterProcess.start("taskmanager-1", words, cluster.settings().folder());
    cluster.repair();
    Path closed = Files.createDirectories(folder.resolve("closed"));

    try (FlinkEngine engine = FlinkEngine.at(cluster.master());
        SharedFolderProbe probe = SharedFolderProbe.in(closed)) {
      Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("r-xr-xr-x"));
      Pipeline job = engine.newJob("probe");
      probe.describe(job, 2);
      assertThatThrownBy(() -> engine.run(job, SharedFolderProbe.QUIET))
          .isInstanceOf(IncompatibleClusterException.class)
          .hasMessageMatching(
              "Cannot run on this Flink: task manager \\S+ cannot write to %s \\(permission denied\\)\\. Give its user that right\\."
                  .formatted(closed));
    } finally {
      Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  @Test
  void clusterEndsWithItsOwnerThoughThatIsKilled() throws Exception {
    Path owned = place.resolve("owned");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx128m", "-XX:TieredStopAtLevel=1", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.addAll(List.of(ClusterOwner.class.getName(), owned.toString()));
    Process owner =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("owner.log").toFile())
            .start();
    await()
        .atMost(LONG)
        .until(() -> FlinkCluster.find(owned).flatMap(there -> there.status().flink()).isPresent());
    List<ClusterProcess> processes = ClusterProcess.running(owned);
    assertThat(processes).extracting(ClusterProcess::name).contains("jobmanager");

    owner.destroyForcibly().waitFor();

    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> processes.stream().noneMatch(one -> one.process().isAlive()));
    assertThat(FlinkCluster.find(owned)).isEmpty();
  }

  private RunResult run(FlinkEngine engine, PipelineDefinition pipeline) {
    try (Workspace workspace = Workspace.open(folder.resolve("home"))) {
      return PipelineRunner.in(workspace)
          .on(engine)
          .run(
              PipelineBuilder.build(pipeline),
              RunOptions.defaults().retries(RetryPolicy.none()),
              RunListener.none());
    }
  }

  private static NodeFailedException failure(RunResult result) {
    assertThat(result).isInstanceOf(RunResult.Failed.class);
    return ((RunResult.Failed) result).cause();
  }

  private Path numbers() throws IOException {
    return Files.writeString(folder.resolve("numbers.txt"), Numbers.text(List.of(1L, 2L, 3L)));
  }

  private static boolean works(List<String> prefix) throws InterruptedException {
    List<String> words = new ArrayList<>(prefix);
    words.add("true");
    try {
      return new ProcessBuilder(words).start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static Path authors() throws URISyntaxException {
    return sourceOf(Numbers.class);
  }

  private static Path sourceOf(Class<?> type) throws URISyntaxException {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI())
        .toAbsolutePath();
  }

  /** One jar of folders and jars. */
  private Path jarOf(Path... sources) throws IOException {
    Path jar = folder.resolve("all.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      for (Path source : sources) {
        if (Files.isDirectory(source)) {
          addFolder(out, source);
        } else {
          addJar(out, source);
        }
      }
    }
    return jar;
  }

  private static void addFolder(JarOutputStream out, Path source) throws IOException {
    try (Stream<Path> files = Files.walk(source)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        String name = source.relativize(file).toString().replace(File.separatorChar, '/');
        if (name.endsWith(".class")) {
          out.putNextEntry(new JarEntry(name));
          Files.copy(file, out);
        }
      }
    }
  }

  private static void addJar(JarOutputStream out, Path source) throws IOException {
    try (JarFile jar = new JarFile(source.toFile())) {
      for (JarEntry entry : jar.stream().toList()) {
        if (entry.getName().endsWith(".class")) {
          out.putNextEntry(new JarEntry(entry.getName()));
          try (var in = jar.getInputStream(entry)) {
            in.transferTo(out);
          }
        }
      }
    }
  }
}
