package io.pergola.run.flink;

import acme.BeamGated;
import acme.Numbers;
import acme.ReadNumbers;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.pipeline.PipelineDefinition;
import io.pergola.run.PipelineRunner;
import io.pergola.run.RunListener;
import io.pergola.run.RunOptions;
import io.pergola.run.Workspace;
import java.nio.file.Path;
import java.util.List;

/** The program that runs a pipeline on a cluster, for tests that kill it. */
final class ClientProcess {
  private ClientProcess() {}

  /** Waits in a Beam job until a file {@code go} appears, and counts the row it has. */
  record Gated(Path folder) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      Channel<Numbers> numbers = p.add(new ReadNumbers(folder.resolve("numbers.txt")));
      p.add(new BeamGated(numbers, folder, folder.resolve("go")));
    }
  }

  public static void main(String[] arguments) {
    Path folder = Path.of(arguments[0]);
    try (Workspace workspace = Workspace.open(folder.resolve("home"));
        FlinkEngine engine = FlinkEngine.at(arguments[1]).staging(List.of()).parallelism(1)) {
      PipelineRunner.in(workspace)
          .on(engine)
          .run(PipelineBuilder.build(new Gated(folder)), RunOptions.defaults(), RunListener.none());
    }
  }
}
