package io.pergola.training.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.pergola.model.Task;
import io.pergola.training.TrainingCurves;
import io.pergola.training.TrainingCurves.Curve;
import io.pergola.training.TrainingCurves.Point;
import io.pergola.training.TrainingFeatures;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class CurveRecorderTest {
  private static final TrainingFeatures FEATURES =
      new TrainingFeatures(List.of("fare"), Map.of(), "tip", Task.BINARY, 1, 1);

  private static TrainingCurves run(CurveRecorder recorder, int from, int to) {
    for (int step = from; step <= to; step++) {
      double rate = 1.0 / step;
      recorder.step(step, step, () -> rate);
    }
    return recorder.curves(FEATURES, 8, to);
  }

  @Test
  void aPointIsTheMeanOfTheStepsSinceTheOneBefore() {
    // 500 steps in at most 200 points: 3 a point, and the last has 2.
    TrainingCurves curves = run(new CurveRecorder(500, Optional.empty()), 1, 500);

    assertThat(curves.training()).hasSize(167);
    assertThat(curves.training().get(0)).isEqualTo(new Point(3, 2, 1.0 / 3));
    assertThat(curves.training().get(166).step()).isEqualTo(500);
    assertThat(curves.training().get(166).loss()).isEqualTo(499.5);
  }

  @Test
  void aRecorderThatGoesOnFromAStateEndsWithTheSameCurves() {
    Evaluated evaluated = new Evaluated(0.5, new TreeMap<>(Map.of("accuracy", 0.75)));
    CurveRecorder first = new CurveRecorder(500, Optional.empty());
    for (int step = 1; step <= 100; step++) {
      double rate = 1.0 / step;
      first.step(step, step, () -> rate);
    }
    first.evaluated(evaluated);
    CurveRecorder second = new CurveRecorder(500, Optional.empty());
    second.restore(first.state());

    assertThat(run(second, 101, 500)).isEqualTo(run(first, 101, 500));
    assertThat(second.evaluation(100)).contains(evaluated);
    assertThat(second.evaluation(99)).isEmpty();
  }

  @Test
  void aSummaryHasOnePointForAsManyStepsAsAPointOfTheLoss() {
    CurveRecorder recorder = new CurveRecorder(500, Optional.empty());
    for (int step = 1; step <= 500; step++) {
      recorder.step(step, step, () -> 1);
      recorder.summary("norm", -step);
      if (step == 250) {
        CurveRecorder resumed = new CurveRecorder(500, Optional.empty());
        resumed.restore(recorder.state());
        recorder = resumed;
      }
    }
    Curve norm = recorder.curves(FEATURES, 8, 500).summaries().get("norm");

    // 3 steps a point: 3, 6, ... 498, and the last, of two steps only.
    assertThat(norm.steps()).hasSize(167).startsWith(3, 6, 9).endsWith(495, 498, 500);
    assertThat(norm.values()).startsWith(-3.0, -6.0).endsWith(-498.0, -500.0);
  }

  @Test
  void ofTwoEvaluationsAfterOneStepTheLaterCounts() {
    CurveRecorder recorder = new CurveRecorder(1, Optional.empty());
    recorder.step(1, 1, () -> Double.NaN);
    recorder.evaluated(new Evaluated(0.5, new TreeMap<>()));
    recorder.evaluated(new Evaluated(0.25, new TreeMap<>()));

    assertThat(recorder.curves(FEATURES, 8, 1).evaluationLoss().values()).containsExactly(0.25);
  }
}
