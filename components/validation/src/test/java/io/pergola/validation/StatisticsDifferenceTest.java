package io.pergola.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pergola.beam.ColumnType;
import io.pergola.validation.FeatureStatistics.NumericFeature;
import io.pergola.validation.FeatureStatistics.TextFeature;
import io.pergola.validation.Histogram.Bucket;
import io.pergola.validation.StatisticsDifference.Measure;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatisticsDifferenceTest {
  private static CommonStatistics common(long values) {
    return new CommonStatistics(values, 0, 1, 1, 1, values, Histogram.EMPTY);
  }

  private static NumericFeature number(String name, long nans, Bucket... buckets) {
    long values = nans + (long) List.of(buckets).stream().mapToDouble(Bucket::count).sum();
    return new NumericFeature(
        name,
        ColumnType.FLOAT,
        common(values),
        0,
        0,
        0,
        nans,
        0,
        0,
        0,
        0,
        1,
        0,
        Histogram.EMPTY,
        new Histogram(List.of(buckets)),
        0);
  }

  private static TextFeature text(String name, long values, ValueCount... top) {
    return new TextFeature(
        name, common(values), top.length, 0, 1, 1, 1, 0, List.of(top), List.of(top), 0);
  }

  private static DatasetStatistics train(FeatureStatistics... features) {
    return new DatasetStatistics(List.of(new SplitStatistics("train", 100, List.of(features))));
  }

  private static double distance(FeatureStatistics before, FeatureStatistics after) {
    return StatisticsDifference.between(train(before), train(after)).features().get(0).distance();
  }

  @Test
  void equalStatisticsAreNotApart() {
    FeatureStatistics fare = number("fare", 3, new Bucket(0, 5, 40), new Bucket(5, 10, 60));
    FeatureStatistics company = text("company", 10, new ValueCount("a", 7));

    assertThat(distance(fare, fare)).isZero();
    assertThat(distance(company, company)).isZero();
  }

  @Test
  void disjointNumbersAreOneApart() {
    assertThat(distance(number("x", 0, new Bucket(0, 1, 10)), number("x", 0, new Bucket(2, 3, 10))))
        .isEqualTo(1);
  }

  @Test
  void divergenceOfTwoOverlappingRangesFollowsTheFormula() {
    // p is 1/2, 1/2, 0 and q is 0, 1/2, 1/2 over [0,1), [1,2), [2,3]: half of both is shared.
    assertThat(distance(number("x", 0, new Bucket(0, 2, 10)), number("x", 0, new Bucket(1, 3, 40))))
        .isEqualTo(0.5, within(1e-12));
  }

  @Test
  void aSingleValueIsABucketOfItsOwn() {
    FeatureStatistics zeros =
        number("x", 0, new Bucket(0, 0, 1), new Bucket(0, 1, 1), new Bucket(1, 2, 2));

    // Over [0,1), [1,2], {0}: p = 1/4, 1/2, 1/4 and q = 0, 0, 1.
    double m = (0.25 + 1) / 2;
    double expected =
        0.5 * (0.25 * log2(2) + 0.5 * log2(2) + 0.25 * log2(0.25 / m)) + 0.5 * log2(1 / m);
    assertThat(distance(zeros, number("x", 0, new Bucket(0, 0, 9))))
        .isEqualTo(expected, within(1e-12));
  }

  @Test
  void differentConstantsAreOneApartAndEqualOnesAreNot() {
    assertThat(distance(number("x", 0, new Bucket(1, 1, 5)), number("x", 0, new Bucket(2, 2, 5))))
        .isEqualTo(1);
    assertThat(distance(number("x", 0, new Bucket(1, 1, 5)), number("x", 0, new Bucket(1, 1, 50))))
        .isZero();
  }

  @Test
  void nansAreMassOfTheirOwn() {
    // p = 1, 0 and q = 1/2, 1/2 over the bucket and NaN.
    double expected = 0.5 * log2(1 / 0.75) + 0.5 * (0.5 * log2(0.5 / 0.75) + 0.5 * log2(2));
    assertThat(
            distance(number("x", 0, new Bucket(0, 1, 10)), number("x", 10, new Bucket(0, 1, 10))))
        .isEqualTo(expected, within(1e-12));
  }

  @Test
  void infinityIsMassOfItsOwn() {
    // p = 1, 0 and q = 1/2, 1/2 over the finite bucket and infinity.
    double expected = 0.5 * log2(1 / 0.75) + 0.5 * (0.5 * log2(0.5 / 0.75) + 0.5 * log2(2));
    double infinity = Double.POSITIVE_INFINITY;
    assertThat(
            distance(
                number("x", 0, new Bucket(0, 1, 10)),
                number("x", 0, new Bucket(0, 1, 5), new Bucket(1, infinity, 5))))
        .isEqualTo(expected, within(1e-12));
    FeatureStatistics infinite = number("x", 0, new Bucket(infinity, infinity, 5));
    assertThat(distance(infinite, infinite)).isZero();
  }

  @Test
  void textIsAsFarApartAsItsMostChangedShare() {
    assertThat(
            distance(
                text("x", 10, new ValueCount("a", 6), new ValueCount("b", 4)),
                text("x", 100, new ValueCount("a", 50), new ValueCount("c", 50))))
        .isEqualTo(0.5, within(1e-12));
  }

  @Test
  void changedTypeAndLostFeatureComeFirst() {
    StatisticsDifference difference =
        StatisticsDifference.between(
            train(number("fare", 0, new Bucket(0, 1, 4)), text("company", 1), text("gone", 1)),
            train(number("fare", 0, new Bucket(0, 1, 4)), number("company", 0)));

    assertThat(difference.features())
        .extracting(StatisticsDifference.Feature::name)
        .containsExactly("company", "gone", "fare");
    assertThat(difference.features().get(0).measure()).isEqualTo(Measure.NONE);
    assertThat(difference.features().get(1).after()).isEmpty();
  }

  @Test
  void noValuesOnEitherSideIsNoDifference() {
    assertThat(distance(number("x", 0), number("x", 0))).isZero();
    assertThat(distance(number("x", 0), number("x", 0, new Bucket(0, 1, 1)))).isEqualTo(1);
  }

  private static double log2(double x) {
    return Math.log(x) / Math.log(2);
  }
}
