package io.pergola.training.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.pergola.artifact.Row;
import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleFileWriter;
import io.pergola.beam.ExampleFiles;
import io.pergola.beam.FloatColumn;
import io.pergola.beam.LongColumn;
import io.pergola.beam.RowGroup;
import io.pergola.feature.Column;
import io.pergola.feature.Columns;
import io.pergola.feature.Features;
import io.pergola.transform.FittedPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Raw examples whose features are vectors of 4 numbers. */
class ExampleReaderTest {
  private static final Columns<Row> COLUMNS = Columns.of();
  private static final FittedPlan PLAN =
      FittedPlan.of(
          Features.of()
              .dense(COLUMNS.number(Column.number("color")).identity(4).oneHot().as("colors"))
              .label(COLUMNS.number(Column.number("y"))),
          List.of());
  private static final int ROWS = 10;

  @TempDir Path folder;

  @BeforeEach
  void writeOneRowGroup() throws IOException {
    long[] color = new long[ROWS];
    float[] y = new float[ROWS];
    for (int i = 0; i < ROWS; i++) {
      color[i] = i % 4;
      y[i] = i;
    }
    ExampleBatch raw =
        ExampleBatch.of(
            ROWS, List.of(LongColumn.of("color", color, null), FloatColumn.of("y", y, null)));
    try (ExampleFileWriter file =
        ExampleFileWriter.open(ExampleFiles.partFile(folder, "train", 0), raw.schema())) {
      file.write(raw);
    }
  }

  @Test
  void vectorsAreMadeForSomeExamplesAtATime() {
    ExampleReader reader = ExampleReader.applying(PLAN, 3 * 4 + 3);

    List<Part> parts = reader.parts(groups());
    List<ExampleRows> read = reader.read(parts);

    assertThat(parts).extracting(Part::rows).containsExactly(3, 3, 3, 1);
    assertThat(parts).extracting(Part::firstRow).containsExactly(0L, 3L, 6L, 9L);
    for (int i = 0; i < parts.size(); i++) {
      for (int row = 0; row < parts.get(i).rows(); row++) {
        int example = parts.get(i).from() + row;
        float[] colors = new float[4];
        colors[example % 4] = 1;
        assertThat(read.get(i).labels()[row]).isEqualTo(example);
        assertThat(read.get(i).range(row, row + 1).features()).containsExactly(colors);
      }
    }
  }

  @Test
  void partsInAnotherOrderAreTheSameExamples() {
    ExampleReader reader = ExampleReader.applying(PLAN, 4 * 4);
    List<Part> parts = reader.parts(groups());

    ExampleRows last = reader.read(List.of(parts.get(2), parts.get(0))).get(0);

    assertThat(last.labels()).containsExactly(8, 9);
  }

  @Test
  void theFirstExamplesEndWithinAPart() {
    ExampleReader reader = ExampleReader.applying(PLAN, 3 * 4);

    assertThat(reader.first(groups(), 5).labels()).containsExactly(0, 1, 2, 3, 4);
    assertThat(reader.firstRaw(groups(), 5)).extracting(ExampleBatch::rows).containsExactly(5);
    assertThat(ExampleReader.transformed(PLAN.features()).firstRaw(groups(), 5)).isEmpty();
  }

  private List<RowGroup> groups() {
    return ExampleFiles.rowGroups(folder, List.of("train"));
  }
}
