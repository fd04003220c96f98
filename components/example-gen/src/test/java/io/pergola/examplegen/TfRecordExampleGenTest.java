package io.pergola.examplegen;

import static io.pergola.examplegen.TfRecords.concat;
import static io.pergola.examplegen.TfRecords.example;
import static io.pergola.examplegen.TfRecords.message;
import static io.pergola.examplegen.TfRecords.varint;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pergola.beam.ExampleFiles;
import io.pergola.beam.ExampleSchema;
import io.pergola.examplegen.TfRecords.Compression;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class TfRecordExampleGenTest {
  @TempDir Path folder;

  @Test
  void readsTheRealTripsWithTheirMissingValues() throws IOException {
    Path trips = SampleData.file("chicago-taxi/tfrecord");
    Runs run = run(TfRecordExampleGen.untyped().from(trips).splits(Split.of("all", 1)));
    Map<String, Integer> present = new HashMap<>();
    for (String shard : List.of("00000-of-00002", "00001-of-00002")) {
      for (byte[] record : TfRecords.read(trips.resolve("data_tfrecord-" + shard + ".gz"))) {
        for (byte[] entry : TfRecords.fields(TfRecords.fields(record).get(0))) {
          List<byte[]> fields = TfRecords.fields(entry);
          String name = new String(fields.get(0), StandardCharsets.UTF_8);
          boolean hasList = fields.size() > 1 && fields.get(1).length > 0;
          present.merge(name, hasList ? 1 : 0, Integer::sum);
        }
      }
    }
    assertThat(run.rows("all")).isEqualTo(15_000);
    assertThat(present).containsEntry("fare", 15_000).containsEntry("pickup_census_tract", 0);
    present.forEach((name, n) -> assertThat(run.present("all", name)).as(name).isEqualTo(n));
    assertThat(types(run))
        .hasSize(18)
        .containsEntry("fare", "FLOAT")
        .containsEntry("trip_start_timestamp", "INT")
        .containsEntry("company", "TEXT");
  }

  @Test
  void readsTheRealDigits() {
    Runs run =
        run(
            TfRecordExampleGen.untyped()
                .from(SampleData.file("mnist/mnist.tfrecord"))
                .splits(Split.of("all", 1)));
    assertThat(run.rows("all")).isEqualTo(1_000);
    assertThat(types(run)).isEqualTo(Map.of("image_class", "INT", "image_floats", "FLOAT list"));
    assertThat(run.batches("all").get(0).column("image_floats").valueCount()).isEqualTo(784_000);
  }

  @Test
  void tellsMissingEmptyAndPresentApart() throws IOException {
    Path file =
        write(
            Compression.NONE,
            example(Map.of("a", 1L, "b", List.of(1.5f, 2f), "c", "x", "d", TfRecords.NO_KIND)),
            example(Map.of("a", -1L, "b", List.of(), "c", "", "e", new byte[] {-1, 0})),
            example(Map.of()));
    Runs run = run(TfRecordExampleGen.untyped().from(file).splits(Split.of("all", 1)));
    assertThat(run.texts("all"))
        .map(text -> text.replaceAll("\\[B@[0-9a-f]+", "bytes"))
        .containsExactly("{a=1, b=[1.5, 2.0], c=x}", "{a=-1, b=[], c=, e=bytes}", "{}");
    assertThat(types(run))
        .isEqualTo(Map.of("a", "INT", "b", "FLOAT list", "c", "TEXT", "d", "INT", "e", "BYTES"));
  }

  @Test
  void infersOverAllFiles() throws IOException {
    TfRecords.write(
        folder.resolve("in/a.tfrecord"), Compression.NONE, List.of(example(Map.of("x", 1L))));
    TfRecords.write(
        folder.resolve("in/b.tfrecord.gz"), Compression.GZIP, List.of(example(Map.of("x", 2.5f))));
    TfRecords.write(
        folder.resolve("in/c-00000-of-00001"),
        Compression.ZLIB,
        List.of(example(Map.of("x", List.of(3L, 4L)))));
    Runs run =
        run(TfRecordExampleGen.untyped().from(folder.resolve("in")).splits(Split.of("all", 1)));
    assertThat(run.texts("all")).containsExactly("{x=[1.0]}", "{x=[2.5]}", "{x=[3.0, 4.0]}");
  }

  record Declared(long a, List<Double> b, byte[] c, String imageName) {}

  @Test
  void readsOnlyTheFeaturesOfTheRecord() throws IOException {
    Path file =
        write(
            Compression.GZIP,
            example(Map.of("a", 1L, "b", 2.5f, "c", "x", "image/name", "y", "z", 5L)));
    Runs run = run(TfRecordExampleGen.of(Declared.class).from(file).splits(Split.of("all", 1)));
    assertThat(run.texts("all"))
        .map(text -> text.replaceAll("\\[B@[0-9a-f]+", "bytes"))
        .containsExactly("{a=1, b=[2.5], c=bytes, image_name=y}");
    assertThat(types(run)).containsEntry("b", "DOUBLE list").containsEntry("c", "BYTES");
  }

  /** Values that are not packed, packed ones in two parts, unknown fields of every type. */
  @Test
  void readsAllThatProtocolBuffersAllow() throws IOException {
    byte[] loose =
        concat(
            varint(1 << 3),
            varint(-5),
            message(1, concat(varint(6), varint(7))),
            varint(9 << 3),
            varint(1));
    byte[] fixed = concat(varint(1 << 3 | 5), new byte[] {0, 0, (byte) 0x80, 0x3f});
    byte[] unknown =
        concat(
            varint(15 << 3 | 5),
            new byte[4],
            varint(16 << 3 | 1),
            new byte[8],
            message(17, new byte[3]));
    byte[] a = entry("a", message(3, loose));
    byte[] b = entry("b", concat(unknown, message(2, fixed)));
    byte[] twice = entry("b", message(2, message(1, new byte[] {0, 0, 0, 0x40})));
    Path file = write(Compression.NONE, concat(unknown, message(1, concat(a, b, unknown, twice))));
    Runs run = run(TfRecordExampleGen.untyped().from(file).splits(Split.of("all", 1)));
    assertThat(run.texts("all")).containsExactly("{a=[-5, 6, 7], b=2.0}");
  }

  private static byte[] entry(String name, byte[] feature) {
    return message(
        1, concat(message(2, feature), message(1, name.getBytes(StandardCharsets.UTF_8))));
  }

  record Damage(String claim, int at, String message) {}

  static List<Damage> damages() {
    return List.of(
        new Damage("length", 0, "the checksum of the record's length is wrong"),
        new Damage("checksum of the length", 8, "the checksum of the record's length is wrong"),
        new Damage("data", 14, "the checksum of the record's data is wrong"));
  }

  @ParameterizedTest
  @MethodSource("damages")
  void namesFileRecordAndOffsetOfDamage(Damage damage) throws IOException {
    byte[] first = example(Map.of("a", 1L));
    Path file = write(Compression.NONE, first, first);
    byte[] bytes = Files.readAllBytes(file);
    int second = bytes.length / 2;
    bytes[second + damage.at()] ^= 1;
    Files.write(file, bytes);
    assertThatThrownBy(() -> run(TfRecordExampleGen.untyped().from(file)))
        .as(damage.claim())
        .isInstanceOf(InputException.class)
        .hasMessage(
            "Cannot read %s record 2 at byte %d: %s. Write the file again; it is damaged, or no TFRecord."
                .formatted(file, second, damage.message()));
    Path gzip = folder.resolve("g.tfrecord.gz");
    try (var out = new GZIPOutputStream(Files.newOutputStream(gzip))) {
      out.write(bytes);
    }
    assertThatThrownBy(() -> runIn("o2", TfRecordExampleGen.untyped().from(gzip)))
        .hasMessageStartingWith("Cannot read %s record 2 at byte %d: ".formatted(gzip, second));
  }

  @ParameterizedTest
  @EnumSource(Compression.class)
  void refusesFilesThatAreCutOffAnywhere(Compression compression) throws IOException {
    byte[] record = example(Map.of("a", List.of(1L, 2L, 3L), "b", "text"));
    Path file = write(compression, record, record);
    byte[] bytes = Files.readAllBytes(file);
    int whole = compression == Compression.NONE ? bytes.length / 2 : -1;
    for (int length = 1; length < bytes.length; length += 3) {
      if (length == whole) {
        continue;
      }
      Path cut = Files.write(folder.resolve("cut.tfrecord"), Arrays.copyOf(bytes, length));
      assertThatThrownBy(() -> run(TfRecordExampleGen.untyped().from(cut)))
          .as("%d of %d bytes", length, bytes.length)
          .hasMessageContaining(cut.toString());
    }
  }

  @Test
  void refusesRecordsThatAreNoExamples() throws IOException {
    Path file = write(Compression.NONE, new byte[] {10, 127});
    assertThatThrownBy(() -> run(TfRecordExampleGen.untyped().from(file)))
        .hasMessage(
            "Cannot read %s record 1 at byte 0: it is no tf.train.Example: a field ends after its"
                    .formatted(file)
                + " message. Check what the records are, or read them as sequence"
                + " examples: sequenceExamples().");
  }

  @Test
  void refusesTextWhereNumbersAre() throws IOException {
    Path file = write(Compression.NONE, example(Map.of("a", 1L)), example(Map.of("a", "x")));
    assertThatThrownBy(() -> run(TfRecordExampleGen.untyped().from(file)))
        .hasMessage(
            "Cannot read feature 'a' of %s: it is a number in %s record 1, but text in %s record 2."
                    .formatted(file, file, file)
                + " Give it one type everywhere, or declare a record without it.");
    record A(Long a) {}
    assertThatThrownBy(() -> runIn("o2", TfRecordExampleGen.of(A.class).from(file)))
        .hasMessage(
            "Cannot read feature 'a' of %s record 2: 'x' is not a number. Fix the record, or read the"
                    .formatted(file)
                + " column as text: declare A.a as String.");
    Path many = write(Compression.NONE, example(Map.of("a", List.of(1L, 2L))));
    assertThatThrownBy(() -> runIn("o3", TfRecordExampleGen.of(A.class).from(many)))
        .hasMessage(
            "Cannot read feature 'a' of %s record 1: it has 2 values, but A.a is one. Declare it as a"
                    .formatted(many)
                + " List.");
  }

  private Path write(Compression compression, byte[]... records) throws IOException {
    return TfRecords.write(folder.resolve("t.tfrecord"), compression, List.of(records));
  }

  @Test
  void readsTheRealSequences() {
    Runs run =
        run(
            TfRecordExampleGen.untyped()
                .from(SampleData.file("chicago-taxi/tfrecord-sequence"))
                .sequenceExamples()
                .splits(Split.of("all", 1)));
    assertThat(run.rows("all")).isEqualTo(15_000);
    assertThat(types(run)).isEqualTo(Map.of("f", "FLOAT", "i", "INT", "s", "TEXT list"));
    assertThat(run.batches("all").get(0).column("s").valueCount()).isEqualTo(30_000);
  }

  @Test
  void keepsTheStepsOfSequencesApart() throws IOException {
    Path file =
        write(
            Compression.NONE,
            TfRecords.sequence(
                Map.of("id", 7L), lists("words", List.of(List.of("a", "b"), "c", List.of()))),
            TfRecords.sequence(Map.of("id", 8L), lists("words", List.of())),
            TfRecords.sequence(Map.of("id", 9L), lists("times", List.of(1L, 2L))));
    Runs run =
        run(TfRecordExampleGen.untyped().from(file).sequenceExamples().splits(Split.of("all", 1)));
    assertThat(run.texts("all"))
        .containsExactly(
            "{id=7, words=[a, b, c], words.lengths=[2, 1, 0]}",
            "{id=8, words=[], words.lengths=[]}",
            "{id=9, times=[1, 2]}");
    record Words(int id, List<String> words, List<Integer> wordsLengths) {}
    Runs typed =
        runIn(
            "o2",
            TfRecordExampleGen.of(Words.class)
                .from(file)
                .sequenceExamples()
                .splits(Split.of("all", 1)));
    assertThat(typed.texts("all"))
        .containsExactly(
            "{id=7, words=[a, b, c], words_lengths=[2, 1, 0]}",
            "{id=8, words=[], words_lengths=[]}",
            "{id=9}");
  }

  @Test
  void refusesAContextFeatureAndAListOfOneName() throws IOException {
    Path file =
        write(Compression.NONE, TfRecords.sequence(Map.of("a", 7L), lists("a", List.of(1L))));
    assertThatThrownBy(() -> run(TfRecordExampleGen.untyped().from(file).sequenceExamples()))
        .hasMessage(
            "Cannot read feature 'a' of %s record 1: two features have that name. Rename one, or"
                    .formatted(file)
                + " declare a record without it.");
  }

  private static Map<String, List<?>> lists(String name, List<?> steps) {
    Map<String, List<?>> lists = new LinkedHashMap<>();
    lists.put(name, steps);
    return lists;
  }

  private Runs run(FileExampleGen<?, ?> gen) {
    return runIn("out", gen);
  }

  private Runs runIn(String name, FileExampleGen<?, ?> gen) {
    return Runs.of(gen, folder.resolve(name), 2);
  }

  private static Map<String, String> types(Runs run) {
    Map<String, String> types = new LinkedHashMap<>();
    for (ExampleSchema.Field field : ExampleFiles.schema(run.folder()).columns()) {
      types.put(field.name(), field.type() + (field.multivalent() ? " list" : ""));
    }
    return types;
  }
}
