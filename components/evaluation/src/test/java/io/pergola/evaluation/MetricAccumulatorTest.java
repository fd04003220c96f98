package io.pergola.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pergola.model.Task;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MetricAccumulatorTest {

  @Test
  void binaryMetricsFollowFromTheirDefinitions() {
    MetricAccumulator accumulator = new MetricAccumulator(Task.BINARY, 1, 100);
    float[] scores = {0.9f, 0.8f, 0.3f, 0.6f, 0.1f};
    float[] labels = {1, 1, 1, 0, 0};
    for (int i = 0; i < scores.length; i++) {
      accumulator.add(scores, i, labels[i]);
    }
    Map<Metric.Kind, Double> metrics = accumulator.metrics();

    assertThat(metrics.get(Metric.Kind.EXAMPLE_COUNT)).isEqualTo(5);
    assertThat(metrics.get(Metric.Kind.ACCURACY)).isEqualTo(3.0 / 5);
    assertThat(metrics.get(Metric.Kind.PRECISION)).isEqualTo(2.0 / 3);
    assertThat(metrics.get(Metric.Kind.RECALL)).isEqualTo(2.0 / 3);
    assertThat(metrics.get(Metric.Kind.F1)).isEqualTo(2.0 / 3);
    assertThat(metrics.get(Metric.Kind.AUC)).isCloseTo(5.0 / 6, within(1e-12));
    assertThat(metrics.get(Metric.Kind.LOG_LOSS))
        .isCloseTo(
            -(Math.log(0.9) + Math.log(0.8) + Math.log(0.3) + Math.log(0.4) + Math.log(0.9)) / 5,
            within(1e-6));
    assertThat(metrics.get(Metric.Kind.CALIBRATION)).isCloseTo(2.7 / 3, within(1e-6));
    assertThat(metrics.get(Metric.Kind.MAE)).isCloseTo(1.7 / 5, within(1e-6));
    assertThat(metrics.get(Metric.Kind.MSE))
        .isCloseTo((0.01 + 0.04 + 0.49 + 0.36 + 0.01) / 5, within(1e-6));
    assertThat(accumulator.confusion()).isEqualTo(List.of(List.of(1L, 1L), List.of(1L, 2L)));
  }

  @Test
  void predictionThatIsNotANumberLeavesNothingButTheCount() {
    for (Task task : Task.values()) {
      int classes = task == Task.MULTICLASS ? 2 : 1;
      MetricAccumulator accumulator = new MetricAccumulator(task, classes, 100);
      float[] values = {0.9f, 0.1f, 0.2f, Float.NaN};
      accumulator.add(values, 0, 1);
      accumulator.add(values, 4 - classes, 0);

      assertThat(accumulator.metrics())
          .as(task.name())
          .containsExactly(Map.entry(Metric.Kind.EXAMPLE_COUNT, 2.0));
    }
  }

  @Test
  void scoreOfExactlyOneHalfIsNegative() {
    MetricAccumulator accumulator = new MetricAccumulator(Task.BINARY, 1, 100);
    accumulator.add(new float[] {0.5f}, 0, 0);
    assertThat(accumulator.metrics()).containsEntry(Metric.Kind.ACCURACY, 1.0);
  }

  @Test
  void precisionIsAbsentWhereNothingIsPredictedPositive() {
    MetricAccumulator accumulator = new MetricAccumulator(Task.BINARY, 1, 100);
    accumulator.add(new float[] {0.2f}, 0, 1);
    assertThat(accumulator.metrics())
        .doesNotContainKeys(Metric.Kind.PRECISION, Metric.Kind.AUC)
        .containsEntry(Metric.Kind.RECALL, 0.0);
  }

  @Test
  void regressionHasErrorsAndNoClasses() {
    MetricAccumulator accumulator = new MetricAccumulator(Task.REGRESSION, 1, 100);
    accumulator.add(new float[] {3}, 0, 1);
    accumulator.add(new float[] {5}, 0, 6);
    assertThat(accumulator.metrics())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                Metric.Kind.EXAMPLE_COUNT,
                2.0,
                Metric.Kind.CALIBRATION,
                8.0 / 7,
                Metric.Kind.MAE,
                1.5,
                Metric.Kind.MSE,
                2.5,
                Metric.Kind.RMSE,
                Math.sqrt(2.5),
                Metric.Kind.R2,
                1 - 5 / 12.5));
    assertThat(accumulator.confusion()).isEmpty();
  }

  @Test
  void theShareOfVarianceIsTheSameHoweverExamplesAreMerged() throws IOException {
    float[] labels = {1_000_001, 1_000_002, 1_000_004, 1_000_009, 1_000_005};
    float[] predictions = {1_000_002, 1_000_002, 1_000_003, 1_000_007, 1_000_005};
    // The mean is 1,000,004.2: squares of -3.2, -2.2, -0.2, 4.8 and 0.8; errors 1, 0, 1, 2 and 0.
    double expected = 1 - 6 / (10.24 + 4.84 + 0.04 + 23.04 + 0.64);
    for (int split = 0; split <= labels.length; split++) {
      MetricAccumulator left = new MetricAccumulator(Task.REGRESSION, 1, 100);
      MetricAccumulator right = new MetricAccumulator(Task.REGRESSION, 1, 100);
      for (int i = 0; i < labels.length; i++) {
        (i < split ? left : right).add(predictions, i, labels[i]);
      }
      left.merge(copy(right));
      assertThat(left.metrics().get(Metric.Kind.R2)).isCloseTo(expected, within(1e-9));
    }
  }

  @Test
  void labelsThatAreAllTheSameLeaveNoVarianceToExplain() {
    MetricAccumulator accumulator = new MetricAccumulator(Task.REGRESSION, 1, 100);
    accumulator.add(new float[] {2}, 0, 1);
    accumulator.add(new float[] {1}, 0, 1);
    assertThat(accumulator.metrics()).doesNotContainKey(Metric.Kind.R2);
  }

  @Test
  void moreThan64ClassesHaveNoConfusionMatrix() {
    MetricAccumulator most = new MetricAccumulator(Task.MULTICLASS, 64, 100);
    most.add(new float[64], 0, 63);
    MetricAccumulator more = new MetricAccumulator(Task.MULTICLASS, 65, 100);
    more.add(new float[65], 0, 63);
    assertThat(most.confusion().get(63).get(0)).isEqualTo(1);
    assertThat(more.confusion()).isEmpty();
  }

  private static MetricAccumulator copy(MetricAccumulator accumulator) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    accumulator.write(new DataOutputStream(bytes));
    return MetricAccumulator.read(
        new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
  }

  @Test
  void severalClassesAreAveraged() throws IOException {
    MetricAccumulator accumulator = new MetricAccumulator(Task.MULTICLASS, 3, 100);
    float[] values = {0.7f, 0.2f, 0.1f, 0.1f, 0.6f, 0.3f, 0.5f, 0.4f, 0.1f};
    accumulator.add(values, 0, 0);
    accumulator.add(values, 3, 1);
    MetricAccumulator last = new MetricAccumulator(Task.MULTICLASS, 3, 100);
    last.add(values, 6, 1);
    accumulator.merge(copy(last));
    Map<Metric.Kind, Double> metrics = accumulator.metrics();

    // Class 0: precision 1/2, recall 1. Class 1: precision 1, recall 1/2. Class 2 does not occur.
    assertThat(metrics.get(Metric.Kind.ACCURACY)).isEqualTo(2.0 / 3);
    assertThat(metrics.get(Metric.Kind.PRECISION)).isEqualTo(0.75);
    assertThat(metrics.get(Metric.Kind.RECALL)).isEqualTo(0.75);
    assertThat(metrics.get(Metric.Kind.F1)).isCloseTo(2.0 / 3, within(1e-12));
    assertThat(metrics.get(Metric.Kind.LOG_LOSS))
        .isCloseTo(-(Math.log(0.7) + Math.log(0.6) + Math.log(0.4)) / 3, within(1e-6));
    assertThat(metrics).doesNotContainKey(Metric.Kind.AUC);
    assertThat(accumulator.confusion())
        .isEqualTo(List.of(List.of(1L, 0L, 0L), List.of(1L, 1L, 0L), List.of(0L, 0L, 0L)));
  }
}
