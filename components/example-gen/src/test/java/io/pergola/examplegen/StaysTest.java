package io.pergola.examplegen;

import static org.assertj.core.api.Assertions.assertThat;

import io.pergola.pipeline.PipelineBuilder;
import io.pergola.pipeline.PipelineDefinition;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the pages on formats show. */
class StaysTest {
  record Stay(
      String city, Integer nights, Float guestHomeLat, List<String> tags, List<Float> feesValue) {}

  record Stays() implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      p.add("avro", AvroExampleGen.of(Stay.class).from(Path.of("stays/avro")));
      p.add("parquet", ParquetExampleGen.of(Stay.class).from(Path.of("stays/parquet")));
      p.add("tfrecord", TfRecordExampleGen.of(Stay.class).from(Path.of("stays/tfrecord")));
      p.add(
          "sequences",
          TfRecordExampleGen.untyped().from(Path.of("stays/sequences")).sequenceExamples());
      p.add("json", JsonExampleGen.of(Stay.class).from(Path.of("stays.jsonl.gz")));
    }
  }

  @Test
  void standInAGraphWithTheFormatsOfTheirFiles() {
    assertThat(PipelineBuilder.build(new Stays()).nodes())
        .containsOnlyKeys("avro", "parquet", "tfrecord", "sequences", "json");
    assertThat(
            List.of(
                AvroExampleGen.untyped().from(Path.of("trips.avro")),
                ParquetExampleGen.untyped().from(Path.of("trips.parquet")),
                TfRecordExampleGen.untyped().from(Path.of("tfrecord")),
                JsonExampleGen.untyped().from(Path.of("trips.jsonl"))))
        .extracting(FileExampleGen::format)
        .containsExactly(
            FileFormat.AVRO, FileFormat.PARQUET, FileFormat.TFRECORD, FileFormat.JSON_LINES);
  }

  @Test
  void keepTheSplitsThatTheyHave() {
    TfRecordExampleGen<Stay> gen =
        TfRecordExampleGen.of(Stay.class)
            .from(Path.of("stays"))
            .splits(SplitPath.of("train", "train-*.gz"), SplitPath.of("eval", "validation-*.gz"));
    assertThat(gen.options().splits()).extracting(Split::name).containsExactly("train", "eval");
  }
}
