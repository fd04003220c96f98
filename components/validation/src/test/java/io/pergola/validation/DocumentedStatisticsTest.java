package io.pergola.validation;

import static org.assertj.core.api.Assertions.assertThat;

import io.pergola.artifact.Examples;
import io.pergola.beam.BytesColumn;
import io.pergola.beam.ColumnType;
import io.pergola.beam.ExampleBatchBuilder;
import io.pergola.beam.ExampleColumn;
import io.pergola.beam.ExampleFiles;
import io.pergola.beam.ExampleSchema;
import io.pergola.beam.ExampleSchema.Field;
import io.pergola.beam.RowGroup;
import io.pergola.beam.RowGroupReader;
import io.pergola.fingerprint.Fingerprints;
import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.InlineComponent;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.pipeline.PipelineDefinition;
import io.pergola.pipeline.PipelineGraph;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/how-to/describe-examples.md shows. */
class DocumentedStatisticsTest {
  record Trip(Float fare, Float tripMiles, Integer tripStartHour, String company, Integer tipped) {}

  /** How many letters of the values are capitals. */
  record Capitals() implements StatisticGenerator<ExampleColumn, Long> {
    @Override
    public String name() {
      return "capitals";
    }

    @Override
    public Long create() {
      return 0L;
    }

    @Override
    public Long add(Long capitals, ExampleColumn column) {
      BytesColumn text = (BytesColumn) column;
      long found = capitals;
      for (int row = 0; row < text.rows(); row++) {
        for (int value = text.start(row); value < text.end(row); value++) {
          found += text.text(value).chars().filter(Character::isUpperCase).count();
        }
      }
      return found;
    }

    @Override
    public Long merge(Long left, Long right) {
      return left + right;
    }

    @Override
    public Map<String, Double> result(Long capitals) {
      return Map.of("letters", (double) capitals);
    }
  }

  private static StatisticsGen statistics(Channel<Examples<Trip>> trips) {
    return StatisticsGen.of(trips)
        .weightedBy(Trip::fare)
        .slicedBy(Trip::company)
        .slicedBy(
            Slicing.where(Trip::tripStartHour, 7),
            Slicing.by(Trip::company).cross(Trip::tripStartHour))
        .slicesAtMost(50)
        .label(Trip::tipped)
        .labelInSlices(10)
        .tokens(Tokens.words(Trip::company).reporting("Cab"))
        .with(new Capitals(), Trip::company);
  }

  record Trips(String from) implements InlineComponent<Channel<Examples<Trip>>> {
    @Override
    public void run(Artifacts artifacts, Channel<Examples<Trip>> trips) {}
  }

  record Described(String from) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      p.add(statistics(p.add(new Trips(from))));
    }
  }

  @Test
  void whatIsAskedForStandsInTheGraph() {
    PipelineGraph graph = PipelineBuilder.build(new Described("here")).graph();

    PipelineGraph.Node node =
        graph.nodes().stream()
            .filter(n -> n.id().equals("statistics-gen"))
            .findFirst()
            .orElseThrow();
    assertThat(node.inputs()).extracting(PipelineGraph.Input::name).containsExactly("examples");
    assertThat(node.parameters())
        .containsEntry("weight", "fare")
        .containsEntry("mostSlices", "50")
        .containsKeys("slicings", "crossing", "generators", "exampleGenerators");
  }

  @Test
  void accessorsNameTheColumns() {
    StatisticsGen gen =
        statistics(TestExamples.<Examples<Trip>>channel("examples", Examples.class));

    assertThat(gen.weight()).contains("fare");
    assertThat(gen.slicings())
        .extracting(Slicing::terms)
        .extracting(Object::toString)
        .containsExactly(
            "[Term[column=company, value=null]]",
            "[Term[column=trip_start_hour, value=7]]",
            "[Term[column=company, value=null], Term[column=trip_start_hour, value=null]]");
    assertThat(gen.mostSlices()).isEqualTo(50);
    assertThat(gen.crossing().map(StatisticsGen.Crossing::label)).isEqualTo(Optional.of("tipped"));
    assertThat(gen.generators())
        .containsExactly(new StatisticsGen.ForFeatures(new Capitals(), List.of("company")));
  }

  @Test
  void anAuthorsGeneratorCountsInTheCacheKey() {
    StatisticsGen plain =
        StatisticsGen.of(TestExamples.<Examples<Trip>>channel("examples", Examples.class));

    assertThat(Fingerprints.ofParameter(plain, "generators", plain.generators()))
        .isNotEqualTo(
            Fingerprints.ofParameter(plain, "generators", plain.with(new Capitals()).generators()));
  }

  @Test
  void accumulatesWithoutAPipeline(@TempDir Path examples) throws IOException {
    ExampleBatchBuilder batch =
        new ExampleBatchBuilder(new ExampleSchema(List.of(Field.of("fare", ColumnType.FLOAT))));
    batch.putFloat(0, 12.5f);
    batch.endRow();
    TestExamples.write(examples, "train", 0, batch.build());

    StatisticsAccumulator statistics = new StatisticsAccumulator();
    for (RowGroup group : ExampleFiles.rowGroups(examples)) {
      statistics.add(group.split(), RowGroupReader.read(group));
    }
    DatasetStatistics found = statistics.statistics();

    assertThat(found.find("train").orElseThrow().examples()).isEqualTo(1);
  }
}
