package io.pergola.examplegen.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pergola.examplegen.CsvException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CsvRecordsTest {
  record Case(String claim, String csv, List<List<String>> records) {}

  static List<Case> cases() {
    return List.of(
        new Case("nothing", "", List.of()),
        new Case("one cell without a line break", "a", List.of(List.of("a"))),
        new Case("line feed", "a,b\nc,d\n", List.of(List.of("a", "b"), List.of("c", "d"))),
        new Case("carriage return", "a\rb\r", List.of(List.of("a"), List.of("b"))),
        new Case(
            "all three kinds mixed",
            "a\r\nb\rc\nd",
            List.of(List.of("a"), List.of("b"), List.of("c"), List.of("d"))),
        new Case(
            "blank lines",
            "a\n\n\nb",
            List.of(List.of("a"), List.of(""), List.of(""), List.of("b"))),
        new Case("LF CR is two breaks", "a\n\rb", List.of(List.of("a"), List.of(""), List.of("b"))),
        new Case("empty cells", ",,\n", List.of(List.of("", "", ""))),
        new Case("last cell empty at the end of the file", "a,", List.of(List.of("a", ""))),
        new Case("quoted empty cell", "\"\",\n", List.of(List.of("\"", ""))),
        new Case("quoted comma", "\"a,b\",c", List.of(List.of("\"a,b", "c"))),
        new Case("doubled quotes", "\"a\"\"b\"\"\"", List.of(List.of("\"a\"b\""))),
        new Case("only doubled quotes", "\"\"\"\"", List.of(List.of("\"\""))),
        new Case(
            "quoted breaks",
            "\"a\r\nb\rc\nd\",e\nf,g",
            List.of(List.of("\"a\r\nb\rc\nd", "e"), List.of("f", "g"))),
        new Case(
            "a quote inside a plain cell",
            "5\" pipe,a\"b\"",
            List.of(List.of("5\" pipe", "a\"b\""))),
        new Case("spaces are part of a cell", " a , \"b\"\n", List.of(List.of(" a ", " \"b\""))),
        new Case("NUL bytes", "a\0b,\0", List.of(List.of("a\0b", "\0"))));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void cutsAsRfc4180Says(Case c) throws IOException {
    assertThat(read(stream(c.csv()))).as(c.claim()).isEqualTo(c.records());
    assertThat(ReferenceCsv.parse(c.csv())).as("reference: " + c.claim()).isEqualTo(c.records());
  }

  @Test
  void equalsTheReferenceOnRandomText() throws IOException {
    for (int seed = 0; seed < 2_000; seed++) {
      Random random = new Random(seed);
      String csv = ReferenceCsv.random(random, 1 + random.nextInt(4), random.nextInt(30));
      assertThat(read(stream(csv))).as("seed %d", seed).isEqualTo(ReferenceCsv.parse(csv));
    }
  }

  @Test
  void countsLinesInsideQuotesToo() throws IOException {
    try (CsvRecords records = records("a\n\"b\r\n\rb\nb\"\r\nc\rd")) {
      List<Long> lines = new ArrayList<>();
      while (records.next()) {
        lines.add(records.line());
      }
      assertThat(lines).containsExactly(1L, 2L, 6L, 7L);
    }
  }

  @Test
  void readsCellsAcrossBuffers() throws IOException {
    String large = "x".repeat(300_000);
    String quoted = "\"" + "y\"\"\n".repeat(100_000) + "\"";
    List<List<String>> records = read(stream(large + "," + quoted + "\n" + large + "\n"));
    assertThat(records)
        .isEqualTo(List.of(List.of(large, "\"" + "y\"\n".repeat(100_000)), List.of(large)));
  }

  @Test
  void readsACellOfTenMegabytes() throws IOException {
    String large = "z".repeat(10 << 20);
    assertThat(read(stream("a,\"" + large + "\"\nb,c")).get(0)).containsExactly("a", "\"" + large);
  }

  @Test
  void readsTenThousandColumns() throws IOException {
    String record = String.join(",", Collections.nCopies(10_000, "12"));
    List<List<String>> records = read(stream(record + "\n" + record));
    assertThat(records)
        .hasSize(2)
        .allSatisfy(r -> assertThat(r).hasSize(10_000).containsOnly("12"));
  }

  @Test
  void refusesAQuoteThatIsNeverClosed() {
    assertThatThrownBy(() -> read(stream("a,b\nc,\"d\ne,f\n")))
        .isInstanceOf(CsvException.class)
        .hasMessage(
            "Cannot read t.csv line 2: the quote that opens cell 2 is never closed. Close it, or"
                + " double it if it is part of the text.");
  }

  @Test
  void refusesTextAfterAClosingQuote() {
    assertThatThrownBy(() -> read(stream("a\n\"b\"c\n")))
        .hasMessage(
            "Cannot read t.csv line 2: text stands after the closing quote of cell 1. Double the"
                + " quotes that are part of the text, or put a comma between the cells.");
  }

  /** Words are read of 8 bytes: cells of all lengths end at each byte of one. */
  @Test
  void cutsCellsOfEveryLengthWithAnyBytes() throws IOException {
    Random random = new Random(3);
    String bytes = " !#$%&'()*+-./09:;AZaz~\t\0é€";
    for (int i = 0; i < 2_000; i++) {
      StringBuilder csv = new StringBuilder("x".repeat(i % 8));
      for (int c = 0; c < 40; c++) {
        csv.append(",\n\r".charAt(Math.max(0, random.nextInt(12) - 9)));
        boolean quoted = i % 2 == 0 && random.nextInt(20) == 0;
        csv.append(quoted ? "\"" : "");
        for (int length = random.nextInt(19); length > 0; length--) {
          csv.append(bytes.charAt(random.nextInt(bytes.length())));
        }
        csv.append(quoted ? "\"" : "");
      }
      String text = csv.toString();
      assertThat(read(stream(text))).as(text).isEqualTo(ReferenceCsv.parse(text));
    }
  }

  @Test
  void tellsQuotedCellsBehindManyPlainOnes() throws IOException {
    String record = "p,".repeat(300) + "\"q\"\"\"" + ",p".repeat(300) + ",\"\",\n";
    String text = record + "p,".repeat(700) + "\n" + record;
    assertThat(read(stream(text))).isEqualTo(ReferenceCsv.parse(text));
  }

  @Test
  void refusesARecordBeyondTheCap() {
    InputStream endless =
        new InputStream() {
          private int first = '"';

          @Override
          public int read() {
            int b = first;
            first = 'x';
            return b;
          }

          @Override
          public int read(byte[] bytes, int from, int length) {
            Arrays.fill(bytes, from, from + length, (byte) 'x');
            bytes[from] = (byte) read();
            return length;
          }
        };
    assertThatThrownBy(() -> read(endless))
        .hasMessage(
            "Cannot read t.csv line 1: the record that begins there has over 64 MiB. Close the quote"
                + " that is open, or store large values in files of their own.");
  }

  private static InputStream stream(String csv) {
    return new ByteArrayInputStream(csv.getBytes(UTF_8));
  }

  private static CsvRecords records(String csv) {
    return new CsvRecords(stream(csv), "t.csv", 0, 1);
  }

  private static List<List<String>> read(InputStream in) throws IOException {
    try (CsvRecords records = new CsvRecords(in, "t.csv", 0, 1)) {
      List<List<String>> all = new ArrayList<>();
      while (records.next()) {
        all.add(cells(records));
      }
      return all;
    }
  }

  /** The cells of the current record; quoted ones with a leading quote. */
  static List<String> cells(CsvRecords records) {
    List<String> cells = new ArrayList<>();
    for (int c = 0; c < records.cells(); c++) {
      cells.add((records.isQuoted(c) ? "\"" : "") + CellErrors.text(records, c));
    }
    return cells;
  }
}
