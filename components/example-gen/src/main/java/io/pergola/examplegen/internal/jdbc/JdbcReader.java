package io.pergola.examplegen.internal.jdbc;

import io.pergola.beam.ExampleBatchBuilder;
import io.pergola.examplegen.internal.ExampleHash;
import io.pergola.examplegen.internal.HashedColumns;
import io.pergola.examplegen.internal.InputColumn;
import io.pergola.examplegen.internal.Piece;
import io.pergola.examplegen.internal.RawRecord;
import io.pergola.examplegen.internal.RecordPlace;
import io.pergola.examplegen.internal.RecordReader;
import io.pergola.examplegen.internal.RowValues;
import io.pergola.examplegen.internal.ValueErrors;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

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
    Object value = JdbcValue.of(rows, indexes[c], types[c]);
    if (value instanceof List<?> elements) {
      putAll(c, elements);
    } else if (value != null) {
      putOne(c, value);
    }
  }

  private void putAll(int c, List<?> elements) {
    if (!elements.isEmpty() && elements.stream().allMatch(Objects::isNull)) {
      return; // no element has a value
    }
    values.putPresent(c);
    for (Object element : elements) {
      if (element == null) {
        String name = columns.get(c).name();
        values.fail(() -> ValueErrors.gap(name, place(), name));
      } else {
        putOne(c, element);
      }
    }
  }

  private void putOne(int c, Object value) {
    if (value instanceof Long whole) {
      values.putWhole(c, whole);
    } else if (value instanceof BigDecimal number) {
      putDecimal(c, number);
    } else if (value instanceof Number number) {
      values.putNumber(c, number.doubleValue());
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

  @Override
  public Optional<RawRecord> replay() {
    try {
      return Optional.of(JdbcLine.of(rows));
    } catch (SQLException e) {
      throw JdbcFormat.failed(source, e);
    }
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
