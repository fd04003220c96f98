package io.pergola.metadata.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The tables in SQLite's words; {@code docs/reference/database-schema.md} explains them. */
final class SqliteSchema {
  private static final String ID = "\"id\" INTEGER PRIMARY KEY AUTOINCREMENT";
  private static final String NAME = "\"name\" VARCHAR(255)";
  private static final String EXTERNAL_ID = "\"external_id\" VARCHAR(255) UNIQUE";
  private static final String TIMES =
      "\"create_time_since_epoch\" INT NOT NULL DEFAULT 0, "
          + "\"last_update_time_since_epoch\" INT NOT NULL DEFAULT 0";
  private static final String UNIQUE_NAME = "UNIQUE(\"type_id\", \"name\")";

  /** ML Metadata, schema version 10. */
  static final List<String> MLMD = mlmd();

  /** Our own tables; entry i brings version i to version i + 1. */
  static final List<List<String>> PERGOLA = List.of(pergola1(), PergolaSchema.version2());

  private SqliteSchema() {}

  private static List<String> mlmd() {
    List<String> ddl = new ArrayList<>();
    ddl.add(
        table(
            "Type",
            ID,
            NAME + " NOT NULL",
            "\"version\" VARCHAR(255)",
            "\"type_kind\" TINYINT(1) NOT NULL",
            "\"description\" TEXT",
            "\"input_type\" TEXT",
            "\"output_type\" TEXT",
            EXTERNAL_ID));
    ddl.add(pair("ParentType", "type_id", "parent_type_id"));
    ddl.add(
        table(
            "TypeProperty",
            "\"type_id\" INT NOT NULL",
            NAME + " NOT NULL",
            "\"data_type\" INT NULL",
            "PRIMARY KEY (\"type_id\", \"name\")"));
    ddl.add(
        table(
            "Artifact",
            ID,
            "\"type_id\" INT NOT NULL",
            "\"uri\" TEXT",
            "\"state\" INT",
            NAME,
            EXTERNAL_ID,
            TIMES,
            UNIQUE_NAME));
    ddl.add(properties("Artifact"));
    ddl.add(
        table(
            "Execution",
            ID,
            "\"type_id\" INT NOT NULL",
            "\"last_known_state\" INT",
            NAME,
            EXTERNAL_ID,
            TIMES,
            UNIQUE_NAME));
    ddl.add(properties("Execution"));
    ddl.add(
        table(
            "Context",
            ID,
            "\"type_id\" INT NOT NULL",
            NAME + " NOT NULL",
            EXTERNAL_ID,
            TIMES,
            UNIQUE_NAME));
    ddl.add(properties("Context"));
    ddl.add(pair("ParentContext", "context_id", "parent_context_id"));
    ddl.add(
        table(
            "Event",
            ID,
            "\"artifact_id\" INT NOT NULL",
            "\"execution_id\" INT NOT NULL",
            "\"type\" INT NOT NULL",
            "\"milliseconds_since_epoch\" INT",
            "UNIQUE(\"artifact_id\", \"execution_id\", \"type\")"));
    ddl.add(
        table(
            "EventPath",
            "\"event_id\" INT NOT NULL",
            "\"is_index_step\" TINYINT(1) NOT NULL",
            "\"step_index\" INT",
            "\"step_key\" TEXT"));
    ddl.add(link("Association", "execution_id"));
    ddl.add(link("Attribution", "artifact_id"));
    ddl.add(table("MLMDEnv", "\"schema_version\" INTEGER PRIMARY KEY"));

    ddl.add(index("idx_type_name", "Type", "name"));
    ddl.add(index("idx_artifact_uri", "Artifact", "uri"));
    ddl.add(index("idx_event_execution_id", "Event", "execution_id"));
    ddl.add(index("idx_parentcontext_parent_context_id", "ParentContext", "parent_context_id"));
    ddl.add(index("idx_eventpath_event_id", "EventPath", "event_id"));
    for (String owner : List.of("Artifact", "Execution", "Context")) {
      String prefix = "idx_" + owner.toLowerCase(Locale.ROOT) + "_";
      for (String time : List.of("create_time_since_epoch", "last_update_time_since_epoch")) {
        ddl.add(index(prefix + time, owner, time));
      }
      for (String kind : List.of("int", "double", "string")) {
        String value = kind + "_value";
        ddl.add(
            index(
                    prefix + "property_" + kind,
                    owner + "Property",
                    "name",
                    "is_custom_property",
                    value)
                + " WHERE \""
                + value
                + "\" IS NOT NULL");
      }
    }
    for (String owner : List.of("Type", "Artifact", "Execution", "Context")) {
      ddl.add(
          index("idx_" + owner.toLowerCase(Locale.ROOT) + "_external_id", owner, "external_id"));
    }
    return List.copyOf(ddl);
  }

  private static List<String> pergola1() {
    return List.of(
        table(
            "pergola_run",
            ID.replace("\"id\"", "\"number\""),
            "\"id\" VARCHAR(255) NOT NULL UNIQUE",
            "\"pipeline\" VARCHAR(255) NOT NULL",
            "\"state\" VARCHAR(16) NOT NULL",
            "\"graph\" TEXT NOT NULL",
            "\"reason\" TEXT",
            "\"created\" INT NOT NULL",
            "\"started\" INT",
            "\"finished\" INT",
            "\"cancel_requested\" INT"),
        index("pergola_idx_run_pipeline", "pergola_run", "pipeline", "number"),
        index("pergola_idx_run_state", "pergola_run", "state", "number"),
        table(
            "pergola_run_attribute",
            "\"run_id\" VARCHAR(255) NOT NULL REFERENCES \"pergola_run\"(\"id\")",
            NAME + " NOT NULL",
            "\"value\" TEXT NOT NULL",
            "PRIMARY KEY (\"run_id\", \"name\")"),
        table(
            "pergola_node",
            "\"run_id\" VARCHAR(255) NOT NULL REFERENCES \"pergola_run\"(\"id\")",
            "\"node_id\" VARCHAR(255) NOT NULL",
            "\"position\" INT NOT NULL",
            "\"component\" VARCHAR(255) NOT NULL",
            "\"state\" VARCHAR(16) NOT NULL",
            "\"attempt\" INT NOT NULL DEFAULT 0",
            "\"execution_id\" INT REFERENCES \"Execution\"(\"id\")",
            "\"cache_key\" VARCHAR(255)",
            "\"job_id\" TEXT",
            "\"rows\" INT NOT NULL DEFAULT 0",
            "\"reason\" TEXT",
            "\"started\" INT",
            "\"finished\" INT",
            "PRIMARY KEY (\"run_id\", \"node_id\")"),
        index("pergola_idx_node_execution", "pergola_node", "execution_id"),
        table(
            "pergola_lease",
            NAME + " NOT NULL PRIMARY KEY",
            "\"holder\" TEXT",
            "\"epoch\" INT NOT NULL",
            "\"expires\" INT NOT NULL"),
        table(
            "pergola_digest",
            "\"path\" TEXT NOT NULL PRIMARY KEY",
            "\"size\" INT NOT NULL",
            "\"modified\" INT NOT NULL",
            "\"digest\" TEXT NOT NULL"));
  }

  private static String properties(String owner) {
    String id = "\"" + owner.toLowerCase(Locale.ROOT) + "_id\"";
    return table(
        owner + "Property",
        id + " INT NOT NULL",
        NAME + " NOT NULL",
        "\"is_custom_property\" TINYINT(1) NOT NULL",
        "\"int_value\" INT",
        "\"double_value\" DOUBLE",
        "\"string_value\" TEXT",
        "\"byte_value\" BLOB",
        "\"proto_value\" BLOB",
        "\"bool_value\" BOOLEAN",
        "PRIMARY KEY (" + id + ", \"name\", \"is_custom_property\")");
  }

  private static String pair(String table, String child, String parent) {
    return table(
        table,
        "\"" + child + "\" INT NOT NULL",
        "\"" + parent + "\" INT NOT NULL",
        "PRIMARY KEY (\"" + child + "\", \"" + parent + "\")");
  }

  private static String link(String table, String member) {
    return table(
        table,
        ID,
        "\"context_id\" INT NOT NULL",
        "\"" + member + "\" INT NOT NULL",
        "UNIQUE(\"context_id\", \"" + member + "\")");
  }

  private static String table(String name, String... columns) {
    return "CREATE TABLE \"" + name + "\" (" + String.join(", ", columns) + ")";
  }

  private static String index(String name, String table, String... columns) {
    String quoted =
        String.join(", ", Arrays.stream(columns).map(column -> "\"" + column + "\"").toList());
    return "CREATE INDEX \"" + name + "\" ON \"" + table + "\"(" + quoted + ")";
  }
}
