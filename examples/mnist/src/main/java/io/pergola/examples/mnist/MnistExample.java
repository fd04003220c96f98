package io.pergola.examples.mnist;

import io.pergola.pipeline.BundledPipeline;
import io.pergola.pipeline.PipelineDefinition;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** The pipeline of handwritten digits, as the command line finds it. */
public final class MnistExample implements BundledPipeline {
  @Override
  public String name() {
    return "mnist";
  }

  @Override
  public String description() {
    return "Learns to read handwritten digits.";
  }

  @Override
  public Class<? extends PipelineDefinition> definition() {
    return MnistPipeline.class;
  }

  @Override
  public Map<String, String> defaults(Path home) {
    return Map.of(
        "data", home.resolve("data/mnist").toString(),
        "serving", home.resolve("serving/mnist").toString(),
        "steps", "300");
  }

  @Override
  public long rows() {
    return 1_000;
  }

  @Override
  public void generate(Path directory, long rows, long seed) throws IOException {
    DigitData.write(directory, rows, seed);
  }

  @Override
  public void generateBadDay(Path directory, long rows, long seed) throws IOException {
    DigitData.writeBadDay(directory, rows, seed);
  }
}
