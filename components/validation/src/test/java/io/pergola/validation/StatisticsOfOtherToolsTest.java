package io.pergola.validation;

import static org.assertj.core.api.Assertions.assertThat;

import io.pergola.beam.ColumnType;
import io.pergola.validation.Domain.IntRange;
import io.pergola.validation.Domain.IntRange.Meaning;
import io.pergola.validation.FeatureStatistics.NumericFeature;
import io.pergola.validation.internal.Validation;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StatisticsOfOtherToolsTest {
  @Test
  void distinctNumbersThatWereNotCountedAreNotTooFew() {
    FeatureSchema schema =
        FeatureSchema.of("zone", FeatureType.INT)
            .domain(new IntRange(0, 9, Meaning.CATEGORICAL))
            .unique(Optional.of(new UniqueConstraints(1, 9)));
    NumericFeature notCounted =
        new NumericFeature(
            "zone",
            ColumnType.INT,
            TestStatistics.all(100),
            2,
            1,
            0,
            0,
            0,
            1,
            2,
            3,
            0,
            Double.POSITIVE_INFINITY,
            Histogram.EMPTY,
            Histogram.EMPTY,
            0.01);

    List<Anomaly> anomalies =
        Validation.validate(TestStatistics.train(100, notCounted), new DataSchema(List.of(schema)))
            .anomalies();

    assertThat(anomalies)
        .singleElement()
        .satisfies(
            anomaly -> {
              assertThat(anomaly.type()).isEqualTo(AnomalyType.STATS_NOT_AVAILABLE);
              assertThat(anomaly.severity()).isEqualTo(Severity.WARNING);
            });
  }
}
