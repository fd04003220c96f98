package io.pergola.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class FeaturePlanTest {
  record Trip(Float fare, Float tips, String company, Integer startHour) {}

  /** Every expression once. */
  private static FeaturePlan plan() {
    Columns<Trip> trip = Columns.of();
    Numeric fare = trip.number(Trip::fare).orElse(0);
    Categorical hour = trip.number(Trip::startHour).identity(24);
    return Features.of()
        .dense(
            fare.zScore(),
            fare.minMax(-1, 1).as("fare_scaled"),
            fare.dividedBy(trip.number(Trip::tips).plus(1)).minus(0.1).as("ratio"))
        .categorical(
            trip.text(Trip::company).orElse("").vocabulary(1_000, 10, 2),
            hour.cross(trip.text(Trip::company)).hash(100),
            fare.bucketize(10).as("fare_bucket"))
        .label(trip.number(Trip::tips).greaterThan(fare.times(0.2)));
  }

  /** Every operation on numbers and truth values that came after the first golden file. */
  private static FeaturePlan numbers() {
    Columns<Trip> trip = Columns.of();
    Numeric fare = trip.number(Trip::fare);
    Numeric tips = trip.number(Trip::tips);
    return Features.of()
        .dense(
            fare.ln().plus(fare.log1p()).plus(fare.abs()).as("functions_1"),
            fare.sqrt().plus(fare.floor()).plus(fare.round()).as("functions_2"),
            fare.power(2).min(tips).max(fare.clip(-1, 100)).as("bounds"),
            Numeric.sum(fare, tips).as("total"),
            Numeric.when(fare.isMissing().or(tips.greaterThan(fare)))
                .then(tips)
                .otherwise(0)
                .as("chosen"))
        .label(trip.text(Trip::company).isMissing().and(fare.equalTo(tips).not()));
  }

  private static String golden() throws IOException {
    return golden("plan-1.json");
  }

  private static String golden(String name) throws IOException {
    try (InputStream in = FeaturePlanTest.class.getResourceAsStream("/golden/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void planIsWrittenAsTheGoldenFileHasIt() throws IOException {
    assertThat(plan().toJson()).isEqualTo(golden());
  }

  @Test
  void goldenFileIsReadAsThePlan() throws IOException {
    assertThat(FeaturePlan.fromJson(golden())).isEqualTo(plan());
  }

  @Test
  void operationsOnNumbersAreAsTheirGoldenFileHasThem() throws IOException {
    assertThat(numbers().toJson()).isEqualTo(golden("plan-1-numbers.json"));
    assertThat(FeaturePlan.fromJson(golden("plan-1-numbers.json"))).isEqualTo(numbers());
  }

  @Test
  void expressionsReadAsTheirAuthorWroteThem() {
    assertThat(numbers().dense().get("chosen").text())
        .isEqualTo("when(fare.isMissing().or(tips.greaterThan(fare))).then(tips).otherwise(0.0)");
    assertThat(numbers().dense().get("bounds").text())
        .isEqualTo("fare.power(2.0).min(tips).max(fare.clip(-1.0, 100.0))");
    assertThat(numbers().dense().get("total").text()).isEqualTo("sum(fare, tips)");
    assertThat(numbers().labels().get("company").text())
        .isEqualTo("company.isMissing().and(fare.equalTo(tips).not())");
  }

  @Test
  void floatsKeepTheirBits() {
    for (float value : new float[] {0.1f, -0f, 1e-45f, Float.MAX_VALUE, 16777216f, 0.2f}) {
      FeaturePlan plan =
          Features.of().dense(new Numeric("x", new Expr.Constant(value))).unlabelled();

      assertThat(FeaturePlan.fromJson(plan.toJson())).isEqualTo(plan);
    }
  }

  @Test
  void orderOfFeaturesDoesNotMatter() {
    Columns<Trip> trip = Columns.of();
    Numeric fare = trip.number(Trip::fare);
    Numeric tips = trip.number(Trip::tips);

    assertThat(Features.of().dense(fare, tips).unlabelled())
        .isEqualTo(Features.of().dense(tips).dense(fare).unlabelled());
  }

  @Test
  void accessorsAndNamedColumnsDescribeTheSameColumn() {
    assertThat(Columns.<Trip>of().number(Trip::startHour))
        .isEqualTo(Columns.<Trip>of().number(Column.number("start_hour")));
    assertThat(Columns.<Trip>of().text(Trip::company))
        .isEqualTo(Columns.<Trip>of().text(Column.text("company")));
  }

  @Test
  void crossIsNamedAfterItsParts() {
    Columns<Trip> trip = Columns.of();

    assertThat(trip.text(Trip::company).cross(trip.number(Trip::fare).bucketize(10)).hash(5).name())
        .isEqualTo("company_x_fare");
  }

  @Test
  void textInPlaceOfANumberIsRefusedWhenRead() {
    String wrong =
        """
        {"format": 1, "categorical": {}, "labels": {},
         "dense": {"x": {"op": "z_score", "of": {"op": "text", "column": "x"}}}}
        """;

    assertThatThrownBy(() -> FeaturePlan.fromJson(wrong))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Cannot read feature plan: ");
  }

  @Test
  void classNamesInAFileAreNeverFollowed() {
    String wrong =
        """
        {"format": 1, "categorical": {}, "labels": {},
         "dense": {"x": {"op": "java.lang.ProcessBuilder"}}}
        """;

    assertThatThrownBy(() -> FeaturePlan.fromJson(wrong))
        .hasMessageStartingWith("Cannot read feature plan: ");
  }

  @Test
  void impossibleValuesAreRefused() {
    Columns<Trip> trip = Columns.of();

    assertThatThrownBy(() -> trip.number(Trip::fare).bucketize(0))
        .hasMessage("Invalid number of buckets: 0 (must be above 0)");
    assertThatThrownBy(() -> trip.text(Trip::company).vocabulary(1, -1))
        .hasMessage("Invalid number of out-of-vocabulary buckets: -1 (must be 0 or above)");
    assertThatThrownBy(() -> trip.text(Trip::company).vocabulary(1, 0, 0))
        .hasMessage("Invalid minimum frequency: 0 (must be 1 or above)");
    assertThatThrownBy(() -> trip.number(Trip::fare).minMax(1, 1))
        .hasMessage("Invalid range of min-max: 1.0..1.0 (low must be below high)");
    assertThatThrownBy(() -> new Expr.Cross(List.of(new Expr.TextColumn("a"))))
        .hasMessage("Invalid parts of a cross: 1 (at least 2)");
    assertThatThrownBy(() -> new Expr.Sum(List.of()))
        .hasMessage("Invalid numbers to sum: none (at least 1)");
    assertThatThrownBy(
            () ->
                new Expr.IsMissing(trip.text(Trip::company).cross(trip.text(Trip::company)).expr()))
        .hasMessage(
            "Invalid operand of isMissing: (company x company) (a cross has no value of its own)");
    assertThatThrownBy(() -> Column.number(" "))
        .hasMessage("Invalid column name: '' (must not be blank)");
    assertThatThrownBy(() -> new Column<>("a", Integer.class))
        .hasMessage("Invalid type of column 'a': Integer (must be Double or String)");
  }
}
