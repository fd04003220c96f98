package io.pergola.examplegen.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pergola.examplegen.CsvException;
import io.pergola.examplegen.FileFormat;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PieceReaderTest {
  @TempDir Path folder;

  @Test
  void givesTheSameRecordsAndLinesForPiecesOfAnySize() throws IOException {
    for (int seed = 0; seed < 60; seed++) {
      Random random = new Random(seed);
      String bom = seed % 3 == 0 ? "\uFEFF" : "";
      Path file = write(bom + ReferenceCsv.random(random, 1 + random.nextInt(3), 12));
      List<String> whole = read(file, Long.MAX_VALUE >> 1);
      for (long bytes = 1; bytes <= Files.size(file); bytes++) {
        assertThat(read(file, bytes)).as("seed %d, pieces of %d", seed, bytes).isEqualTo(whole);
      }
    }
  }

  @Test
  void cutsRunsOfQuotesAnywhere() throws IOException {
    Path file =
        write(
            "a,b\n\"\"\"\"\"\",\"\"\n\"\"\"\"\"\"\"\",\"\r\n\"\"\r\"\nx\"\"\"y,\"\"\"\"\r\"\",z\r\n");
    List<String> whole = read(file, Long.MAX_VALUE >> 1);
    assertThat(whole)
        .containsExactly(
            "2 [\"\"\", \"]", "3 [\"\"\"\", \"\r\n\"\r]", "6 [x\"\"\"y, \"\"]", "7 [\", z]");
    for (long bytes = 1; bytes <= Files.size(file); bytes++) {
      assertThat(read(file, bytes)).as("pieces of %d", bytes).isEqualTo(whole);
    }
  }

  @Test
  void readsLargeFilesInPiecesAsTheReferenceDoes() throws IOException {
    String csv = ReferenceCsv.random(new Random(7), 5, 40_000);
    Path file = write(csv);
    List<List<String>> expected = ReferenceCsv.parse(csv);
    List<String> cells =
        expected.subList(1, expected.size()).stream().map(Object::toString).toList();
    assertThat(read(file, 300_001).stream().map(r -> r.substring(r.indexOf(' ') + 1)).toList())
        .isEqualTo(cells);
  }

  @Test
  void readsGzip() throws IOException {
    Path file = folder.resolve("t.csv.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write("a,b\n1,2\n".getBytes(UTF_8));
    }
    assertThat(read(file, 3)).containsExactly("2 [1, 2]");
  }

  @Test
  void passesBlankLinesOfTablesButNotOfSingleColumns() throws IOException {
    assertThat(read(write("a,b\n\n1,2\r\n\r\n\n3,4\n\n"), 5))
        .containsExactly("3 [1, 2]", "6 [3, 4]");
    assertThat(read(write("a\n1\n\n2\n"), 3)).containsExactly("2 [1]", "3 []", "4 [2]");
  }

  @ParameterizedTest
  @ValueSource(longs = {4, 7, 1_000})
  void namesTheLineOfARaggedRecord(long bytes) throws IOException {
    Path file = write("a,b\n\"1\n1\",2\n3,4,5\n");
    assertThatThrownBy(() -> read(file, bytes))
        .isInstanceOf(CsvException.class)
        .hasMessage(
            "Cannot read %s line 4: 3 cells where the header names 2 columns. Correct the line; a"
                    .formatted(file)
                + " comma inside a cell needs quotes around the cell.");
  }

  @Test
  void refusesHeadersWithoutDistinctNames() throws IOException {
    Path file = write("a,,b,a\n1,2,3,4\n");
    assertThatThrownBy(() -> read(file, 100))
        .hasMessage(
            "Cannot read %s line 1: column 2 has no name; columns 1 and 4 are both named 'a'. Give"
                    .formatted(file)
                + " every column a name of its own.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\uFEFF", "\n1,2\n"})
  void refusesFilesWithoutAHeader(String csv) throws IOException {
    Path file = write(csv);
    assertThatThrownBy(() -> read(file, 100))
        .hasMessage(
            "Cannot read %s: it has no header line. Name the columns in its first line, or remove it."
                .formatted(file));
  }

  @Test
  void acceptsAHeaderWithoutRecords() throws IOException {
    assertThat(read(write("a,b"), 1)).isEmpty();
    assertThat(read(write("a,b\r\n"), 1)).isEmpty();
  }

  @Test
  void refusesOtherEncodings() throws IOException {
    record Other(String charset, boolean bom, String fact, String from) {}
    for (Other other :
        List.of(
            new Other("UTF-16LE", true, "it is in UTF-16, by its byte order mark", "UTF-16"),
            new Other("UTF-16BE", true, "it is in UTF-16, by its byte order mark", "UTF-16"),
            new Other("UTF-32LE", true, "it is in UTF-32, by its byte order mark", "UTF-32"),
            new Other("UTF-32BE", true, "it is in UTF-32, by its byte order mark", "UTF-32"),
            new Other("UTF-16LE", false, "its header has NUL bytes, as UTF-16 has", "UTF-16"),
            new Other(
                "ISO-8859-1", false, "the name of column 2 is not valid UTF-8", "ISO-8859-1"))) {
      Path file = folder.resolve("encoded.csv");
      Files.write(file, ((other.bom() ? "\uFEFF" : "") + "a,é\n1,2\n").getBytes(other.charset()));
      assertThatThrownBy(() -> read(file, 100))
          .hasMessage(
              "Cannot read %s: %s. Store it as UTF-8: iconv -f %s -t UTF-8."
                  .formatted(file, other.fact(), other.from()));
    }
  }

  private Path write(String csv) throws IOException {
    return Files.writeString(folder.resolve("t.csv"), csv);
  }

  /** Each record as its line and its cells. */
  private static List<String> read(Path path, long chunkBytes) throws IOException {
    InputFile file = InputFile.of(path, FileFormat.CSV);
    List<Piece> pieces =
        file.compressed() || file.size() <= chunkBytes
            ? List.of(file.whole())
            : file.pieces(chunkBytes);
    List<PieceScan> scans = new ArrayList<>();
    List<String> records = new ArrayList<>();
    for (Piece piece : pieces) {
      if (!piece.file().compressed()) {
        scans.add(new PieceScan(file.path(), piece.index(), CsvFormat.quotes(piece)));
      }
    }
    for (Piece piece : pieces) {
      try (PieceReader reader = PieceReader.open(piece, start(piece, scans), new LastHeader())) {
        while (reader.next()) {
          if (reader.isRagged()) {
            throw reader.ragged();
          }
          records.add(reader.records().line() + " " + CsvRecordsTest.cells(reader.records()));
        }
      }
    }
    return records;
  }

  private static PieceStart start(Piece piece, List<PieceScan> scans) {
    return CsvFormat.startAfter(PieceScan.before(piece, scans));
  }
}
