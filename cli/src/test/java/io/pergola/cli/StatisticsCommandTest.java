package io.pergola.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pergola.beam.ColumnType;
import io.pergola.validation.CommonStatistics;
import io.pergola.validation.DatasetStatistics;
import io.pergola.validation.FeatureStatistics;
import io.pergola.validation.FeatureStatistics.NumericFeature;
import io.pergola.validation.FeatureStatistics.TextFeature;
import io.pergola.validation.FeatureStatistics.WeightedNumbers;
import io.pergola.validation.Histogram;
import io.pergola.validation.Histogram.Bucket;
import io.pergola.validation.OtherSlices;
import io.pergola.validation.SliceKey;
import io.pergola.validation.SliceStatistics;
import io.pergola.validation.SplitStatistics;
import io.pergola.validation.StatisticsFile;
import io.pergola.validation.TokenStatistics;
import io.pergola.validation.ValueCount;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class StatisticsCommandTest extends CliFixture {
  private static CommonStatistics common(long present, long missing, boolean weighted) {
    return new CommonStatistics(
        present,
        missing,
        1,
        1,
        1,
        present,
        Histogram.EMPTY,
        weighted
            ? Optional.of(new CommonStatistics.Weighted(3 * present, missing, 1, 3 * present))
            : Optional.empty(),
        Optional.empty(),
        List.of());
  }

  private static NumericFeature number(String name, double mean, double high, boolean weighted) {
    List<Bucket> buckets = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      buckets.add(new Bucket(i * high / 10, (i + 1) * high / 10, i == 0 ? 8 : 0));
    }
    Histogram histogram = new Histogram(buckets);
    return new NumericFeature(
        name,
        ColumnType.DOUBLE,
        common(8, 2, weighted),
        mean,
        2.5,
        4,
        0,
        0,
        0,
        1,
        high,
        5,
        0,
        histogram,
        histogram,
        0,
        weighted
            ? Optional.of(new WeightedNumbers(mean + 1, 3.5, 2, histogram, histogram, 0))
            : Optional.empty());
  }

  private static TextFeature text(String name, String value) {
    List<ValueCount> values = List.of(new ValueCount(value, 7), new ValueCount("Blue", 1));
    return new TextFeature(name, common(8, 2, false), 2, 0, 4, 2, 6, 0, values, values, 0);
  }

  private static SplitStatistics split(
      List<SliceStatistics> slices, FeatureStatistics... features) {
    return new SplitStatistics(
        "train",
        10,
        OptionalDouble.empty(),
        List.of(features),
        slices,
        List.of(),
        Optional.empty(),
        List.of(),
        List.of());
  }

  private String written(String name, SplitStatistics... splits) {
    Path directory = folder.resolve(name);
    StatisticsFile.write(new DatasetStatistics(List.of(splits)), directory);
    return directory.toString();
  }

  @Test
  void statisticsAreATableWithSmallHistograms() {
    sail("calm");
    String out = pergola("statistics").out();

    assertThat(out)
        .isEqualTo(
            """
            train: 10 examples

            FEATURE         TYPE   MISSING  ZEROS  UNIQUE  MIN  MEDIAN  MAX    MEAN  STD DEV  HISTOGRAM
            length          FLOAT    0.0 %  0.0 %       9    2      12   15  11.250    4.500  ▁ █
            flag\\u001b[31m  TEXT    50.0 %              2  red 60.0 %, blue 40.0 %            █▆
            """);
    assertThat(pergola("statistics", "--split=train").out()).isEqualTo(out);
    assertThat(pergola("statistics", "--split=test").err())
        .isEqualTo("error: Unknown split: 'test' (there are train)\n");
  }

  @Test
  void numbersByWeightStandBelowTheirFeature() {
    String weighted = written("w", split(List.of(), number("fare", 9, 20, true)));

    assertThat(plain("statistics", weighted).out())
        .contains(
            "fare         DOUBLE   20.0 %  50.0 %       5    0       1   20     9    2.500  █\n")
        .contains(
            "  by weight            7.7 %                    -       2    -    10    3.500  █\n");
  }

  @Test
  void tablesFit120Columns() {
    String wide =
        written(
            "wide",
            split(
                List.of(),
                number("n".repeat(200), -1.23456e-7, 1.5e300, true),
                number("m".repeat(50), -1.23456e-7, 1.5e300, true),
                text("t".repeat(200), "v".repeat(300))));
    String other = written("other", split(List.of(), number("n".repeat(200), 5, 9, false)));

    assertThat(plain("statistics", wide).out().lines()).allMatch(line -> line.length() <= 120);
    assertThat(plain("statistics", wide, other).out().lines())
        .allMatch(line -> line.length() <= 120);
  }

  @Test
  void slicesAreShownWhereTheyAreAskedFor() throws Exception {
    SliceStatistics night =
        new SliceStatistics(
            SliceKey.of("hour", "23"), split(List.of(), number("fare", 25, 50, false)));
    String sliced = written("s", split(List.of(night), number("fare", 9, 20, false)));

    assertThat(plain("statistics", sliced).out())
        .endsWith("\n1 slices, the first 'hour=23'. Show some: pergola statistics --slice=TEXT\n");
    assertThat(plain("statistics", sliced, "--slice=hour").out())
        .startsWith("train, hour=23: 10 examples\n")
        .contains("  25  ");
    assertThat(plain("statistics", sliced, "--slice=day").err())
        .isEqualTo("error: Unknown slice: 'day' (there are hour=23)\n");
    JsonNode json =
        new ObjectMapper().readTree(plain("statistics", sliced, "--slice=23", "--json").out());
    JsonNode split = json.path("splits").get(0);
    assertThat(split.has("features")).isFalse();
    assertThat(split.path("slices").get(0).path("features").get(0).path("mean").asInt())
        .isEqualTo(25);
  }

  @Test
  void slicesWithoutStatisticsAreCountedTogether() throws Exception {
    SliceStatistics night =
        new SliceStatistics(
            SliceKey.of("hour", "23"), split(List.of(), number("fare", 25, 50, false)));
    SplitStatistics all = split(List.of(night), number("fare", 9, 20, false));
    String sliced =
        written(
            "o",
            new SplitStatistics(
                all.name(),
                all.examples(),
                all.weightedExamples(),
                all.features(),
                all.slices(),
                List.of(new OtherSlices("hour", 3, 7), new OtherSlices("company", 1, 2)),
                all.cross(),
                all.custom(),
                List.of()));

    assertThat(plain("statistics", sliced).out())
        .contains(
            "1 slices (4 more, with 9 examples together, have no statistics), the first"
                + " 'hour=23'.");
  }

  @Test
  void tokensOfAFeatureAreShownWithIt() throws Exception {
    SplitStatistics plain = split(List.of(), text("company", "Red"));
    TokenStatistics tokens =
        new TokenStatistics(
            "company",
            12,
            0.75,
            4.5,
            Histogram.EMPTY,
            1,
            3,
            1.5,
            Histogram.EMPTY,
            List.of(new ValueCount("Cab", 8), new ValueCount("東京", 1)),
            0,
            List.of(new TokenStatistics.Reported("Cab", 8, 0.5, 0, 2, 1.6, Histogram.EMPTY)));
    String one =
        written(
            "t",
            new SplitStatistics(
                plain.name(),
                plain.examples(),
                plain.weightedExamples(),
                plain.features(),
                List.of(),
                List.of(),
                plain.cross(),
                plain.custom(),
                List.of(tokens)));

    assertThat(plain("statistics", one, "--feature=company").out())
        .containsPattern("(?m)^coverage +75.0 % +in the vocabulary$")
        .containsPattern("(?m)^sequence +1.500 +tokens on average, 1 to 3$")
        .containsPattern("(?m)^'Cab' +8 +in 50.0 % of the examples$")
        .containsPattern("(?m)^Cab +8 ")
        .containsPattern("(?m)^東京 +1 ");
  }

  @Test
  void oneFeatureIsShownWithAllThatIsKnownOfIt() throws Exception {
    String one =
        written("f", split(List.of(), number("fare", 9, 20, true), text("company", "Red")));

    assertThat(plain("statistics", one, "--feature=fare").out())
        .contains("\nfare: DOUBLE\n")
        .containsPattern("(?m)^missing +2  20.0 %$")
        .containsPattern("(?m)^mean by weight +10$")
        .containsPattern("(?m)^ +0 +2 +8  100.0 %  █{40}$")
        .containsPattern("(?m)^ +100 % +20$")
        .doesNotContain("company");
    assertThat(plain("statistics", one, "--feature=company").out())
        .containsPattern("(?m)^Red +7  87.5 %  █{40}$")
        .containsPattern("(?m)^Blue +1  12.5 %  █{6}$");
    assertThat(plain("statistics", one, "--feature=fair").err())
        .isEqualTo("error: Unknown feature: 'fair' (there are fare, company)\n");
    JsonNode json =
        new ObjectMapper().readTree(plain("statistics", one, "--feature=fare", "--json").out());
    assertThat(json.path("splits").get(0).path("features")).hasSize(1);
  }

  @Test
  void twoStatisticsStandBesideEachOtherLargestDistanceFirst() throws Exception {
    String a =
        written(
            "a",
            split(
                List.of(),
                number("same", 9, 20, false),
                text("company", "Red"),
                number("gone", 9, 20, false)));
    String b =
        written("b", split(List.of(), number("same", 9, 20, false), text("company", "Green")));

    Answer compared = plain("statistics", a, b);

    assertThat(compared.code()).isZero();
    assertThat(compared.out())
        .startsWith("train: A 10 examples, B 10 examples\n\nFEATURE  DISTANCE  A MISSING  ")
        .containsPattern(
            "(?s)gone +1\\.0000 +20.0 %  9 ± 2.500 .* -  gone\n"
                + "company +0\\.8750 +20.0 %  Red 87.5 % +█▂ +20.0 %  Green 87.5 % +█▂\n"
                + "same +0\\.0000 ");
    JsonNode json = new ObjectMapper().readTree(plain("statistics", a, b, "--json").out());
    JsonNode features = json.path("places").get(0).path("features");
    assertThat(features.findValuesAsText("feature")).containsExactly("gone", "company", "same");
    assertThat(features.get(1).path("distance").asDouble()).isEqualTo(0.875);
    assertThat(features.get(1).path("b").path("top").asText()).isEqualTo("Green");
    assertThat(features.get(0).has("b")).isFalse();
  }

  @Test
  void histogramsBesideEachOtherShareTheirBuckets() {
    Histogram narrow = new Histogram(List.of(new Bucket(0, 10, 30)));

    assertThat(StatisticsComparison.rebucketed(narrow, 0, 20))
        .containsExactly(6.0, 6.0, 6.0, 6.0, 6.0, 0.0, 0.0, 0.0, 0.0, 0.0);
  }

  @Test
  void aPageIsWrittenForTheBrowser() throws Exception {
    sail("calm");
    Path file = folder.resolve("pages/statistics.html");

    Answer one = pergola("statistics", "--html=" + file);

    assertThat(one.code()).isZero();
    assertThat(one.out()).startsWith(file + " (").endsWith("). Open it in a browser.\n");
    assertThat(Files.readString(file))
        .startsWith("<!DOCTYPE html>")
        .contains("/survey/")
        .contains("\"mean\":11.25");
    assertThat(pergola("statistics", "1", "1", "--html=" + file).code()).isZero();
    assertThat(Files.readString(file)).contains("JENSEN_SHANNON");
    assertThat(pergola("statistics", "--html=" + file, "--json").err())
        .isEqualTo(
            "error: Cannot write a page of a part, or as JSON: --html takes all. Choose on the"
                + " page.\n");
  }
}
