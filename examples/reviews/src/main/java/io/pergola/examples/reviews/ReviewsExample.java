package io.pergola.examples.reviews;

import io.pergola.pipeline.BundledPipeline;
import io.pergola.pipeline.PipelineDefinition;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** The pipeline of film reviews, as the command line finds it. */
public final class ReviewsExample implements BundledPipeline {
  @Override
  public String name() {
    return "reviews";
  }

  @Override
  public String description() {
    return "Learns whether a film review is a good one.";
  }

  @Override
  public Class<? extends PipelineDefinition> definition() {
    return ReviewsPipeline.class;
  }

  @Override
  public Map<String, String> defaults(Path home) {
    return Map.of(
        "data", home.resolve("data/reviews").toString(),
        "serving", home.resolve("serving/reviews").toString());
  }

  @Override
  public long rows() {
    return 1_000;
  }

  @Override
  public void generate(Path directory, long rows, long seed) throws IOException {
    ReviewData.write(directory, rows, seed);
  }

  @Override
  public void generateBadDay(Path directory, long rows, long seed) throws IOException {
    ReviewData.writeBadDay(directory, rows, seed);
  }
}
