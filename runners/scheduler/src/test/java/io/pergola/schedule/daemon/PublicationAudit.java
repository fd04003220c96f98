package io.pergola.schedule.daemon;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Notes, within the very transaction that publishes a node or ends a run, the epoch that the run's
 * lease has there: triggers of the database, so that nothing of ours is asked.
 */
final class PublicationAudit {
  private static final String TABLE =
      "CREATE TABLE \"f5_audit\" (\"run_id\" VARCHAR(255), \"what\" VARCHAR(16),"
          + " \"epoch\" BIGINT)";
  private static final String NOTE =
      "INSERT INTO \"f5_audit\" SELECT NEW.\"%s\", NEW.\"state\", \"epoch\" FROM \"pergola_lease\""
          + " WHERE \"name\" = 'run/' || NEW.\"%s\";";

  private final String url;

  /** What happened to a run, under which epoch. */
  record Entry(String runId, String what, long epoch) {}

  private PublicationAudit(String url) {
    this.url = url;
  }

  /** Begins to take notes in a database that has its tables. */
  static PublicationAudit of(String location) throws SQLException {
    boolean postgres = location.startsWith("jdbc:postgresql:");
    PublicationAudit audit = new PublicationAudit(postgres ? location : "jdbc:sqlite:" + location);
    try (Connection connection = DriverManager.getConnection(audit.url);
        Statement statement = connection.createStatement()) {
      statement.execute(TABLE);
      for (String[] one :
          List.of(
              new String[] {"pergola_node", "run_id", "COMPLETE"},
              new String[] {"pergola_run", "id", "SUCCEEDED"})) {
        String note = NOTE.formatted(one[1], one[1]);
        String when =
            "WHEN (NEW.\"state\" = '%s' AND OLD.\"state\" <> '%s')".formatted(one[2], one[2]);
        String trigger =
            "CREATE TRIGGER \"f5_%s\" AFTER UPDATE ON \"%s\" FOR EACH ROW %s "
                .formatted(one[0], one[0], when);
        if (postgres) {
          statement.execute(
              "CREATE FUNCTION f5_%s() RETURNS trigger AS $$ BEGIN %s RETURN NEW; END $$"
                      .formatted(one[0], note)
                  + " LANGUAGE plpgsql");
          statement.execute(trigger + "EXECUTE FUNCTION f5_%s()".formatted(one[0]));
        } else {
          statement.execute(trigger + "BEGIN " + note + " END");
        }
      }
    }
    return audit;
  }

  List<Entry> entries() throws SQLException {
    List<Entry> entries = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT * FROM \"f5_audit\"")) {
      while (rows.next()) {
        entries.add(new Entry(rows.getString(1), rows.getString(2), rows.getLong(3)));
      }
    }
    return entries;
  }
}
