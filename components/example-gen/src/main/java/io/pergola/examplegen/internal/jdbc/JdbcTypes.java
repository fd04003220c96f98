package io.pergola.examplegen.internal.jdbc;

import io.pergola.examplegen.internal.CellType;
import io.pergola.examplegen.internal.FileSchema;
import io.pergola.examplegen.internal.InputColumn;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What columns of a query are as features. */
final class JdbcTypes {
  private static final int LONG_DIGITS = 18;

  private JdbcTypes() {}

  /** The features of a query. */
  static FileSchema schema(String name, ResultSetMetaData metaData, boolean sqlite)
      throws SQLException {
    Map<String, InputColumn> features = new LinkedHashMap<>();
    Map<String, String> refused = new LinkedHashMap<>();
    for (int c = 1; c <= metaData.getColumnCount(); c++) {
      String column = metaData.getColumnLabel(c);
      boolean array = metaData.getColumnType(c) == Types.ARRAY;
      Optional<CellType> type =
          array
              ? element(metaData.getColumnTypeName(c))
              : type(
                  metaData.getColumnType(c),
                  metaData.getPrecision(c),
                  metaData.getScale(c),
                  sqlite);
      if (type.isEmpty()) {
        refused.put(column, "is of type " + metaData.getColumnTypeName(c));
      } else if (features.put(column, InputColumn.found(column, type.get(), array)) != null) {
        refused.put(column, "occurs twice in the query");
      }
    }
    return new FileSchema(name, features, refused);
  }

  private static Optional<CellType> type(int type, int precision, int scale, boolean sqlite) {
    return Optional.ofNullable(
        switch (type) {
          case Types.BIT,
              Types.BOOLEAN,
              Types.TINYINT,
              Types.SMALLINT,
              Types.INTEGER,
              Types.BIGINT,
              Types.DATE,
              Types.TIME,
              Types.TIMESTAMP,
              Types.TIMESTAMP_WITH_TIMEZONE ->
              CellType.LONG;
          case Types.REAL -> sqlite ? CellType.DOUBLE : CellType.FLOAT;
          case Types.FLOAT, Types.DOUBLE -> CellType.DOUBLE;
          case Types.NUMERIC, Types.DECIMAL ->
              scale == 0 && precision > 0 && precision <= LONG_DIGITS
                  ? CellType.LONG
                  : CellType.DOUBLE;
          case Types.CHAR,
              Types.VARCHAR,
              Types.LONGVARCHAR,
              Types.NCHAR,
              Types.NVARCHAR,
              Types.LONGNVARCHAR,
              Types.CLOB,
              Types.SQLXML,
              Types.OTHER ->
              CellType.TEXT;
          case Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY, Types.BLOB -> CellType.BYTES;
          default -> null;
        });
  }

  /** The type of the elements of an array, as PostgreSQL and H2 name it. */
  private static Optional<CellType> element(String name) {
    String element =
        name.toLowerCase(Locale.ROOT).replaceFirst("^_", "").replaceFirst("( array.*|\\(.*)$", "");
    return Optional.ofNullable(
        switch (element) {
          case "bool", "boolean", "int2", "int4", "int8", "smallint", "integer", "bigint" ->
              CellType.LONG;
          case "float4", "real" -> CellType.FLOAT;
          case "float8", "double precision", "numeric" -> CellType.DOUBLE;
          case "text", "varchar", "character varying", "bpchar", "uuid", "name" -> CellType.TEXT;
          case "bytea" -> CellType.BYTES;
          default -> null;
        });
  }
}
