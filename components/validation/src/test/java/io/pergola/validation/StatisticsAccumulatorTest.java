package io.pergola.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pergola.beam.ColumnType;
import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleBatchBuilder;
import io.pergola.beam.ExampleSchema;
import io.pergola.beam.ExampleSchema.Field;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatisticsAccumulatorTest {
  private static final ExampleSchema SCHEMA =
      new ExampleSchema(
          List.of(Field.of("fare", ColumnType.FLOAT), Field.of("company", ColumnType.TEXT)));

  @TempDir Path folder;

  @Test
  void givesTheNumbersOfStatisticsGen() throws IOException {
    TestExamples.write(folder.resolve("e"), "train", 0, batch(0, 1_000));
    TestExamples.write(folder.resolve("e"), "train", 1, batch(1_000, 3_000));
    TestExamples.write(folder.resolve("e"), "eval", 0, batch(3_000, 3_500));
    DatasetStatistics expected = TestExamples.statistics(folder.resolve("e"), folder.resolve("s"));

    StatisticsAccumulator statistics =
        new StatisticsAccumulator()
            .add("train", batch(0, 1_000))
            .merge(
                new StatisticsAccumulator()
                    .add("train", batch(1_000, 3_000))
                    .add("eval", batch(3_000, 3_500)));

    assertThat(statistics.statistics()).isEqualTo(expected);
  }

  @Test
  void whatItWritesCanBeReadAndMerged() {
    Path directory = folder.resolve("written");
    assertThat(directory.toFile().mkdirs()).isTrue();
    StatisticsAccumulator statistics = new StatisticsAccumulator().add("train", batch(0, 10));

    statistics.write(directory);

    assertThat(StatisticsFile.read(directory)).isEqualTo(statistics.statistics());
    assertThat(StatisticsFile.merge(List.of(directory, directory), directory).examples())
        .isEqualTo(20);
  }

  @Test
  void refusesAFeatureOfAnotherType() {
    ExampleBatchBuilder other =
        new ExampleBatchBuilder(new ExampleSchema(List.of(Field.of("fare", ColumnType.INT))));
    other.putLong(0, 1);
    other.endRow();
    StatisticsAccumulator statistics = new StatisticsAccumulator().add("train", batch(0, 10));

    assertThatThrownBy(() -> statistics.add("train", other.build()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot add column 'fare' to statistics of FLOAT: it is INT. Give all files the same types.");
  }

  private static ExampleBatch batch(int from, int to) {
    ExampleBatchBuilder builder = new ExampleBatchBuilder(SCHEMA);
    for (int i = from; i < to; i++) {
      if (i % 7 != 0) {
        builder.putFloat(0, i / 4f);
      }
      builder.putText(1, "company " + i % 13);
      builder.endRow();
    }
    return builder.build();
  }
}
