package io.pergola.beam.internal;

import io.pergola.beam.ColumnBounds;
import io.pergola.beam.ColumnType;
import java.util.Arrays;
import java.util.Optional;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.jspecify.annotations.Nullable;

/** Reads the statistics of column chunks, as far as they say something of examples. */
public final class ParquetBounds {
  private ParquetBounds() {}

  /** What is known of a column in a row group. */
  public static Optional<ColumnBounds> of(BlockMetaData group, ParquetColumn column) {
    PrimitiveType leaf = column.descriptor().getPrimitiveType();
    if (column.field().multivalent() || column.isConverted() || !isComparable(leaf)) {
      return Optional.empty();
    }
    for (ColumnChunkMetaData chunk : group.getColumns()) {
      if (Arrays.equals(chunk.getPath().toArray(), column.descriptor().getPath())) {
        return of(group.getRowCount(), column.field().type(), chunk.getStatistics());
      }
    }
    return Optional.empty();
  }

  private static boolean isComparable(PrimitiveType leaf) {
    LogicalTypeAnnotation logical = leaf.getLogicalTypeAnnotation();
    return switch (leaf.getPrimitiveTypeName()) {
      case INT32, INT64 ->
          logical == null
              || (logical instanceof LogicalTypeAnnotation.IntLogicalTypeAnnotation whole
                  && whole.isSigned());
      case FLOAT, DOUBLE -> logical == null;
      case BINARY -> logical instanceof LogicalTypeAnnotation.StringLogicalTypeAnnotation;
      default -> false;
    };
  }

  private static Optional<ColumnBounds> of(
      long rows, ColumnType type, @Nullable Statistics<?> statistics) {
    if (statistics == null || statistics.isEmpty()) {
      return Optional.empty();
    }
    long missing = statistics.isNumNullsSet() ? statistics.getNumNulls() : -1;
    boolean known = statistics.hasNonNullValue();
    return Optional.of(
        new ColumnBounds(
            type,
            rows,
            missing,
            known ? value(statistics.genericGetMin()) : null,
            known ? value(statistics.genericGetMax()) : null));
  }

  private static @Nullable Object value(Object value) {
    if (value instanceof Integer whole) {
      return whole.longValue();
    }
    if (value instanceof Binary binary) {
      return binary.getBytes();
    }
    boolean nan =
        (value instanceof Float f && f.isNaN()) || (value instanceof Double d && d.isNaN());
    return nan ? null : value;
  }
}
