package io.pergola.examplegen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pergola.beam.BytesColumn;
import io.pergola.beam.DoubleColumn;
import io.pergola.beam.ExampleFiles;
import io.pergola.beam.FloatColumn;
import io.pergola.beam.LongColumn;
import io.pergola.span.Spans;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fault F11 of the reliability rules: rows that are there to break readers. */
class PoisonRowsTest {
  record Number(Double x) {}

  record Whole(Long x) {}

  record Text(String x, Integer y) {}

  @TempDir Path folder;

  private Path csv(String content) throws IOException {
    return Files.writeString(folder.resolve("in.csv"), content);
  }

  private static <R extends Record> CsvExampleGen<R> all(Class<R> row, Path csv) {
    return CsvExampleGen.of(row).from(csv).splits(Split.of("all", 1));
  }

  private Runs run(ExampleGen<?, ?> gen) {
    return Runs.of(gen, folder.resolve("out"), 2);
  }

  private double[] doubles(String cells) throws IOException {
    Runs run = run(all(Number.class, csv("x\n" + cells)));
    return ((DoubleColumn) run.batches("all").get(0).column("x")).values();
  }

  @Test
  void f11_nanIsAValueAndNoMissingOne() throws IOException {
    assertThat(doubles("NaN\nnan\n1\n")).containsExactly(Double.NaN, Double.NaN, 1);
  }

  @Test
  void f11_infinitiesAreValuesButFiniteNumbersBeyondTheRangeAreBad() throws IOException {
    assertThat(doubles("inf\n-Infinity\n"))
        .containsExactly(Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY);
    Path csv = csv("x\n1e400\n");
    assertThatThrownBy(() -> run(all(Number.class, csv)))
        .hasMessageStartingWith(
            "Cannot read column 'x' of %s line 2: '1e400' is beyond the range of 64-bit numbers."
                .formatted(csv));
  }

  @Test
  void f11_negativeZeroKeepsItsSign() throws IOException {
    assertThat(Double.doubleToRawLongBits(doubles("-0.0\n")[0]))
        .isEqualTo(Double.doubleToRawLongBits(-0.0));
  }

  @Test
  void f11_twoToThe63IsNoWholeNumberOf64Bits() throws IOException {
    Path csv = csv("x\n9223372036854775807\n-9223372036854775808\n9223372036854775808\n");
    assertThatThrownBy(() -> run(all(Whole.class, csv)))
        .hasMessageStartingWith(
            "Cannot read column 'x' of %s line 4: '9223372036854775808' is not a whole number of 64 bits."
                .formatted(csv));
    Runs run = run(all(Whole.class, csv).skipBadRowsUpTo(0.5));
    assertThat(((LongColumn) run.batches("all").get(0).column("x")).values())
        .containsExactly(Long.MAX_VALUE, Long.MIN_VALUE);
    Runs untyped =
        Runs.of(
            CsvExampleGen.untyped().from(csv).splits(Split.of("all", 1)),
            folder.resolve("untyped"),
            1);
    assertThat(((FloatColumn) untyped.batches("all").get(0).column("x")).value(2))
        .isEqualTo(0x1p63f);
  }

  @Test
  void f11_emptyStringAndMissingAreTold() throws IOException {
    Runs run = run(all(Text.class, csv("x,y\n,1\n\"\",2\na,3\n")));
    assertThat(run.texts("all")).containsExactly("{y=1}", "{x=, y=2}", "{x=a, y=3}");
  }

  @Test
  void f11_invalidUtf8IsBadAsTextAndKeptAsBytes() throws IOException {
    Path file = folder.resolve("in.csv");
    Files.write(file, "x,y\ncaf\u00e9,1\ntea,2\n".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> run(all(Text.class, file)))
        .hasMessage(
            "Cannot read column 'x' of %s line 2: the cell is not valid UTF-8. Store the file as UTF-8: iconv -f ISO-8859-1 -t UTF-8."
                .formatted(file));
    assertThat(run(all(Text.class, file).skipBadRowsUpTo(0.5)).texts("all"))
        .containsExactly("{x=tea, y=2}");
    record Raw(byte[] x) {}
    BytesColumn bytes =
        (BytesColumn)
            Runs.of(all(Raw.class, file), folder.resolve("raw"), 1)
                .batches("all")
                .get(0)
                .column("x");
    assertThat(bytes.data()[bytes.entryOffsets()[bytes.entry(0)] + 3]).isEqualTo((byte) 0xe9);
  }

  @Test
  void f11_nulIsACharacterOfText() throws IOException {
    assertThat(run(all(Text.class, csv("x,y\na\0b,1\n"))).texts("all"))
        .containsExactly("{x=a\0b, y=1}");
  }

  @Test
  void f11_byteOrderMarkIsNoPartOfTheFirstName() throws IOException {
    assertThat(run(all(Text.class, csv("\ufeffx,y\na,1\n"))).texts("all"))
        .containsExactly("{x=a, y=1}");
  }

  @Test
  void f11_mixedLineBreaksEndRecords() throws IOException {
    assertThat(run(all(Text.class, csv("x,y\r\na,1\nb,2\rc,3\r\n"))).texts("all"))
        .containsExactly("{x=a, y=1}", "{x=b, y=2}", "{x=c, y=3}");
  }

  @Test
  void f11_fieldOf10MegabytesIsRead() throws IOException {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    content.writeBytes("x,y\n".getBytes(StandardCharsets.UTF_8));
    byte[] large = new byte[10_000_000];
    Arrays.fill(large, (byte) 'z');
    content.writeBytes(large);
    content.writeBytes(",1\nb,2\n".getBytes(StandardCharsets.UTF_8));
    Path file = folder.resolve("in.csv");
    Files.write(file, content.toByteArray());
    Runs run = run(all(Text.class, file));
    BytesColumn column = (BytesColumn) run.batches("all").get(0).column("x");
    assertThat(column.entryLength(column.entry(0))).isEqualTo(10_000_000);
    assertThat(run.rows("all")).isEqualTo(2);
  }

  @Test
  void f11_tenThousandColumnsAreRead() throws IOException {
    String header =
        IntStream.range(0, 10_000).mapToObj(i -> "c" + i).collect(Collectors.joining(","));
    String row = IntStream.range(0, 10_000).mapToObj(i -> "" + i).collect(Collectors.joining(","));
    Runs run =
        run(
            CsvExampleGen.untyped()
                .from(csv(header + "\n" + row + "\n"))
                .splits(Split.of("all", 1)));
    assertThat(ExampleFiles.schema(run.folder()).columns()).hasSize(10_000);
    assertThat(((LongColumn) run.batches("all").get(0).column("c9999")).value(0)).isEqualTo(9_999);
  }

  @Test
  void f11_raggedRowsAreBad() throws IOException {
    Path csv = csv("x,y\na\nb,1,2\nc,3\n");
    assertThatThrownBy(() -> run(all(Text.class, csv)))
        .hasMessageStartingWith(
            "Cannot read %s line 2: 1 cell where the header names 2 columns.".formatted(csv));
    assertThat(run(all(Text.class, csv).deadLettersUpTo(0.7)).texts("all"))
        .containsExactly("{x=c, y=3}");
    assertThat(folder.resolve("out/_bad_rows/records/part-00000.csv"))
        .hasContent("x,y\na\nb,1,2\n");
  }

  @Test
  void f11_duplicateHeaderIsRefusedWhateverThePolicy() throws IOException {
    Path csv = csv("x,y,x\n1,2,3\n");
    assertThatThrownBy(() -> run(all(Text.class, csv).skipBadRowsUpTo(1)))
        .hasMessage(
            "Cannot read %s line 1: columns 1 and 3 are both named 'x'. Give every column a name of its own."
                .formatted(csv));
  }

  @Test
  void f11_quotedLineBreaksArePartOfTheTextAndCountAsLines() throws IOException {
    Path csv = csv("x,y\n\"a\nb\",1\n\"c\r\n\r\nd\",2\ne,soon\n");
    Runs run = run(all(Text.class, csv).skipBadRowsUpTo(0.5));
    assertThat(run.texts("all")).containsExactly("{x=a\nb, y=1}", "{x=c\r\n\r\nd, y=2}");
    assertThatThrownBy(() -> run(all(Text.class, csv))).hasMessageContaining("line 7: 'soon'");
  }

  @Test
  void f11_columnWithoutAnyValueIsMissingEverywhere() throws IOException {
    Runs run = run(CsvExampleGen.untyped().from(csv("x,y\n,1\n,2\n")).splits(Split.of("all", 1)));
    assertThat(run.present("all", "x")).isZero();
    assertThat(run.texts("all")).containsExactly("{y=1}", "{y=2}");
  }

  @Test
  void f11_emptySplitHasAFileThatNamesItsColumns() throws IOException {
    Runs run = Runs.of(CsvExampleGen.of(Text.class).from(csv("x,y\n")), folder.resolve("out"), 1);
    for (String split : List.of("train", "eval")) {
      assertThat(run.rows(split)).isZero();
      assertThat(ExampleFiles.schemaOf(run.folder().resolve(split).resolve("part-00000.parquet")))
          .isEqualTo(ExampleFiles.schema(run.folder()));
    }
  }

  @Test
  void f11_inputOfNothingButBadRowsIsNoExample() throws IOException {
    Runs run = run(all(Text.class, csv("x,y\na,b\n")).skipBadRowsUpTo(1));
    assertThat(run.rows("all")).isZero();
    assertThat(run.properties()).containsEntry("rows_bad_fraction", 1.0);
  }

  @Test
  void f11_emptySpanIsReadAsNoRow() throws IOException {
    for (int span = 1; span <= 2; span++) {
      Path day = Files.createDirectories(folder.resolve("span-" + span));
      Files.writeString(day.resolve("a.csv"), span == 1 ? "x,y\na,1\n" : "x,y\n");
    }
    Runs run = run(all(Text.class, folder.resolve("span-{SPAN}")).spans(Spans.rolling(2)));
    assertThat(run.texts("all")).containsExactly("{x=a, y=1}");
  }
}
