package io.pergola.examplegen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pergola.beam.ColumnType;
import io.pergola.beam.ExampleBatchBuilder;
import io.pergola.beam.ExampleFileWriter;
import io.pergola.beam.ExampleFiles;
import io.pergola.beam.ExampleSchema;
import io.pergola.examplegen.internal.JoinJob;
import io.pergola.examplegen.internal.JoinPlan;
import io.pergola.examplegen.internal.PartitionedJoin;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.beam.sdk.Pipeline;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The join over files gives what the join in memory gives, to the byte. */
class PartitionedJoinTest {
  private static final ExampleSchema LEFT =
      new ExampleSchema(
          List.of(
              ExampleSchema.Field.of("company", ColumnType.TEXT),
              ExampleSchema.Field.of("id", ColumnType.INT),
              ExampleSchema.Field.of("fare", ColumnType.FLOAT)));
  private static final ExampleSchema RIGHT =
      new ExampleSchema(
          List.of(
              ExampleSchema.Field.of("id", ColumnType.DOUBLE),
              ExampleSchema.Field.of("company", ColumnType.TEXT),
              ExampleSchema.Field.of("cars", ColumnType.INT),
              ExampleSchema.Field.of("share", ColumnType.FLOAT),
              ExampleSchema.Field.of("note", ColumnType.BYTES),
              new ExampleSchema.Field("tags", ColumnType.TEXT, true)));

  @TempDir Path folder;

  private Path left(int parts, int rows) throws IOException {
    Random random = new Random(1);
    Path left = folder.resolve("left");
    for (int part = 0; part < parts; part++) {
      ExampleBatchBuilder batch = new ExampleBatchBuilder(LEFT);
      for (int row = 0; row < rows; row++) {
        if (random.nextInt(10) > 0) {
          batch.putText(0, "c" + random.nextInt(40));
        }
        batch.putLong(1, random.nextInt(50));
        batch.putFloat(2, row);
        batch.endRow();
      }
      write(left, part % 2 == 0 ? "train" : "eval", part / 2, batch);
    }
    write(left, "none", 0, new ExampleBatchBuilder(LEFT));
    return left;
  }

  private Path right(int copies) throws IOException {
    Random random = new Random(2);
    Path right = folder.resolve("right");
    for (int part = 0; part < 10 * copies; part++) {
      ExampleBatchBuilder batch = new ExampleBatchBuilder(RIGHT);
      for (int key = part % 10; key < 1_500; key += 10) {
        batch.putDouble(0, key % 50 + (key % 7 == 0 ? 0.5 : 0));
        if (key % 11 > 0) {
          batch.putText(1, "c" + key / 50);
        }
        if (key % 5 > 0) {
          batch.putLong(2, random.nextInt());
          batch.putFloat(3, key % 3 == 0 ? Float.NaN : key);
          batch.putBytes(4, new byte[] {(byte) key, (byte) part}, 0, key % 3);
        }
        if (key % 4 > 0) {
          batch.putEmpty(5);
          for (int tag = 0; tag < key % 4 - 1; tag++) {
            batch.putText(5, "t" + random.nextInt(20));
          }
        }
        batch.endRow();
      }
      write(right, "all", part, batch);
    }
    return right;
  }

  private static void write(Path examples, String split, int part, ExampleBatchBuilder rows)
      throws IOException {
    try (ExampleFileWriter writer =
        ExampleFileWriter.open(ExampleFiles.partFile(examples, split, part), rows.schema())) {
      writer.write(rows.build());
    }
  }

  private Map<String, String> join(
      Path left, Path right, boolean inner, boolean firstWins, long inMemory) throws IOException {
    JoinPlan plan = JoinPlan.of(left, right, List.of("company", "id"), !inner, firstWins, inMemory);
    Path joined = Files.createTempDirectory(folder, "joined");
    Pipeline beam = Pipeline.create();
    JoinJob.build(beam, left, plan, joined);
    try {
      beam.run().waitUntilFinish();
    } catch (Pipeline.PipelineExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
    assertThat(Files.exists(joined.resolve("_join"))).isEqualTo(plan.partitions() > 1);
    PartitionedJoin.cleanUp(joined);
    Map<String, String> content = new TreeMap<>();
    try (Stream<Path> files = Files.walk(joined)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        content.put(
            joined.relativize(file).toString(),
            Files.readString(file, StandardCharsets.ISO_8859_1));
      }
    }
    return content;
  }

  @ParameterizedTest
  @ValueSource(longs = {100, 1_499})
  void theResultIsTheSameHoweverLittleIsInMemory(long inMemory) throws IOException {
    Path left = left(5, 400);
    Path right = right(1);
    Map<String, String> whole = join(left, right, false, false, Long.MAX_VALUE);
    assertThat(whole).hasSize(6);
    assertThat(Runs.read(left).rows("train")).isEqualTo(1_200);
    assertThat(join(left, right, false, false, inMemory)).isEqualTo(whole);
    assertThat(join(left, right, true, false, inMemory))
        .isEqualTo(join(left, right, true, false, Long.MAX_VALUE))
        .isNotEqualTo(whole);
  }

  @Test
  void theFirstOfAKeyWinsInEveryPartition() throws IOException {
    Path left = left(3, 200);
    Path right = right(4); // each key four times, with other values
    assertThat(join(left, right, false, true, 100))
        .isEqualTo(join(left, right, false, true, Long.MAX_VALUE))
        .hasSize(4);
  }

  @Test
  void aKeyThatIsThereTwiceIsRefusedInEveryPartition() throws IOException {
    Path left = left(1, 10);
    Path right = right(2);
    assertThatThrownBy(() -> join(left, right, false, false, 100))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith(
            "Cannot join examples on company, id: the right side has more than one with [c");
  }

  @Test
  void largeExamplesCountForMore() throws IOException {
    ExampleSchema schema =
        new ExampleSchema(
            List.of(
                ExampleSchema.Field.of("company", ColumnType.TEXT),
                ExampleSchema.Field.of("id", ColumnType.INT),
                ExampleSchema.Field.of("image", ColumnType.BYTES)));
    byte[] image = new byte[4_000];
    Random random = new Random(3);
    ExampleBatchBuilder batch = new ExampleBatchBuilder(schema);
    for (int row = 0; row < 100; row++) {
      random.nextBytes(image);
      batch.putText(0, "c");
      batch.putLong(1, row);
      batch.putBytes(2, image, 0, image.length);
      batch.endRow();
    }
    Path right = folder.resolve("large");
    write(right, "all", 0, batch);
    Path left = left(1, 10);
    List<String> key = List.of("company", "id");
    // 400 KB of files are taken for 1.6 MB, which is 12,500 examples of 128 bytes and a little
    // more.
    assertThat(JoinPlan.of(left, right, key, true, false, 13_000).partitions()).isEqualTo(1);
    assertThat(JoinPlan.of(left, right, key, true, false, 12_500).partitions()).isEqualTo(9);
    assertThat(JoinPlan.of(left, right, key, true, false, 8).partitions()).isEqualTo(4_096);
  }
}
