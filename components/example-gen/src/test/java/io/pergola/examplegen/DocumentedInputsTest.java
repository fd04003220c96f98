package io.pergola.examplegen;

import static org.assertj.core.api.Assertions.assertThat;

import io.pergola.artifact.Examples;
import io.pergola.artifact.ExportedExamples;
import io.pergola.artifact.Row;
import io.pergola.feature.Column;
import io.pergola.pipeline.BuiltPipeline;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.pipeline.PipelineDefinition;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The pipelines that the pages about inputs show. */
class DocumentedInputsTest {
  record Trip(Float fare, Float tripMiles, String company, Long id) {}

  record Inputs(Path data) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      Channel<Examples<Trip>> trips =
          p.add(
              CsvExampleGen.of(Trip.class)
                  .from(data)
                  .deadLettersUpTo(0.01)
                  .where(
                      trip ->
                          trip.number(Trip::fare)
                              .greaterThan(0)
                              .and(trip.isMissing(Trip::company).not()))
                  .sample(0.1, 7));
      Channel<Examples<Row>> wide =
          p.add(
              "wide",
              ParquetExampleGen.untyped()
                  .from(Path.of("wide.parquet"))
                  .where("fare > 0 and company in ('Flash Cab', 'Blue Ribbon')")
                  .only(Column.number("fare"), Column.text("company")));
      Channel<Examples<Trip>> again =
          p.add("again", CsvExampleGen.of(Trip.class).from(Path.of("corrected")));
      Channel<Examples<Trip>> rows =
          p.add(
              "rows",
              JdbcExampleGen.of(Trip.class)
                  .from("jdbc:postgresql://warehouse/taxi")
                  .query("select * from trips where day <= date '2026-10-31'")
                  .inRangesOf("id", 16)
                  .dataVersion("2026-10-31"));
      Channel<ExportedExamples> exported = p.add(ExamplesExport.of(trips).toTfRecord());
      assertThat(trips.type()).isEqualTo(wide.type()).isEqualTo(again.type());
      assertThat(rows.type()).isEqualTo(trips.type()).isNotEqualTo(exported.type());
    }
  }

  @Test
  void thePagesBuild() {
    BuiltPipeline built = PipelineBuilder.build(new Inputs(Path.of("data")));
    assertThat(built.nodes())
        .containsOnlyKeys("csv-example-gen", "wide", "again", "rows", "examples-export");
  }

  @Test
  void aDatabaseWithoutAVersionIsReadAnewEachTime() {
    record Uncached() implements PipelineDefinition {
      @Override
      public void define(PipelineBuilder p) {
        p.add(JdbcExampleGen.untyped().from("jdbc:postgresql://warehouse/taxi").table("trips"));
      }
    }
    assertThat(PipelineBuilder.build(new Uncached()).graph().toJson())
        .contains("\"cache\": \"off\"");
    assertThat(PipelineBuilder.build(new Inputs(Path.of("data"))).graph().toJson())
        .doesNotContain("\"cache\": \"off\"");
  }
}
