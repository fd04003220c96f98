package io.pergola.examplegen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BadRowsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  record Ride(String id, Integer seconds) {}

  @TempDir Path folder;

  /** 97 good rows and 3 bad ones: a word, 2^31, and a row with a cell too many. */
  private Path hundred() throws IOException {
    StringBuilder csv = new StringBuilder("id,seconds,note\n");
    for (int i = 0; i < 97; i++) {
      csv.append("r%d,%d,x\n".formatted(i, i));
      if (i == 10) {
        csv.append("\"a \"\"word\"\"\",soon,x\n");
      } else if (i == 50) {
        csv.append("large,2147483648,x\n");
      } else if (i == 90) {
        csv.append("ragged,1,x,y\n");
      }
    }
    return Files.writeString(folder.resolve("rides.csv"), csv);
  }

  private CsvExampleGen<Ride> rides(Path csv) {
    return CsvExampleGen.of(Ride.class).from(csv).splits(Split.of("all", 1));
  }

  @Test
  void failsAtTheFirstBadRowUnlessToldOtherwise() throws IOException {
    Path csv = hundred();
    assertThatThrownBy(() -> Runs.of(rides(csv), folder.resolve("out"), 1))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "Cannot read column 'seconds' of %s line 13: 'soon' is not a number. Fix the row, or read the column as text: declare Ride.seconds as String."
                .formatted(csv));
    assertThat(folder.resolve("out/_bad_rows")).doesNotExist();
  }

  @Test
  void skipsAndCountsUpToAShare() throws IOException {
    Runs run = Runs.of(rides(hundred()).skipBadRowsUpTo(0.03), folder.resolve("out"), 2);
    assertThat(run.rows("all")).isEqualTo(97);
    assertThat(run.properties())
        .containsEntry("rows_read", 100L)
        .containsEntry("rows_bad", 3L)
        .containsEntry("rows_bad_fraction", 0.03);
    assertThat(folder.resolve("out/_bad_rows")).doesNotExist();
  }

  @Test
  void failsAboveTheShareAndNamesCountShareAndTheFirstRows() throws IOException {
    Path csv = hundred();
    assertThatThrownBy(() -> Runs.of(rides(csv).skipBadRowsUpTo(0.029), folder.resolve("out"), 2))
        .isInstanceOf(InputException.class)
        .hasMessage(
            """
            Cannot use the input: 3 of 100 rows are bad, a share of 0.030000 (at most 0.029). Correct them, or allow more. The first 3 are:
              Cannot read column 'seconds' of CSV line 13: 'soon' is not a number. Fix the row, or read the column as text: declare Ride.seconds as String.
              Cannot read column 'seconds' of CSV line 54: '2147483648' is outside -2147483648..2147483647. Fix the row, or read the column as a larger number: declare Ride.seconds as Long.
              Cannot read CSV line 95: 4 cells where the header names 3 columns. Correct the line; a comma inside a cell needs quotes around the cell."""
                .replace("CSV", csv.toString()));
  }

  @Test
  void deadLettersHoldRecordReasonAndPlaceAndCanBeReadAgain() throws IOException {
    Path csv = hundred();
    Runs run = Runs.of(rides(csv).deadLettersUpTo(0.1), folder.resolve("out"), 2);
    assertThat(run.rows("all")).isEqualTo(97);
    Path letters = folder.resolve("out/_bad_rows");
    assertThat(letters.resolve("records/part-00000.csv"))
        .hasContent(
            """
            id,seconds,note
            "a ""word""\",soon,x
            large,2147483648,x
            ragged,1,x,y
            """);
    List<JsonNode> lines = lines(letters.resolve("part-00000.jsonl"));
    assertThat(lines).extracting(l -> l.get("record").asLong()).containsExactly(13L, 54L, 95L);
    assertThat(lines).allMatch(l -> l.get("file").asText().equals(csv.toString()));
    assertThat(lines.get(1).get("raw").asText()).isEqualTo("large,2147483648,x");
    assertThat(lines.get(1).get("reason").asText())
        .contains("line 54: '2147483648' is outside -2147483648..2147483647");

    Files.writeString(
        letters.resolve("records/part-00000.csv"),
        Files.readString(letters.resolve("records/part-00000.csv"))
            .replace("soon", "60")
            .replace("2147483648", "61")
            .replace("x,y", "x"));
    Runs again = Runs.of(rides(letters.resolve("records")), folder.resolve("again"), 1);
    assertThat(again.texts("all"))
        .containsExactly(
            "{id=a \"word\", seconds=60}", "{id=large, seconds=61}", "{id=ragged, seconds=1}");
  }

  @Test
  void deadLettersKeepTheBytesOfWhatIsNotUtf8() throws IOException {
    Path csv = folder.resolve("a.csv");
    Files.write(csv, "id,seconds\ncaf\u00e9,1\nok,2\n".getBytes(StandardCharsets.ISO_8859_1));
    Runs.of(rides(csv).deadLettersUpTo(0.5), folder.resolve("out"), 1);
    byte[] raw = "caf\u00e9,1\n".getBytes(StandardCharsets.ISO_8859_1);
    byte[] head = "id,seconds\n".getBytes(StandardCharsets.ISO_8859_1);
    byte[] replay = Files.readAllBytes(folder.resolve("out/_bad_rows/records/part-00000.csv"));
    assertThat(replay).startsWith(head).endsWith(raw).hasSize(head.length + raw.length);
    JsonNode line = lines(folder.resolve("out/_bad_rows/part-00000.jsonl")).get(0);
    assertThat(Base64.getDecoder().decode(line.get("raw_base64").asText())).isEqualTo(raw);
  }

  @Test
  void deadLettersOfFilesWithOtherHeadersAreFilesOfTheirOwn() throws IOException {
    Files.createDirectories(folder.resolve("in"));
    Files.writeString(folder.resolve("in/a.csv"), "id,seconds\na,x\n");
    Files.writeString(folder.resolve("in/b.csv"), "seconds,\"i\"\"d\",id\ny,n,b\n1,n,c\n");
    Runs.of(rides(folder.resolve("in")).deadLettersUpTo(1), folder.resolve("out"), 1);
    assertThat(folder.resolve("out/_bad_rows/records/part-00000.csv"))
        .hasContent("id,seconds\na,x\n");
    assertThat(folder.resolve("out/_bad_rows/records/part-00000-1.csv"))
        .hasContent("seconds,\"i\"\"d\",id\ny,n,b\n");
  }

  @Test
  void anArtifactWithDeadLettersHasNoSplitOfThem() throws IOException {
    Runs run = Runs.of(rides(hundred()).deadLettersUpTo(0.1), folder.resolve("out"), 2);
    assertThat(io.pergola.beam.ExampleFiles.splits(run.folder())).containsExactly("all");
  }

  /** Every file of an artifact, with its bytes. */
  private static Map<String, String> content(Path folder) throws IOException {
    Map<String, String> content = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        content.put(
            folder.relativize(file).toString(),
            new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
      }
    }
    return content;
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 4})
  void theSameRowsAreBadWhateverTheParallelismAndHoweverOften(int workers) throws IOException {
    Files.createDirectories(folder.resolve("in"));
    for (int f = 0; f < 5; f++) {
      StringBuilder csv = new StringBuilder("id,seconds\n");
      for (int i = 0; i < 200; i++) {
        csv.append("f%d-%d,%s\n".formatted(f, i, i % 7 == f ? "bad" : Integer.toString(i)));
      }
      Files.writeString(folder.resolve("in/%d.csv".formatted(f)), csv);
    }
    CsvExampleGen<Ride> gen =
        CsvExampleGen.of(Ride.class).from(folder.resolve("in")).deadLettersUpTo(1);
    Runs one = Runs.of(gen, folder.resolve("one"), 1);
    Runs many = Runs.of(gen, folder.resolve("many"), workers);
    Map<String, String> first = content(folder.resolve("many"));
    Runs repeated = Runs.of(gen, folder.resolve("many"), workers); // as a retry does
    assertThat(first).isEqualTo(content(folder.resolve("one"))).hasSizeGreaterThan(3);
    assertThat(content(folder.resolve("many"))).isEqualTo(first);
    assertThat(many.properties()).isEqualTo(one.properties()).containsEntry("rows_read", 1_000L);
    assertThat(repeated.properties()).isEqualTo(one.properties());
    // Of 0..199, those that leave f when divided by 7: 29 for 0..3, 28 for 4.
    assertThat(one.properties()).containsEntry("rows_bad", 29L * 4 + 28);
  }

  @Test
  void raggedRowsDoNotStopTheInferenceOfTypes() throws IOException {
    Path csv = Files.writeString(folder.resolve("a.csv"), "a,b\n1,x\n2\n3,y,z\n4,w\n");
    Runs run =
        Runs.of(
            CsvExampleGen.untyped().from(csv).splits(Split.of("all", 1)).skipBadRowsUpTo(0.5),
            folder.resolve("out"),
            1);
    assertThat(run.texts("all")).containsExactly("{a=1, b=x}", "{a=4, b=w}");
    assertThat(run.properties()).containsEntry("rows_bad", 2L);
  }

  @Test
  void aFileThatIsBrokenFailsWhateverThePolicy() throws IOException {
    Path csv = Files.writeString(folder.resolve("a.csv"), "id,seconds\na,1\n\"b,2\n");
    assertThatThrownBy(() -> Runs.of(rides(csv).skipBadRowsUpTo(1), folder.resolve("out"), 1))
        .hasMessageContaining("line 3: the quote that opens cell 1 is never closed.");
  }

  @Test
  void deadLettersOfJsonLinesCanBeReadAgain() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("a.jsonl"),
            """
            {"id": "a", "seconds": 1}
            {"id": "b", "seconds": 1.5}
            {"id": "c", "seconds":
            {"id": "d", "seconds": 4}
            """);
    JsonExampleGen<Ride> gen =
        JsonExampleGen.of(Ride.class).from(file).splits(Split.of("all", 1)).deadLettersUpTo(1);
    Runs run = Runs.of(gen, folder.resolve("out"), 1);
    assertThat(run.texts("all")).containsExactly("{id=a, seconds=1}", "{id=d, seconds=4}");
    assertThat(folder.resolve("out/_bad_rows/records/part-00000.jsonl"))
        .hasContent("{\"id\": \"b\", \"seconds\": 1.5}\n{\"id\": \"c\", \"seconds\":\n");
    assertThat(lines(folder.resolve("out/_bad_rows/part-00000.jsonl")))
        .extracting(l -> l.get("record").asLong())
        .containsExactly(2L, 3L);
  }

  @Test
  void deadLettersOfTfRecordsCanBeReadAgain() {
    Path trips = SampleData.file("chicago-taxi/tfrecord");
    record Cents(Byte tripSeconds) {}
    TfRecordExampleGen<Cents> gen =
        TfRecordExampleGen.of(Cents.class)
            .from(trips)
            .splits(Split.of("all", 1))
            .deadLettersUpTo(1);
    Runs run = Runs.of(gen, folder.resolve("out"), 2);
    Runs again =
        Runs.of(
            TfRecordExampleGen.untyped()
                .from(folder.resolve("out/_bad_rows/records"))
                .splits(Split.of("all", 1)),
            folder.resolve("again"),
            2);
    assertThat(run.properties()).containsEntry("rows_bad", again.rows("all"));
    assertThat(run.rows("all") + again.rows("all")).isEqualTo(15_000);
    assertThat(again.present("all", "trip_seconds")).isEqualTo((int) again.rows("all"));
  }

  record Trip(Byte stars, String company) {}

  private static final Schema TRIP =
      new Schema.Parser()
          .parse(
              """
              {"type": "record", "name": "Trip", "fields": [
                {"name": "stars", "type": ["null", "long"]},
                {"name": "company", "type": ["null", "string"]}]}
              """);

  private Path avro() throws IOException {
    Path file = folder.resolve("trips.avro");
    try (DataFileWriter<GenericRecord> out =
        AvroExampleGenTest.writer(TRIP, CodecFactory.nullCodec(), file)) {
      for (long i = 0; i < 300; i++) {
        out.append(new GenericRecordBuilder(TRIP).set("stars", i).set("company", "c" + i).build());
      }
    }
    return file;
  }

  @Test
  void avroRecordsAreLeftOutAndKept() throws IOException {
    Path file = avro();
    Runs run =
        Runs.of(
            AvroExampleGen.of(Trip.class)
                .from(file)
                .splits(Split.of("all", 1))
                .deadLettersUpTo(0.6),
            folder.resolve("out"),
            2);
    assertThat(run.rows("all")).isEqualTo(128);
    assertThat(run.properties()).containsEntry("rows_bad", 172L).containsEntry("rows_read", 300L);
    List<JsonNode> lines = lines(folder.resolve("out/_bad_rows/part-00000.jsonl"));
    assertThat(lines).hasSize(172);
    assertThat(lines.get(0).get("record").asLong()).isEqualTo(129);
    assertThat(lines.get(0).get("raw").asText()).isEqualTo("{stars=128, company=c128}");
    assertThat(lines.get(0).get("reason").asText())
        .startsWith(
            "Cannot read feature 'stars' of %s record 129: '128' is outside -128..127."
                .formatted(file));
  }

  @Test
  void rowsOfParquetAreLeftOutAndKept() throws IOException {
    Path examples = folder.resolve("examples");
    Runs.of(AvroExampleGen.untyped().from(avro()).splits(Split.of("all", 1)), examples, 1);
    Path file = examples.resolve("all/part-00000.parquet");
    Runs run =
        Runs.of(
            ParquetExampleGen.of(Trip.class)
                .from(file)
                .splits(Split.of("all", 1))
                .deadLettersUpTo(0.6),
            folder.resolve("out"),
            2);
    assertThat(run.rows("all")).isEqualTo(128);
    assertThat(run.texts("all").get(127)).isEqualTo("{stars=127, company=c127}");
    assertThat(run.properties()).containsEntry("rows_bad", 172L).containsEntry("rows_read", 300L);
    List<JsonNode> lines = lines(folder.resolve("out/_bad_rows/part-00000.jsonl"));
    assertThat(lines.get(171).get("record").asLong()).isEqualTo(300);
    assertThat(lines.get(171).get("raw").asText()).isEqualTo("{stars=299, company=c299}");
    assertThatThrownBy(
            () ->
                Runs.of(
                    ParquetExampleGen.of(Trip.class).from(file).skipBadRowsUpTo(0.5),
                    folder.resolve("over"),
                    2))
        .hasMessageStartingWith(
            "Cannot use the input: 172 of 300 rows are bad, a share of 0.573333 (at most 0.5).");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -0.1, 1.01, Double.NaN})
  void refusesAShareThatIsNone(double share) {
    assertThatThrownBy(() -> rides(folder).skipBadRowsUpTo(share))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid share of bad rows: %s (must be above 0, at most 1)".formatted(share));
  }

  private static List<JsonNode> lines(Path file) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      lines.add(JSON.readTree(line));
    }
    return lines;
  }
}
