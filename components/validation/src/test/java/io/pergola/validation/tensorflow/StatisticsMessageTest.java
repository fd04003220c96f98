package io.pergola.validation.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pergola.beam.ColumnType;
import io.pergola.validation.CommonStatistics;
import io.pergola.validation.CrossStatistics;
import io.pergola.validation.CrossStatistics.Association;
import io.pergola.validation.CrossStatistics.Lift;
import io.pergola.validation.CrossStatistics.Pair;
import io.pergola.validation.CustomStatistic;
import io.pergola.validation.DatasetStatistics;
import io.pergola.validation.DerivedSource;
import io.pergola.validation.FeatureStatistics;
import io.pergola.validation.FeatureStatistics.BytesFeature;
import io.pergola.validation.FeatureStatistics.NumericFeature;
import io.pergola.validation.FeatureStatistics.TextFeature;
import io.pergola.validation.FeatureStatistics.WeightedNumbers;
import io.pergola.validation.FeatureStatistics.WeightedText;
import io.pergola.validation.Histogram;
import io.pergola.validation.Histogram.Bucket;
import io.pergola.validation.OtherSlices;
import io.pergola.validation.SemanticDomain;
import io.pergola.validation.SemanticDomain.Kind;
import io.pergola.validation.SliceKey;
import io.pergola.validation.SliceStatistics;
import io.pergola.validation.SplitStatistics;
import io.pergola.validation.TokenStatistics;
import io.pergola.validation.ValueCount;
import io.pergola.validation.WeightedCount;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatisticsMessageTest {
  private static final Histogram TWO =
      new Histogram(List.of(new Bucket(-1.5, 0, 3), new Bucket(0, 7.25, 5)));

  @TempDir Path folder;

  private static CommonStatistics common(Optional<SemanticDomain> meaning, CustomStatistic... own) {
    return new CommonStatistics(
        3,
        1,
        1,
        4,
        8.0 / 3,
        8,
        new Histogram(List.of(new Bucket(1, 4, 3))),
        Optional.of(new CommonStatistics.Weighted(1.5, 0.5, 2, 3)),
        meaning,
        List.of(own));
  }

  private static NumericFeature number(String name, ColumnType type) {
    return new NumericFeature(
        name,
        type,
        common(Optional.empty(), new CustomStatistic("benford.chi_square", 4.5)),
        1.0 / 3,
        2.5,
        1,
        2,
        1,
        -1.5,
        0.5,
        Double.POSITIVE_INFINITY,
        6,
        0.02,
        TWO,
        new Histogram(List.of(new Bucket(-1.5, 7.25, 8))),
        0.005,
        Optional.of(new WeightedNumbers(0.25, 1.25, 0, TWO, TWO, 0.003)));
  }

  private static TextFeature text(String name) {
    return new TextFeature(
        name,
        common(Optional.of(new SemanticDomain(Kind.TIME, "%Y-%m-%d", 0.875))),
        3,
        0.01,
        10.1,
        2,
        40,
        1,
        List.of(new ValueCount("Étoile", 5)),
        List.of(new ValueCount("Étoile", 5), new ValueCount("", 3)),
        2,
        Optional.of(
            new WeightedText(
                List.of(new WeightedCount("", 2.5)), List.of(new WeightedCount("", 2.5)), 0.5)));
  }

  private static final List<FeatureStatistics> FEATURES =
      List.of(
          number("n", ColumnType.INT),
          number("x", ColumnType.DOUBLE),
          text("when"),
          new BytesFeature(
              "image",
              common(Optional.of(new SemanticDomain(Kind.IMAGE, "jpeg", 1))),
              8,
              0.5,
              70_000_000.1,
              3,
              1L << 40));

  private static SplitStatistics split(String name) {
    CrossStatistics cross =
        new CrossStatistics(
            List.of(new Pair("n", "x", 3, 0.25, -0.5)),
            Optional.of("when"),
            List.of(
                new Association(
                    "n", 3, 0.7, 0.1, List.of(new Lift("a", "[0, 5)", 1.1, 2, 3, 4)), ""),
                new Association("x", 3, Double.NaN, Double.NaN, List.of(), "too many values")));
    SplitStatistics slice =
        new SplitStatistics(
            name,
            2,
            OptionalDouble.of(1),
            FEATURES,
            List.of(),
            List.of(),
            Optional.empty(),
            List.of(),
            List.of());
    return new SplitStatistics(
        name,
        4,
        OptionalDouble.of(2),
        FEATURES,
        List.of(
            new SliceStatistics(SliceKey.of("n", "12"), slice),
            new SliceStatistics(SliceKey.of("n", "12").and("when", "1 May"), slice)),
        List.of(),
        Optional.of(cross),
        List.of(),
        List.of());
  }

  @Test
  void statisticsComeBackAsTheyWere() {
    DatasetStatistics statistics = new DatasetStatistics(List.of(split("eval"), split("train")));

    assertThat(TensorFlowMetadata.writeStatistics(statistics, folder)).isEmpty();

    assertThat(folder.resolve("Split-eval/FeatureStats.pb")).isRegularFile();
    Converted<DatasetStatistics> back = TensorFlowMetadata.readStatistics(folder);
    assertThat(back.value()).isEqualTo(statistics);
    assertThat(back.notes())
        .containsExactlyInAnyOrder(
            "Slice 'n_12_when_1 May' is read as n=12, when=1 May; it could also be n=12_when_1"
                + " May.",
            "The name of the feature with the weights is not there.");
  }

  @Test
  void statisticsOfNoValuesComeBackAsTheyWere() {
    CommonStatistics none = new CommonStatistics(0, 5, 0, 0, Double.NaN, 0, Histogram.EMPTY);
    double nan = Double.NaN;
    DatasetStatistics statistics =
        new DatasetStatistics(
            List.of(
                new SplitStatistics(
                    "train",
                    5,
                    List.of(
                        new NumericFeature(
                            "n",
                            ColumnType.FLOAT,
                            none,
                            nan,
                            nan,
                            0,
                            0,
                            0,
                            nan,
                            nan,
                            nan,
                            0,
                            0,
                            Histogram.EMPTY,
                            Histogram.EMPTY,
                            0),
                        new TextFeature("t", none, 0, 0, nan, 0, 0, 0, List.of(), List.of(), 0),
                        new BytesFeature("b", none, 0, 0, nan, 0, 0)))));

    TensorFlowMetadata.writeStatistics(statistics, folder);

    assertThat(TensorFlowMetadata.readStatistics(folder))
        .isEqualTo(new Converted<>(statistics, List.of()));
  }

  @Test
  void tokensNestingAndDerivedSourcesComeBackAsTheyWere() {
    Histogram some = new Histogram(List.of(new Histogram.Bucket(1, 4, 3)));
    CommonStatistics common =
        new CommonStatistics(
            3,
            0,
            1,
            2,
            4 / 3.0,
            4,
            Histogram.EMPTY,
            Optional.empty(),
            Optional.empty(),
            List.of(),
            List.of(
                new CommonStatistics.NestLevel(3, 0, 1, 2, 4),
                new CommonStatistics.NestLevel(4, 1, 0, 5, 9)),
            Optional.of(new DerivedSource("allowlist", "why", List.of("a", "b"))));
    TokenStatistics tokens =
        new TokenStatistics(
            "t",
            9,
            0.75,
            3.5,
            some,
            1,
            4,
            2.5,
            some,
            List.of(new ValueCount("the", 5), new ValueCount("cat", 1)),
            2,
            List.of(
                new TokenStatistics.Reported("the", 5, 0.5, 0, 3, 2.5, some),
                new TokenStatistics.Reported("7", 0, 0, 0, 0, Double.NaN, Histogram.EMPTY)));
    DatasetStatistics statistics =
        new DatasetStatistics(
            List.of(
                new SplitStatistics(
                    "train",
                    3,
                    OptionalDouble.empty(),
                    List.of(
                        new TextFeature("t", common, 0, 0, 3, 1, 5, 0, List.of(), List.of(), 0)),
                    List.of(),
                    List.of(),
                    Optional.empty(),
                    List.of(),
                    List.of(tokens))));

    assertThat(TensorFlowMetadata.writeStatistics(statistics, folder)).isEmpty();

    assertThat(TensorFlowMetadata.readStatistics(folder))
        .isEqualTo(new Converted<>(statistics, List.of()));
  }

  @Test
  void saysWhatTheMessageHasNoPlaceFor() {
    SplitStatistics split =
        new SplitStatistics(
            "train",
            1,
            OptionalDouble.empty(),
            List.of(),
            List.of(),
            List.of(new OtherSlices("hour", 7, 70)),
            Optional.empty(),
            List.of(new CustomStatistic("rows.odd", 1)),
            List.of());

    assertThat(
            TensorFlowMetadata.writeStatistics(
                new DatasetStatistics(List.of(split), Optional.of("w")), folder))
        .containsExactly(
            "Not taken over: that the weights are in feature 'w'.",
            "Not taken over: what authors' generators found of whole examples of split 'train' (1"
                + " numbers).",
            "Not taken over: that split 'train' has 7 slices more than are reported.");
  }

  /** Numbers of fields: public. Values: made up. */
  private static Wire common() {
    return new Wire()
        .whole(1, 9)
        .whole(2, 1)
        .whole(3, 1)
        .whole(4, 2)
        .single(5, 1.1111112f)
        .message(6, new Wire().message(3, bucket(1, 2, 9)).whole(4, 1))
        .message(7, new Wire().number(1, 4.5).number(2, 0.5).number(3, 2).number(4, 9))
        .whole(8, 10);
  }

  private static Wire bucket(double low, double high, double count) {
    return new Wire().number(1, low).number(2, high).number(4, count);
  }

  private static byte[] foreign() {
    Wire numbers =
        new Wire()
            .message(1, common())
            .number(2, 3.5)
            .number(3, 1.5)
            .whole(4, 2)
            .number(6, 3)
            .number(7, 8)
            .message(8, new Wire().whole(1, 1).message(3, bucket(0, 8, 9)))
            .message(8, new Wire().message(3, bucket(0, 8, 9)).whole(4, 1))
            .message(9, new Wire().number(1, 3.25).number(2, 1.25).number(3, 2.5));
    Wire strings =
        new Wire()
            .message(1, common())
            .whole(2, 2)
            .message(3, new Wire().text(2, "Cash").number(3, 7))
            .single(4, 5.5f)
            .message(5, new Wire().message(1, new Wire().text(4, "Cash").number(5, 7)))
            .text(7, "vocabulary.txt")
            .whole(8, 3);
    Wire bytes =
        new Wire()
            .message(1, common())
            .whole(2, 4)
            .single(3, 2.5f)
            .single(4, 1)
            .single(5, 16777216f)
            .whole(6, 16777217);
    return new Wire()
        .message(
            1,
            new Wire()
                .text(1, "All Examples")
                .whole(2, 10)
                .message(3, new Wire().text(1, "fare").whole(2, 1).message(3, numbers))
                .message(
                    3,
                    new Wire()
                        .message(8, new Wire().text(1, "pay").text(1, "type"))
                        .whole(2, 2)
                        .message(4, strings)
                        .message(6, new Wire().text(1, "domain_info").text(3, "url_domain {}")))
                .message(
                    3,
                    new Wire()
                        .text(1, "image")
                        .whole(2, 3)
                        .message(5, bytes)
                        .message(6, new Wire().text(1, "sharp").number(2, 0.5)))
                .message(3, new Wire().text(1, "zone").whole(2, 4).message(7, new Wire()))
                .number(4, 5)
                .message(
                    5,
                    new Wire()
                        .message(1, new Wire().text(1, "fare"))
                        .message(2, new Wire().text(1, "tips"))
                        .whole(3, 9)
                        .message(4, new Wire().single(1, 0.5f).single(2, 2.5f)))
                .message(
                    5,
                    new Wire()
                        .message(1, new Wire().text(1, "image"))
                        .message(2, new Wire().text(1, "tips"))
                        .whole(3, 8)
                        .message(5, new Wire().message(1, new Wire().message(1, series()))))
                .whole(77, 1))
        .bytes();
  }

  private static Wire series() {
    return new Wire()
        .whole(1, 3)
        .whole(4, 6)
        .message(6, new Wire().text(2, "big").number(3, 1.25).whole(4, 5).whole(6, 2));
  }

  @Test
  void readsAMessageAssembledByThePublicNumbersOfItsFields() throws IOException {
    Path file = Files.createDirectories(folder.resolve("Split-eval")).resolve("FeatureStats.pb");
    Files.write(file, foreign());

    Converted<DatasetStatistics> read = TensorFlowMetadata.readStatistics(file);

    CommonStatistics common =
        new CommonStatistics(
            9,
            1,
            1,
            2,
            10.0 / 9,
            10,
            new Histogram(List.of(new Bucket(1, 2, 9))),
            Optional.of(new CommonStatistics.Weighted(4.5, 0.5, 2, 9)),
            Optional.empty(),
            List.of());
    Histogram one = new Histogram(List.of(new Bucket(0, 8, 9)));
    SplitStatistics split = read.value().splits().get(0);
    assertThat(split.name()).isEqualTo("eval");
    assertThat(split.examples()).isEqualTo(10);
    assertThat(split.weightedExamples()).hasValue(5);
    assertThat(split.features())
        .containsExactly(
            new NumericFeature(
                "fare",
                ColumnType.FLOAT,
                common,
                3.5,
                1.5,
                2,
                1,
                0,
                0,
                3,
                8,
                0,
                Double.POSITIVE_INFINITY,
                one,
                one,
                0.01,
                Optional.of(
                    new WeightedNumbers(3.25, 1.25, 2.5, Histogram.EMPTY, Histogram.EMPTY, 0.01))),
            new TextFeature(
                "pay.type",
                with(common, Optional.of(new SemanticDomain(Kind.URL, "", 1))),
                2,
                0,
                5.5,
                0,
                0,
                3,
                List.of(new ValueCount("Cash", 7)),
                List.of(new ValueCount("Cash", 7)),
                0),
            new BytesFeature(
                "image",
                with(common, Optional.empty(), new CustomStatistic("sharp", 0.5)),
                4,
                0,
                2.5,
                1,
                16777217));
    assertThat(split.cross().orElseThrow())
        .isEqualTo(
            new CrossStatistics(
                List.of(new Pair("fare", "tips", 9, 2.5, 0.5)),
                Optional.of("tips"),
                List.of(
                    new Association(
                        "image",
                        8,
                        Double.NaN,
                        Double.NaN,
                        List.of(new Lift("3", "big", 1.25, 2, 5, 6)),
                        ""))));
    assertThat(read.notes())
        .containsExactlyInAnyOrder(
            "How many distinct values numbers have is not there; 0 stands for it.",
            "The least and the greatest length of texts is not there; 0 stands for it.",
            "Not taken over: the statistics of feature 'zone' of type STRUCT itself; those of its"
                + " fields are.",
            "The name of the feature with the weights is not there.",
            "Not taken over: string_stats.vocabulary_file 'vocabulary.txt' of feature 'pay.type'.",
            "Not taken over: field 77 of DatasetFeatureStatistics dataset 'All Examples', which"
                + " this release does not know.");
  }

  private static CommonStatistics with(
      CommonStatistics common, Optional<SemanticDomain> meaning, CustomStatistic... own) {
    return new CommonStatistics(
        common.present(),
        common.missing(),
        common.minValues(),
        common.maxValues(),
        common.meanValues(),
        common.totalValues(),
        common.valueCounts(),
        common.weighted(),
        meaning,
        List.of(own));
  }

  @Test
  void aRecordFileATextFileAndACompressedOneSayTheSame() throws IOException {
    byte[] message = new Wire().message(1, new Wire().text(1, "All Examples").whole(2, 10)).bytes();
    Path records = Files.createDirectories(folder.resolve("r/train")).resolve("stats_tfrecord");
    Files.write(records, Wire.records(message));
    Path text = folder.resolve("stats.pbtxt");
    Files.writeString(text, "datasets { name: 'All Examples' num_examples: 10 }");
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(zipped)) {
      gzip.write(Wire.records(message));
    }
    Path gzip = folder.resolve("stats.gz");
    Files.write(gzip, zipped.toByteArray());

    DatasetStatistics expected =
        new DatasetStatistics(List.of(new SplitStatistics("train", 10, List.of())));
    assertThat(TensorFlowMetadata.readStatistics(folder.resolve("r")).value()).isEqualTo(expected);
    assertThat(TensorFlowMetadata.readStatistics(text).value()).isEqualTo(expected);
    assertThat(TensorFlowMetadata.readStatistics(gzip).value()).isEqualTo(expected);
  }

  @Test
  void datasetsWithoutOneOfAllExamplesAreSplits() throws IOException {
    Path file = folder.resolve("FeatureStats.pb");
    Files.write(
        file,
        new Wire()
            .message(1, new Wire().text(1, "lhs").whole(2, 1))
            .message(1, new Wire().text(1, "rhs").whole(2, 2))
            .bytes());

    assertThat(TensorFlowMetadata.readStatistics(file).value().splits())
        .extracting(SplitStatistics::name)
        .containsExactly("lhs", "rhs");
  }

  @Test
  void refusesWhatHoldsNoStatistics() throws IOException {
    Path file = folder.resolve("FeatureStats.pb");
    String remedy = " Give a file that TensorFlow's tools wrote, named .pbtxt if it is text.";

    Files.write(file, "feature { name: 'fare' }".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> TensorFlowMetadata.readStatistics(file))
        .hasMessage(
            "Cannot read %s as tensorflow.metadata.v0.DatasetFeatureStatisticsList: it is damaged,"
                + " or no such message.%s",
            file, remedy);

    Files.write(file, new Wire().whole(9, 1).bytes());
    assertThatThrownBy(() -> TensorFlowMetadata.readStatistics(file))
        .hasMessage(
            "Cannot read %s as tensorflow.metadata.v0.DatasetFeatureStatisticsList: none of its"
                + " fields is one of these.%s",
            file, remedy);

    Files.write(file, new byte[0]);
    assertThatThrownBy(() -> TensorFlowMetadata.readStatistics(file))
        .hasMessage("Cannot take over %s: it has no dataset. Correct the file.", file);

    byte[] records = Wire.records(foreign());
    Files.write(file, Arrays.copyOf(records, records.length - 5));
    assertThatThrownBy(() -> TensorFlowMetadata.readStatistics(file))
        .hasMessage(
            "Cannot read %s at byte 0: the file ends inside a record. Write the file again.", file);

    records[100] ^= 1;
    Files.write(file, records);
    assertThatThrownBy(() -> TensorFlowMetadata.readStatistics(file))
        .hasMessage(
            "Cannot read %s at byte 0: the checksum of the record's data is wrong. Write the file"
                + " again.",
            file);

    Path empty = Files.createDirectory(folder.resolve("empty"));
    assertThatThrownBy(() -> TensorFlowMetadata.readStatistics(empty))
        .hasMessage(
            "Cannot find FeatureStats.pb or stats_tfrecord or stats.pbtxt in %s or in a folder of a"
                + " split in it. Give the file, or the folder that holds it.",
            empty);
  }
}
