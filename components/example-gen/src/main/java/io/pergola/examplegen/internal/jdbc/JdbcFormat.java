package io.pergola.examplegen.internal.jdbc;

import io.pergola.examplegen.InputException;
import io.pergola.examplegen.internal.Chunk;
import io.pergola.examplegen.internal.FileSchema;
import io.pergola.examplegen.internal.InputColumn;
import io.pergola.examplegen.internal.InputFile;
import io.pergola.examplegen.internal.Piece;
import io.pergola.examplegen.internal.PieceStart;
import io.pergola.examplegen.internal.RecordReader;
import io.pergola.examplegen.internal.RowFormat;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The rows of a query: a piece is a range of the key. */
public final class JdbcFormat implements RowFormat {
  private static final long serialVersionUID = 1L;

  /** The query as a table that conditions can be put on. */
  static final String ROWS = "pergola_rows";

  private final JdbcSource source;
  private final ArrayList<InputColumn> columns;
  private final int ignored;
  private final KeyRanges ranges;

  private JdbcFormat(JdbcSource source, FileSchema.Chosen chosen, KeyRanges ranges) {
    this.source = source;
    columns = new ArrayList<>(chosen.columns());
    ignored = chosen.ignored();
    this.ranges = ranges;
  }

  /**
   * Asks the database what the query has.
   *
   * @param declared the columns to read; all of them if empty
   */
  public static JdbcFormat of(JdbcSource source, List<InputColumn> declared) {
    try (Connection connection = JdbcConnection.open(source)) {
      FileSchema schema = schema(source, connection);
      return new JdbcFormat(
          source, FileSchema.choose(List.of(schema), declared), KeyRanges.of(source, connection));
    } catch (SQLException e) {
      throw failed(source, e);
    }
  }

  private static FileSchema schema(JdbcSource source, Connection connection) throws SQLException {
    String sql = "select * from (%s) %s where 1 = 0".formatted(source.query(), ROWS);
    boolean sqlite = connection.getMetaData().getDatabaseProductName().equals("SQLite");
    try (PreparedStatement statement = connection.prepareStatement(sql);
        ResultSet rows = statement.executeQuery()) {
      return JdbcTypes.schema(source.shortUrl(), rows.getMetaData(), sqlite);
    }
  }

  static InputException failed(JdbcSource source, SQLException cause) {
    InputException failure =
        new InputException(
            source.shortUrl(),
            0,
            "Cannot read %s: %s. Check the query, and %s and %s in the environment."
                .formatted(
                    source.shortUrl(),
                    String.valueOf(cause.getMessage()).strip().replaceFirst("\\.$", ""),
                    source.variable("user"),
                    source.variable("password")));
    failure.initCause(cause);
    return failure;
  }

  /** What each worker reads: a range of the key. */
  public List<Chunk> chunks() {
    List<Chunk> chunks = new ArrayList<>();
    for (int i = 0; i < ranges.count(); i++) {
      InputFile rows =
          new InputFile("%s, range %d".formatted(source.shortUrl(), i + 1), "", 0, false);
      chunks.add(
          new Chunk(i, Chunk.BY_VALUES, List.of(new Piece(rows, ranges.from(i), ranges.to(i), i))));
    }
    return chunks;
  }

  @Override
  public Optional<List<InputColumn>> columns() {
    return Optional.of(columns);
  }

  @Override
  public int ignoredColumns() {
    return ignored;
  }

  @Override
  public RecordReader open(Piece piece, PieceStart start, List<InputColumn> wanted) {
    Connection connection = null;
    try {
      connection = JdbcConnection.open(source);
      FileSchema schema = schema(source, connection);
      Map<String, String> labels = schema.resolve(wanted);
      return new JdbcReader(source, connection, ranges, piece, wanted, labels);
    } catch (SQLException e) {
      if (connection != null) {
        try {
          connection.close();
        } catch (SQLException closing) {
          e.addSuppressed(closing);
        }
      }
      throw failed(source, e);
    }
  }
}
