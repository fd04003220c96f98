package io.pergola.run.internal;

import static org.assertj.core.api.Assertions.assertThat;

import acme.Numbers;
import acme.ReadNumbers;
import acme.Split;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.pipeline.PipelineDefinition;
import io.pergola.run.ArtifactRecord;
import io.pergola.run.Manifest;
import io.pergola.run.PipelineRunner;
import io.pergola.run.RetryPolicy;
import io.pergola.run.RunListener;
import io.pergola.run.RunOptions;
import io.pergola.run.RunResult;
import io.pergola.run.Workspace;
import java.io.IOException;
import java.io.SyncFailedException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** F2: lets the i-th operation on files fail while outputs are published, for every i. */
class DiskFaultTest {
  @TempDir Path folder;

  record Parting(Path folder) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      p.add(new Split(p.add(new ReadNumbers(folder.resolve("numbers.txt"))), 1, folder));
    }
  }

  @AfterEach
  void heal() {
    ArtifactFolder.observe((operation, path) -> {});
  }

  /** What a disk says. */
  enum Kind {
    ENOSPC("No space left on device"),
    EIO("Input/output error"),
    EACCES("Permission denied"),
    SHORT_WRITE("short write"),
    FAILED_FSYNC("sync failed");

    private final String says;

    Kind(String says) {
      this.says = says;
    }

    private boolean strikes(String operation) {
      return this != FAILED_FSYNC || operation.equals("sync");
    }

    private IOException strike(String operation, Path path) throws IOException {
      switch (this) {
        case EACCES:
          return new AccessDeniedException(path.toString());
        case FAILED_FSYNC:
          return new SyncFailedException(says);
        case SHORT_WRITE:
          if (Files.isRegularFile(path)) {
            try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
              file.truncate(file.size() / 2);
            }
          }
          return new IOException(says + " of " + path);
        default:
          return new IOException(says + ": " + operation + " " + path);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void f2_p3_anyOperationThatFailsPublishesNothingHalf(Kind kind) throws Exception {
    Files.writeString(folder.resolve("numbers.txt"), Numbers.text(List.of(1L, 2L, 3L)));
    int operations = failAt(kind, Integer.MAX_VALUE, "all");
    assertThat(operations).isGreaterThan(kind == Kind.FAILED_FSYNC ? 10 : 25);
    for (int i = 1; i <= operations; i++) {
      failAt(kind, i, "home-" + i);
    }
  }

  /** Runs with one failing operation, then without; returns how many operations there were. */
  private int failAt(Kind kind, int failing, String home) throws IOException {
    AtomicInteger count = new AtomicInteger();
    ArtifactFolder.observe(
        (operation, path) -> {
          if (kind.strikes(operation) && count.incrementAndGet() == failing) {
            throw kind.strike(operation, path);
          }
        });
    try (Workspace workspace = Workspace.open(folder.resolve(home))) {
      RunResult result = run(workspace);
      if (failing == Integer.MAX_VALUE) {
        assertThat(result).isInstanceOf(RunResult.Succeeded.class);
        return count.get();
      }
      assertThat(result).isInstanceOf(RunResult.Failed.class);
      assertThat(((RunResult.Failed) result).cause().line()).contains(kind.says);
      requireOnlyWholeArtifacts(workspace);
      if (failing % 5 == 0) {
        heal();
        assertThat(run(workspace)).isInstanceOf(RunResult.Succeeded.class);
        requireOnlyWholeArtifacts(workspace);
      }
    }
    return count.get();
  }

  private RunResult run(Workspace workspace) {
    return PipelineRunner.in(workspace)
        .run(
            PipelineBuilder.build(new Parting(folder)),
            RunOptions.defaults().retries(RetryPolicy.none()),
            RunListener.none());
  }

  private static void requireOnlyWholeArtifacts(Workspace workspace) throws IOException {
    List<Path> published =
        workspace.history().artifacts(1000).stream().map(ArtifactRecord::directory).toList();
    for (ArtifactRecord artifact : workspace.history().artifacts(1000)) {
      assertThat(
              ArtifactFolder.problem(
                  artifact.directory(),
                  artifact.contentHash(),
                  ArtifactFolder.Check.BEFORE_READING))
          .isEmpty();
      assertThat(artifact.directory().resolve(Manifest.FILE)).exists();
    }
    try (Stream<Path> files = Files.walk(workspace.artifacts())) {
      assertThat(files.filter(Files::isRegularFile))
          .allMatch(file -> published.stream().anyMatch(file::startsWith));
    }
  }
}
