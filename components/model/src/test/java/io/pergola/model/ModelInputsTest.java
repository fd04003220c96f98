package io.pergola.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.pergola.beam.ExampleBatch;
import io.pergola.beam.FloatColumn;
import io.pergola.transform.FittedPlan;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ModelInputsTest {
  private static final FittedPlan.Features FEATURES =
      new FittedPlan.Features(
          List.of(FittedPlan.DenseFeature.of("a"), FittedPlan.DenseFeature.of("b")),
          List.of(new FittedPlan.CategoricalFeature("c", 10)),
          List.of(),
          Optional.of(new FittedPlan.Target("y", FittedPlan.LabelKind.TRUTH, 1)));

  @Test
  void missingBecomesZeroTheLastIdAndNaN() {
    ExampleBatch batch =
        ExampleBatch.of(
            3,
            List.of(
                WideAndDeep.floats("b", 4f, 5f, null),
                // A dictionary, with one entry not in use.
                new FloatColumn(
                    "a", 3, new float[] {9, 1}, new int[] {1, -1, 1}, new long[] {0b101}, null),
                WideAndDeep.longs("c", 9L, -1L, null),
                WideAndDeep.floats("y", 1f, null, 0f)));

    ModelInputs inputs = ModelInputs.of(FEATURES, batch);

    assertThat(inputs.rows()).isEqualTo(3);
    assertThat(inputs.width()).isEqualTo(2);
    assertThat(inputs.dense()).containsExactly(1, 4, 0, 5, 1, 0);
    assertThat(inputs.categorical()[0]).containsExactly(9, 10, 10);
    assertThat(inputs.label()).containsExactly(1, Float.NaN, 0);
  }

  @Test
  void examplesWithoutALabelHaveNone() {
    ExampleBatch batch =
        ExampleBatch.of(
            1,
            List.of(
                WideAndDeep.floats("a", 4f),
                WideAndDeep.floats("b", 4f),
                WideAndDeep.longs("c", 0L)));
    assertThat(ModelInputs.of(FEATURES, batch).label()).isNull();
  }

  @Test
  void labelOfClassesIsTheirId() {
    FittedPlan.Features classes =
        new FittedPlan.Features(
            List.of(),
            List.of(),
            List.of(),
            Optional.of(new FittedPlan.Target("y", FittedPlan.LabelKind.CATEGORY, 3)));
    ExampleBatch batch = ExampleBatch.of(2, List.of(WideAndDeep.longs("y", 2L, null)));
    assertThat(ModelInputs.of(classes, batch).label()).containsExactly(2, Float.NaN);
  }

  @Test
  void idsBeyondTheSizeAreRefused() {
    ExampleBatch batch =
        ExampleBatch.of(
            1,
            List.of(
                WideAndDeep.floats("a", 4f),
                WideAndDeep.floats("b", 4f),
                WideAndDeep.longs("c", 10L)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ModelInputs.of(FEATURES, batch))
        .withMessage("Invalid id of feature 'c': 10 (must be in 0..9, or -1)");
  }
}
