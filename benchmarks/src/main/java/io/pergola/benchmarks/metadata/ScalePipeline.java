package io.pergola.benchmarks.metadata;

import io.pergola.artifact.Artifact;
import io.pergola.artifact.ArtifactType;
import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.InlineComponent;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.pipeline.PipelineDefinition;
import java.nio.file.Files;
import java.nio.file.Path;

/** Ten trivial nodes in a chain. */
record ScalePipeline() implements PipelineDefinition {
  static final int NODES = 10;

  /** A file with a number in it. */
  @ArtifactType("ScaleNumber")
  public static final class Number extends Artifact {
    public Number(Path directory) {
      super(directory);
    }
  }

  /** Writes the first number. */
  record First(long number) implements InlineComponent<Channel<Number>> {
    @Override
    public void run(Artifacts artifacts, Channel<Number> out) throws Exception {
      Files.writeString(artifacts.of(out).directory().resolve("number"), Long.toString(number));
    }
  }

  /** Writes the number that follows another. */
  record Next(Channel<Number> number) implements InlineComponent<Channel<Number>> {
    @Override
    public void run(Artifacts artifacts, Channel<Number> out) throws Exception {
      String before = Files.readString(artifacts.of(number).directory().resolve("number"));
      Files.writeString(
          artifacts.of(out).directory().resolve("number"),
          Long.toString(Long.parseLong(before) + 1));
    }
  }

  @Override
  public void define(PipelineBuilder p) {
    Channel<Number> number = p.add("node-0", new First(1));
    for (int node = 1; node < NODES; node++) {
      number = p.add("node-" + node, new Next(number));
    }
  }
}
