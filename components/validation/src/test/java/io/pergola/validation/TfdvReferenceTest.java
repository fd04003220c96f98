package io.pergola.validation;

import static io.pergola.validation.TestStatistics.all;
import static io.pergola.validation.TestStatistics.number;
import static io.pergola.validation.TestStatistics.text;
import static io.pergola.validation.TestStatistics.train;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pergola.beam.ColumnType;
import io.pergola.validation.Histogram.Bucket;
import io.pergola.validation.internal.Validation;
import io.pergola.validation.internal.ValidationContext;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Distances against the inputs and numbers of TensorFlow Data Validation's metrics_test.cc. */
class TfdvReferenceTest {
  record Distance(
      String name, FeatureComparator limit, FeatureStatistics a, FeatureStatistics b, double is) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static FeatureStatistics words(ValueCount... counts) {
    return text("x", all(10), counts);
  }

  private static ValueCount count(String value, long count) {
    return new ValueCount(value, count);
  }

  private static FeatureStatistics numbers(long nans, Bucket... buckets) {
    double values = Stream.of(buckets).mapToDouble(Bucket::count).sum();
    return number("x", ColumnType.FLOAT, all((long) values + nans), nans, 0, 2, buckets);
  }

  static Stream<Distance> lInfinity() {
    FeatureComparator limit = FeatureComparator.infinityNorm(0);
    FeatureStatistics bc = words(count("b", 9), count("c", 1));
    FeatureStatistics ab = words(count("a", 3), count("b", 7));
    return Stream.of(
        new Distance(
            "Normal distribution.",
            limit,
            words(count("hello", 1), count("world", 9)),
            words(count("hello", 3), count("world", 7)),
            0.2),
        new Distance("Missing value in both.", limit, bc, ab, 0.3),
        new Distance("Missing value in both, flipped.", limit, ab, bc, 0.3));
  }

  static Stream<Distance> jensenShannon() {
    FeatureComparator limit = FeatureComparator.jensenShannon(0);
    FeatureStatistics low = numbers(0, new Bucket(1, 2, 2), new Bucket(2, 3, 2));
    FeatureStatistics high = numbers(0, new Bucket(2, 4, 2), new Bucket(4, 6, 2));
    FeatureStatistics one = numbers(0, new Bucket(1, 1, 4));
    FeatureStatistics withNaN = numbers(1, new Bucket(1, 2, 3));
    return Stream.of(
        new Distance("SameStatistics", limit, withNaN, withNaN, 0),
        new Distance("DifferentBucketBoundaries", limit, low, high, 0.65563906222),
        new Distance(
            "NoOverlap",
            limit,
            numbers(0, new Bucket(0, 1, 2), new Bucket(1, 2, 2)),
            numbers(0, new Bucket(3, 4, 2), new Bucket(4, 6, 2)),
            1),
        new Distance("OneHasAllValuesInOneBucket", limit, one, high, 1),
        new Distance(
            "BothHaveAllValuesInOneBucket", limit, one, numbers(0, new Bucket(2, 2, 4)), 1),
        new Distance(
            "OneHasOneBucketTheOtherHasMany",
            limit,
            numbers(0, new Bucket(10, 10, 21)),
            numbers(0, new Bucket(0, 4, 150), new Bucket(4, 12, 200), new Bucket(12, 20, 20)),
            1),
        new Distance("WithNaNs", limit, withNaN, numbers(0, new Bucket(1, 2, 4)), 0.13792538096));
  }

  @ParameterizedTest
  @MethodSource({"lInfinity", "jensenShannon"})
  void distanceIsThatOfTfdv(Distance each) {
    DataSchema schema =
        new DataSchema(
            List.of(FeatureSchema.of("x", FeatureType.of(each.a().type())).drift(each.limit())));

    DataAnomalies found =
        Validation.validate(
            train(10, each.b()),
            schema,
            new ValidationContext(
                Optional.empty(),
                Optional.of(train(10, each.a())),
                Optional.empty(),
                Optional.empty()));

    assertThat(found.measurements()).hasSize(1);
    assertThat(found.measurements().get(0).value()).isCloseTo(each.is(), within(1e-10));
  }
}
