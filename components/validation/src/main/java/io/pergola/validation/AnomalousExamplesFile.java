package io.pergola.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pergola.validation.AnomalousRows.Row;
import io.pergola.validation.AnomalousRows.Rule;
import io.pergola.validation.AnomalousRows.Split;
import io.pergola.validation.internal.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Reads and writes {@code anomalous-examples.json}. */
public final class AnomalousExamplesFile {
  /** The file's name in its artifact. */
  public static final String NAME = "anomalous-examples.json";

  private static final int FORMAT = 1;

  private AnomalousExamplesFile() {}

  /**
   * Reads which examples break their schema.
   *
   * @param artifact the artifact's directory
   */
  public static AnomalousRows read(Path artifact) {
    List<Split> splits = new ArrayList<>();
    for (JsonNode split : Json.list(Json.read(artifact.resolve(NAME), FORMAT), "splits")) {
      List<Rule> rules = new ArrayList<>();
      for (JsonNode rule : Json.list(split, "rules")) {
        List<Row> sample = new ArrayList<>();
        for (JsonNode row : Json.list(rule, "sample")) {
          TreeMap<String, String> values = new TreeMap<>();
          row.path("values")
              .fields()
              .forEachRemaining(value -> values.put(value.getKey(), value.getValue().asText()));
          sample.add(new Row(row.path("row").asLong(), values));
        }
        rules.add(
            new Rule(
                Json.text(rule, "feature"),
                AnomalyType.valueOf(Json.text(rule, "type")),
                rule.path("examples").asLong(),
                sample));
      }
      splits.add(
          new Split(
              Json.text(split, "name"),
              split.path("examples").asLong(),
              split.path("anomalous").asLong(),
              rules));
    }
    return new AnomalousRows(splits);
  }

  /** Writes which examples break their schema into an artifact's directory. */
  public static void write(AnomalousRows rows, Path artifact) {
    ObjectNode root = Json.object();
    root.put("format", FORMAT);
    ArrayNode splits = root.putArray("splits");
    for (Split split : rows.splits()) {
      ObjectNode node = splits.addObject();
      node.put("name", split.name());
      node.put("examples", split.examples());
      node.put("anomalous", split.anomalous());
      ArrayNode rules = node.putArray("rules");
      for (Rule rule : split.rules()) {
        ObjectNode broken = rules.addObject();
        broken.put("feature", rule.feature());
        broken.put("type", rule.type().name());
        broken.put("examples", rule.examples());
        ArrayNode sample = broken.putArray("sample");
        for (Row row : rule.sample()) {
          ObjectNode one = sample.addObject();
          one.put("row", row.row());
          ObjectNode values = one.putObject("values");
          row.values().forEach(values::put);
        }
      }
    }
    Json.write(root, artifact.resolve(NAME));
  }
}
