package io.pergola.cli;

import io.pergola.beam.BytesColumn;
import io.pergola.beam.ColumnType;
import io.pergola.beam.DoubleColumn;
import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleColumn;
import io.pergola.beam.FloatColumn;
import io.pergola.beam.LongColumn;
import io.pergola.model.Signature;
import io.pergola.transform.FittedPlan;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Raw rows as a person types them. */
final class RawRows {
  private RawRows() {}

  /** One row with all columns that a model takes; what is not given is missing. */
  static ExampleBatch one(Map<String, @Nullable Object> values, List<Signature.Input> inputs) {
    List<ExampleColumn> columns = new ArrayList<>();
    for (Signature.Input input : inputs) {
      columns.add(column(input, values.get(input.name())));
    }
    return ExampleBatch.of(1, columns);
  }

  @SuppressWarnings("NullAway") // It does not see annotations through a compact constructor.
  private static ExampleColumn column(Signature.Input input, @Nullable Object value) {
    String name = input.name();
    boolean text = input.type() == FittedPlan.Kind.TEXT;
    if (value == null) {
      return FloatColumn.of(name, new float[1], new long[1]);
    } else if (text && value instanceof String given) {
      byte[] bytes = given.getBytes(StandardCharsets.UTF_8);
      return new BytesColumn(
          name, ColumnType.TEXT, 1, bytes, new int[] {0, bytes.length}, null, null, null);
    } else if (!text && value instanceof Long whole) {
      return LongColumn.of(name, new long[] {whole}, null);
    } else if (!text && value instanceof Double number) {
      return DoubleColumn.of(name, new double[] {number}, null);
    }
    throw new UsageException(
        "Cannot read --row: column '%s' is %s, and the model takes %s. Give it as %s, or leave it out."
            .formatted(
                name,
                value instanceof String ? "the text '" + value + "'" : value.toString(),
                text ? "text" : "a number",
                text ? "text in quotes" : "a number without quotes"));
  }
}
