package io.pergola.beam;

import static org.assertj.core.api.Assertions.assertThat;

import io.pergola.artifact.Row;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExampleBatchTest {
  private static final ExampleSchema SCHEMA =
      new ExampleSchema(
          List.of(
              ExampleSchema.Field.of("whole", ColumnType.INT),
              ExampleSchema.Field.of("number", ColumnType.DOUBLE),
              ExampleSchema.Field.of("text", ColumnType.TEXT),
              new ExampleSchema.Field("tags", ColumnType.TEXT, true),
              new ExampleSchema.Field("floats", ColumnType.FLOAT, true)));

  @Test
  void selectsRowsOfEveryKindOfColumn() {
    ExampleBatch batch = batch(10_000);
    List<String> all = texts(batch);
    int[] chosen = {9_999, 0, 1, 2, 3, 3, 64, 127, 128};
    ExampleBatch some = batch.select(chosen);
    assertThat(texts(some)).isEqualTo(Arrays.stream(chosen).mapToObj(all::get).toList());
    assertThat(texts(some.select(new int[] {1}))).containsExactly(all.get(0));
    assertThat(some.select(new int[0]).rows()).isZero();
  }

  /** Texts are distinct, so that they have no dictionary; tags are not. */
  private static ExampleBatch batch(int rows) {
    ExampleBatchBuilder builder = new ExampleBatchBuilder(SCHEMA);
    for (int i = 0; i < rows; i++) {
      builder.putLong(0, i);
      if (i % 2 == 0) {
        builder.putDouble(1, i / 2.0);
      }
      if (i % 5 != 3) {
        builder.putText(2, "text " + i);
      }
      if (i % 3 != 0) {
        builder.putEmpty(3);
      }
      for (int v = 0; v < i % 3; v++) {
        builder.putText(3, "tag " + v);
        builder.putFloat(4, i + v);
      }
      builder.endRow();
    }
    return builder.build();
  }

  private static List<String> texts(ExampleBatch batch) {
    List<String> texts = new ArrayList<>();
    RecordRows<Row> rows = RecordRows.of(Row.class);
    for (int i = 0; i < batch.rows(); i++) {
      texts.add(rows.row(batch, i).values().toString());
    }
    return texts;
  }
}
