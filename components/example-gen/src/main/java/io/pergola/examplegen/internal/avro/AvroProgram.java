package io.pergola.examplegen.internal.avro;

import io.pergola.examplegen.internal.CellType;
import io.pergola.examplegen.internal.RecordPlace;
import io.pergola.examplegen.internal.RowValues;
import io.pergola.examplegen.internal.ValueErrors;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.util.Utf8;

/**
 * The steps that read records of one schema into rows of some columns, without making objects of
 * them. Not thread-safe.
 */
final class AvroProgram {
  private final Map<String, Integer> wanted;
  private final Supplier<RecordPlace> place;
  private Utf8 text = new Utf8();
  private ByteBuffer bytes = ByteBuffer.allocate(64);

  private AvroProgram(Map<String, Integer> wanted, Supplier<RecordPlace> place) {
    this.wanted = wanted;
    this.place = place;
  }

  /**
   * Makes the steps.
   *
   * @param wanted path to column
   */
  static AvroStep of(Schema record, Map<String, Integer> wanted, Supplier<RecordPlace> place) {
    return new AvroProgram(wanted, place).step(record, "", false);
  }

  private AvroStep step(Schema schema, String path, boolean inList) {
    if (columnsBelow(path).isEmpty()) {
      return (in, row) -> GenericDatumReader.skip(schema, in);
    }
    return switch (schema.getType()) {
      case RECORD -> record(schema, path, inList);
      case UNION -> union(schema, path, inList);
      case ARRAY -> inList ? skip(schema) : array(schema, path);
      case MAP -> inList ? skip(schema) : map(schema, path);
      case NULL -> (in, row) -> in.readNull();
      default -> {
        Integer column = wanted.get(path);
        yield column == null ? skip(schema) : leaf(schema, column);
      }
    };
  }

  private static AvroStep skip(Schema schema) {
    return (in, row) -> GenericDatumReader.skip(schema, in);
  }

  /** The columns that are a path, or are below it. */
  private Set<Integer> columnsBelow(String path) {
    Set<Integer> columns = new LinkedHashSet<>();
    for (Map.Entry<String, Integer> entry : wanted.entrySet()) {
      String feature = entry.getKey();
      if (path.isEmpty() || feature.equals(path) || feature.startsWith(path + ".")) {
        columns.add(entry.getValue());
      }
    }
    return columns;
  }

  private AvroStep record(Schema schema, String path, boolean inList) {
    AvroStep[] fields =
        schema.getFields().stream()
            .map(f -> step(f.schema(), AvroFeatures.path(path, f.name()), inList))
            .toArray(AvroStep[]::new);
    return (in, row) -> {
      for (AvroStep field : fields) {
        field.read(in, row);
      }
    };
  }

  private AvroStep union(Schema schema, String path, boolean inList) {
    AvroStep[] branches =
        schema.getTypes().stream()
            .map(branch -> step(branch, path, inList))
            .toArray(AvroStep[]::new);
    return (in, row) -> branches[in.readIndex()].read(in, row);
  }

  private AvroStep array(Schema schema, String path) {
    AvroStep element = step(schema.getElementType(), path, true);
    int[] columns = columnsBelow(path).stream().mapToInt(Integer::intValue).toArray();
    return (in, row) -> {
      begin(columns, row);
      int done = 0;
      for (long n = in.readArrayStart(); n != 0; n = in.arrayNext()) {
        for (long i = 0; i < n; i++) {
          element.read(in, row);
          requireAll(columns, ++done, row, path);
        }
      }
      end(columns, done, row);
    };
  }

  private AvroStep map(Schema schema, String path) {
    String key = AvroFeatures.path(path, AvroFeatures.KEY);
    Integer keys = wanted.get(key);
    AvroStep value = step(schema.getValueType(), AvroFeatures.path(path, AvroFeatures.VALUE), true);
    int[] columns = columnsBelow(path).stream().mapToInt(Integer::intValue).toArray();
    return (in, row) -> {
      begin(columns, row);
      int done = 0;
      for (long n = in.readMapStart(); n != 0; n = in.mapNext()) {
        for (long i = 0; i < n; i++) {
          text = in.readString(text);
          if (keys != null) {
            row.putCopy(keys, text.getBytes(), 0, text.getByteLength());
          }
          value.read(in, row);
          requireAll(columns, ++done, row, path);
        }
      }
      end(columns, done, row);
    };
  }

  private static void begin(int[] columns, RowValues row) {
    for (int column : columns) {
      row.putPresent(column);
    }
  }

  /** Every element must have a value for a column, or none: else values would not line up. */
  private void requireAll(int[] columns, int elements, RowValues row, String list) {
    for (int column : columns) {
      int count = row.count(column);
      if (count != 0 && count != elements) {
        String feature = row.columns().get(column).name();
        row.fail(() -> ValueErrors.gap(feature, place.get(), list));
      }
    }
  }

  private static void end(int[] columns, int elements, RowValues row) {
    for (int column : columns) {
      if (elements > 0 && row.count(column) == 0) {
        row.drop(column); // no element has it
      }
    }
  }

  private AvroStep leaf(Schema schema, int c) {
    if (schema.getLogicalType() instanceof LogicalTypes.Decimal decimal) {
      return decimal(schema, decimal.getScale(), c);
    }
    return switch (schema.getType()) {
      case BOOLEAN -> (in, row) -> row.putWhole(c, in.readBoolean() ? 1 : 0);
      case INT -> (in, row) -> row.putWhole(c, in.readInt());
      case LONG -> (in, row) -> row.putWhole(c, in.readLong());
      case FLOAT -> (in, row) -> row.putNumber(c, in.readFloat());
      case DOUBLE -> (in, row) -> row.putNumber(c, in.readDouble());
      case STRING ->
          (in, row) -> {
            text = in.readString(text);
            row.putCopy(c, text.getBytes(), 0, text.getByteLength());
          };
      case ENUM -> symbols(schema, c);
      case BYTES ->
          (in, row) -> {
            bytes = in.readBytes(bytes);
            row.putCopy(c, bytes.array(), bytes.arrayOffset(), bytes.remaining());
          };
      case FIXED -> {
        int size = schema.getFixedSize();
        yield (in, row) -> {
          int at = row.reserve(size);
          in.readFixed(row.arena(), at, size);
          row.putRange(c, at, at + size);
        };
      }
      default -> throw new IllegalArgumentException(schema.toString());
    };
  }

  private static AvroStep symbols(Schema schema, int c) {
    List<byte[]> symbols = new ArrayList<>();
    schema.getEnumSymbols().forEach(s -> symbols.add(s.getBytes(StandardCharsets.UTF_8)));
    return (in, row) -> {
      byte[] symbol = symbols.get(in.readEnum());
      row.putCopy(c, symbol, 0, symbol.length);
    };
  }

  private AvroStep decimal(Schema schema, int scale, int c) {
    boolean whole = AvroFeatures.type(schema) == CellType.LONG;
    int size = schema.getType() == Schema.Type.FIXED ? schema.getFixedSize() : -1;
    return (in, row) -> {
      byte[] unscaled;
      if (size >= 0) {
        unscaled = new byte[size];
        in.readFixed(unscaled);
      } else {
        bytes = in.readBytes(bytes);
        unscaled = new byte[bytes.remaining()];
        bytes.get(unscaled);
      }
      BigInteger value = unscaled.length == 0 ? BigInteger.ZERO : new BigInteger(unscaled);
      if (whole) {
        row.putWhole(c, value.longValue());
      } else {
        row.putNumber(c, new BigDecimal(value, scale).doubleValue());
      }
    };
  }
}
