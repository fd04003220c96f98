package io.pergola.metadata.internal;

import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The tables of a store, and their rows in words that all databases share. */
final class StoreTables {
  private static final Pattern CREATE =
      Pattern.compile("CREATE TABLE \"([^\"]+)\".*", Pattern.DOTALL);

  /** What belongs to a database itself. */
  private static final Set<String> OWN = Set.of("MLMDEnv", "pergola_commit");

  private static final Set<String> FLAGS =
      Set.of("is_custom_property", "is_index_step", "bool_value");
  private static final Set<String> BYTES = Set.of("byte_value", "proto_value");

  /** A column whose numbers are counted up and never used twice. */
  record Counter(String table, String column) {}

  static final List<Counter> COUNTERS =
      List.of(
          new Counter("Type", "id"),
          new Counter("Artifact", "id"),
          new Counter("Execution", "id"),
          new Counter("Context", "id"),
          new Counter("Event", "id"),
          new Counter("Association", "id"),
          new Counter("Attribution", "id"),
          new Counter("pergola_run", "number"));

  private StoreTables() {}

  /** One row: columns in lower case, by name. */
  record Row(SortedMap<String, @Nullable Object> values) {}

  /** All tables with rows of their own, each after those it refers to. */
  static List<String> all() {
    StoreSchema schema = new StoreSchema(SchemaWords.SQLITE);
    List<String> statements = new ArrayList<>(schema.mlmd());
    for (int version = 1; version <= Migrator.PERGOLA_VERSION; version++) {
      statements.addAll(schema.pergola(version));
    }
    List<String> tables = new ArrayList<>();
    for (String statement : statements) {
      Matcher create = CREATE.matcher(statement);
      if (create.matches() && !OWN.contains(create.group(1))) {
        tables.add(create.group(1));
      }
    }
    return tables;
  }

  /** Reads a row as Long, Double, String, Boolean, byte[] or null. */
  static Row read(ResultSet row) throws SQLException {
    ResultSetMetaData columns = row.getMetaData();
    TreeMap<String, @Nullable Object> values = new TreeMap<>();
    for (int i = 1; i <= columns.getColumnCount(); i++) {
      String name = columns.getColumnLabel(i).toLowerCase(Locale.ROOT);
      values.put(name, value(row, i, name));
    }
    return new Row(values);
  }

  private static @Nullable Object value(ResultSet row, int i, String name) throws SQLException {
    Object value = row.getObject(i);
    if (value == null) {
      return null;
    }
    if (FLAGS.contains(name)) {
      return row.getBoolean(i);
    }
    if (BYTES.contains(name)) {
      return value instanceof String text ? Base64.getDecoder().decode(text) : value;
    }
    if (name.equals("double_value")) {
      return row.getDouble(i);
    }
    return value instanceof Number ? (Object) row.getLong(i) : row.getString(i);
  }
}
