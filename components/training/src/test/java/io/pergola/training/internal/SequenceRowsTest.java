package io.pergola.training.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.pergola.model.ModelInputs;
import io.pergola.model.Task;
import io.pergola.training.TrainingFeatures;
import io.pergola.transform.FittedPlan;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How vectors and sequences lie in the rows that networks are fed with. */
class SequenceRowsTest {
  private static final FittedPlan.Features FEATURES =
      new FittedPlan.Features(
          List.of(
              FittedPlan.DenseFeature.of("a"),
              new FittedPlan.DenseFeature("v", 2, true),
              FittedPlan.DenseFeature.of("z")),
          List.of(new FittedPlan.CategoricalFeature("c", 5)),
          List.of(
              new FittedPlan.SequenceFeature("s", 3, 9), new FittedPlan.SequenceFeature("t", 1, 2)),
          Optional.of(new FittedPlan.Target("y", FittedPlan.LabelKind.TRUTH, 1)));

  @Test
  void everyFeatureHasItsColumns() {
    TrainingFeatures features = TrainingFeatures.of(FEATURES, 1);

    assertThat(features.task()).isEqualTo(Task.BINARY);
    assertThat(features.dense()).containsExactly("a", "v[0]", "v[1]", "z");
    assertThat(features.width()).isEqualTo(9);
    assertThat(features.columnsOf("features")).contains(new TrainingFeatures.Range(0, 9));
    assertThat(features.columnsOf("dense")).contains(new TrainingFeatures.Range(0, 4));
    assertThat(features.columnsOf("v")).contains(new TrainingFeatures.Range(1, 3));
    assertThat(features.columnsOf("z")).contains(new TrainingFeatures.Range(3, 4));
    assertThat(features.columnsOf("c")).contains(new TrainingFeatures.Range(4, 5));
    assertThat(features.columnsOf("s")).contains(new TrainingFeatures.Range(5, 8));
    assertThat(features.columnsOf("t")).contains(new TrainingFeatures.Range(8, 9));
    assertThat(features.columnsOf("u")).isEmpty();
    assertThat(features.inputs()).containsExactly("v", "c", "s", "t");
  }

  @Test
  void rowsWithALabelAreLaidOutInTheSameOrder() {
    ModelInputs inputs =
        new ModelInputs(
            2,
            4,
            new float[] {1, 2, 3, 4, 5, 6, 7, 8},
            new long[][] {{4, 5}},
            new long[][] {{10, 11, 12, 20, 21, 22}, {1, 2}},
            new float[] {Float.NaN, 1});

    ExampleRows rows = ExampleRows.labelled(inputs, false, null);

    assertThat(rows.rows()).isEqualTo(1);
    assertThat(rows.width()).isEqualTo(ExampleReader.width(FEATURES)).isEqualTo(9);
    assertThat(rows.features()).containsExactly(5, 6, 7, 8, 5, 20, 21, 22, 2);
    assertThat(rows.labels()).containsExactly(1);
  }
}
