package io.pergola.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import acme.Numbers;
import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.InlineComponent;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.pipeline.PipelineDefinition;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** F2: a real file system of 20 MB that fills up. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class FullDiskTest {
  @TempDir Path folder;

  /** Writes so many megabytes. */
  record Megabytes(int number) implements InlineComponent<Channel<Numbers>> {
    @Override
    public void run(Artifacts artifacts, Channel<Numbers> out) throws Exception {
      for (int i = 0; i < number; i++) {
        Files.write(artifacts.of(out).directory().resolve("part-" + i), new byte[1_000_000]);
      }
    }
  }

  record Filling(int megabytes) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      p.add(new Megabytes(megabytes));
    }
  }

  private static int execute(String... command) throws Exception {
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }

  @Test
  void f2_aDiskThatFillsUpIsNamedAndNothingHalfIsPublished() throws Exception {
    Path disk = Files.createDirectory(folder.resolve("disk"));
    boolean mounted =
        System.getProperty("user.name").equals("root")
            && Files.isExecutable(Path.of("/bin/mount"))
            && execute("mount", "-t", "tmpfs", "-o", "size=20m", "tmpfs", disk.toString()) == 0;
    assumeThat(mounted).as("mounting a tmpfs takes root").isTrue();
    try (Workspace workspace = Workspace.open(disk.resolve("home"))) {
      RunOptions once = RunOptions.defaults().retries(RetryPolicy.none());
      RunResult full =
          PipelineRunner.in(workspace)
              .run(PipelineBuilder.build(new Filling(40)), once, RunListener.none());

      assertThat(((RunResult.Failed) full).cause().line())
          .contains("No space left on device")
          .contains("The disk of workspace " + workspace.home() + " (tmpfs) has ")
          .contains(" of 20 MB free. Free some there, or move the workspace (--home)");
      assertThat(((RunResult.Failed) full).cause().isInfrastructure()).isTrue();
      assertThat(Invariants.violationsAtRest(workspace)).isEmpty();

      RunResult fits =
          PipelineRunner.in(workspace)
              .run(PipelineBuilder.build(new Filling(5)), once, RunListener.none());
      assertThat(fits).isInstanceOf(RunResult.Succeeded.class);
      assertThat(Invariants.violationsAtRest(workspace)).isEmpty();
    } finally {
      assertThat(execute("umount", disk.toString())).isZero();
    }
  }
}
