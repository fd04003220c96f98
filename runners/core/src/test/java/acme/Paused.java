package acme;

import io.pergola.pipeline.Channel;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.pipeline.PipelineDefinition;
import io.pergola.run.PipelineRunner;
import io.pergola.run.RunListener;
import io.pergola.run.RunOptions;
import io.pergola.run.Workspace;
import java.nio.file.Path;
import java.time.Duration;

/** A pipeline that waits, and the program that runs it, for tests that stop that program. */
public record Paused(Path folder) implements PipelineDefinition {
  @Override
  public void define(PipelineBuilder p) {
    Channel<Numbers> numbers = p.add(new ReadNumbers(folder.resolve("numbers.txt")));
    Channel<Numbers> waited = p.add(new Wait(numbers, folder, folder.resolve("go")));
    p.add(new Multiply(waited, 2, folder));
  }

  /** With a lease of a second. */
  public static void main(String[] arguments) {
    Path folder = Path.of(arguments[0]);
    try (Workspace workspace = Workspace.open(folder.resolve("home"), arguments[1])) {
      PipelineRunner.in(workspace)
          .run(
              PipelineBuilder.build(new Paused(folder)),
              RunOptions.defaults().lease(Duration.ofSeconds(1)),
              RunListener.none());
    }
  }
}
