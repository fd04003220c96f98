package io.pergola.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pergola.beam.BytesColumn;
import io.pergola.beam.ColumnType;
import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleBatchBuilder;
import io.pergola.beam.ExampleColumn;
import io.pergola.beam.ExampleSchema;
import io.pergola.beam.ExampleSchema.Field;
import io.pergola.feature.Column;
import io.pergola.validation.CrossStatistics.Association;
import io.pergola.validation.CrossStatistics.Lift;
import io.pergola.validation.FeatureStatistics.NumericFeature;
import io.pergola.validation.FeatureStatistics.TextFeature;
import io.pergola.validation.FeatureStatistics.WeightedNumbers;
import io.pergola.validation.FeatureStatistics.WeightedText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What StatisticsGen computes when it is asked for more; numbers are those of a naive pass. */
@Timeout(300)
class StatisticsOptionsTest {
  private static final ExampleSchema RIDES =
      new ExampleSchema(
          List.of(
              Field.of("fare", ColumnType.FLOAT),
              Field.of("miles", ColumnType.DOUBLE),
              Field.of("hour", ColumnType.INT),
              Field.of("company", ColumnType.TEXT),
              new Field("tags", ColumnType.TEXT, true),
              Field.of("weight", ColumnType.DOUBLE)));

  @TempDir Path folder;

  /** One ride; null is missing. */
  record Ride(Float fare, Double miles, Long hour, String company, List<String> tags, double w) {}

  private static List<Ride> rides(int n, long seed) {
    Random random = new Random(seed);
    List<Ride> rides = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      float fare = (float) (random.nextInt(4_000) / 100.0);
      rides.add(
          new Ride(
              i % 17 == 0 ? null : fare,
              i % 5 == 0 ? null : fare * 0.3 + random.nextGaussian(),
              (long) random.nextInt(24),
              i % 11 == 0 ? null : "c" + (int) Math.sqrt(random.nextInt(30)),
              i % 7 == 0 ? null : List.of("t" + i % 3, "t" + i % 4).subList(0, i % 3),
              random.nextInt(8) / 4.0));
    }
    return rides;
  }

  private static ExampleBatch batch(List<Ride> rides) {
    ExampleBatchBuilder builder = new ExampleBatchBuilder(RIDES);
    for (Ride ride : rides) {
      if (ride.fare != null) {
        builder.putFloat(0, ride.fare);
      }
      if (ride.miles != null) {
        builder.putDouble(1, ride.miles);
      }
      builder.putLong(2, ride.hour);
      if (ride.company != null) {
        builder.putText(3, ride.company);
      }
      if (ride.tags != null) {
        builder.putEmpty(4);
        ride.tags.forEach(tag -> builder.putText(4, tag));
      }
      builder.putDouble(5, ride.w);
      builder.endRow();
    }
    return builder.build();
  }

  private SplitStatistics statistics(List<Ride> rides, UnaryOperator<StatisticsGen> options)
      throws IOException {
    return statistics("e", rides, options).find("train").orElseThrow();
  }

  private DatasetStatistics statistics(
      String name, List<Ride> rides, UnaryOperator<StatisticsGen> options) throws IOException {
    Path examples = folder.resolve(name);
    int parts = 3;
    for (int part = 0; part < parts; part++) {
      TestExamples.write(
          examples,
          "train",
          part,
          batch(rides.subList(rides.size() * part / parts, rides.size() * (part + 1) / parts)));
    }
    return TestExamples.statistics(examples, folder.resolve(name + "-statistics"), options);
  }

  @Test
  void weightedNumbersAreThoseOfANaivePass() throws IOException {
    List<Ride> rides = rides(3_000, 1);

    SplitStatistics found = statistics(rides, gen -> gen.weightedBy(Column.number("weight")));

    double all = rides.stream().mapToDouble(Ride::w).sum();
    assertThat(found.weightedExamples()).hasValue(all);
    List<Ride> there = rides.stream().filter(ride -> ride.fare != null).toList();
    double sum = there.stream().mapToDouble(Ride::w).sum();
    double mean = there.stream().mapToDouble(ride -> ride.w * ride.fare).sum() / sum;
    double variance =
        there.stream().mapToDouble(r -> r.w * (r.fare - mean) * (r.fare - mean)).sum() / sum;
    NumericFeature fare = number(found, "fare");
    CommonStatistics.Weighted common = fare.common().weighted().orElseThrow();
    assertThat(common.present()).isCloseTo(sum, within(1e-9));
    assertThat(common.missing()).isCloseTo(all - sum, within(1e-9));
    assertThat(common.meanValues()).isEqualTo(1);
    WeightedNumbers weighted = fare.weighted().orElseThrow();
    assertThat(weighted.mean()).isCloseTo(mean, within(1e-9));
    assertThat(weighted.stddev()).isCloseTo(Math.sqrt(variance), within(1e-9));
    TreeMap<Float, Double> byValue = new TreeMap<>();
    there.forEach(ride -> byValue.merge(ride.fare, ride.w, Double::sum));
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
                  .filter(r -> r.fare >= bucket.low() && (r.fare < bucket.high() || last))
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
            .map(r -> new Ride(r.fare, r.miles, r.hour, r.company, r.tags, 1))
            .toList();

    SplitStatistics found = statistics(rides, gen -> gen.weightedBy(Column.number("weight")));

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
  void aSliceHasTheStatisticsThatItsExamplesHaveAlone() throws IOException {
    List<Ride> rides = rides(4_000, 3);

    SplitStatistics found =
        statistics(
            rides,
            gen ->
                gen.slicedBy(
                        Slicing.by(Column.text("company")),
                        Slicing.where(Column.number("hour"), 7),
                        Slicing.by(Column.text("company")).cross(Slicing.by(Column.number("hour"))),
                        Slicing.by(Column.text("tags")))
                    .weightedBy(Column.number("weight")));

    assertThat(found.unreportedSlices()).isZero();
    assertThat(found.slices()).extracting(SliceStatistics::key).isSorted();
    Map<SliceKey, List<Ride>> expected = new TreeMap<>();
    for (Ride ride : rides) {
      if (ride.company != null) {
        add(expected, SliceKey.of("company", ride.company), ride);
        add(expected, SliceKey.of("company", ride.company).and("hour", "" + ride.hour), ride);
      }
      if (ride.hour == 7) {
        add(expected, SliceKey.of("hour", "7"), ride);
      }
      if (ride.tags != null) {
        ride.tags.stream().distinct().forEach(t -> add(expected, SliceKey.of("tags", t), ride));
      }
    }
    assertThat(found.slices())
        .extracting(SliceStatistics::key)
        .containsExactlyElementsOf(expected.keySet());
    int compared = 0;
    for (SliceStatistics slice : found.slices()) {
      assertThat(slice.statistics().examples()).isEqualTo(expected.get(slice.key()).size());
      if (slice.key().values().size() == 1 && compared++ < 6) {
        DatasetStatistics alone =
            statistics(
                "alone" + compared,
                expected.get(slice.key()),
                gen -> gen.weightedBy(Column.number("weight")));
        assertSame(slice.statistics(), alone.find("train").orElseThrow());
      }
    }
  }

  private static void add(Map<SliceKey, List<Ride>> expected, SliceKey key, Ride ride) {
    expected.computeIfAbsent(key, k -> new ArrayList<>()).add(ride);
  }

  /** Equal, but for the last bits of means, which depend on the order of additions. */
  private static void assertSame(SplitStatistics one, SplitStatistics other) {
    assertThat(one)
        .usingRecursiveComparison()
        .withEqualsForType((a, b) -> Math.abs(a - b) <= 1e-9 || a.equals(b), Double.class)
        .isEqualTo(other);
  }

  @Test
  void onlyTheLargestSlicesHaveStatisticsAndTheRestIsCounted() throws IOException {
    List<Ride> rides = rides(3_000, 4);

    SplitStatistics found =
        statistics(rides, gen -> gen.slicedBy(Slicing.by(Column.number("hour"))).slicesAtMost(5));

    TreeMap<Long, Long> counts = new TreeMap<>();
    rides.forEach(ride -> counts.merge(ride.hour, 1L, Long::sum));
    long fifth =
        counts.values().stream()
            .sorted((a, b) -> Long.compare(b, a))
            .skip(4)
            .findFirst()
            .orElseThrow();
    assertThat(found.slices()).hasSize(5);
    assertThat(found.slices())
        .allMatch(slice -> slice.statistics().examples() >= fifth)
        .allMatch(
            slice ->
                slice.statistics().examples()
                    == counts.get(Long.parseLong(slice.key().values().get("hour"))));
    assertThat(found.unreportedSlices()).isEqualTo(counts.size() - 5);
  }

  @Test
  void covarianceAndCorrelationAreThoseOfTheExamplesThatHaveBoth() throws IOException {
    List<Ride> rides = rides(5_000, 5);

    SplitStatistics found = statistics(rides, StatisticsGen::crossFeatures);

    List<Ride> both = rides.stream().filter(r -> r.fare != null && r.miles != null).toList();
    double n = both.size();
    double meanX = both.stream().mapToDouble(Ride::fare).sum() / n;
    double meanY = both.stream().mapToDouble(Ride::miles).sum() / n;
    double xy = both.stream().mapToDouble(r -> (r.fare - meanX) * (r.miles - meanY)).sum() / n;
    double xx = both.stream().mapToDouble(r -> (r.fare - meanX) * (r.fare - meanX)).sum() / n;
    double yy = both.stream().mapToDouble(r -> (r.miles - meanY) * (r.miles - meanY)).sum() / n;
    CrossStatistics cross = found.cross().orElseThrow();
    CrossStatistics.Pair pair = cross.pair("miles", "fare").orElseThrow();
    assertThat(pair.count()).isEqualTo(both.size());
    assertThat(pair.covariance()).isCloseTo(xy, within(1e-9));
    assertThat(pair.correlation()).isCloseTo(xy / Math.sqrt(xx * yy), within(1e-12));
    assertThat(cross.pairs()).hasSize(6);
    assertThat(cross.label()).isEmpty();
  }

  @Test
  void informationAndLiftAreThoseOfTheTableOfValuesAndLabels() throws IOException {
    List<Ride> rides =
        rides(6_000, 6).stream()
            .map(
                r ->
                    new Ride(
                        r.fare,
                        r.miles,
                        r.company == null ? r.hour : Long.parseLong(r.company.substring(1)) / 2,
                        r.company,
                        r.tags,
                        r.w))
            .toList();

    SplitStatistics found = statistics(rides, gen -> gen.label(Column.number("hour")));

    Association company = found.cross().orElseThrow().association("company").orElseThrow();
    List<Ride> both = rides.stream().filter(r -> r.company != null).toList();
    double n = both.size();
    double information = 0;
    for (String value : both.stream().map(Ride::company).distinct().toList()) {
      for (long label : both.stream().map(Ride::hour).distinct().toList()) {
        long count = both.stream().filter(r -> r.company.equals(value) && r.hour == label).count();
        long x = both.stream().filter(r -> r.company.equals(value)).count();
        long y = both.stream().filter(r -> r.hour == label).count();
        if (count > 0) {
          information += count / n * Math.log(count * n / x / y) / Math.log(2);
        }
        double lift = count * n / x / y;
        assertThat(company.lifts())
            .filteredOn(l -> l.value().equals(value) && l.label().equals("" + label))
            .singleElement()
            .satisfies(
                l -> {
                  assertThat(l.lift()).isCloseTo(lift, within(1e-9));
                  assertThat(List.of(l.count(), l.valueCount(), l.labelCount()))
                      .isEqualTo(List.of(count, x, y));
                });
      }
    }
    assertThat(company.count()).isEqualTo(both.size());
    assertThat(company.mutualInformation()).isCloseTo(information, within(1e-9));
    Association fare = found.cross().orElseThrow().association("fare").orElseThrow();
    assertThat(fare.mutualInformation()).isBetween(0.0, 0.1);
    assertThat(fare.adjustedMutualInformation()).isLessThan(fare.mutualInformation());
    assertThat(fare.lifts()).extracting(Lift::value).anyMatch(v -> v.startsWith("[0, "));
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
            rides,
            gen ->
                gen.with(new Initials(3), StatisticsOptionsTest.<String>accessor())
                    .withExamples(new Unpriced())
                    .slicedBy(Slicing.by(Column.number("hour"))));

    TreeMap<String, Long> counts = new TreeMap<>();
    rides.stream()
        .filter(ride -> ride.company != null)
        .forEach(ride -> counts.merge(ride.company.substring(1, 2), 1L, Long::sum));
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
                rides.stream().filter(r -> r.fare == null && r.miles == null).count()));
    SplitStatistics seven = found.slice(SliceKey.of("hour", "7")).orElseThrow();
    assertThat(seven.custom())
        .containsExactly(
            new CustomStatistic(
                "unpriced.examples",
                rides.stream()
                    .filter(r -> r.hour == 7 && r.fare == null && r.miles == null)
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
    DatasetStatistics whole = statistics("whole", rides, options);
    statistics("a", rides.subList(0, 2_500), options);
    statistics("b", rides.subList(2_500, 6_000), options);

    DatasetStatistics merged =
        StatisticsFile.merge(
            List.of(folder.resolve("a-statistics"), folder.resolve("b-statistics")),
            folder.resolve("merged"));

    assertSame(merged.find("train").orElseThrow(), whole.find("train").orElseThrow());
    assertThat(merged.weight()).contains("weight");
    assertThat(StatisticsFile.read(folder.resolve("merged"))).isEqualTo(merged);
    statistics("plain", rides.subList(0, 10), gen -> gen);
    assertThatThrownBy(
            () ->
                StatisticsFile.merge(
                    List.of(folder.resolve("a-statistics"), folder.resolve("plain-statistics")),
                    folder.resolve("no")))
        .hasMessage(
            "Cannot merge statistics that are weighted by 'weight', sliced by company, at most 200,"
                + " pairs of [], label 'company' with statistics that are plain. Compute them alike.");
  }

  @Test
  void aDamagedSketchIsRefused() throws IOException {
    statistics("e", rides(50, 9), gen -> gen);
    Path sketch = folder.resolve("e-statistics/statistics.sketch");
    byte[] bytes = Files.readAllBytes(sketch);
    bytes[bytes.length / 2] ^= 1;
    Files.write(sketch, bytes);

    assertThatThrownBy(
            () ->
                StatisticsFile.merge(List.of(folder.resolve("e-statistics")), folder.resolve("m")))
        .hasMessage(
            sketch
                + ": Cannot read the state of statistics: it is damaged, its checksum does not match."
                + " Compute the statistics again.");
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
