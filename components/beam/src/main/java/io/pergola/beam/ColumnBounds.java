package io.pergola.beam;

import org.jspecify.annotations.Nullable;

/**
 * What the statistics of a Parquet row group say of a univalent column.
 *
 * @param type of the values
 * @param rows of the row group
 * @param missing how many rows lack the feature; -1 if that is not known
 * @param min no value is below it: a Long, Float, Double, or the bytes of text; null if not known
 * @param max no value is above it; null if not known
 */
public record ColumnBounds(
    ColumnType type, long rows, long missing, @Nullable Object min, @Nullable Object max) {

  /** Whether some row may lack the feature. */
  boolean mayLack() {
    return missing != 0;
  }

  /** Whether some row may have the feature. */
  boolean mayHave() {
    return missing < rows;
  }
}
