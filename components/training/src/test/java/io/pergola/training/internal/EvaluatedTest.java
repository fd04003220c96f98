package io.pergola.training.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pergola.model.Task;
import org.junit.jupiter.api.Test;

class EvaluatedTest {
  @Test
  void aBinaryClassifierHasLogLossAccuracyAndAuc() {
    Evaluated evaluated =
        Evaluated.of(Task.BINARY, new float[] {0.75f, 0.5f, 0.25f, 0.5f}, new float[] {1, 1, 0, 0});

    assertThat(evaluated.loss())
        .isCloseTo(-(2 * Math.log(0.75) + 2 * Math.log(0.5)) / 4, within(1e-12));
    // A score of 0.5 is negative. Pairs won: both against 0.25, one and a half tie against 0.5.
    assertThat(evaluated.metrics()).containsEntry("accuracy", 0.75).containsEntry("auc", 3.5 / 4);
  }

  @Test
  void thereIsNoAucOfOneClass() {
    Evaluated evaluated = Evaluated.of(Task.BINARY, new float[] {0.75f}, new float[] {1});

    assertThat(evaluated.metrics()).containsOnlyKeys("accuracy");
  }

  @Test
  void ofSeveralClassesTheFirstOfTheLargestIsTheAnswer() {
    Evaluated evaluated =
        Evaluated.of(
            Task.MULTICLASS,
            new float[] {0.25f, 0.5f, 0.25f, 0.375f, 0.375f, 0.25f},
            new float[] {1, 1});

    assertThat(evaluated.loss()).isCloseTo(-(Math.log(0.5) + Math.log(0.375)) / 2, within(1e-12));
    assertThat(evaluated.metrics()).containsExactly(java.util.Map.entry("accuracy", 0.5));
  }

  @Test
  void numbersHaveTheMeanOfSquaredAndOfAbsoluteErrors() {
    Evaluated evaluated =
        Evaluated.of(Task.REGRESSION, new float[] {1, 2, 4}, new float[] {1, 3, 2});

    assertThat(evaluated.loss()).isCloseTo(5.0 / 3, within(1e-12));
    assertThat(evaluated.metrics()).containsExactly(java.util.Map.entry("mae", 1.0));
  }

  @Test
  void anExampleWithWeightThreeCountsAsThree() {
    float[] predictions = {0.75f, 0.5f, 0.25f, 0.5f, 0.625f};
    float[] labels = {1, 1, 0, 0, 0};
    float[] weights = {3, 1, 2, 1, 1};
    float[] repeated = {0.75f, 0.75f, 0.75f, 0.5f, 0.25f, 0.25f, 0.5f, 0.625f};
    float[] repeatedLabels = {1, 1, 1, 1, 0, 0, 0, 0};
    for (Task task : new Task[] {Task.BINARY, Task.REGRESSION}) {
      Evaluated weighted = Evaluated.of(task, predictions, labels, weights);
      Evaluated expected = Evaluated.of(task, repeated, repeatedLabels);

      assertThat(weighted.loss()).isCloseTo(expected.loss(), within(1e-12));
      assertThat(weighted.metrics().keySet()).isEqualTo(expected.metrics().keySet());
      expected
          .metrics()
          .forEach(
              (name, value) ->
                  assertThat(weighted.metrics().get(name)).isCloseTo(value, within(1e-12)));
    }
  }

  @Test
  void aPredictionThatIsNoNumberMakesALossThatIsNone() {
    Evaluated evaluated = Evaluated.of(Task.BINARY, new float[] {Float.NaN}, new float[] {1});

    assertThat(evaluated.loss()).isNaN();
  }
}
