package io.pergola.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteMigrationTest {
  @TempDir Path folder;

  private Path file() {
    return folder.resolve("home/metadata.db");
  }

  private void sql(String... statements) throws SQLException, IOException {
    Files.createDirectories(file().getParent());
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file());
        Statement statement = connection.createStatement()) {
      for (String text : statements) {
        statement.execute(text);
      }
    }
  }

  private String scalar(String query) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file());
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      return row.getString(1);
    }
  }

  @Test
  void openingCreatesTheFolderTheTablesAndTheWriteAheadLog() throws Exception {
    MetadataStore.open(file()).close();

    assertThat(scalar("SELECT schema_version FROM MLMDEnv")).isEqualTo("10");
    assertThat(scalar("SELECT MAX(version) FROM pergola_schema_version")).isEqualTo("2");
    assertThat(scalar("PRAGMA journal_mode")).isEqualTo("wal");
  }

  @Test
  void openingAgainChangesNothing() throws Exception {
    try (MetadataStore store = MetadataStore.open(file())) {
      store.putType(MetadataType.artifact("Model"));
    }
    MetadataStore.open(file()).close();

    assertThat(scalar("SELECT COUNT(*) FROM pergola_schema_version")).isEqualTo("2");
    assertThat(scalar("SELECT COUNT(*) FROM \"Type\"")).isEqualTo("1");
  }

  @Test
  void aNewerSchemaIsRefusedUntouched() throws Exception {
    MetadataStore.open(file()).close();
    sql("INSERT INTO pergola_schema_version VALUES (3, 0)");

    assertThatThrownBy(() -> MetadataStore.open(file()))
        .isInstanceOf(MetadataStoreException.class)
        .hasMessage(
            "Cannot open "
                + file()
                + ": its Pergola schema has version 3, and this Pergola knows 2. Use a newer"
                + " Pergola.");

    sql(
        "DELETE FROM pergola_schema_version WHERE version = 3",
        "UPDATE MLMDEnv SET schema_version = 11");
    assertThatThrownBy(() -> MetadataStore.open(file()))
        .hasMessage(
            "Cannot open "
                + file()
                + ": its ML Metadata schema has version 11, and this Pergola knows 10. Use a newer"
                + " Pergola.");
    assertThat(scalar("SELECT schema_version FROM MLMDEnv")).isEqualTo("11");
  }

  @Test
  void anOlderMlMetadataSchemaIsRefused() throws Exception {
    sql(
        "CREATE TABLE MLMDEnv (schema_version INTEGER PRIMARY KEY)",
        "INSERT INTO MLMDEnv VALUES (6)");

    assertThatThrownBy(() -> MetadataStore.open(file()))
        .hasMessage(
            "Cannot open "
                + file()
                + ": its ML Metadata schema has version 6, and Pergola starts from 10. Upgrade it"
                + " with the ml-metadata tools, or choose another home.");
  }

  @Test
  void aDatabaseThatMlMetadataMadeGetsOurTables() throws Exception {
    MetadataStore.open(file()).close();
    String ours =
        scalar(
            "SELECT GROUP_CONCAT(name) FROM sqlite_master WHERE type = 'table'"
                + " AND name LIKE 'pergola_%'");
    for (String table : ours.split(",")) {
      sql("DROP TABLE " + table);
    }
    sql("INSERT INTO \"Type\" (name, type_kind) VALUES ('Examples', 1)");

    try (MetadataStore store = MetadataStore.open(file())) {
      assertThat(store.type(TypeKind.ARTIFACT, "Examples")).isPresent();
      assertThat(store.runs().latest()).isEmpty();
    }
  }

  @Test
  void aFileThatIsNoDatabaseIsRefused() throws Exception {
    Files.createDirectories(file().getParent());
    Files.writeString(file(), "this is not a database, whatever its name says ".repeat(30));

    assertThatThrownBy(() -> MetadataStore.open(file()))
        .isInstanceOf(MetadataStoreException.class)
        .hasMessageContaining("file is not a database");
  }

  @Test
  void anInterruptedMigrationLeavesNothing() throws Exception {
    sql("CREATE TABLE pergola_run (a INT)");

    assertThatThrownBy(() -> MetadataStore.open(file())).isInstanceOf(MetadataStoreException.class);

    assertThat(scalar("SELECT GROUP_CONCAT(name) FROM sqlite_master WHERE type = 'table'"))
        .isEqualTo("pergola_run");
  }

  /** A second JVM opens the same new file: the classes run again in processes of their own. */
  @Test
  void processesThatOpenANewFileAtOnceAllSucceed() throws Exception {
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      processes.add(
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  Writer.class.getName(),
                  file().toString(),
                  Integer.toString(i))
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("out" + i).toFile())
              .start());
    }
    for (int i = 0; i < processes.size(); i++) {
      assertThat(processes.get(i).waitFor())
          .as(() -> "a process")
          .withFailMessage(Files.readString(folder.resolve("out" + i)))
          .isZero();
    }
    assertThat(scalar("SELECT COUNT(*) FROM pergola_schema_version")).isEqualTo("2");
    assertThat(scalar("SELECT COUNT(*) FROM \"Artifact\"")).isEqualTo("60");
  }

  /** Puts 20 artifacts; the main class of the processes of the test above. */
  static final class Writer {
    private Writer() {}

    public static void main(String[] args) {
      try (MetadataStore store = MetadataStore.open(Path.of(args[0]))) {
        store.putType(MetadataType.artifact("Examples"));
        for (int i = 0; i < 20; i++) {
          store.putArtifact(ArtifactDraft.of("Examples").name(args[1] + "-" + i));
        }
      }
    }
  }
}
