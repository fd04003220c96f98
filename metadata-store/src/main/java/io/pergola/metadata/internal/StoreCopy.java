package io.pergola.metadata.internal;

import io.pergola.metadata.MetadataCopy.CopiedTable;
import io.pergola.metadata.MetadataStoreException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Copies all rows of one database to another in one transaction, and compares what arrived. */
public final class StoreCopy {
  private StoreCopy() {}

  /** See {@link io.pergola.metadata.MetadataCopy#copy}. */
  public static List<CopiedTable> copy(String from, String to, Clock clock) {
    try (Connections source = SqlMetadataStore.connect(StoreLocation.dialect(from), clock);
        Connections target = SqlMetadataStore.connect(StoreLocation.dialect(to), clock)) {
      List<String> tables = StoreTables.all();
      return source.read(
          reading -> {
            requireQuiet(reading, source.dialect().name(), clock.instant());
            return target.write(writing -> copy(reading, writing, target.dialect(), tables));
          });
    }
  }

  private static void requireQuiet(Db db, String name, Instant now) throws SQLException {
    Optional<String> driven =
        db.first(
            row -> row.getString(1),
            "SELECT \"name\" FROM \"pergola_lease\" WHERE \"holder\" IS NOT NULL"
                + " AND \"expires\" > ? ORDER BY \"name\" LIMIT 1",
            now);
    if (driven.isPresent()) {
      throw new MetadataStoreException(
          "Cannot copy %s: the lease '%s' is in force. End what holds it, or wait for it, and copy again."
              .formatted(name, driven.get()));
    }
  }

  private static List<CopiedTable> copy(Db from, Db to, Dialect target, List<String> tables)
      throws SQLException {
    for (String table : tables) {
      if (to.first(row -> true, "SELECT 1 FROM \"" + table + "\" LIMIT 1").isPresent()) {
        throw new MetadataStoreException(
            "Cannot copy to %s: there are rows in its table '%s'. Name an empty database."
                .formatted(target.name(), table));
      }
    }
    List<CopiedTable> copied = new ArrayList<>();
    for (String table : tables) {
      TableDigest sent = new TableDigest();
      RowWriter writer = new RowWriter(to, table);
      from.each(
          "SELECT * FROM \"" + table + "\"",
          row -> {
            sent.add(row);
            writer.add(row);
          });
      writer.flush();
      TableDigest arrived = new TableDigest();
      to.each("SELECT * FROM \"" + table + "\"", arrived::add);
      if (!arrived.equals(sent)) {
        throw new MetadataStoreException(
            "Cannot copy table '%s' to %s: of %s, %s arrived. Nothing was kept; please report it."
                .formatted(table, target.name(), sent, arrived));
      }
      copied.add(new CopiedTable(table, sent.rows(), sent.hex()));
    }
    for (StoreTables.Counter counter : StoreTables.COUNTERS) {
      to.setCounter(counter, from.counter(counter));
    }
    return copied;
  }
}
