package io.pergola.examples.penguins;

import io.pergola.pipeline.BundledPipeline;
import io.pergola.pipeline.PipelineDefinition;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** The penguins pipeline, as the command line finds it. */
public final class PenguinsExample implements BundledPipeline {
  @Override
  public String name() {
    return "penguins";
  }

  @Override
  public String description() {
    return "Learns which of three species a penguin is.";
  }

  @Override
  public Class<? extends PipelineDefinition> definition() {
    return PenguinsPipeline.class;
  }

  @Override
  public Map<String, String> defaults(Path home) {
    return Map.of(
        "data", home.resolve("data/penguins").toString(),
        "serving", home.resolve("serving/penguins").toString());
  }

  @Override
  public long rows() {
    return 1_000;
  }

  @Override
  public void generate(Path directory, long rows, long seed) throws IOException {
    PenguinData.write(directory, rows, seed);
  }

  @Override
  public void generateBadDay(Path directory, long rows, long seed) throws IOException {
    PenguinData.writeBadDay(directory, rows, seed);
  }
}
