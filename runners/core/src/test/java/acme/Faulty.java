package acme;

import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.BuiltPipeline;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.Condition;
import io.pergola.pipeline.InlineComponent;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.pipeline.PipelineDefinition;
import io.pergola.run.JobListener;
import io.pergola.run.PipelineRunner;
import io.pergola.run.RunListener;
import io.pergola.run.RunOptions;
import io.pergola.run.RunRecord;
import io.pergola.run.Workspace;
import java.nio.file.Path;
import java.util.Optional;

/** A pipeline, and the program that runs it, for tests that kill that program. */
public record Faulty(Path folder) implements PipelineDefinition {
  /** Copies numbers. */
  public record FaultyEnd(Channel<Numbers> numbers, Path log)
      implements InlineComponent<Channel<Numbers>> {
    @Override
    public void run(Artifacts artifacts, Channel<Numbers> out) throws Exception {
      ((JobListener) artifacts.execution()).submitted("job-of-faulty-end");
      artifacts.of(out).write(artifacts.of(numbers).read());
      Counts.ran(log, "faulty-end");
    }
  }

  @Override
  public void define(PipelineBuilder p) {
    Channel<Numbers> numbers = p.add(new ReadNumbers(folder.resolve("numbers.txt")));
    Split.Outputs parts = p.add(new Split(numbers, 1, folder));
    p.when(
        Condition.exists(parts.report()),
        then -> {
          Channel<Numbers> product = then.add(new Multiply(parts.large(), 7, folder));
          then.add(new FaultyEnd(product, folder));
        });
    p.onExit(new TellEnd(numbers, folder, 0));
  }

  /** Goes on with the newest run if it was interrupted, else starts one. */
  public static void main(String[] arguments) {
    Path folder = Path.of(arguments[0]);
    try (Workspace workspace = Workspace.open(folder.resolve("home"), arguments[1])) {
      BuiltPipeline pipeline = PipelineBuilder.build(new Faulty(folder));
      PipelineRunner runner = PipelineRunner.in(workspace);
      Optional<RunRecord> interrupted =
          workspace.history().runs(1).stream()
              .filter(run -> run.state() == RunRecord.State.INTERRUPTED)
              .filter(run -> arguments.length == 2)
              .findFirst();
      if (interrupted.isPresent()) {
        runner.resume(interrupted.get().id(), pipeline, RunOptions.defaults(), RunListener.none());
      } else {
        runner.run(pipeline, RunOptions.defaults(), RunListener.none());
      }
    }
  }
}
