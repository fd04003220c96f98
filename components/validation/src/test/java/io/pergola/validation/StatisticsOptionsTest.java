package io.pergola.validation;

import static io.pergola.validation.Rides.assertSame;
import static io.pergola.validation.Rides.batch;
import static io.pergola.validation.Rides.rides;
import static io.pergola.validation.Rides.statistics;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pergola.beam.BytesColumn;
import io.pergola.beam.ColumnType;
import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleColumn;
import io.pergola.beam.ExampleSchema;
import io.pergola.beam.ExampleSchema.Field;
import io.pergola.feature.Column;
import io.pergola.validation.FeatureStatistics.NumericFeature;
import io.pergola.validation.FeatureStatistics.TextFeature;
import io.pergola.validation.FeatureStatistics.WeightedNumbers;
import io.pergola.validation.FeatureStatistics.WeightedText;
import io.pergola.validation.Rides.Ride;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What StatisticsGen computes when it is asked for more; numbers are those of a naive pass. */
@Timeout(300)
class StatisticsOptionsTest {
  @TempDir Path folder;

  @Test
  void weightedNumbersAreThoseOfANaivePass() throws IOException {
    List<Ride> rides = rides(3_000, 1);

    SplitStatistics found =
        statistics(folder, rides, gen -> gen.weightedBy(Column.number("weight")));

    double all = rides.stream().mapToDouble(Ride::w).sum();
    assertThat(found.weightedExamples()).hasValue(all);
    List<Ride> there = rides.stream().filter(ride -> ride.fare() != null).toList();
    double sum = there.stream().mapToDouble(Ride::w).sum();
    double mean = there.stream().mapToDouble(ride -> ride.w() * ride.fare()).sum() / sum;
    double variance =
        there.stream().mapToDouble(r -> r.w() * (r.fare() - mean) * (r.fare() - mean)).sum() / sum;
    NumericFeature fare = number(found, "fare");
    CommonStatistics.Weighted common = fare.common().weighted().orElseThrow();
    assertThat(common.present()).isCloseTo(sum, within(1e-9));
    assertThat(common.missing()).isCloseTo(all - sum, within(1e-9));
    assertThat(common.meanValues()).isEqualTo(1);
    WeightedNumbers weighted = fare.weighted().orElseThrow();
    assertThat(weighted.mean()).isCloseTo(mean, within(1e-9));
    assertThat(weighted.stddev()).isCloseTo(Math.sqrt(variance), within(1e-9));
    TreeMap<Float, Double> byValue = new TreeMap<>();
    there.forEach(ride -> byValue.merge(ride.fare(), ride.w(), Double::sum));
    for (int i = 1; i < 10; i++) {
      assertThat(weighted.quantiles().buckets().get(i - 1).high())
          .isEqualTo((double) weightedRank(byValue, sum * i / 10));
      assertThat(weighted.quantiles().buckets().get(i - 1).count())
          .isCloseTo(sum / 10, within(1e-9));
    }
    for (int i = 0; i < 10; i++) {
      Histogram.Bucket bucket = weighted.histogram().buckets().get(i);
      boolean last = i == 9;
      assertThat(bucket.low()).isEqualTo(fare.histogram().buckets().get(i).low());
      assertThat(bucket.count())
          .isCloseTo(
              there.stream()
                  .filter(r -> r.fare() >= bucket.low() && (r.fare() < bucket.high() || last))
                  .mapToDouble(Ride::w)
                  .sum(),
              within(1e-9));
    }
    assertThat(weighted.rankError()).isZero();
  }

  private static float weightedRank(TreeMap<Float, Double> byValue, double rank) {
    double passed = 0;
    for (Map.Entry<Float, Double> value : byValue.entrySet()) {
      passed += value.getValue();
      if (passed >= rank) {
        return value.getKey();
      }
    }
    return byValue.lastKey();
  }

  @Test
  void weightsOfOneGiveTheUnweightedNumbers() throws IOException {
    List<Ride> rides =
        rides(2_000, 2).stream()
            .map(r -> new Ride(r.fare(), r.miles(), r.hour(), r.company(), r.tags(), 1))
            .toList();

    SplitStatistics found =
        statistics(folder, rides, gen -> gen.weightedBy(Column.number("weight")));

    for (FeatureStatistics feature : found.features()) {
      CommonStatistics common = feature.common();
      CommonStatistics.Weighted weighted = common.weighted().orElseThrow();
      assertThat(weighted.present()).isEqualTo(common.present());
      assertThat(weighted.totalValues()).isEqualTo(common.totalValues());
      if (feature instanceof NumericFeature number) {
        WeightedNumbers twin = number.weighted().orElseThrow();
        assertThat(twin.mean()).isCloseTo(number.mean(), within(1e-12));
        assertThat(twin.stddev()).isCloseTo(number.stddev(), within(1e-9));
        assertThat(twin.median()).isEqualTo(number.median());
        assertThat(twin.histogram()).isEqualTo(number.histogram());
        assertThat(twin.quantiles()).isEqualTo(number.quantiles());
      } else {
        TextFeature text = (TextFeature) feature;
        WeightedText twin = text.weighted().orElseThrow();
        assertThat(twin.top())
            .isEqualTo(
                text.top().stream().map(v -> new WeightedCount(v.value(), v.count())).toList());
        assertThat(twin.weightError()).isZero();
      }
    }
  }

  @Test
  void aWeightThatIsMissingOrNegativeIsRefusedWithItsValue() throws IOException {
    ExampleSchema schema = new ExampleSchema(List.of(Field.of("w", ColumnType.DOUBLE)));
    TestExamples.write(
        folder.resolve("e"),
        "train",
        0,
        TestExamples.batch(schema, List.<String[]>of(new String[] {"-1"})));

    assertThatThrownBy(
            () ->
                TestExamples.statistics(
                    folder.resolve("e"),
                    folder.resolve("s"),
                    gen -> gen.weightedBy(Column.number("w"))))
        .hasStackTraceContaining("Invalid weight of an example: 'w' is -1.0 (finite, from 0)");
    assertThatThrownBy(
            () ->
                TestExamples.statistics(
                    folder.resolve("e"),
                    folder.resolve("s"),
                    gen -> gen.weightedBy(Column.number("v"))))
        .hasMessage(
            "Cannot compute statistics with column 'v': the examples have w. Correct the name.");
  }

  @Test
  void covarianceAndCorrelationAreThoseOfTheExamplesThatHaveBoth() throws IOException {
    List<Ride> rides = rides(5_000, 5);

    SplitStatistics found = statistics(folder, rides, StatisticsGen::crossFeatures);

    List<Ride> both = rides.stream().filter(r -> r.fare() != null && r.miles() != null).toList();
    double n = both.size();
    double meanX = both.stream().mapToDouble(Ride::fare).sum() / n;
    double meanY = both.stream().mapToDouble(Ride::miles).sum() / n;
    double xy = both.stream().mapToDouble(r -> (r.fare() - meanX) * (r.miles() - meanY)).sum() / n;
    double xx = both.stream().mapToDouble(r -> (r.fare() - meanX) * (r.fare() - meanX)).sum() / n;
    double yy = both.stream().mapToDouble(r -> (r.miles() - meanY) * (r.miles() - meanY)).sum() / n;
    CrossStatistics cross = found.cross().orElseThrow();
    CrossStatistics.Pair pair = cross.pair("miles", "fare").orElseThrow();
    assertThat(pair.count()).isEqualTo(both.size());
    assertThat(pair.covariance()).isCloseTo(xy, within(1e-9));
    assertThat(pair.correlation()).isCloseTo(xy / Math.sqrt(xx * yy), within(1e-12));
    assertThat(cross.pairs()).hasSize(6);
    assertThat(cross.label()).isEmpty();
  }

  /** How many values of text begin with each letter; an author's. */
  record Initials(int most) implements StatisticGenerator<ExampleColumn, TreeMap<String, Long>> {
    @Override
    public String name() {
      return "initials";
    }

    @Override
    public TreeMap<String, Long> create() {
      return new TreeMap<>();
    }

    @Override
    public TreeMap<String, Long> add(TreeMap<String, Long> counts, ExampleColumn column) {
      BytesColumn text = (BytesColumn) column;
      for (int row = 0; row < text.rows(); row++) {
        for (int value = text.start(row); value < text.end(row); value++) {
          counts.merge(text.text(value).substring(1, 2), 1L, Long::sum);
        }
      }
      return counts;
    }

    @Override
    public TreeMap<String, Long> merge(TreeMap<String, Long> left, TreeMap<String, Long> right) {
      right.forEach((key, count) -> left.merge(key, count, Long::sum));
      return left;
    }

    @Override
    public Map<String, Double> result(TreeMap<String, Long> counts) {
      Map<String, Double> numbers = new TreeMap<>();
      counts.entrySet().stream()
          .limit(most)
          .forEach(count -> numbers.put(count.getKey(), (double) count.getValue()));
      return numbers;
    }
  }

  /** How many examples have neither fare nor miles; an author's. */
  record Unpriced() implements StatisticGenerator<ExampleBatch, Long> {
    @Override
    public String name() {
      return "unpriced";
    }

    @Override
    public Long create() {
      return 0L;
    }

    @Override
    public Long add(Long count, ExampleBatch batch) {
      long found = count;
      for (int row = 0; row < batch.rows(); row++) {
        if (!batch.column("fare").isPresent(row) && !batch.column("miles").isPresent(row)) {
          found++;
        }
      }
      return found;
    }

    @Override
    public Long merge(Long left, Long right) {
      return left + right;
    }

    @Override
    public Map<String, Double> result(Long count) {
      return Map.of("examples", (double) count);
    }
  }

  @Test
  void authorsAddStatisticsOfFeaturesAndOfExamplesToSplitsAndSlices() throws IOException {
    List<Ride> rides = rides(2_000, 7);

    SplitStatistics found =
        statistics(
            folder,
            rides,
            gen ->
                gen.with(new Initials(3), StatisticsOptionsTest.<String>accessor())
                    .withExamples(new Unpriced())
                    .slicedBy(Slicing.by(Column.number("hour"))));

    TreeMap<String, Long> counts = new TreeMap<>();
    rides.stream()
        .filter(ride -> ride.company() != null)
        .forEach(ride -> counts.merge(ride.company().substring(1, 2), 1L, Long::sum));
    assertThat(found.find("company").orElseThrow().common().custom())
        .isEqualTo(
            counts.entrySet().stream()
                .limit(3)
                .map(c -> new CustomStatistic("initials." + c.getKey(), c.getValue()))
                .toList());
    assertThat(found.find("tags").orElseThrow().common().custom()).isEmpty();
    assertThat(found.custom())
        .containsExactly(
            new CustomStatistic(
                "unpriced.examples",
                rides.stream().filter(r -> r.fare() == null && r.miles() == null).count()));
    SplitStatistics seven = found.slice(SliceKey.of("hour", "7")).orElseThrow();
    assertThat(seven.custom())
        .containsExactly(
            new CustomStatistic(
                "unpriced.examples",
                rides.stream()
                    .filter(r -> r.hour() == 7 && r.fare() == null && r.miles() == null)
                    .count()));
  }

  private static <V> io.pergola.feature.Accessor<Ride, ?> accessor() {
    return Ride::company;
  }

  @Test
  void statisticsOfTwoHalvesMergeToThoseOfTheWhole() throws IOException {
    List<Ride> rides = rides(6_000, 8);
    UnaryOperator<StatisticsGen> options =
        gen ->
            gen.weightedBy(Column.number("weight"))
                .slicedBy(Slicing.by(Column.text("company")))
                .label(Column.text("company"));
    DatasetStatistics whole = statistics(folder, "whole", rides, options);
    statistics(folder, "a", rides.subList(0, 2_500), options);
    statistics(folder, "b", rides.subList(2_500, 6_000), options);

    DatasetStatistics merged =
        StatisticsFile.merge(
            List.of(folder.resolve("a-statistics"), folder.resolve("b-statistics")),
            folder.resolve("merged"));

    assertSame(merged.find("train").orElseThrow(), whole.find("train").orElseThrow());
    assertThat(merged.weight()).contains("weight");
    assertThat(StatisticsFile.read(folder.resolve("merged"))).isEqualTo(merged);
    statistics(folder, "plain", rides.subList(0, 10), gen -> gen);
    assertThatThrownBy(
            () ->
                StatisticsFile.merge(
                    List.of(folder.resolve("a-statistics"), folder.resolve("plain-statistics")),
                    folder.resolve("no")))
        .hasMessage(
            "Cannot merge statistics that are weighted by 'weight', sliced by company, at most 200,"
                + " pairs of [], label 'company' with statistics that are plain. Compute them"
                + " alike.");
  }

  @Test
  void aDamagedSketchIsRefused() throws IOException {
    statistics(folder, "e", rides(50, 9), gen -> gen);
    Path sketch = folder.resolve("e-statistics/statistics.sketch");
    byte[] bytes = Files.readAllBytes(sketch);
    bytes[bytes.length / 2] ^= 1;
    Files.write(sketch, bytes);

    assertThatThrownBy(
            () ->
                StatisticsFile.merge(List.of(folder.resolve("e-statistics")), folder.resolve("m")))
        .hasMessage(
            sketch
                + ": Cannot read the state of statistics: it is damaged, its checksum does not"
                + " match. Compute the statistics again.");
    Files.write(sketch, Arrays.copyOf(bytes, 40));
    assertThatThrownBy(
            () ->
                StatisticsFile.merge(List.of(folder.resolve("e-statistics")), folder.resolve("m")))
        .hasMessageContaining("it is damaged");
  }

  @Test
  void statisticsOfFormat1AreRead() throws IOException {
    Files.createDirectories(folder.resolve("old"));
    Files.writeString(
        folder.resolve("old/statistics.json"),
        """
        { "format" : 1, "splits" : [ { "name" : "train", "examples" : 2, "features" : [ {
          "name" : "x", "type" : "INT", "present" : 2, "missing" : 0, "minValues" : 1,
          "maxValues" : 1, "meanValues" : 1, "totalValues" : 2, "valueCounts" : [ ],
          "mean" : 1.5, "stddev" : 0.5, "zeros" : 0, "nans" : 0, "infinities" : 0, "min" : 1,
          "median" : 1.5, "max" : 2, "distinct" : 2, "distinctError" : 0.0, "rankError" : 0.0,
          "histogram" : [ [ 1, 2, 2 ] ], "quantiles" : [ ] } ] } ] }
        """);

    SplitStatistics read = StatisticsFile.read(folder.resolve("old")).find("train").orElseThrow();

    assertThat(number(read, "x").mean()).isEqualTo(1.5);
    assertThat(number(read, "x").weighted()).isEmpty();
    assertThat(read.slices()).isEmpty();
    assertThat(read.weightedExamples()).isEmpty();
  }

  private static NumericFeature number(SplitStatistics statistics, String name) {
    return (NumericFeature) statistics.find(name).orElseThrow();
  }
}
