package io.pergola.examplegen.internal.jdbc;

import io.pergola.beam.ExampleBatchBuilder;
import io.pergola.examplegen.internal.ExampleHash;
import io.pergola.examplegen.internal.HashedColumns;
import io.pergola.examplegen.internal.InputColumn;
import io.pergola.examplegen.internal.Piece;
import io.pergola.examplegen.internal.RecordPlace;
import io.pergola.examplegen.internal.RecordReader;
import io.pergola.examplegen.internal.RowValues;
import io.pergola.examplegen.internal.ValueErrors;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
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
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the rows of a range. Not thread-safe. */
final class JdbcReader implements RecordReader {
  private static final int FETCH_ROWS = 1_000;

  private final JdbcSource source;
  private final Piece piece;
  private final Connection connection;
  private final ResultSet rows;
  private final List<InputColumn> columns;
  private final int[] indexes;
  private final int[] types;
  private final RowValues values;
  private long row;

  JdbcReader(
      JdbcSource source,
      Connection connection,
      KeyRanges ranges,
      Piece piece,
      List<InputColumn> columns,
      Map<String, String> labels)
      throws SQLException {
    this.source = source;
    this.piece = piece;
    this.connection = connection;
    this.columns = columns;
    values = new RowValues(columns, this::place);
    String order = source.key().isEmpty() ? "" : " order by " + source.key();
    PreparedStatement statement =
        connection.prepareStatement(
            "select * from (%s) %s where %s%s"
                .formatted(
                    source.query(),
                    JdbcFormat.ROWS,
                    ranges.condition(source.key(), piece.index()),
                    order));
    statement.setFetchSize(FETCH_ROWS);
    ranges.bind(statement, piece.index());
    rows = statement.executeQuery();
    indexes = new int[columns.size()];
    types = new int[columns.size()];
    for (int c = 0; c < indexes.length; c++) {
      String label = labels.get(columns.get(c).name());
      if (label != null) {
        indexes[c] = rows.findColumn(label);
        types[c] = rows.getMetaData().getColumnType(indexes[c]);
      }
    }
  }

  @Override
  public boolean next() {
    try {
      if (!rows.next()) {
        return false;
      }
      row++;
      return true;
    } catch (SQLException e) {
      throw JdbcFormat.failed(source, e);
    }
  }

  @Override
  public void read() {
    values.begin();
    try {
      for (int c = 0; c < indexes.length; c++) {
        if (indexes[c] > 0) {
          put(c);
        }
      }
    } catch (SQLException e) {
      throw JdbcFormat.failed(source, e);
    }
    values.check();
  }

  private void put(int c) throws SQLException {
    int i = indexes[c];
    switch (types[c]) {
      case Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY, Types.BLOB ->
          putValue(c, rows.getBytes(i));
      case Types.DATE -> putValue(c, rows.getObject(i, LocalDate.class));
      case Types.TIME -> putValue(c, rows.getObject(i, LocalTime.class));
      case Types.TIMESTAMP -> putTimestamp(c, i);
      case Types.TIMESTAMP_WITH_TIMEZONE -> putValue(c, rows.getObject(i, OffsetDateTime.class));
      case Types.ARRAY -> putArray(c, rows.getArray(i));
      case Types.CHAR,
          Types.VARCHAR,
          Types.LONGVARCHAR,
          Types.NCHAR,
          Types.NVARCHAR,
          Types.LONGNVARCHAR,
          Types.CLOB,
          Types.SQLXML,
          Types.OTHER ->
          putValue(c, rows.getString(i));
      default -> putValue(c, rows.getObject(i));
    }
  }

  /** PostgreSQL's driver says the same type of timestamps with and without a time zone. */
  private void putTimestamp(int c, int i) throws SQLException {
    boolean zoned = rows.getMetaData().getColumnTypeName(i).equalsIgnoreCase("timestamptz");
    putValue(
        c,
        zoned ? rows.getObject(i, OffsetDateTime.class) : rows.getObject(i, LocalDateTime.class));
  }

  private void putArray(int c, @Nullable Array array) throws SQLException {
    if (array == null) {
      return;
    }
    values.putPresent(c);
    for (Object value : (Object[]) array.getArray()) {
      if (value == null) {
        String name = columns.get(c).name();
        values.fail(() -> ValueErrors.gap(name, place(), name));
      } else {
        putValue(c, value);
      }
    }
  }

  private void putValue(int c, @Nullable Object value) {
    if (value == null) {
      return;
    }
    if (value instanceof Boolean truth) {
      values.putWhole(c, truth ? 1 : 0);
    } else if (value instanceof Float || value instanceof Double) {
      values.putNumber(c, ((Number) value).doubleValue());
    } else if (value instanceof BigDecimal number) {
      putDecimal(c, number);
    } else if (value instanceof Number number) {
      values.putWhole(c, number.longValue());
    } else if (value instanceof LocalDate date) {
      values.putWhole(c, date.toEpochDay());
    } else if (value instanceof LocalTime time) {
      values.putWhole(c, time.getLong(ChronoField.MICRO_OF_DAY));
    } else if (value instanceof LocalDateTime time) {
      values.putWhole(c, KeyRanges.micros(time));
    } else if (value instanceof OffsetDateTime time) {
      values.putWhole(c, ChronoUnit.MICROS.between(Instant.EPOCH, time.toInstant()));
    } else {
      byte[] bytes =
          value instanceof byte[] raw ? raw : value.toString().getBytes(StandardCharsets.UTF_8);
      values.putCopy(c, bytes, 0, bytes.length);
    }
  }

  private void putDecimal(int c, BigDecimal number) {
    if (number.stripTrailingZeros().scale() <= 0 && number.precision() - number.scale() <= 18) {
      values.putWhole(c, number.longValueExact());
    } else {
      values.putNumber(c, number.doubleValue());
    }
  }

  private RecordPlace place() {
    return new RecordPlace(piece.file().name(), "row", row);
  }

  @Override
  public void addTo(ExampleHash hash, HashedColumns hashed) {
    values.addTo(hash, hashed);
  }

  @Override
  public void appendTo(ExampleBatchBuilder batch) {
    values.appendTo(batch);
  }

  @Override
  public long record() {
    return row;
  }

  @Override
  public String raw() {
    return values.text();
  }

  /** With it go its statement and its rows. */
  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw JdbcFormat.failed(source, e);
    }
  }
}
