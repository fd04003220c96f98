package io.pergola.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.pergola.beam.ExampleBatch;
import io.pergola.beam.FloatColumn;
import io.pergola.beam.LongColumn;
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

  private static final FittedPlan.Features LISTS =
      new FittedPlan.Features(
          List.of(
              FittedPlan.DenseFeature.of("a"),
              new FittedPlan.DenseFeature("v", 2, true),
              FittedPlan.DenseFeature.of("z")),
          List.of(),
          List.of(new FittedPlan.SequenceFeature("s", 2, 9)),
          Optional.empty());

  @Test
  void vectorsAreAsWideAsTheyAreAndMissingSequencesArePadding() {
    assertThat(LISTS.denseWidth()).isEqualTo(4);
    assertThat(LISTS.denseColumns()).containsExactly("a", "v[0]", "v[1]", "z");
    ExampleBatch batch =
        ExampleBatch.of(
            2,
            List.of(
                WideAndDeep.floats("a", 1f, 2f),
                WideAndDeep.floats("z", 3f, null),
                new FloatColumn(
                    "v", 2, new float[] {5, 6}, null, new long[] {0b01}, new int[] {0, 2, 2}),
                new LongColumn(
                    "s", 2, new long[] {7, 9}, null, new long[] {0b01}, new int[] {0, 2, 2})));

    ModelInputs inputs = ModelInputs.of(LISTS, batch);

    assertThat(inputs.width()).isEqualTo(4);
    assertThat(inputs.dense()).containsExactly(1, 5, 6, 3, 2, 0, 0, 0);
    assertThat(inputs.sequences()[0]).containsExactly(7, 9, 9, 9);
  }

  @Test
  void listsOfAnotherLengthAndIdsBeyondThePaddingAreRefused() {
    FloatColumn three =
        new FloatColumn("v", 1, new float[] {5, 6, 7}, null, null, new int[] {0, 3});
    LongColumn beyond = new LongColumn("s", 1, new long[] {7, 10}, null, null, new int[] {0, 2});
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                ModelInputs.of(
                    LISTS,
                    ExampleBatch.of(
                        1,
                        List.of(WideAndDeep.floats("a", 1f), WideAndDeep.floats("z", 1f), three))))
        .withMessage(
            "Cannot read feature 'v': an example has 3 values, not 2. Transform the examples with"
                + " the model's own plan.");
    FittedPlan.Features sequence =
        new FittedPlan.Features(List.of(), List.of(), LISTS.sequences(), Optional.empty());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ModelInputs.of(sequence, ExampleBatch.of(1, List.of(beyond))))
        .withMessage("Invalid id of feature 's': 10 (must be in 0..9)");
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
