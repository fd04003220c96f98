package io.pergola.metadata.internal;

import io.pergola.metadata.internal.StoreTables.Row;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Writes rows to a table, many at a time, in their order. */
final class RowWriter {
  private static final int BATCH = 1_000;

  private final Db db;
  private final String table;
  private final List<Row> waiting = new ArrayList<>();

  RowWriter(Db db, String table) {
    this.db = db;
    this.table = table;
  }

  void add(Row row) throws SQLException {
    waiting.add(row);
    if (waiting.size() == BATCH) {
      flush();
    }
  }

  void flush() throws SQLException {
    if (waiting.isEmpty()) {
      return;
    }
    List<String> columns = List.copyOf(waiting.get(0).values().keySet());
    db.updateAll(
        "INSERT INTO \"%s\" (%s) VALUES (%s)"
            .formatted(
                table, "\"" + String.join("\", \"", columns) + "\"", Db.marks(columns.size())),
        waiting.stream().map(row -> row.values().values().toArray()).toList());
    waiting.clear();
  }
}
