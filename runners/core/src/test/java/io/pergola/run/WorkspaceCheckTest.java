package io.pergola.run;

import static org.assertj.core.api.Assertions.assertThat;

import acme.Multiply;
import acme.Numbers;
import acme.ReadNumbers;
import io.pergola.metadata.ArtifactState;
import io.pergola.metadata.Lease;
import io.pergola.metadata.RunDraft;
import io.pergola.metadata.RunState;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.pipeline.PipelineDefinition;
import io.pergola.run.WorkspaceCheck.Depth;
import io.pergola.run.WorkspaceCheck.Finding;
import io.pergola.run.WorkspaceCheck.Kind;
import io.pergola.run.WorkspaceCheck.Mended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the check of a workspace finds, and what mending it does. */
class WorkspaceCheckTest extends RunFixture {
  record Product(Path file, Path log) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      Channel<Numbers> numbers = p.add(new ReadNumbers(file));
      p.add(new Multiply(numbers, 7, log));
    }
  }

  private ArtifactRecord product;

  @BeforeEach
  void runOnce() {
    product = artifact(run(new Product(file, folder)), "multiply", "numbers");
  }

  private WorkspaceCheck check() {
    return WorkspaceCheck.of(workspace);
  }

  private List<Finding> findings() throws IOException {
    return check().findings(Depth.QUICK);
  }

  private Finding only(Kind kind) throws IOException {
    assertThat(findings()).extracting(Finding::kind).containsExactly(kind);
    return findings().get(0);
  }

  /** Mends everything, and checks that nothing is wrong then. */
  private List<String> mended() throws IOException {
    List<Mended> mended = check().mend(findings());
    assertThat(mended).allMatch(Mended::mended);
    assertThat(findings()).isEmpty();
    return mended.stream().map(Mended::text).toList();
  }

  @Test
  void nothingIsWrongWithAWorkspaceThatWasNotTouched() throws IOException {
    assertThat(check().findings(Depth.ALL_CONTENT)).isEmpty();
  }

  enum Damage {
    TRUNCATED_SHARD {
      @Override
      void doTo(Path folder) throws IOException {
        Files.writeString(folder.resolve("numbers.txt"), "7");
      }
    },
    BIT_FLIP {
      @Override
      void doTo(Path folder) throws IOException {
        Path file = folder.resolve("numbers.txt");
        FileTime modified = Files.getLastModifiedTime(file);
        byte[] bytes = Files.readAllBytes(file);
        bytes[0] ^= 1;
        Files.write(file, bytes);
        Files.setLastModifiedTime(file, modified);
      }
    },
    MISSING_FILE {
      @Override
      void doTo(Path folder) throws IOException {
        Files.delete(folder.resolve("numbers.txt"));
      }
    },
    EXTRA_FILE {
      @Override
      void doTo(Path folder) throws IOException {
        Files.writeString(folder.resolve("more.txt"), "");
      }
    },
    MANIFEST_GONE {
      @Override
      void doTo(Path folder) throws IOException {
        Files.delete(folder.resolve(Manifest.FILE));
      }
    };

    abstract void doTo(Path folder) throws IOException;
  }

  @ParameterizedTest
  @EnumSource
  void f8ABrokenArtifactIsFoundAndTakenOutOfUse(Damage damage) throws IOException {
    damage.doTo(product.directory());

    assertThat(only(Kind.BROKEN_ARTIFACT).text())
        .startsWith("artifact %d (Numbers) of multiply: ".formatted(product.id()));
    assertThat(mended()).containsExactly("artifact %d is ABANDONED now".formatted(product.id()));
    assertThat(product.directory()).as("its files stay").isDirectory();
    assertThat(outcomes(run(new Product(file, folder))))
        .containsExactly("read-numbers=Cached", "multiply=Completed");
  }

  @Test
  void f8AnArtifactWhoseFolderWasDeletedByHandIsFoundAndDeletedOnRecord() throws IOException {
    try (var files = Files.walk(product.directory())) {
      for (Path path : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }

    only(Kind.LOST_ARTIFACT);
    mended();
    assertThat(workspace.store().artifact(product.id()).orElseThrow().state())
        .isEqualTo(ArtifactState.DELETED);
  }

  @Test
  void leftoversOfDeadAttemptsAreFoundAndDeleted() throws IOException {
    Path output = product.directory().getParent();
    Path temporary = Files.createDirectories(output.resolve(".tmp-999-1"));
    Files.writeString(temporary.resolve("half.txt"), "1");
    Files.createDirectories(output.resolve(".deleted-5"));
    Files.createDirectories(workspace.home().resolve("scratch/gone-run/x"));

    assertThat(findings())
        .extracting(Finding::kind)
        .containsExactly(Kind.LEFTOVER, Kind.LEFTOVER, Kind.LEFTOVER);
    mended();
    assertThat(temporary).doesNotExist();
    assertThat(workspace.home().resolve("scratch/gone-run")).doesNotExist();
    assertThat(product.directory()).isDirectory();
  }

  @Test
  void anOrphanIsMovedAsideNotDeleted() throws IOException {
    Path orphan = Files.createDirectories(product.directory().resolveSibling("999"));
    Files.writeString(orphan.resolve("numbers.txt"), "1");

    assertThat(only(Kind.ORPHAN).text())
        .isEqualTo("folder %s is of no artifact on record".formatted(orphan));
    mended();
    assertThat(orphan).doesNotExist();
    assertThat(workspace.home().resolve("orphans/product/multiply/numbers/999/numbers.txt"))
        .hasContent("1");
  }

  @Test
  void aRunningAttemptsFoldersAreNotTouched() throws IOException {
    Lease lease =
        workspace
            .store()
            .runs()
            .create(
                new RunDraft("r1", "product", "{}", new TreeMap<>(), List.of()),
                "elsewhere 1 1",
                Duration.ofMinutes(5));
    workspace.store().runs().move(lease, "r1", RunState.RUNNING, Optional.empty());
    long execution =
        workspace
            .store()
            .putExecution(
                io.pergola.metadata.ExecutionDraft.of("Multiply")
                    .customProperty("run_id", io.pergola.metadata.PropertyValue.of("r1")));
    Path output = product.directory().getParent();
    Files.createDirectories(output.resolve(".tmp-%d-1".formatted(execution)));
    Files.createDirectories(output.resolve(Long.toString(execution)));
    Files.createDirectories(workspace.home().resolve("scratch/r1"));

    assertThat(findings()).isEmpty();
  }

  @Test
  void aRunThatNobodyDrivesIsFoundAndCanBeResumedThen() throws IOException {
    Lease lease =
        workspace
            .store()
            .runs()
            .create(
                new RunDraft("r1", "product", "{}", new TreeMap<>(), List.of()),
                "elsewhere 1 1",
                Duration.ofMinutes(5));
    workspace.store().runs().move(lease, "r1", RunState.RUNNING, Optional.empty());
    workspace.store().leases().release(lease);

    assertThat(only(Kind.ABANDONED_RUN).text())
        .isEqualTo("run r1 is RUNNING, and nobody drives it");
    assertThat(mended()).containsExactly("run r1 is FAILED now; go on with: pergola resume r1");
    assertThat(workspace.store().runs().find("r1").orElseThrow().state())
        .isEqualTo(RunState.FAILED);
  }
}
