package io.pergola.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pergola.model.Task;
import io.pergola.validation.SliceKey;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JudgeTest {
  private static final SliceKey NOON = SliceKey.of("trip_start_hour", "12");

  @Test
  void modelThatMeetsEveryThresholdIsBlessed() {
    assertThat(
            verdict(result(0.8, 0.3), Metric.accuracy().atLeast(0.8), Metric.logLoss().atMost(0.3)))
        .isEqualTo(new Verdict.Blessed(List.of()));
  }

  @Test
  void everyThresholdThatIsNotMetIsNamedWithItsNumbers() {
    Verdict verdict =
        verdict(result(0.58123, 0.3), Metric.accuracy().atLeast(0.6), Metric.logLoss().atMost(0.2));
    assertThat(((Verdict.NotBlessed) verdict).failures())
        .extracting(Verdict.Failure::sentence)
        .containsExactly(
            "accuracy is 0.5812 on overall (n = 1,000); required: accuracy at least 0.6",
            "log_loss is 0.3000 on overall (n = 1,000); required: log_loss at most 0.2");
  }

  @Test
  void changeThresholdsAreSkippedWithoutBaseline() {
    assertThat(verdict(result(0.8, 0.3), Metric.accuracy().noWorseThanBaseline()))
        .isEqualTo(
            new Verdict.Blessed(
                List.of(
                    "accuracy no worse than the baseline's: there is no baseline to compare with")));
  }

  @Test
  void changeThresholdsKnowWhichDirectionIsBetter() {
    EvaluationResult result = compared(0.80, 0.31, 0.79, 0.30);
    assertThat(verdict(result, Metric.accuracy().noWorseThanBaseline()).isBlessed()).isTrue();
    assertThat(verdict(result, Metric.logLoss().noWorseThanBaseline()).isBlessed()).isFalse();
    assertThat(verdict(result, Metric.logLoss().noWorseThanBaselineBy(0.02)).isBlessed()).isTrue();
    assertThat(verdict(result, Metric.logLoss().noWorseThanBaselineByFraction(0.02)).isBlessed())
        .isFalse();
    assertThat(verdict(result, Metric.accuracy().betterThanBaselineBy(0.02)).isBlessed()).isFalse();
  }

  @Test
  void lossOfExactlyWhatIsAllowedIsAllowed() {
    EvaluationResult result = compared(0.88, 0.3, 0.89, 0.3);
    assertThat(verdict(result, Metric.accuracy().noWorseThanBaselineBy(0.01)).isBlessed()).isTrue();
    assertThat(verdict(result, Metric.accuracy().noWorseThanBaselineBy(0.0099)).isBlessed())
        .isFalse();
    assertThatThrownBy(() -> Metric.accuracy().noWorseThanBaselineBy(-0.01))
        .hasMessageContaining("betterThanBaselineBy(0.01)");
  }

  @Test
  void thresholdOnMissingSliceFailsUnlessOptional() {
    Threshold atNoon = Metric.accuracy().atLeast(0.5).on(NOON);
    assertThat(((Verdict.NotBlessed) verdict(result(0.8, 0.3), atNoon)).failures())
        .extracting(Verdict.Failure::sentence)
        .containsExactly(
            "accuracy is undefined on trip_start_hour=12 (n = 0); required: accuracy at least 0.5"
                + " on trip_start_hour=12");
    assertThat(verdict(result(0.8, 0.3), atNoon.ifPresent()))
        .isEqualTo(
            new Verdict.Blessed(
                List.of(
                    "accuracy at least 0.5 on trip_start_hour=12: no example falls into this"
                        + " slice")));
  }

  @Test
  void undefinedMetricFails() {
    assertThat(verdict(result(0.8, 0.3), Metric.auc().atLeast(0.1)).isBlessed()).isFalse();
  }

  private static Verdict verdict(EvaluationResult result, Threshold... thresholds) {
    return Judge.verdict(result, List.of(thresholds));
  }

  private static EvaluationResult result(double accuracy, double logLoss) {
    return evaluation(accuracy, logLoss, Map.of());
  }

  private static EvaluationResult compared(
      double accuracy, double logLoss, double oldAccuracy, double oldLogLoss) {
    return evaluation(
        accuracy,
        logLoss,
        Map.of(Metric.Kind.ACCURACY, oldAccuracy, Metric.Kind.LOG_LOSS, oldLogLoss));
  }

  private static EvaluationResult evaluation(
      double accuracy, double logLoss, Map<Metric.Kind, Double> baseline) {
    return new EvaluationResult(
        Task.BINARY,
        "tips",
        List.of("eval"),
        1_000,
        0,
        !baseline.isEmpty(),
        List.of(
            new EvaluationResult.Slice(
                SliceKey.OVERALL,
                1_000,
                EvaluationResult.Curve.EXACT,
                Map.of(Metric.Kind.ACCURACY, accuracy, Metric.Kind.LOG_LOSS, logLoss),
                baseline)));
  }
}
