package io.pergola.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tables on disk are those of ML Metadata, so that its tools read and write our files. */
class SqliteSchemaTest {
  @TempDir Path folder;
  private Path file;

  private interface Row {
    String read(ResultSet row) throws SQLException;
  }

  @BeforeEach
  void createDatabase() {
    file = folder.resolve("metadata.db");
    MetadataStore.open(file).close();
  }

  private List<String> list(String query, Row row) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      List<String> list = new ArrayList<>();
      while (rows.next()) {
        list.add(row.read(rows));
      }
      return list;
    }
  }

  @Test
  void tablesColumnsKeysAndIndexesAreThoseOfMlMetadata10() throws Exception {
    String expected;
    try (InputStream in = SqliteSchemaTest.class.getResourceAsStream("mlmd-schema-10.txt")) {
      expected =
          new String(in.readAllBytes(), StandardCharsets.UTF_8).replaceAll("(?m)^#.*\\R", "");
    }
    StringBuilder found = new StringBuilder();
    for (String table :
        list(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'pergola_%'"
                + " AND name NOT LIKE 'sqlite_%' ORDER BY name",
            row -> row.getString(1))) {
      found.append("table ").append(table).append('\n');
      describe(table).forEach(line -> found.append("  ").append(line).append('\n'));
    }
    assertThat(found.toString()).isEqualTo(expected);
  }

  private List<String> describe(String table) throws SQLException {
    List<String> lines =
        list(
            "PRAGMA table_info(\"" + table + "\")",
            row ->
                "column "
                    + row.getString("name")
                    + " "
                    + row.getString("type")
                    + (row.getInt("notnull") != 0 ? " not-null" : "")
                    + (row.getString("dflt_value") != null
                        ? " default " + row.getString("dflt_value")
                        : "")
                    + (row.getInt("pk") != 0 ? " key " + row.getInt("pk") : ""));
    List<String> uniques = new ArrayList<>();
    List<String> indexes = new ArrayList<>();
    for (String index :
        list(
            "PRAGMA index_list(\"" + table + "\")",
            row ->
                row.getString("origin")
                    + " "
                    + row.getString("name")
                    + " "
                    + row.getInt("partial")
                    + " "
                    + row.getInt("unique"))) {
      String[] parts = index.split(" ");
      String columns =
          String.join(
              ",", list("PRAGMA index_info(\"" + parts[1] + "\")", row -> row.getString("name")));
      if (parts[0].equals("u")) {
        uniques.add("unique " + columns);
      } else if (parts[0].equals("c")) {
        assertThat(parts[3]).as(parts[1] + " is not unique").isEqualTo("0");
        indexes.add("index " + parts[1] + " " + columns + (parts[2].equals("1") ? " partial" : ""));
      }
    }
    Collections.sort(uniques);
    Collections.sort(indexes);
    lines.addAll(uniques);
    lines.addAll(indexes);
    return lines;
  }

  @Test
  void partialIndexesLeaveOutRowsWithoutTheirValue() throws Exception {
    assertThat(
            list(
                "SELECT sql FROM sqlite_master WHERE type = 'index' AND name LIKE 'idx_%_property_%'",
                row -> row.getString(1).replaceAll(".* WHERE ", "")))
        .hasSize(9)
        .containsOnly(
            "\"int_value\" IS NOT NULL",
            "\"double_value\" IS NOT NULL",
            "\"string_value\" IS NOT NULL");
  }

  @Test
  void idsAreNeverUsedTwice() throws Exception {
    assertThat(
            list(
                "SELECT name FROM sqlite_master WHERE sql LIKE '%\"id\" INTEGER PRIMARY KEY"
                    + " AUTOINCREMENT%' ORDER BY name",
                row -> row.getString(1)))
        .containsExactly(
            "Artifact", "Association", "Attribution", "Context", "Event", "Execution", "Type");
  }

  @Test
  void allOurOwnTablesHaveOurPrefix() throws Exception {
    assertThat(
            list(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'pergola%'"
                    + " ORDER BY name",
                row -> row.getString(1)))
        .contains(
            "pergola_digest",
            "pergola_lease",
            "pergola_node",
            "pergola_run",
            "pergola_run_attribute",
            "pergola_schema_version");
  }

  @Test
  void statesKindsAndValuesAreStoredAsMlMetadataStoresThem() throws Exception {
    try (MetadataStore store = MetadataStore.open(file)) {
      store.putType(MetadataType.artifact("Examples").declaring("span", PropertyKind.INT));
      store.putType(MetadataType.execution("Step"));
      store.putType(MetadataType.context("pipeline"));
      store.publish(
          Publication.of(ExecutionDraft.of("Step").state(ExecutionState.CACHED))
              .output(
                  "out",
                  2,
                  ArtifactDraft.of("Examples")
                      .property("span", PropertyValue.of(7))
                      .customProperty(
                          "langs", PropertyValue.of(Map.of("language", List.of("en", "es", "cz"))))
                      .customProperty("ok", PropertyValue.of(true))));
    }
    assertThat(list("SELECT name || type_kind FROM Type", row -> row.getString(1)))
        .containsExactly("Examples1", "Step0", "pipeline2");
    assertThat(list("SELECT data_type FROM TypeProperty", row -> row.getString(1)))
        .containsExactly("1");
    assertThat(list("SELECT state FROM Artifact", row -> row.getString(1))).containsExactly("2");
    assertThat(list("SELECT last_known_state FROM Execution", row -> row.getString(1)))
        .containsExactly("5");
    assertThat(list("SELECT type FROM Event", row -> row.getString(1))).containsExactly("4");
    assertThat(
            list(
                "SELECT is_index_step || '/' || IFNULL(step_index, '') || '/' || IFNULL(step_key,"
                    + " '') FROM EventPath",
                row -> row.getString(1)))
        .containsExactly("0//out", "1/2/");
    assertThat(
            list(
                "SELECT name || is_custom_property || '=' || COALESCE(int_value, string_value,"
                    + " bool_value) FROM ArtifactProperty ORDER BY name",
                row -> row.getString(1)))
        .containsExactly(
            // The text that protobuf's own serialisation of this Struct gives.
            "langs1=mlmd-struct::CiAKCGxhbmd1YWdlEhQyEgoEGgJlbgoEGgJlcwoEGgJjeg==",
            "ok1=1",
            "span0=7");
  }

  @Test
  void propertyLookupsUseTheirIndex() throws Exception {
    String plan =
        String.join(
            " ",
            list(
                "EXPLAIN QUERY PLAN SELECT execution_id FROM ExecutionProperty p WHERE p.name = 'k'"
                    + " AND p.is_custom_property = 1 AND p.string_value = 'x'",
                row -> row.getString("detail")));
    assertThat(plan).contains("idx_execution_property_string");
  }
}
