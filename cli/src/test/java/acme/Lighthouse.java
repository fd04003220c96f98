package acme;

import io.pergola.artifact.Schema;
import io.pergola.artifact.Statistics;
import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.InlineComponent;
import io.pergola.pipeline.OptionalChannel;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.pipeline.PipelineDefinition;
import io.pergola.pipeline.Resolve;
import io.pergola.validation.CommonStatistics;
import io.pergola.validation.DatasetStatistics;
import io.pergola.validation.ExampleValidator;
import io.pergola.validation.FeatureStatistics.TextFeature;
import io.pergola.validation.Histogram;
import io.pergola.validation.SchemaGen;
import io.pergola.validation.SplitStatistics;
import io.pergola.validation.StatisticsFile;
import io.pergola.validation.ValueCount;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A pipeline that validates the flags of 100 ships, without Beam jobs.
 *
 * @param red how many of them are red, 1 to 99
 * @param other the colour of the others
 * @param schema what is expected, instead of what the flags show
 */
public record Lighthouse(long red, String other, Optional<Path> schema)
    implements PipelineDefinition {
  @Override
  public void define(PipelineBuilder p) {
    Channel<Statistics> statistics = p.add(new Lookout(red, other));
    Channel<Schema> expected = p.add(SchemaGen.of(statistics).curatedBy(schema));
    OptionalChannel<Statistics> yesterday = p.add("yesterday", Resolve.latest(Statistics.class));
    p.add(ExampleValidator.of(statistics, expected).driftAgainst(yesterday));
  }

  /** Writes statistics of one feature. */
  public record Lookout(long red, String other) implements InlineComponent<Channel<Statistics>> {
    @Override
    public void run(Artifacts artifacts, Channel<Statistics> out) {
      List<ValueCount> flags =
          List.of(new ValueCount("red", red), new ValueCount(other, 100 - red));
      TextFeature feature =
          new TextFeature(
              "flag",
              new CommonStatistics(100, 0, 1, 1, 1, 100, Histogram.EMPTY),
              2,
              0,
              4,
              3,
              6,
              0,
              flags,
              flags,
              0);
      StatisticsFile.write(
          new DatasetStatistics(List.of(new SplitStatistics("train", 100, List.of(feature)))),
          artifacts.of(out).directory());
    }
  }
}
