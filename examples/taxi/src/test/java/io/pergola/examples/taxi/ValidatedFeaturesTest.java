package io.pergola.examples.taxi;

import static org.assertj.core.api.Assertions.assertThat;

import io.pergola.artifact.Examples;
import io.pergola.artifact.Schema;
import io.pergola.artifact.Statistics;
import io.pergola.artifact.TransformGraph;
import io.pergola.examplegen.CsvExampleGen;
import io.pergola.feature.Columns;
import io.pergola.feature.FeaturePlan;
import io.pergola.feature.Features;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.pipeline.PipelineDefinition;
import io.pergola.run.Engine;
import io.pergola.run.NodeOutcome;
import io.pergola.run.PipelineRunner;
import io.pergola.run.RunListener;
import io.pergola.run.RunOptions;
import io.pergola.run.RunResult;
import io.pergola.run.Workspace;
import io.pergola.run.local.LocalEngine;
import io.pergola.transform.Transform;
import io.pergola.transform.TransformedSchemaGen;
import io.pergola.validation.AnomaliesFile;
import io.pergola.validation.DatasetStatistics;
import io.pergola.validation.ExampleValidator;
import io.pergola.validation.FeatureStatistics;
import io.pergola.validation.SchemaFile;
import io.pergola.validation.SchemaGen;
import io.pergola.validation.StatisticsFile;
import io.pergola.validation.StatisticsGen;
import io.pergola.validation.page.StatisticsPage;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Statistics before and after Transform, vectors and sequences included, and a schema after it. */
class ValidatedFeaturesTest {
  private static final int ROWS = 600;

  @TempDir Path folder;

  record ValidatedFeatures(Path data) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      Channel<Examples<Trip>> trips = p.add(CsvExampleGen.of(Trip.class).from(data));
      Channel<Statistics> statistics = p.add(StatisticsGen.of(trips));
      Channel<Schema> expected = p.add(SchemaGen.of(statistics));

      Transform.Outputs transformed =
          p.add(Transform.of(trips, expected).with(ValidatedFeatures::features));

      Channel<Statistics> ofFeatures =
          p.add("feature-statistics", StatisticsGen.of(transformed.examples()));
      Channel<Schema> promised = p.add(TransformedSchemaGen.of(transformed.graph(), expected));
      p.add("feature-validator", ExampleValidator.of(ofFeatures, promised));

      Channel<TransformGraph> graph =
          p.add(Transform.of(trips, expected).with(TaxiFeatures::of).graphOnly());
      p.add("schema-of-taxi-features", TransformedSchemaGen.of(graph, expected));
    }

    /** A number, a vector, a category and a sequence. */
    private static FeaturePlan features(Columns<Trip> trip) {
      return Features.of()
          .dense(
              trip.number(Trip::fare).orElse(0).zScore(),
              trip.number(Trip::tripStartHour).identity(24).oneHot().as("hour_vector"))
          .categorical(trip.text(Trip::paymentType).orElse("").vocabulary(20, 1))
          .sequence(
              trip.text(Trip::company)
                  .orElse("")
                  .tokenize(Pattern.compile("\\w+"))
                  .vocabulary(50, 1)
                  .padTo(4)
                  .as("company_words"))
          .label(trip.number(Trip::tips).orElse(0).greaterThan(1).as("tipped"));
    }
  }

  @Test
  void featuresAreDescribedAndAsTheirPlanPromises() throws Exception {
    TaxiData.write(folder.resolve("data"), ROWS, 7);
    RunResult result;
    try (Engine engine = LocalEngine.create(2);
        Workspace workspace = Workspace.open(folder.resolve("home"))) {
      result =
          PipelineRunner.in(workspace)
              .on(engine)
              .run(
                  PipelineBuilder.build(new ValidatedFeatures(folder.resolve("data"))),
                  RunOptions.defaults(),
                  RunListener.none());
    }
    assertThat(result).as(result.toString()).isInstanceOf(RunResult.Succeeded.class);

    DatasetStatistics statistics = StatisticsFile.read(output(result, "feature-statistics"));
    assertThat(statistics.examples()).isEqualTo(ROWS);
    assertThat(feature(statistics, "hour_vector").common().minValues()).isEqualTo(24);
    assertThat(feature(statistics, "hour_vector").common().maxValues()).isEqualTo(24);
    assertThat(feature(statistics, "company_words").common().minValues()).isEqualTo(4);
    assertThat(StatisticsPage.of(new StatisticsPage.Side("features", statistics)))
        .contains("hour_vector", "company_words", "payment_type", "tipped");
    assertThat(SchemaFile.read(output(result, "transformed-schema-gen")).features())
        .extracting(feature -> feature.name())
        .containsExactly("fare", "hour_vector", "payment_type", "company_words", "tipped");
    assertThat(AnomaliesFile.read(output(result, "feature-validator")).anomalies()).isEmpty();
    assertThat(SchemaFile.read(output(result, "schema-of-taxi-features")).find("generous_tip"))
        .isPresent();
  }

  private static FeatureStatistics feature(DatasetStatistics statistics, String name) {
    return statistics.find("train").orElseThrow().features().stream()
        .filter(feature -> feature.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static Path output(RunResult result, String node) {
    NodeOutcome.Completed completed = (NodeOutcome.Completed) result.outcome(node).orElseThrow();
    return completed.outputs().get(0).directory();
  }
}
