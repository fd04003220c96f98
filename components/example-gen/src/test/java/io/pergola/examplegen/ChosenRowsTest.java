package io.pergola.examplegen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pergola.beam.ExampleFiles;
import io.pergola.feature.Column;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChosenRowsTest {
  record Trip(Float fare, String company) {}

  @TempDir Path folder;

  private static final Path TRIPS = SampleData.file("chicago-taxi/trips.csv");

  private Runs run(String name, ExampleGen<?, ?> gen) {
    return Runs.of(gen, folder.resolve(name), 2);
  }

  @Test
  void readsTheRowsThatTheFilterIsTrueOf() throws IOException {
    List<String> lines = Files.readAllLines(TRIPS);
    List<String> header = List.of(lines.get(0).split(","));
    int fare = header.indexOf("fare");
    int company = header.indexOf("company");
    long expected =
        lines.stream()
            .skip(1)
            .map(line -> line.split(",", -1))
            .filter(c -> Float.parseFloat(c[fare]) > 20 && !c[company].isEmpty())
            .count();
    Runs run =
        run(
            "out",
            CsvExampleGen.of(Trip.class)
                .from(TRIPS)
                .where(
                    trip ->
                        trip.number(Trip::fare)
                            .greaterThan(20)
                            .and(trip.isMissing(Trip::company).not())));
    assertThat(run.rows("train") + run.rows("eval")).isEqualTo(expected).isPositive();
    assertThat(run.properties())
        .containsEntry("rows_read", 15_002L)
        .containsEntry("rows_filtered", 15_002L - expected)
        .containsEntry("rows_bad", 0L);
  }

  @Test
  void everyRowStaysInItsSplit() {
    Runs all = run("all", CsvExampleGen.of(Trip.class).from(TRIPS));
    Runs some = run("some", CsvExampleGen.of(Trip.class).from(TRIPS).where("fare >= 30"));
    for (String split : List.of("train", "eval")) {
      assertThat(some.texts(split))
          .isNotEmpty()
          .isEqualTo(
              all.texts(split).stream()
                  .filter(row -> Float.parseFloat(row.replaceAll("\\{fare=([^,}]*).*", "$1")) >= 30)
                  .toList());
    }
  }

  @Test
  void aSampleIsTheSameFromEveryFormatAndOrder() throws IOException {
    List<String> lines = Files.readAllLines(TRIPS);
    List<String> shuffled = new ArrayList<>(lines.subList(1, lines.size()));
    Collections.reverse(shuffled);
    shuffled.add(0, lines.get(0));
    Path reversed = Files.write(folder.resolve("reversed.csv"), shuffled);
    Runs parquet =
        run("as-parquet", CsvExampleGen.untyped().from(TRIPS).splits(Split.of("all", 1)));
    Runs first = run("1", CsvExampleGen.of(Trip.class).from(TRIPS).sample(0.1, 7));
    Runs second = run("2", CsvExampleGen.of(Trip.class).from(reversed).sample(0.1, 7));
    Runs third =
        run(
            "3",
            ParquetExampleGen.of(Trip.class).from(parquet.folder().resolve("all")).sample(0.1, 7));
    Runs other = run("4", CsvExampleGen.of(Trip.class).from(TRIPS).sample(0.1, 8));
    for (String split : List.of("train", "eval")) {
      List<String> rows = sorted(first.texts(split));
      assertThat(sorted(second.texts(split))).isEqualTo(rows);
      assertThat(sorted(third.texts(split))).isEqualTo(rows);
      assertThat(sorted(other.texts(split))).isNotEqualTo(rows);
    }
    assertThat(first.rows("train") + first.rows("eval"))
        .isEqualTo(15_002L - (Long) first.properties().get("rows_not_sampled"));
  }

  @Test
  void aSampleOfDistinctRowsHasItsShare() throws IOException {
    StringBuilder csv = new StringBuilder("company\n");
    for (int i = 0; i < 20_000; i++) {
      csv.append('c').append(i).append('\n');
    }
    Path file = Files.writeString(folder.resolve("a.csv"), csv);
    Runs run = run("out", CsvExampleGen.untyped().from(file).sample(0.1, 1));
    long train = run.rows("train");
    long eval = run.rows("eval");
    assertThat(train + eval).isBetween(1_830L, 2_170L); // 4 standard deviations of 42
    // Both splits are sampled alike: a sample that went by the splits' own hash would not be.
    assertThat((double) train / (train + eval)).isBetween(0.625, 0.709); // 4 of 0.0105
  }

  private static List<String> sorted(List<String> rows) {
    return rows.stream().sorted().toList();
  }

  @Test
  void keepsOnlyTheColumnsAskedForAsIfARecordHadDeclaredThem() {
    Runs only =
        run(
            "only",
            CsvExampleGen.untyped()
                .from(TRIPS)
                .only(Column.text("company"), Column.number("fare")));
    Runs declared = run("declared", CsvExampleGen.of(Trip.class).from(TRIPS));
    assertThat(ExampleFiles.schema(only.folder()).columns())
        .extracting(field -> field.name())
        .containsExactlyInAnyOrder("fare", "company");
    assertThat(only.rows("train")).isEqualTo(declared.rows("train"));
  }

  @Test
  void filtersAndPartitionsByColumnsThatAreNotKept() {
    Runs run =
        run(
            "out",
            CsvExampleGen.untyped()
                .from(TRIPS)
                .where("trip_miles > 10")
                .partitionedBy(Column.text("company"))
                .only(Column.number("fare")));
    assertThat(ExampleFiles.schema(run.folder()).columns())
        .extracting(field -> field.name())
        .containsExactly("fare");
    assertThat(run.rows("train")).isPositive();
  }

  @Test
  void rowGroupsThatCannotMatchAreNotRead() throws IOException {
    Path file = folder.resolve("trips.parquet");
    ParquetRows.write(
        file,
        "message trips { required int64 id; optional float fare; optional binary company (STRING); }",
        CompressionCodecName.SNAPPY,
        1_000,
        10_000,
        (row, i) -> {
          row.append("id", (long) i);
          if (i >= 2_000) {
            row.append("fare", i / 100f);
          }
          row.append("company", "c" + i / 1_000);
        });
    Runs run = run("a", ParquetExampleGen.untyped().from(file).where("id >= 4500 and id < 5500"));
    assertThat(run.rows("train") + run.rows("eval")).isEqualTo(1_000);
    assertThat(run.properties())
        .containsEntry("row_groups_skipped", 8L)
        .containsEntry("rows_read", 2_000L)
        .containsEntry("rows_filtered", 1_000L);
    assertThat(
            run(
                    "b",
                    ParquetExampleGen.untyped()
                        .from(file)
                        .where("company = 'c7' or fare is missing"))
                .properties())
        .containsEntry("row_groups_skipped", 7L);
    assertThat(run("c", ParquetExampleGen.untyped().from(file).where("id < 0")).rows("train"))
        .isZero();
  }

  @Test
  void unknownColumnsAreRefusedBeforeTheJobRuns() {
    assertThatThrownBy(() -> run("a", CsvExampleGen.of(Trip.class).from(TRIPS).where("fair > 1")))
        .hasMessageStartingWith("Cannot filter by fair: the columns are fare, company.");
    assertThatThrownBy(
            () -> run("b", CsvExampleGen.of(Trip.class).from(TRIPS).only(Column.number("miles"))))
        .hasMessage("Cannot keep miles: the columns are fare, company. Correct the name.");
  }

  @Test
  void theFilterIsAParameterInOneForm() {
    Stream<String> texts =
        Stream.of(
                CsvExampleGen.of(Trip.class).from(TRIPS).where("fare>5.0 AND company<>'x'"),
                CsvExampleGen.of(Trip.class)
                    .from(TRIPS)
                    .where(trip -> trip.number(Trip::fare).greaterThan(5))
                    .where(trip -> trip.text(Trip::company).notEqualTo("x")))
            .map(gen -> gen.options().rows().where());
    assertThat(texts).containsOnly("fare > 5 and company != 'x'");
  }
}
