package io.pergola.cli;

import io.pergola.beam.BytesColumn;
import io.pergola.beam.ColumnType;
import io.pergola.beam.DoubleColumn;
import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleBatchBuilder;
import io.pergola.beam.ExampleColumn;
import io.pergola.beam.ExampleSchema;
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
    boolean text = input.type() == FittedPlan.Kind.TEXT || input.type() == FittedPlan.Kind.TEXTS;
    boolean list = input.type() == FittedPlan.Kind.NUMBERS || input.type() == FittedPlan.Kind.TEXTS;
    if (value == null) {
      return FloatColumn.of(name, new float[1], new long[1]);
    } else if (list && value instanceof List<?> values) {
      return list(name, values, text);
    } else if (!list && text && value instanceof String given) {
      byte[] bytes = given.getBytes(StandardCharsets.UTF_8);
      return new BytesColumn(
          name, ColumnType.TEXT, 1, bytes, new int[] {0, bytes.length}, null, null, null);
    } else if (!list && !text && value instanceof Long whole) {
      return LongColumn.of(name, new long[] {whole}, null);
    } else if (!list && !text && value instanceof Double number) {
      return DoubleColumn.of(name, new double[] {number}, null);
    }
    throw new UsageException(
        "Cannot read --row: column '%s' is %s, and the model takes %s. Give it as %s, or leave it out."
            .formatted(
                name,
                value instanceof String ? "the text '" + value + "'" : value.toString(),
                list ? text ? "texts" : "numbers" : text ? "text" : "a number",
                list ? "a list in brackets" : text ? "text in quotes" : "a number without quotes"));
  }

  private static ExampleColumn list(String name, List<?> values, boolean text) {
    ExampleBatchBuilder builder =
        new ExampleBatchBuilder(
            new ExampleSchema(
                List.of(
                    new ExampleSchema.Field(
                        name, text ? ColumnType.TEXT : ColumnType.DOUBLE, true))));
    builder.putEmpty(0);
    for (Object value : values) {
      if (text && value instanceof String given) {
        builder.putText(0, given);
      } else if (!text && value instanceof Number number) {
        builder.putDouble(0, number.doubleValue());
      } else {
        throw new UsageException(
            "Cannot read --row: the list of column '%s' has %s, and the model takes %s. Give such values alone."
                .formatted(name, value, text ? "texts" : "numbers"));
      }
    }
    builder.endRow();
    return builder.build().column(name);
  }
}
