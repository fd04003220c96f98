package io.pergola.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import acme.Counts;
import acme.Multiply;
import acme.Numbers;
import acme.ReadNumbers;
import acme.Reading;
import io.pergola.metadata.ArtifactState;
import io.pergola.metadata.EmbeddedPostgresServer;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.pipeline.PipelineDefinition;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** F9: garbage is collected while another process reads, on both databases. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class GcDuringReadIT {
  private static final int COLLECTIONS = Boolean.getBoolean("pergola.fault-campaign") ? 200 : 10;
  private static final GcPolicy ALL = GcPolicy.olderThan(Duration.ZERO).keepRuns(0);

  @TempDir Path folder;

  record Product(Path file) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      p.add(new Multiply(p.add(new ReadNumbers(file)), 2, file.getParent()));
    }
  }

  private List<ArtifactRecord> product(Workspace workspace, long number) throws Exception {
    Path file = folder.resolve("numbers.txt");
    Files.writeString(file, Numbers.text(List.of(number)));
    RunResult result =
        PipelineRunner.in(workspace)
            .run(
                PipelineBuilder.build(new Product(file)),
                RunOptions.defaults(),
                RunListener.none());
    return workspace.history().artifactsOf(result.runId());
  }

  @ParameterizedTest
  @ValueSource(strings = {"SQLite", "PostgreSQL"})
  void f9_p8_whatAnotherProcessReadsFromTheCacheIsNeitherMarkedNorDeleted(String database)
      throws Exception {
    String metadata =
        database.equals("SQLite")
            ? folder.resolve("home/metadata.db").toString()
            : EmbeddedPostgresServer.shared().freshDatabase();
    try (Workspace workspace = Workspace.open(folder.resolve("home"), metadata)) {
      List<ArtifactRecord> old = product(workspace, 1);
      product(workspace, 2);
      GarbageCollection gc = GarbageCollection.in(workspace);
      assertThat(gc.plan(ALL).remove())
          .extracting(item -> item.artifact().id())
          .as("garbage, until somebody reads it again")
          .containsExactlyInAnyOrderElementsOf(old.stream().map(ArtifactRecord::id).toList());
      Files.writeString(folder.resolve("numbers.txt"), Numbers.text(List.of(1L)));
      Process reader =
          Children.java(folder.resolve("reader.log"))
              .main(Reading.class, folder.toString(), metadata);
      try {
        await().atMost(Duration.ofSeconds(60)).until(() -> Counts.read(folder).contains("reading"));

        for (int i = 0; i < COLLECTIONS; i++) {
          assertThat(gc.plan(ALL).keep())
              .filteredOn(item -> item.artifact().id() == old.get(0).id())
              .extracting(GcPlan.Item::why)
              .allMatch(why -> why.endsWith("is not over and uses it"))
              .hasSize(1);
          gc.mark(ALL);
          if (i % 2 == 0) {
            gc.undo();
          } else {
            gc.delete(Duration.ZERO);
          }
        }
        Files.createFile(folder.resolve("go"));

        assertThat(reader.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(reader.exitValue()).as(Files.readString(folder.resolve("reader.log"))).isZero();
      } finally {
        reader.destroyForcibly();
      }
      assertThat(Counts.read(folder)).filteredOn("read"::equals).as("it was cached").hasSize(2);
      assertThat(workspace.store().artifact(old.get(0).id()).orElseThrow().state())
          .isEqualTo(ArtifactState.LIVE);
      assertThat(workspace.store().artifact(old.get(1).id()).orElseThrow().state())
          .as("what nobody reads goes")
          .isEqualTo(ArtifactState.DELETED);
      assertThat(Invariants.violationsAtRest(workspace)).isEmpty();
    }
  }
}
