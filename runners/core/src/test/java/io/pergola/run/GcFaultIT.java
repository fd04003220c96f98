package io.pergola.run;

import static org.assertj.core.api.Assertions.assertThat;

import acme.Collecting;
import acme.Faulty;
import acme.Numbers;
import io.pergola.metadata.ArtifactState;
import io.pergola.metadata.EmbeddedPostgresServer;
import io.pergola.metadata.Marks;
import io.pergola.metadata.StoredArtifact;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.run.internal.FaultPoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Ends a JVM that moves an alias and collects garbage at each of its fault points, as {@code kill
 * -9} would, checks what must hold, and lets another collection finish.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class GcFaultIT {
  @TempDir Path folder;

  private static final String SQLITE = "SQLite";
  private static final String POSTGRES = "PostgreSQL";
  private static final List<FaultPoint> POINTS =
      List.of(
          FaultPoint.BEFORE_ALIAS_MOVE,
          FaultPoint.AFTER_ALIAS_MOVE,
          FaultPoint.BEFORE_GC_MARK,
          FaultPoint.AFTER_GC_MARK,
          FaultPoint.BEFORE_GC_DELETE,
          FaultPoint.AFTER_GC_DELETE,
          FaultPoint.AFTER_GC_RENAME,
          FaultPoint.AFTER_GC_REMOVE);

  private String metadata = "";

  /** One kill. */
  record Case(FaultPoint fault, String database) {}

  /** The points that the short form ends a JVM at: all on SQLite, the commits on PostgreSQL. */
  static List<String> points() {
    return POINTS.stream().map(FaultPoint::name).toList();
  }

  static Stream<Case> faults() {
    boolean all = Boolean.getBoolean("pergola.fault-campaign");
    return Stream.of(SQLITE, POSTGRES)
        .flatMap(
            database ->
                POINTS.stream()
                    .filter(
                        point ->
                            all
                                || database.equals(SQLITE)
                                || point == FaultPoint.AFTER_ALIAS_MOVE
                                || point == FaultPoint.AFTER_GC_MARK
                                || point == FaultPoint.AFTER_GC_DELETE)
                    .map(point -> new Case(point, database)));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void f1_aKilledCollectionLeavesNoHalfArtifactAndTheNextOneFinishes(Case kill) throws Exception {
    FaultPoint fault = kill.fault();
    metadata =
        kill.database().equals(SQLITE)
            ? folder.resolve("home/metadata.db").toString()
            : EmbeddedPostgresServer.shared().freshDatabase();
    Path file = folder.resolve("numbers.txt");
    Files.writeString(file, Numbers.text(List.of(1L, 2L, 3L)));
    ArtifactRecord before;
    ArtifactRecord champion;
    try (Workspace workspace = Workspace.open(folder.resolve("home"), metadata)) {
      before = run(workspace);
      Files.writeString(file, Numbers.text(List.of(1L, 2L, 4L)));
      champion = run(workspace);
      Files.writeString(file, Numbers.text(List.of(1L, 2L, 5L)));
      run(workspace);
      Aliases.in(workspace).point(before, "champion", "ben");
    }

    assertThat(child(fault, champion.id())).isEqualTo(137);

    try (Workspace workspace = Workspace.open(folder.resolve("home"), metadata)) {
      requireInvariants(workspace);
      Optional<Marks.Alias> alias =
          workspace.store().marks().alias(champion.pipeline(), "champion");
      assertThat(alias.map(Marks.Alias::artifactId))
          .contains(fault == FaultPoint.BEFORE_ALIAS_MOVE ? before.id() : champion.id());

      GarbageCollection gc = GarbageCollection.in(workspace);
      gc.mark(GcPolicy.olderThan(Duration.ZERO).keepRuns(0));
      gc.delete(Duration.ZERO);

      requireInvariants(workspace);
      assertThat(workspace.store().marks().markedForDeletion()).isEmpty();
      assertThat(workspace.store().marks().deletedWithFiles()).isEmpty();
      assertThat(strayFiles(workspace)).isEmpty();
      assertThat(workspace.history().artifacts(1000).stream().map(ArtifactRecord::id))
          .contains(alias.orElseThrow().artifactId());
      assertThat(workspace.history().artifacts(1000).stream().map(ArtifactRecord::id))
          .as("the artifacts of the newest run, and the alias")
          .hasSize(7);
    }
  }

  private static ArtifactRecord run(Workspace workspace) {
    RunResult result =
        PipelineRunner.in(workspace)
            .run(
                PipelineBuilder.build(new Faulty(workspace.home().getParent())),
                RunOptions.defaults(),
                RunListener.none());
    assertThat(result).isInstanceOf(RunResult.Succeeded.class);
    return workspace.history().artifactsOf(result.runId()).stream()
        .filter(artifact -> artifact.node().equals("faulty-end"))
        .findFirst()
        .orElseThrow();
  }

  /** What is live or marked is whole; what is deleted has no folder under its own name or all. */
  private static void requireInvariants(Workspace workspace) throws IOException {
    for (long id = 1; workspace.store().artifact(id).isPresent(); id++) {
      StoredArtifact stored = workspace.store().artifact(id).orElseThrow();
      ArtifactRecord artifact = workspace.history().artifact(id).orElseThrow();
      if (stored.state() != ArtifactState.DELETED || Files.exists(artifact.directory())) {
        Manifest manifest = Manifest.read(artifact.directory());
        assertThat(manifest.contentHash()).isEqualTo(artifact.contentHash());
        for (Manifest.Entry entry : manifest.files()) {
          assertThat(artifact.directory().resolve(entry.path())).hasSize(entry.size());
        }
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

  private int child(FaultPoint fault, long champion) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-Dpergola.fault=" + fault,
                "-cp",
                System.getProperty("java.class.path"),
                Collecting.class.getName(),
                folder.toString(),
                Long.toString(champion),
                metadata)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("child.log").toFile())
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }
}
