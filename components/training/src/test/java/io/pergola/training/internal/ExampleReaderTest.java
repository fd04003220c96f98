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
import io.pergola.training.ExampleForm;
import io.pergola.transform.FittedPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
    write("train", 0, raw(0));
  }

  /** Examples whose label is their number, from {@code first} on. */
  private static ExampleBatch raw(int first) {
    long[] color = new long[ROWS];
    float[] y = new float[ROWS];
    for (int i = 0; i < ROWS; i++) {
      color[i] = (first + i) % 4;
      y[i] = first + i;
    }
    return ExampleBatch.of(
        ROWS, List.of(LongColumn.of("color", color, null), FloatColumn.of("y", y, null)));
  }

  private void write(String split, int part, ExampleBatch batch) throws IOException {
    Path path = ExampleFiles.partFile(folder, split, part);
    try (ExampleFileWriter file = ExampleFileWriter.open(path, batch.schema())) {
      file.write(batch);
    }
  }

  /** The pool holds all 50 examples of 5 floats, or those of two files. */
  @ParameterizedTest
  @ValueSource(longs = {ExampleStream.POOL_BYTES, 2 * ROWS * 5 * 4})
  void rawExamplesComeInTheOrderOfTransformedOnes(long poolBytes) throws IOException {
    for (int part = 0; part < 5; part++) {
      write("raw", part, raw(ROWS * part));
    }
    for (int part = 0; part < 5; part++) {
      Path path = ExampleFiles.partFile(folder.resolve("features"), "features", part);
      ExampleBatch features = PLAN.apply(raw(ROWS * part));
      try (ExampleFileWriter file = ExampleFileWriter.open(path, features.schema())) {
        file.write(features);
      }
    }
    List<RowGroup> transformed =
        ExampleFiles.rowGroups(folder.resolve("features"), List.of("features"));
    List<RowGroup> raw = ExampleFiles.rowGroups(folder, List.of("raw"));

    try (ExampleStream expected =
            new ExampleStream(
                transformed, ExampleReader.transformed(PLAN.features()), 7, poolBytes);
        ExampleStream actual =
            new ExampleStream(raw, ExampleReader.of(ExampleForm.RAW, PLAN), 7, poolBytes)) {
      for (int batch = 0; batch < 20; batch++) {
        ExampleRows one = expected.next(7);
        ExampleRows other = actual.next(7);
        assertThat(other.labels()).containsExactly(one.labels());
        assertThat(other.features()).containsExactly(one.features());
      }
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
