package io.pergola.examplegen.internal.jdbc;

import java.math.BigDecimal;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the values of a query are as values of features. */
final class JdbcValue {
  private JdbcValue() {}

  /**
   * A value of the current row.
   *
   * @param column from 1
   * @param type one of {@link Types}
   * @return a {@link Long}, {@link Float}, {@link Double}, {@link BigDecimal}, {@link String} or
   *     {@code byte[]}; a list of these, in which nulls may be, of an array; null of null
   */
  static @Nullable Object of(ResultSet rows, int column, int type) throws SQLException {
    return switch (type) {
      case Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY, Types.BLOB -> rows.getBytes(column);
      case Types.DATE -> feature(rows.getObject(column, LocalDate.class));
      case Types.TIME -> feature(rows.getObject(column, LocalTime.class));
      case Types.TIMESTAMP -> feature(timestamp(rows, column));
      case Types.TIMESTAMP_WITH_TIMEZONE -> feature(rows.getObject(column, OffsetDateTime.class));
      case Types.ARRAY -> elements(rows.getArray(column));
      case Types.CHAR,
          Types.VARCHAR,
          Types.LONGVARCHAR,
          Types.NCHAR,
          Types.NVARCHAR,
          Types.LONGNVARCHAR,
          Types.CLOB,
          Types.SQLXML,
          Types.OTHER ->
          rows.getString(column);
      default -> feature(rows.getObject(column));
    };
  }

  /** PostgreSQL's driver says the same type of timestamps with and without a time zone. */
  private static @Nullable Object timestamp(ResultSet rows, int column) throws SQLException {
    boolean zoned = rows.getMetaData().getColumnTypeName(column).equalsIgnoreCase("timestamptz");
    return zoned
        ? rows.getObject(column, OffsetDateTime.class)
        : rows.getObject(column, LocalDateTime.class);
  }

  private static @Nullable List<@Nullable Object> elements(@Nullable Array array)
      throws SQLException {
    if (array == null) {
      return null;
    }
    List<@Nullable Object> elements = new ArrayList<>();
    for (Object element : (Object[]) array.getArray()) {
      elements.add(feature(element));
    }
    return elements;
  }

  private static @Nullable Object feature(@Nullable Object value) {
    if (value == null
        || value instanceof Float
        || value instanceof Double
        || value instanceof BigDecimal
        || value instanceof byte[]) {
      return value;
    }
    if (value instanceof Boolean truth) {
      return truth ? 1L : 0L;
    }
    if (value instanceof Number number) {
      return number.longValue();
    }
    if (value instanceof LocalDate date) {
      return date.toEpochDay();
    }
    if (value instanceof LocalTime time) {
      return time.getLong(ChronoField.MICRO_OF_DAY);
    }
    if (value instanceof LocalDateTime time) {
      return KeyRanges.micros(time);
    }
    if (value instanceof OffsetDateTime time) {
      return ChronoUnit.MICROS.between(Instant.EPOCH, time.toInstant());
    }
    return value.toString();
  }
}
