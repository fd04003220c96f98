package io.pergola.beam.internal;

import io.pergola.beam.ExampleColumn;
import java.util.BitSet;
import java.util.function.IntConsumer;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.jspecify.annotations.Nullable;

/**
 * Reads a column value by value through Parquet's own {@link ColumnReader}: slower, but it knows
 * every encoding.
 */
final class RecordwiseColumnReader {
  private RecordwiseColumnReader() {}

  /**
   * Reads a whole chunk. A row whose list holds nothing but nulls lacks the feature.
   *
   * @param gaps is told of rows whose list has nulls among values, which are left out of it
   */
  @SuppressWarnings("deprecation") // Nothing else tells the number of levels.
  static ExampleColumn read(ParquetColumn column, ColumnReader reader, int rows, IntConsumer gaps) {
    long values = reader.getTotalValueCount();
    int valueLevel = column.valueLevel();
    int presentLevel = column.presentLevel();
    boolean multivalent = column.field().multivalent();
    ColumnAssembly assembly = new ColumnAssembly(column.field(), rows);
    BitSet present = new BitSet(rows);
    int @Nullable [] offsets = multivalent ? new int[rows + 1] : null;
    int row = -1;
    int nulls = 0;
    for (long i = 0; i < values; i++) {
      if (reader.getCurrentRepetitionLevel() == 0) {
        row++;
        nulls = 0;
      }
      int level = reader.getCurrentDefinitionLevel();
      if (level >= presentLevel) {
        present.set(row);
      }
      if (level == valueLevel) {
        add(assembly, column, reader);
      } else if (!multivalent) {
        assembly.addFiller();
      } else if (level > presentLevel) {
        nulls++;
      }
      if (offsets != null) {
        offsets[row + 1] = assembly.size();
      }
      reader.consume();
      boolean ends = i + 1 == values || reader.getCurrentRepetitionLevel() == 0;
      if (ends && nulls > 0 && offsets != null) {
        if (offsets[row + 1] > offsets[row]) {
          gaps.accept(row);
        } else {
          present.clear(row);
        }
      }
    }
    if (row + 1 != rows) {
      throw new IllegalStateException("%d rows instead of %d".formatted(row + 1, rows));
    }
    return assembly.column(rows, null, ExampleColumn.presenceOf(present, rows), offsets);
  }

  private static void add(ColumnAssembly assembly, ParquetColumn column, ColumnReader reader) {
    PrimitiveType type = column.descriptor().getPrimitiveType();
    if (column.isConverted()) {
      ConvertedValues.add(assembly, type, reader);
      return;
    }
    switch (type.getPrimitiveTypeName()) {
      case INT32 ->
          assembly.addLong(
              isUnsigned(type) ? Integer.toUnsignedLong(reader.getInteger()) : reader.getInteger());
      case INT64 -> assembly.addLong(reader.getLong());
      case BOOLEAN -> assembly.addLong(reader.getBoolean() ? 1 : 0);
      case FLOAT -> assembly.addFloat(reader.getFloat());
      case DOUBLE -> assembly.addDouble(reader.getDouble());
      default -> {
        Binary value = reader.getBinary();
        byte[] bytes = value.getBytesUnsafe();
        assembly.addBytes(bytes, 0, value.length());
      }
    }
  }

  /** Whether 32-bit integers of this type have no sign, so that they widen with zeros. */
  static boolean isUnsigned(PrimitiveType type) {
    return type.getPrimitiveTypeName() == PrimitiveTypeName.INT32
        && type.getLogicalTypeAnnotation() instanceof IntLogicalTypeAnnotation integer
        && !integer.isSigned();
  }
}
