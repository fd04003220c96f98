package acme;

import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.InlineComponent;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.pipeline.PipelineDefinition;
import io.pergola.run.PipelineRunner;
import io.pergola.run.RunListener;
import io.pergola.run.RunOptions;
import io.pergola.run.RunResult;
import io.pergola.run.Workspace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A pipeline that reads an artifact all the time, and the program that runs it. */
public record Reading(Path folder) implements PipelineDefinition {
  /** Reads its input again and again until {@code go} appears. */
  public record ReadAgain(Channel<Numbers> numbers, Path log, Path go)
      implements InlineComponent<Channel<Numbers>> {
    @Override
    public void run(Artifacts artifacts, Channel<Numbers> out) throws Exception {
      List<Long> first = artifacts.of(numbers).read();
      Counts.ran(log, "reading");
      while (!Files.exists(go)) {
        if (!artifacts.of(numbers).read().equals(first)) {
          throw new IllegalStateException("the numbers changed under their reader");
        }
        artifacts.execution().throwIfCancelled();
        TimeUnit.MILLISECONDS.sleep(1);
      }
      artifacts.of(out).write(first);
    }
  }

  @Override
  public void define(PipelineBuilder p) {
    Channel<Numbers> numbers = p.add(new ReadNumbers(folder.resolve("numbers.txt")));
    p.add(new ReadAgain(numbers, folder, folder.resolve("go")));
  }

  /** Exits with 0 if the run succeeds. */
  public static void main(String[] arguments) {
    Path folder = Path.of(arguments[0]);
    RunResult result;
    try (Workspace workspace = Workspace.open(folder.resolve("home"), arguments[1])) {
      result =
          PipelineRunner.in(workspace)
              .run(
                  PipelineBuilder.build(new Reading(folder)),
                  RunOptions.defaults(),
                  RunListener.none());
    }
    System.exit(result instanceof RunResult.Succeeded ? 0 : 1);
  }
}
