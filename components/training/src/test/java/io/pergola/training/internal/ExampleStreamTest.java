package io.pergola.training.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleFileWriter;
import io.pergola.beam.ExampleFiles;
import io.pergola.beam.FloatColumn;
import io.pergola.beam.RowGroup;
import io.pergola.transform.FittedPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExampleStreamTest {
  private static final int FILES = 7;
  private static final int ROWS = 50;
  private static final int ALL = FILES * ROWS;

  /** A feature and a label are 8 bytes: three files of seven fit. */
  private static final long SMALL = 3 * ROWS * 8;

  private static final FittedPlan.Features FEATURES =
      new FittedPlan.Features(
          List.of(FittedPlan.DenseFeature.of("x")),
          List.of(),
          List.of(),
          Optional.of(new FittedPlan.Target("y", FittedPlan.LabelKind.NUMBER, 1)));

  @TempDir Path folder;

  /** Example i has feature i and label -i. */
  @BeforeEach
  void writeExamples() throws IOException {
    Files.createDirectories(folder.resolve("train"));
    for (int file = 0; file < FILES; file++) {
      float[] x = new float[ROWS];
      float[] y = new float[ROWS];
      for (int row = 0; row < ROWS; row++) {
        x[row] = file * ROWS + row;
        y[row] = -x[row];
      }
      ExampleBatch batch =
          ExampleBatch.of(
              ROWS, List.of(FloatColumn.of("x", x, null), FloatColumn.of("y", y, null)));
      try (ExampleFileWriter writer =
          ExampleFileWriter.open(ExampleFiles.partFile(folder, "train", file), batch.schema())) {
        writer.write(batch);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {SMALL, ExampleStream.POOL_BYTES})
  void everyEpochHasEveryExampleOnceInAnotherOrder(long bytes) {
    try (ExampleStream stream = stream(1, bytes)) {
      List<Float> first = read(stream, ALL);
      List<Float> second = read(stream, ALL);

      List<Float> everything = IntStream.range(0, ALL).mapToObj(i -> (float) i).toList();
      assertThat(first).containsExactlyInAnyOrderElementsOf(everything).isNotEqualTo(everything);
      assertThat(second).containsExactlyInAnyOrderElementsOf(everything).isNotEqualTo(first);
    }
  }

  @Test
  void theFirstExamplesMayStandInSeveralFiles() {
    List<RowGroup> groups = ExampleFiles.rowGroups(folder);

    ExampleRows alike = ExampleReader.transformed(FEATURES).first(groups, 2 * ROWS + 20);

    assertThat(alike.rows()).isEqualTo(2 * ROWS + 20);
    assertThat(alike.features()).containsExactly(upFrom(0, alike.rows()));
    assertThat(alike.weights()).isEmpty();

    FittedPlan.Features weighted =
        new FittedPlan.Features(
            FEATURES.dense(), List.of(), List.of(), FEATURES.label(), Optional.of("x"));
    ExampleRows some = ExampleReader.transformed(weighted).first(groups, ROWS + 20);

    assertThat(some.rows()).as("the example of weight 0 is left out").isEqualTo(ROWS + 20);
    assertThat(some.features()).containsExactly(upFrom(1, some.rows()));
    assertThat(some.weights()).containsExactly(some.features());
  }

  private static float[] upFrom(int first, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = first + i;
    }
    return values;
  }

  @ParameterizedTest
  @ValueSource(longs = {SMALL, ExampleStream.POOL_BYTES})
  void theSeedDecidesTheOrder(long bytes) {
    assertThat(read(stream(1, bytes), 2 * ALL)).isEqualTo(read(stream(1, bytes), 2 * ALL));
    assertThat(read(stream(2, bytes), ALL)).isNotEqualTo(read(stream(1, bytes), ALL));
  }

  @ParameterizedTest
  @ValueSource(longs = {SMALL, ExampleStream.POOL_BYTES})
  void goesOnWhereAnEarlierStreamStood(long bytes) {
    ExampleStream earlier = stream(1, bytes);
    read(earlier, ALL + 123);
    ExampleStream later = stream(1, bytes);
    later.seek(earlier.epoch(), earlier.offset());

    assertThat(later.epoch()).isEqualTo(1);
    assertThat(later.offset()).isEqualTo(123);
    assertThat(read(later, 2 * ALL)).isEqualTo(read(earlier, 2 * ALL));
  }

  @Test
  void batchesReachOverTheEndOfAnEpoch() {
    try (ExampleStream stream = stream(1, SMALL)) {
      ExampleRows batch = stream.next(ALL + 10);

      assertThat(batch.rows()).isEqualTo(ALL + 10);
      assertThat(stream.epoch()).isEqualTo(1);
      assertThat(stream.offset()).isEqualTo(10);
    }
  }

  @Test
  void shufflesAcrossFiles() {
    try (ExampleStream stream = stream(1, SMALL)) {
      long filesInTheFirstBatch =
          read(stream, 60).stream().map(x -> (int) (x / ROWS)).distinct().count();

      assertThat(filesInTheFirstBatch).isEqualTo(3);
    }
  }

  private ExampleStream stream(long seed, long bytes) {
    List<RowGroup> groups = ExampleFiles.rowGroups(folder, List.of("train"));
    return new ExampleStream(groups, ExampleReader.transformed(FEATURES), seed, bytes);
  }

  private static List<Float> read(ExampleStream stream, int rows) {
    List<Float> values = new ArrayList<>();
    for (int left = rows; left > 0; left -= 30) {
      ExampleRows batch = stream.next(Math.min(30, left));
      for (int i = 0; i < batch.rows(); i++) {
        assertThat(batch.labels()[i]).isEqualTo(-batch.features()[i]);
        values.add(batch.features()[i]);
      }
    }
    return values;
  }
}
