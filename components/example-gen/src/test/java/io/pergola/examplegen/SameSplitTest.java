package io.pergola.examplegen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pergola.artifact.Row;
import io.pergola.beam.ExampleBatch;
import io.pergola.beam.RecordRows;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same trips land in the same splits, from whatever files they come. */
class SameSplitTest {
  private static final int TRIPS = 600;

  @TempDir Path folder;

  @Test
  void fromEveryFormatHoweverSharded() throws IOException {
    Map<String, List<String>> expected = null;
    for (boolean untyped : new boolean[] {false, true}) {
      for (int shards : new int[] {1, 7}) {
        for (FileFormat format : FileFormat.values()) {
          Path in = folder.resolve("%s-%d-%s".formatted(format, shards, untyped));
          TripFiles.write(in, format, TRIPS, shards);
          FileExampleGen<?, ?> gen = gen(format, in, untyped);
          Map<String, List<String>> splits =
              splits(Runs.of(gen, folder.resolve(in.getFileName() + "-out"), shards));
          expected = expected == null ? splits : expected;
          assertThat(splits).as("%s", in).isEqualTo(expected);
        }
      }
    }
    assertThat(expected.get("train")).hasSizeBetween(360, 440);
  }

  @Test
  void fromEveryFormatByPartition() throws IOException {
    List<Map<String, List<String>>> all = new ArrayList<>();
    for (FileFormat format : FileFormat.values()) {
      Path in = folder.resolve(format.name());
      TripFiles.write(in, format, TRIPS, 3);
      FileExampleGen<TripFiles.Trip, ?> gen = typed(format, in);
      FileExampleGen<?, ?> byCompany =
          gen.with(gen.options().withPartition(List.of("company")), null);
      all.add(splits(Runs.of(byCompany, folder.resolve(format + "-out"), 2)));
    }
    assertThat(all).allMatch(all.get(0)::equals);
  }

  @Test
  void ofInputThatWasDividedBefore() throws IOException {
    for (FileFormat format : FileFormat.values()) {
      Path in = folder.resolve(format.name());
      TripFiles.write(in.resolve("train"), format, TRIPS, 2);
      TripFiles.write(in.resolve("held-out"), format, TRIPS, 1);
      Runs run =
          Runs.of(
              typed(format, in)
                  .splits(SplitPath.of("train", "train"), SplitPath.of("eval", "held-out")),
              folder.resolve(format + "-out"),
              2);
      assertThat(run.rows("train")).as("%s", format).isEqualTo(TRIPS);
      assertThat(run.rows("eval")).as("%s", format).isEqualTo(TRIPS);
      assertThat(run.properties()).containsEntry("split_names", "[\"train\",\"eval\"]");
    }
  }

  @Test
  void refusesAFileInTwoSplits() throws IOException {
    Path in = folder.resolve("in");
    TripFiles.write(in, FileFormat.CSV, TRIPS, 2);
    assertThatThrownBy(
            () ->
                Runs.of(
                    typed(FileFormat.CSV, in)
                        .splits(SplitPath.of("train", "*.csv"), SplitPath.of("eval", "1.csv")),
                    folder.resolve("out"),
                    1))
        .hasMessage(
            "Cannot divide the input: %s is in more than one split. Give each split files of its own.",
            in.resolve("1.csv"));
  }

  private FileExampleGen<TripFiles.Trip, ?> typed(FileFormat format, Path in) {
    return switch (format) {
      case CSV -> CsvExampleGen.of(TripFiles.Trip.class).from(in);
      case AVRO -> AvroExampleGen.of(TripFiles.Trip.class).from(in);
      case PARQUET -> ParquetExampleGen.of(TripFiles.Trip.class).from(in);
      case TFRECORD -> TfRecordExampleGen.of(TripFiles.Trip.class).from(in);
      case JSON_LINES -> JsonExampleGen.of(TripFiles.Trip.class).from(in);
    };
  }

  private FileExampleGen<?, ?> gen(FileFormat format, Path in, boolean untyped) {
    if (!untyped) {
      return typed(format, in);
    }
    return switch (format) {
      case CSV -> CsvExampleGen.untyped().from(in);
      case AVRO -> AvroExampleGen.untyped().from(in);
      case PARQUET -> ParquetExampleGen.untyped().from(in);
      case TFRECORD -> TfRecordExampleGen.untyped().from(in);
      case JSON_LINES -> JsonExampleGen.untyped().from(in);
    };
  }

  /** The rows of each split, their features in the order of the names, in order. */
  private static Map<String, List<String>> splits(Runs run) {
    Map<String, List<String>> splits = new TreeMap<>();
    for (String split : List.of("train", "eval")) {
      List<String> rows = new ArrayList<>();
      for (ExampleBatch batch : run.batches(split)) {
        RecordRows<Row> reader = RecordRows.of(Row.class);
        for (int i = 0; i < batch.rows(); i++) {
          rows.add(new TreeMap<>(reader.row(batch, i).values()).toString());
        }
      }
      Collections.sort(rows);
      splits.put(split, rows);
    }
    return splits;
  }
}
