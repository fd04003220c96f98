package io.pergola.validation;

import static io.pergola.validation.TestStatistics.all;
import static io.pergola.validation.TestStatistics.number;
import static io.pergola.validation.TestStatistics.text;
import static io.pergola.validation.TestStatistics.train;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pergola.beam.ColumnType;
import io.pergola.validation.DatasetConstraints.NumericValueComparator;
import io.pergola.validation.DistanceMeasurement.Against;
import io.pergola.validation.DistanceMeasurement.Measure;
import io.pergola.validation.Domain.FloatRange;
import io.pergola.validation.Domain.FloatRange.Special;
import io.pergola.validation.Domain.IntRange;
import io.pergola.validation.Domain.Struct;
import io.pergola.validation.FeatureComparator.HistogramSelection;
import io.pergola.validation.FeatureSchema.Presence;
import io.pergola.validation.Histogram.Bucket;
import io.pergola.validation.internal.Validation;
import io.pergola.validation.internal.ValidationContext;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ValidationRulesTest {
  private static final FeatureSchema WORD = FeatureSchema.of("x", FeatureType.TEXT);
  private static final FeatureSchema REAL = FeatureSchema.of("x", FeatureType.FLOAT);
  private static final CommonStatistics ALL = all(100);

  private static ValidationContext since(DatasetStatistics previous) {
    return new ValidationContext(
        Optional.empty(), Optional.of(previous), Optional.empty(), Optional.empty());
  }

  private static ValueCount count(String value, long count) {
    return new ValueCount(value, count);
  }

  @Test
  void nothingAtTheLimitIsAnAnomaly() {
    FeatureStatistics before = text("x", ALL, count("a", 60), count("b", 40));
    FeatureStatistics after = text("x", ALL, count("a", 35), count("b", 65));
    DataSchema schema =
        new DataSchema(List.of(WORD.drift(FeatureComparator.infinityNorm(0.25))))
            .dataset(
                new DatasetConstraints(
                    OptionalLong.of(100),
                    OptionalLong.of(100),
                    NumericValueComparator.of(1, 1),
                    NumericValueComparator.NONE));

    DataAnomalies found = Validation.validate(train(100, after), schema, since(train(100, before)));

    assertThat(found.anomalies()).isEmpty();
    assertThat(found.measurements())
        .containsExactly(
            new DistanceMeasurement(
                "train", "x", Against.PREVIOUS_SPAN, Measure.L_INFINITY, 0.25, 0.25));
  }

  @Test
  void skewIsMeasuredFromTheOnlySplitOfServingData() {
    DatasetStatistics serving =
        new DatasetStatistics(
            List.of(new SplitStatistics("all", 10, List.of(text("x", all(10), count("b", 10))))));
    ValidationContext context =
        new ValidationContext(
            Optional.empty(), Optional.empty(), Optional.of(serving), Optional.empty());
    DataSchema schema = new DataSchema(List.of(WORD.skew(FeatureComparator.jensenShannon(0.5))));

    DataAnomalies found =
        Validation.validate(train(100, text("x", ALL, count("a", 100))), schema, context);

    assertThat(found.anomalies())
        .extracting(Anomaly::description)
        .containsExactly(
            "Feature 'x' of split 'train': The Jensen-Shannon divergence to serving data is 1,"
                + " above the limit 0.5.");
    assertThat(Validation.validate(train(100), schema, context).measurements()).isEmpty();
  }

  @Test
  void divergenceOfQuantilesIsTakenWhereTheSchemaSaysSo() {
    FeatureStatistics before = number("x", ColumnType.FLOAT, all(4), new Bucket(0, 2, 4));
    FeatureStatistics after = number("x", ColumnType.FLOAT, all(4), new Bucket(1, 3, 4));
    FeatureComparator limits = FeatureComparator.jensenShannon(1);
    for (HistogramSelection which : HistogramSelection.values()) {
      DataSchema schema = new DataSchema(List.of(REAL.drift(limits.of(which))));
      assertThat(
              Validation.validate(train(4, after), schema, since(train(4, before)))
                  .measurements()
                  .get(0)
                  .value())
          .isEqualTo(0.5, within(1e-12));
    }
  }

  @Test
  void onlySomeStagesAreValidated() {
    DatasetStatistics empty = train(100);
    for (LifecycleStage stage : LifecycleStage.values()) {
      boolean validated =
          Set.of(
                  LifecycleStage.UNKNOWN_STAGE,
                  LifecycleStage.BETA,
                  LifecycleStage.PRODUCTION,
                  LifecycleStage.VALIDATION_DERIVED)
              .contains(stage);
      DataSchema schema = new DataSchema(List.of(WORD.stage(stage)));
      assertThat(Validation.validate(empty, schema).anomalies()).hasSize(validated ? 1 : 0);
      assertThat(
              Validation.validate(train(100, text("x", ALL, count("a", 100))), schema).anomalies())
          .isEmpty();
    }
  }

  @Test
  void aLabelIsExpectedInTrainingOnly() {
    DataSchema schema =
        new DataSchema(List.of(WORD.environments(new Environments(List.of(), List.of("SERVING")))))
            .defaultEnvironments("TRAINING", "SERVING");
    DatasetStatistics without = train(100);
    DatasetStatistics with = train(100, text("x", ALL, count("a", 100)));

    assertThat(types(without, schema, "TRAINING"))
        .containsExactly(AnomalyType.SCHEMA_MISSING_COLUMN);
    assertThat(types(without, schema, "SERVING")).isEmpty();
    assertThat(types(with, schema, "TRAINING")).isEmpty();
    assertThat(types(with, schema, "SERVING")).containsExactly(AnomalyType.SCHEMA_NEW_COLUMN);
    DataSchema accepting = Validation.validate(with, schema, in("SERVING")).accepting(schema);
    assertThat(types(with, accepting, "SERVING")).isEmpty();
    assertThat(accepting.features().get(0).environments()).isEqualTo(Environments.DEFAULT);
    assertThat(Validation.validate(without, schema).anomalies()).hasSize(1);
  }

  private static ValidationContext in(String environment) {
    return new ValidationContext(
        Optional.of(environment), Optional.empty(), Optional.empty(), Optional.empty());
  }

  private static List<AnomalyType> types(
      DatasetStatistics statistics, DataSchema schema, String environment) {
    return Validation.validate(statistics, schema, in(environment)).anomalies().stream()
        .map(Anomaly::type)
        .toList();
  }

  @Test
  void severitiesOfAFeatureWinOverThoseOfTheSchema() {
    Map<AnomalyType, Severity> warn = Map.of(AnomalyType.SCHEMA_MISSING_COLUMN, Severity.WARNING);
    Map<AnomalyType, Severity> fail = Map.of(AnomalyType.SCHEMA_MISSING_COLUMN, Severity.ERROR);
    DataSchema schema = new DataSchema(List.of(WORD)).severities(warn);
    assertThat(Validation.validate(train(1), schema).of(Severity.WARNING)).hasSize(1);
    assertThat(Validation.validate(train(1), schema.with(WORD.severities(fail))).of(Severity.ERROR))
        .hasSize(1);
  }

  @Test
  void featuresOfAStructAreColumnsWithPaths() {
    DataSchema schema =
        new DataSchema(
            List.of(
                FeatureSchema.of("trip", FeatureType.STRUCT)
                    .domain(
                        new Struct(
                            List.of(
                                FeatureSchema.of("x", FeatureType.INT)
                                    .domain(new IntRange(0, 5)))))));
    DatasetStatistics statistics =
        train(100, number("trip.x", ColumnType.INT, ALL, new Bucket(0, 9, 100)));

    DataAnomalies found = Validation.validate(statistics, schema);

    assertThat(found.anomalies())
        .extracting(Anomaly::description)
        .containsExactly(
            "Feature 'trip.x' of split 'train': The greatest value is 9; the schema expects at"
                + " most 5.");
    DataSchema accepting = found.accepting(schema);
    assertThat(accepting.find("trip.x").orElseThrow().domain()).contains(new IntRange(0, 9));
    assertThat(accepting.features()).hasSize(1);
    assertThat(Validation.validate(statistics, accepting).anomalies()).isEmpty();
    assertThat(Validation.validate(train(100), schema).anomalies())
        .extracting(Anomaly::type)
        .containsExactly(AnomalyType.SCHEMA_MISSING_COLUMN);
  }

  @Test
  void floatsBeyondTheRangeAreFoundInfiniteOrNot() {
    DataSchema schema =
        new DataSchema(
            List.of(REAL.domain(new FloatRange(0, 10, Special.ALLOWED, Special.ALLOWED))));
    DatasetStatistics statistics =
        train(100, number("x", ColumnType.FLOAT, ALL, 0, 1, 3, new Bucket(0, 9, 100)));

    DataAnomalies found = Validation.validate(statistics, schema);

    assertThat(found.anomalies())
        .extracting(Anomaly::type)
        .containsExactly(AnomalyType.FLOAT_TYPE_BIG_FLOAT);
    assertThat(Validation.validate(statistics, found.accepting(schema)).anomalies()).isEmpty();
  }

  @Test
  void weightsCountWhereBothSidesHaveThem() {
    CommonStatistics weighed =
        new CommonStatistics(
            90,
            10,
            1,
            1,
            1,
            90,
            Histogram.EMPTY,
            Optional.of(new CommonStatistics.Weighted(150, 50, 1, 150)),
            Optional.empty(),
            List.of());
    FeatureStatistics before = weigh(text("x", weighed, count("a", 45), count("b", 45)), 75, 75);
    FeatureStatistics after = weigh(text("x", weighed, count("a", 45), count("b", 45)), 120, 30);
    DataSchema schema =
        new DataSchema(
            List.of(
                WORD.presence(new Presence(0.8, 1)).drift(FeatureComparator.infinityNorm(0.25))));

    DataAnomalies found = Validation.validate(train(100, after), schema, since(train(100, before)));

    assertThat(found.anomalies())
        .extracting(Anomaly::description)
        .containsExactly(
            "Feature 'x' of split 'train': 10 of 100 examples lack it, so that 75% have it by"
                + " weight; the schema expects at least 80%.",
            "Feature 'x' of split 'train': The L-infinity distance to the previous span is 0.3,"
                + " above the limit 0.25; 'a' has changed most, from 50% to 80%.");
    assertThat(
            Validation.validate(train(100, after), schema, since(train(100, text("x", weighed))))
                .measurements()
                .get(0)
                .value())
        .isEqualTo(0.5);
  }

  private static FeatureStatistics weigh(
      FeatureStatistics.TextFeature feature, double a, double b) {
    List<WeightedCount> ranks = List.of(new WeightedCount("a", a), new WeightedCount("b", b));
    return new FeatureStatistics.TextFeature(
        feature.name(),
        feature.common(),
        feature.unique(),
        0,
        1,
        1,
        1,
        0,
        feature.top(),
        feature.ranks(),
        0,
        Optional.of(new FeatureStatistics.WeightedText(ranks, ranks, 0)));
  }
}
