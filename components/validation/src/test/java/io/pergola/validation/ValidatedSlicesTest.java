package io.pergola.validation;

import static io.pergola.validation.TestStatistics.common;
import static io.pergola.validation.TestStatistics.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.pergola.validation.DistanceMeasurement.Against;
import io.pergola.validation.DistanceMeasurement.Measure;
import io.pergola.validation.ExampleValidator.Slices;
import io.pergola.validation.FeatureSchema.Presence;
import io.pergola.validation.internal.Validation;
import io.pergola.validation.internal.ValidationContext;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ValidatedSlicesTest {
  private static final SliceKey BLUE = SliceKey.of("company", "Blue");

  @TempDir Path folder;

  /** 100 examples of which 90 have x, and 20 of them, of which so many do. */
  private static DatasetStatistics statistics(long presentInSlice, long a, long b) {
    SplitStatistics slice =
        new SplitStatistics(
            "train",
            20,
            List.of(
                text(
                    "x",
                    common(presentInSlice, 20 - presentInSlice, 1, 1, presentInSlice),
                    new ValueCount("a", a),
                    new ValueCount("b", b))));
    SplitStatistics whole =
        new SplitStatistics(
            "train",
            100,
            List.of(
                text(
                    "x",
                    common(90, 10, 1, 1, 90),
                    new ValueCount("a", 45),
                    new ValueCount("b", 45))));
    return new DatasetStatistics(List.of(whole.slices(List.of(new SliceStatistics(BLUE, slice)))));
  }

  private static ValidationContext context(Optional<DatasetStatistics> previous, Slices slices) {
    return new ValidationContext(
        Optional.empty(), previous, Optional.empty(), Optional.empty(), slices);
  }

  @Test
  void whatBreaksTheSchemaInASliceOnlyIsAnAnomalyOfTheSlice() {
    DataSchema schema =
        new DataSchema(
            List.of(FeatureSchema.of("x", FeatureType.TEXT).presence(new Presence(0.8, 50))));
    DatasetStatistics statistics = statistics(10, 5, 5);

    DataAnomalies found =
        Validation.validate(statistics, schema, context(Optional.empty(), Slices.VALIDATED));

    assertThat(Validation.validate(statistics, schema).anomalies()).isEmpty();
    assertThat(found.anomalies()).hasSize(1);
    Anomaly only = found.anomalies().get(0);
    assertThat(only.slice()).contains(BLUE);
    assertThat(only.type()).isEqualTo(AnomalyType.FEATURE_TYPE_LOW_FRACTION_PRESENT);
    assertThat(only.description())
        .isEqualTo(
            "Feature 'x' of split 'train', slice 'company=Blue': 10 of 20 examples lack it, so that"
                + " 50% have it; the schema expects at least 80%.");
    DataSchema accepting = found.accepting(schema);
    assertThat(
            Validation.validate(statistics, accepting, context(Optional.empty(), Slices.VALIDATED))
                .anomalies())
        .isEmpty();
    AnomaliesFile.write(found, folder);
    assertThat(AnomaliesFile.read(folder)).isEqualTo(found);
  }

  @Test
  void driftOfASliceIsMeasuredFromTheSameSlice() {
    DataSchema schema =
        new DataSchema(
            List.of(
                FeatureSchema.of("x", FeatureType.TEXT)
                    .drift(FeatureComparator.infinityNorm(0.1))));

    DataAnomalies found =
        Validation.validate(
            statistics(20, 15, 5),
            schema,
            context(Optional.of(statistics(20, 10, 10)), Slices.VALIDATED));

    assertThat(found.measurements())
        .containsExactly(
            new DistanceMeasurement(
                "train", "x", Against.PREVIOUS_SPAN, Measure.L_INFINITY, 0, 0.1),
            new DistanceMeasurement(
                "train",
                Optional.of(BLUE),
                "x",
                Against.PREVIOUS_SPAN,
                Measure.L_INFINITY,
                0.25,
                0.1));
    assertThat(found.anomalies())
        .extracting(Anomaly::type)
        .containsExactly(AnomalyType.COMPARATOR_L_INFTY_HIGH);
    AnomaliesFile.write(found, folder);
    assertThat(AnomaliesFile.read(folder)).isEqualTo(found);
  }

  @Test
  void numbersOfExamplesAndOfDistinctValuesAreOfSplits() {
    DataSchema schema =
        new DataSchema(
                List.of(
                    FeatureSchema.of("x", FeatureType.TEXT)
                        .presence(new Presence(0, 50))
                        .minDomainMass(OptionalDouble.empty())
                        .unique(Optional.of(new UniqueConstraints(2, 2)))))
            .dataset(
                new DatasetConstraints(
                    OptionalLong.of(50),
                    OptionalLong.empty(),
                    DatasetConstraints.NumericValueComparator.NONE,
                    DatasetConstraints.NumericValueComparator.NONE));

    assertThat(
            Validation.validate(
                    statistics(20, 20, 0), schema, context(Optional.empty(), Slices.VALIDATED))
                .anomalies())
        .isEmpty();
  }

  @Test
  void theComponentValidatesSlicesWhereItIsAskedTo() {
    ExampleValidator plain =
        ExampleValidator.of(
            TestExamples.channel("statistics", io.pergola.artifact.Statistics.class),
            TestExamples.channel("schema", io.pergola.artifact.Schema.class));

    assertThat(plain.slices()).isEqualTo(Slices.IGNORED);
    assertThat(plain.everySlice().environment("SERVING").slices()).isEqualTo(Slices.VALIDATED);
  }
}
