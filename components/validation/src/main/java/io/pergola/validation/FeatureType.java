package io.pergola.validation;

import io.pergola.beam.ColumnType;

/** The types that a schema tells apart. */
public enum FeatureType {
  /** 64-bit integers. */
  INT,
  /** Floating-point numbers of 32 or 64 bits. */
  FLOAT,
  /** Text, as UTF-8. */
  TEXT,
  /** Bytes of any kind, text among them. */
  BYTES,
  /** Features of their own: see {@link Domain.Struct}. */
  STRUCT;

  /** Whether values are text or other bytes. */
  boolean isBytes() {
    return this == TEXT || this == BYTES;
  }

  /** Whether values of a column's type are of this type. */
  public boolean accepts(ColumnType column) {
    return of(column) == this || (this == BYTES && column == ColumnType.TEXT);
  }

  /** The type that a column has in a schema. */
  public static FeatureType of(ColumnType column) {
    return switch (column) {
      case INT -> INT;
      case FLOAT, DOUBLE -> FLOAT;
      case TEXT -> TEXT;
      case BYTES -> BYTES;
    };
  }
}
