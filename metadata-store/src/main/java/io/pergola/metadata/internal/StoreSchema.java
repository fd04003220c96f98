package io.pergola.metadata.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The tables in a database's words; {@code docs/reference/database-schema.md} explains them. */
final class StoreSchema {
  private static final String NAME = "\"name\" VARCHAR(255)";
  private static final String EXTERNAL_ID = "\"external_id\" VARCHAR(255) UNIQUE";
  private static final String UNIQUE_NAME = "UNIQUE(\"type_id\", \"name\")";

  private final SchemaWords words;
  private final String id;
  private final String times;

  StoreSchema(SchemaWords words) {
    this.words = words;
    this.id = "\"id\" " + words.id();
    this.times =
        "\"create_time_since_epoch\" %1$s NOT NULL DEFAULT 0, \"last_update_time_since_epoch\" %1$s NOT NULL DEFAULT 0"
            .formatted(words.integer());
  }

  /** The statements that create ML Metadata's tables and indexes, schema version 10. */
  List<String> mlmd() {
    List<String> ddl = new ArrayList<>();
    ddl.add(
        table(
            "Type",
            id,
            NAME + " NOT NULL",
            "\"version\" VARCHAR(255)",
            "\"type_kind\" " + words.kind() + " NOT NULL",
            "\"description\" TEXT",
            "\"input_type\" TEXT",
            "\"output_type\" TEXT",
            EXTERNAL_ID));
    ddl.add(pair("ParentType", "type_id", "parent_type_id"));
    ddl.add(
        table(
            "TypeProperty",
            "\"type_id\" " + words.integer() + " NOT NULL",
            NAME + " NOT NULL",
            "\"data_type\" " + words.integer() + " NULL",
            "PRIMARY KEY (\"type_id\", \"name\")"));
    ddl.add(
        table(
            "Artifact",
            id,
            "\"type_id\" " + words.integer() + " NOT NULL",
            "\"uri\" TEXT",
            "\"state\" " + words.integer(),
            NAME,
            EXTERNAL_ID,
            times,
            UNIQUE_NAME));
    ddl.add(properties("Artifact"));
    ddl.add(
        table(
            "Execution",
            id,
            "\"type_id\" " + words.integer() + " NOT NULL",
            "\"last_known_state\" " + words.integer(),
            NAME,
            EXTERNAL_ID,
            times,
            UNIQUE_NAME));
    ddl.add(properties("Execution"));
    ddl.add(
        table(
            "Context",
            id,
            "\"type_id\" " + words.integer() + " NOT NULL",
            NAME + " NOT NULL",
            EXTERNAL_ID,
            times,
            UNIQUE_NAME));
    ddl.add(properties("Context"));
    ddl.add(pair("ParentContext", "context_id", "parent_context_id"));
    ddl.add(
        table(
            "Event",
            id,
            "\"artifact_id\" " + words.integer() + " NOT NULL",
            "\"execution_id\" " + words.integer() + " NOT NULL",
            "\"type\" " + words.integer() + " NOT NULL",
            "\"milliseconds_since_epoch\" " + words.integer(),
            "UNIQUE(\"artifact_id\", \"execution_id\", \"type\")"));
    ddl.add(
        table(
            "EventPath",
            "\"event_id\" " + words.integer() + " NOT NULL",
            "\"is_index_step\" " + words.flag() + " NOT NULL",
            "\"step_index\" " + words.integer(),
            "\"step_key\" TEXT"));
    ddl.add(link("Association", "execution_id"));
    ddl.add(link("Attribution", "artifact_id"));
    ddl.add(table("MLMDEnv", "\"schema_version\" INTEGER PRIMARY KEY"));

    ddl.add(index("idx_type_name", "Type", "name"));
    ddl.add(
        words.text() == SchemaWords.TextIndex.HASHED
            ? hashed("idx_artifact_uri", "Artifact", "uri")
            : index("idx_artifact_uri", "Artifact", "uri"));
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
        String name = prefix + "property_" + kind;
        String property = owner + "Property";
        String index =
            kind.equals("string") && words.text() == SchemaWords.TextIndex.HASHED
                ? hashed(name, property, value)
                : index(name, property, "name", "is_custom_property", value);
        ddl.add(index + " WHERE \"" + value + "\" IS NOT NULL");
      }
    }
    for (String owner : List.of("Type", "Artifact", "Execution", "Context")) {
      ddl.add(
          index("idx_" + owner.toLowerCase(Locale.ROOT) + "_external_id", owner, "external_id"));
    }
    return List.copyOf(ddl);
  }

  /** The statements that bring our own tables to the given version from the one before. */
  List<String> pergola(int version) {
    return version == 1 ? pergola1() : PergolaSchema.version2();
  }

  private List<String> pergola1() {
    return List.of(
        table(
            "pergola_run",
            "\"number\" " + words.id(),
            "\"id\" VARCHAR(255) NOT NULL UNIQUE",
            "\"pipeline\" VARCHAR(255) NOT NULL",
            "\"state\" VARCHAR(16) NOT NULL",
            "\"graph\" TEXT NOT NULL",
            "\"reason\" TEXT",
            "\"created\" " + words.integer() + " NOT NULL",
            "\"started\" " + words.integer(),
            "\"finished\" " + words.integer(),
            "\"cancel_requested\" " + words.integer()),
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
            "\"position\" " + words.integer() + " NOT NULL",
            "\"component\" VARCHAR(255) NOT NULL",
            "\"state\" VARCHAR(16) NOT NULL",
            "\"attempt\" " + words.integer() + " NOT NULL DEFAULT 0",
            "\"execution_id\" " + words.integer() + " REFERENCES \"Execution\"(\"id\")",
            "\"cache_key\" VARCHAR(255)",
            "\"job_id\" TEXT",
            "\"rows\" " + words.integer() + " NOT NULL DEFAULT 0",
            "\"reason\" TEXT",
            "\"started\" " + words.integer(),
            "\"finished\" " + words.integer(),
            "PRIMARY KEY (\"run_id\", \"node_id\")"),
        index("pergola_idx_node_execution", "pergola_node", "execution_id"),
        table(
            "pergola_lease",
            NAME + " NOT NULL PRIMARY KEY",
            "\"holder\" TEXT",
            "\"epoch\" " + words.integer() + " NOT NULL",
            "\"expires\" " + words.integer() + " NOT NULL"),
        table(
            "pergola_digest",
            "\"path\" TEXT NOT NULL PRIMARY KEY",
            "\"size\" " + words.integer() + " NOT NULL",
            "\"modified\" " + words.integer() + " NOT NULL",
            "\"digest\" TEXT NOT NULL"));
  }

  private String properties(String owner) {
    String id = "\"" + owner.toLowerCase(Locale.ROOT) + "_id\"";
    return table(
        owner + "Property",
        id + " " + words.integer() + " NOT NULL",
        NAME + " NOT NULL",
        "\"is_custom_property\" " + words.flag() + " NOT NULL",
        "\"int_value\" " + words.integer(),
        "\"double_value\" " + words.real(),
        "\"string_value\" TEXT",
        "\"byte_value\" " + words.bytes(),
        "\"proto_value\" " + words.bytes(),
        "\"bool_value\" BOOLEAN",
        "PRIMARY KEY (" + id + ", \"name\", \"is_custom_property\")");
  }

  private String pair(String table, String child, String parent) {
    return table(
        table,
        "\"" + child + "\" " + words.integer() + " NOT NULL",
        "\"" + parent + "\" " + words.integer() + " NOT NULL",
        "PRIMARY KEY (\"" + child + "\", \"" + parent + "\")");
  }

  private String link(String table, String member) {
    return table(
        table,
        id,
        "\"context_id\" " + words.integer() + " NOT NULL",
        "\"" + member + "\" " + words.integer() + " NOT NULL",
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

  private static String hashed(String name, String table, String column) {
    return "CREATE INDEX \"%s\" ON \"%s\" USING HASH (\"%s\")".formatted(name, table, column);
  }
}
