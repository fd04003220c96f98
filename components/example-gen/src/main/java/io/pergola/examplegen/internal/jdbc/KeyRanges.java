package io.pergola.examplegen.internal.jdbc;

import io.pergola.examplegen.InputException;
import java.io.Serializable;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.Date;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/**
 * Ranges of a key that together hold every row: the first one those without a key too, and neither
 * the first nor the last one is bounded on its outer side.
 *
 * @param kind what the key is
 * @param min the smallest key: a number, a day since 1970, or a microsecond since 1970
 * @param max the largest key
 * @param count how many ranges
 */
record KeyRanges(KeyRanges.Kind kind, long min, long max, int count) implements Serializable {
  enum Kind {
    NONE,
    NUMBER,
    DATE,
    TIMESTAMP
  }

  private static final KeyRanges ONE = new KeyRanges(Kind.NONE, 0, 0, 1);

  /** Asks the database for the smallest and the largest key. */
  static KeyRanges of(JdbcSource source, Connection connection) throws SQLException {
    if (source.key().isEmpty() || source.ranges() == 1) {
      return ONE;
    }
    String sql =
        "select min(%s), max(%s) from (%s) %s"
            .formatted(source.key(), source.key(), source.query(), JdbcFormat.ROWS);
    try (PreparedStatement statement = connection.prepareStatement(sql);
        ResultSet row = statement.executeQuery()) {
      row.next();
      if (row.getObject(1) == null) {
        return ONE;
      }
      Kind kind = kind(source, row.getMetaData().getColumnType(1));
      long min = key(kind, row, 1);
      long max = key(kind, row, 2);
      BigInteger width = BigInteger.valueOf(max).subtract(BigInteger.valueOf(min));
      int most = width.bitLength() > 31 ? Integer.MAX_VALUE : width.intValue();
      return new KeyRanges(kind, min, max, Math.min(source.ranges(), Math.max(1, most)));
    }
  }

  private static Kind kind(JdbcSource source, int type) {
    return switch (type) {
      case Types.TINYINT,
          Types.SMALLINT,
          Types.INTEGER,
          Types.BIGINT,
          Types.NUMERIC,
          Types.DECIMAL,
          Types.REAL,
          Types.FLOAT,
          Types.DOUBLE ->
          Kind.NUMBER;
      case Types.DATE -> Kind.DATE;
      case Types.TIMESTAMP -> Kind.TIMESTAMP;
      default ->
          throw new InputException(
              source.shortUrl(),
              0,
              "Cannot read ranges of '%s': it is no number, date or timestamp. Name another column, or leave out inRangesOf."
                  .formatted(source.key()));
    };
  }

  private static long key(Kind kind, ResultSet row, int column) throws SQLException {
    return switch (kind) {
      case DATE -> row.getObject(column, LocalDate.class).toEpochDay();
      case TIMESTAMP -> micros(row.getObject(column, LocalDateTime.class));
      default -> row.getLong(column);
    };
  }

  static long micros(LocalDateTime time) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, time.toInstant(ZoneOffset.UTC));
  }

  /** Where a range begins; the first one has no lower bound. */
  long from(int range) {
    return range == 0 ? Long.MIN_VALUE : bound(range);
  }

  /** Where a range ends; the last one has no upper bound. */
  long to(int range) {
    return range == count - 1 ? Long.MAX_VALUE : bound(range + 1);
  }

  private long bound(int range) {
    BigInteger width = BigInteger.valueOf(max).subtract(BigInteger.valueOf(min));
    return BigInteger.valueOf(min)
        .add(width.multiply(BigInteger.valueOf(range)).divide(BigInteger.valueOf(count)))
        .longValueExact();
  }

  /** The condition of a range, with a parameter for each bound. */
  String condition(String key, int range) {
    if (count == 1) {
      return "1 = 1";
    }
    if (range == 0) {
      return "(%s < ? or %s is null)".formatted(key, key);
    }
    return range == count - 1 ? key + " >= ?" : "%s >= ? and %s < ?".formatted(key, key);
  }

  /** Binds the bounds of a range. */
  void bind(PreparedStatement statement, int range) throws SQLException {
    int next = 1;
    if (range > 0) {
      bind(statement, next++, from(range));
    }
    if (range < count - 1) {
      bind(statement, next, to(range));
    }
  }

  private void bind(PreparedStatement statement, int index, long bound) throws SQLException {
    switch (kind) {
      case DATE -> statement.setDate(index, Date.valueOf(LocalDate.ofEpochDay(bound)));
      case TIMESTAMP ->
          statement.setTimestamp(
              index,
              Timestamp.valueOf(
                  LocalDateTime.ofInstant(
                      Instant.EPOCH.plus(bound, ChronoUnit.MICROS), ZoneOffset.UTC)));
      default -> statement.setLong(index, bound);
    }
  }
}
