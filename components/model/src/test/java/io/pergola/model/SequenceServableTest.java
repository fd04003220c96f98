package io.pergola.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pergola.artifact.Row;
import io.pergola.beam.ExampleBatch;
import io.pergola.beam.LongColumn;
import io.pergola.feature.Column;
import io.pergola.feature.Columns;
import io.pergola.feature.Features;
import io.pergola.transform.FittedPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A graph that adds up a number for each id of a sequence: {@code 10^id} for ids 0 to 3. */
class SequenceServableTest {
  private static final int SIZE = 4;
  private static final int LENGTH = 5;
  private static final Columns<Row> ROW = Columns.of();
  private static final FittedPlan PLAN =
      FittedPlan.of(
          Features.of()
              .sequence(
                  ROW.numbers(Column.number("steps")).identity(SIZE).padTo(LENGTH).as("steps"))
              .label(ROW.number(Column.number("y"))),
          List.of());

  @TempDir Path directory;

  private static byte[] onnx(int length) {
    OnnxGraph graph = OnnxGraph.named("sum");
    OnnxGraph.Value ids = graph.ids("steps", length);
    // The last row is padding's; its mask takes it away again.
    OnnxGraph.Weights table =
        graph.matrix("table", SIZE + 1, 1, new float[] {1, 10, 100, 1_000, 77_777});
    OnnxGraph.Value rows =
        graph.layers().masked(graph.gather(table, ids), graph.layers().mask(ids, SIZE));
    return graph.output("prediction", graph.layers().sum(rows, 0)).bytes();
  }

  private Servable open() throws IOException {
    ServableWriter.write(directory, Signature.of(PLAN, Map.of()), PLAN, onnx(LENGTH));
    return Servable.open(directory);
  }

  private static ExampleBatch steps(long[]... lists) {
    int[] offsets = new int[lists.length + 1];
    for (int row = 0; row < lists.length; row++) {
      offsets[row + 1] = offsets[row] + lists[row].length;
    }
    long[] values = Arrays.stream(lists).flatMapToLong(Arrays::stream).toArray();
    return ExampleBatch.of(
        lists.length, List.of(new LongColumn("steps", lists.length, values, null, null, offsets)));
  }

  @Test
  void paddingCountsNothingAndLongerListsAreCut() throws IOException {
    try (Servable servable = open()) {
      Predictions predictions =
          servable.predict(
              steps(
                  new long[] {0, 1, 3},
                  new long[] {2},
                  new long[] {},
                  new long[] {0, 0, 0, 0, 0, 3, 3}));

      assertThat(predictions.values()).containsExactly(1_011, 100, 0, 5);
    }
  }

  @Test
  void manyExamplesGoThroughInPieces() throws IOException {
    long[][] lists = new long[40_000][];
    for (int i = 0; i < lists.length; i++) {
      lists[i] = new long[] {i % 4, i / 4 % 4};
    }
    try (Servable servable = open()) {
      float[] values = servable.predict(steps(lists)).values();

      for (int i = 0; i < lists.length; i++) {
        assertThat((double) values[i]).isEqualTo(Math.pow(10, i % 4) + Math.pow(10, i / 4 % 4));
      }
    }
  }

  @Test
  void refusesSequencesOfAnotherPlan() throws IOException {
    try (Servable servable = open()) {
      ModelInputs none = new ModelInputs(2, 0, new float[0], new long[0][], null);
      ModelInputs shorter =
          new ModelInputs(2, 0, new float[0], new long[0][], new long[][] {new long[8]}, null);

      for (ModelInputs wrong : List.of(none, shorter)) {
        assertThatThrownBy(() -> servable.predict(wrong))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage(
                "Cannot predict from %d sequences: the model takes [Sequence[name=steps, length=5,"
                    + " size=4]]. Transform the examples with the model's own plan.",
                wrong.sequences().length);
      }
    }
  }

  @Test
  void refusesAGraphWhoseSequenceHasAnotherLength() throws IOException {
    ServableWriter.write(directory, Signature.of(PLAN, Map.of()), PLAN, onnx(LENGTH - 1));

    assertThatThrownBy(() -> Servable.open(directory))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("the signature says INT64 of shape [n, 5]");
  }
}
