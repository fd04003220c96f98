package io.pergola.examplegen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pergola.span.FoundSpan;
import io.pergola.span.MissingSpansException;
import io.pergola.span.Spans;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvSpansTest {
  record Ride(String id, Float fare) {}

  @TempDir Path folder;

  @Test
  void aPatternReadsTheSpansOfTheRunByDefault() throws IOException {
    Path pattern = folder.resolve("{YYYY}-{MM}-{DD}/rides-v{VERSION}.csv");

    CsvExampleGen<Ride> gen = CsvExampleGen.of(Ride.class).from(pattern);

    assertThat(gen.spans()).isEqualTo(Spans.ofRun());
    assertThat(gen.externalInputs()).isEmpty();
    assertThat(gen.spans(Spans.rolling(7).atLeast(5)).partitionedBy(Ride::id).spans())
        .isEqualTo(Spans.rolling(7).atLeast(5));
    assertThat(CsvExampleGen.of(Ride.class).from(folder).wanted()).isEqualTo(Optional.empty());
  }

  @Test
  void aFolderIsASpanOnceItHasAFileThatIsComplete() throws IOException {
    write("2026-11-18/.rides.csv.tmp", "a");
    write("2026-11-19/rides.csv", "a");
    write("2026-11-20/deep/rides.csv.gz", "b");
    write("2026-11-20/deep/rides.csv", "c");

    CsvExampleGen<Ride> gen = CsvExampleGen.of(Ride.class).from(folder.resolve("{YYYY}-{MM}-{DD}"));

    assertThat(gen.found()).extracting(FoundSpan::span).containsExactly(20_776L, 20_777L);
    assertThat(gen.found().get(1).files())
        .containsExactly(
            folder.resolve("2026-11-20/deep/rides.csv"),
            folder.resolve("2026-11-20/deep/rides.csv.gz"));
  }

  @Test
  void rule23_allSpansOfAWindowAreOneExamplesArtifact() throws IOException {
    write("2026-11-18.csv", "a");
    write("2026-11-19.csv", "b");
    write("2026-11-20.csv", "c");

    Runs run =
        Runs.of(
            CsvExampleGen.of(Ride.class)
                .from(folder.resolve("{YYYY}-{MM}-{DD}.csv"))
                .splits(Split.of("all", 1))
                .spans(Spans.rolling(2)),
            folder.resolve("examples"),
            2);

    assertThat(run.texts("all")).containsExactlyInAnyOrder("{id=b, fare=1.0}", "{id=c, fare=1.0}");
  }

  @Test
  void aFileHasRowsOfOneSpanAndIsTheSameInEveryWindow() throws IOException {
    CsvExampleGen<Ride> gen =
        CsvExampleGen.of(Ride.class)
            .from(folder.resolve("{YYYY}-{MM}-{DD}.csv"))
            .splits(Split.of("all", 1))
            .spans(Spans.rolling(2));
    write("2026-11-18.csv", "a");
    write("2026-11-19.csv", "b");
    Runs.of(gen, folder.resolve("before"), 2);
    write("2026-11-20.csv", "c");
    Runs.of(gen, folder.resolve("after"), 1);

    assertThat(folder.resolve("after/all/part-00000.parquet"))
        .hasSameBinaryContentAs(folder.resolve("before/all/part-00001.parquet"));
    assertThat(folder.resolve("after/all/part-00001.parquet")).exists();
    assertThat(folder.resolve("after/all/part-00002.parquet")).doesNotExist();
  }

  @Test
  void aSpanOfDividedInputIsThereOnceEverySplitHasIt() throws IOException {
    write("train/2026-11-18.csv", "a");
    write("eval/2026-11-18.csv", "b");
    write("train/2026-11-19.csv", "c");

    CsvExampleGen<Ride> gen =
        CsvExampleGen.of(Ride.class)
            .from(folder)
            .splits(
                SplitPath.of("train", "train/{YYYY}-{MM}-{DD}.csv"),
                SplitPath.of("eval", "eval/{YYYY}-{MM}-{DD}.csv"))
            .spans(Spans.latest());

    assertThat(gen.found()).extracting(FoundSpan::span).containsExactly(20_775L);
    Runs run = Runs.of(gen, folder.resolve("examples"), 1);
    assertThat(run.texts("train")).containsExactly("{id=a, fare=1.0}");
    assertThat(run.texts("eval")).containsExactly("{id=b, fare=1.0}");
  }

  @Test
  void rule23_aMissingSpanFails() {
    CsvExampleGen<Ride> gen = CsvExampleGen.of(Ride.class).from(folder.resolve("{SPAN}.csv"));

    assertThatThrownBy(() -> Runs.of(gen, folder.resolve("examples"), 1))
        .isInstanceOf(MissingSpansException.class)
        .hasMessageStartingWith("Cannot choose spans: there is none at all.");
  }

  @Test
  void spansOfAPlainPathAreRefused() {
    assertThatThrownBy(
            () -> CsvExampleGen.of(Ride.class).from(Path.of("data")).spans(Spans.latest()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot choose spans of data: it has no {SPAN}, nor {YYYY}, {MM} and {DD}. Put them"
                + " where the spans' names differ.");
  }

  private void write(String name, String id) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "id,fare\n" + id + ",1\n");
  }
}
