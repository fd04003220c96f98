package io.pergola.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pergola.validation.DistanceMeasurement.Against;
import io.pergola.validation.DistanceMeasurement.Measure;
import io.pergola.validation.SchemaEdit.OfDataset;
import io.pergola.validation.SchemaEdit.OfFeature;
import io.pergola.validation.SchemaEdit.OfSparseFeature;
import io.pergola.validation.SchemaEdit.OfWeightedFeature;
import io.pergola.validation.internal.Json;
import io.pergola.validation.internal.SchemaJson;
import io.pergola.validation.internal.SchemaJsonReader;
import io.pergola.validation.internal.StatisticsJson;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads and writes {@code anomalies.json}. */
public final class AnomaliesFile {
  /** The file's name in an anomalies artifact. */
  public static final String NAME = "anomalies.json";

  private static final int FORMAT = 3;

  private AnomaliesFile() {}

  /**
   * Reads the anomalies of an artifact.
   *
   * @param artifact the artifact's directory
   */
  public static DataAnomalies read(Path artifact) {
    JsonNode root = Json.read(artifact.resolve(NAME), FORMAT);
    List<Anomaly> anomalies = new ArrayList<>();
    for (JsonNode node : Json.list(root, "anomalies")) {
      anomalies.add(
          new Anomaly(
              Json.text(node, "split"),
              slice(node),
              node.has("feature") ? Optional.of(Json.text(node, "feature")) : Optional.empty(),
              AnomalyType.valueOf(Json.text(node, "type")),
              Severity.valueOf(Json.text(node, "severity")),
              Json.text(node, "title"),
              Json.text(node, "description"),
              edit(node.path("edit"))));
    }
    List<DistanceMeasurement> measurements = new ArrayList<>();
    for (JsonNode node : Json.list(root, "measurements")) {
      measurements.add(
          new DistanceMeasurement(
              Json.text(node, "split"),
              slice(node),
              Json.text(node, "feature"),
              Against.valueOf(Json.text(node, "against")),
              Measure.valueOf(Json.text(node, "measure")),
              Json.number(node, "value"),
              Json.number(node, "limit")));
    }
    return new DataAnomalies(anomalies, measurements);
  }

  /** Writes the anomalies into an artifact's directory. */
  public static void write(DataAnomalies anomalies, Path artifact) {
    ObjectNode root = Json.object();
    root.put("format", FORMAT);
    ArrayNode list = root.putArray("anomalies");
    for (Anomaly anomaly : anomalies.anomalies()) {
      ObjectNode node = list.addObject();
      node.put("split", anomaly.split());
      anomaly.slice().ifPresent(slice -> StatisticsJson.putKey(node, "slice", slice));
      anomaly.feature().ifPresent(feature -> node.put("feature", feature));
      node.put("type", anomaly.type().name());
      node.put("severity", anomaly.severity().name());
      node.put("title", anomaly.title());
      node.put("description", anomaly.description());
      anomaly.edit().ifPresent(edit -> put(node.putObject("edit"), edit));
    }
    ArrayNode measurements = root.putArray("measurements");
    for (DistanceMeasurement measurement : anomalies.measurements()) {
      ObjectNode node = measurements.addObject();
      node.put("split", measurement.split());
      measurement.slice().ifPresent(slice -> StatisticsJson.putKey(node, "slice", slice));
      node.put("feature", measurement.feature());
      node.put("against", measurement.against().name());
      node.put("measure", measurement.measure().name());
      Json.put(node, "value", measurement.value());
      Json.put(node, "limit", measurement.limit());
    }
    Json.write(root, artifact.resolve(NAME));
  }

  private static Optional<SliceKey> slice(JsonNode node) {
    return node.has("slice")
        ? Optional.of(StatisticsJson.key(node.path("slice")))
        : Optional.empty();
  }

  private static void put(ObjectNode node, SchemaEdit edit) {
    node.put("action", edit.name());
    Object unused =
        edit.match(
            feature -> node.set("feature", SchemaJson.toJson(feature.feature())),
            dataset -> node.set("dataset", SchemaJson.toJson(dataset.dataset())),
            sparse -> node.set("sparseFeature", SchemaJson.toJson(sparse.feature())),
            weighted -> node.set("weightedFeature", SchemaJson.toJson(weighted.feature())));
  }

  private static Optional<SchemaEdit> edit(JsonNode node) {
    if (node.has("feature")) {
      return Optional.of(
          new OfFeature(
              SchemaEdit.Action.valueOf(Json.text(node, "action")),
              SchemaJsonReader.feature(node.path("feature"))));
    }
    if (node.has("dataset")) {
      return Optional.of(new OfDataset(SchemaJsonReader.dataset(node.path("dataset"))));
    }
    if (node.has("sparseFeature")) {
      return Optional.of(new OfSparseFeature(SchemaJsonReader.sparse(node.path("sparseFeature"))));
    }
    if (node.has("weightedFeature")) {
      return Optional.of(
          new OfWeightedFeature(SchemaJsonReader.weighted(node.path("weightedFeature"))));
    }
    return Optional.empty();
  }
}
