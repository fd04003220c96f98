package io.pergola.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pergola.validation.internal.Json;
import io.pergola.validation.internal.SchemaJson;
import io.pergola.validation.internal.SchemaJsonReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads and writes {@code schema.json}, which people review and edit. */
public final class SchemaFile {
  /** The file's name in a schema artifact. */
  public static final String NAME = "schema.json";

  private static final int FORMAT = 2;

  private SchemaFile() {}

  /**
   * Reads a schema.
   *
   * @param artifactOrFile a schema artifact's directory, or the file itself
   * @throws IllegalArgumentException naming everything that is wrong with the file
   */
  public static DataSchema read(Path artifactOrFile) {
    Path file = file(artifactOrFile);
    List<String> problems = new ArrayList<>();
    Optional<DataSchema> schema = SchemaJsonReader.read(Json.read(file, FORMAT), problems);
    return schema.orElseThrow(
        () ->
            new IllegalArgumentException(
                "Cannot read %s: %s. Correct the file."
                    .formatted(file, String.join("; ", problems))));
  }

  /** The versions that a schema file says it has had, oldest first; none if it was inferred. */
  public static List<SchemaVersion> history(Path artifactOrFile) {
    Path file = file(artifactOrFile);
    List<SchemaVersion> history = new ArrayList<>();
    for (JsonNode node : Json.list(Json.read(file, FORMAT), "history")) {
      List<String> changes = new ArrayList<>();
      node.path("changes").forEach(change -> changes.add(change.asText()));
      try {
        history.add(
            new SchemaVersion(
                node.path("version").asLong(),
                Instant.parse(Json.text(node, "at")),
                Json.text(node, "origin"),
                changes));
      } catch (DateTimeParseException e) {
        throw new IllegalArgumentException(
            "Cannot read the history in %s: '%s' is no time. Correct the file."
                .formatted(file, e.getParsedString()),
            e);
      }
    }
    return history;
  }

  /** Writes a schema without history into an artifact's directory. */
  public static void write(DataSchema schema, Path artifact) {
    write(schema, List.of(), artifact.resolve(NAME));
  }

  /** Writes a schema with its history to a file. */
  public static void write(DataSchema schema, List<SchemaVersion> history, Path file) {
    Json.write(toJson(schema, history), file);
  }

  /** The text of a schema file. */
  public static String print(DataSchema schema, List<SchemaVersion> history) {
    return Json.print(toJson(schema, history));
  }

  /** One feature as it stands in the file. */
  public static String print(FeatureSchema feature) {
    return Json.print(SchemaJson.toJson(feature));
  }

  /** What an edit makes of the part that it changes, as it stands in the file. */
  public static String print(SchemaEdit edit) {
    return Json.print(
        edit.match(
            feature -> SchemaJson.toJson(feature.feature()),
            dataset -> SchemaJson.toJson(dataset.dataset()),
            sparse -> SchemaJson.toJson(sparse.feature()),
            weighted -> SchemaJson.toJson(weighted.feature())));
  }

  private static ObjectNode toJson(DataSchema schema, List<SchemaVersion> history) {
    ObjectNode root = Json.object();
    root.put("format", FORMAT);
    if (!history.isEmpty()) {
      root.put("version", history.get(history.size() - 1).version());
    }
    SchemaJson.put(schema, root);
    if (!history.isEmpty()) {
      ArrayNode versions = root.putArray("history");
      for (SchemaVersion version : history) {
        ObjectNode node = versions.addObject();
        node.put("version", version.version());
        node.put("at", version.at().toString());
        node.put("origin", version.origin());
        ArrayNode changes = node.putArray("changes");
        version.changes().forEach(changes::add);
      }
    }
    return root;
  }

  private static Path file(Path artifactOrFile) {
    return Files.isDirectory(artifactOrFile) ? artifactOrFile.resolve(NAME) : artifactOrFile;
  }
}
