package io.pergola.evaluation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pergola.model.Task;
import io.pergola.validation.SliceKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** Reads and writes {@code evaluation.json} and {@code blessing.json}. */
public final class EvaluationFile {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
  private static final String EVALUATION = "evaluation.json";
  private static final String BLESSING = "blessing.json";

  private EvaluationFile() {}

  /**
   * The evaluation in an Evaluation artifact's directory.
   *
   * @throws UncheckedIOException if the file is missing, broken, or of a newer format
   */
  public static EvaluationResult read(Path artifact) {
    return load(artifact.resolve(EVALUATION), EvaluationFile::result);
  }

  private static EvaluationResult result(JsonNode root) {
    List<EvaluationResult.Slice> slices = new ArrayList<>();
    for (JsonNode slice : root.required("slices")) {
      Map<String, String> key = new TreeMap<>();
      slice.required("slice").properties().forEach(e -> key.put(e.getKey(), e.getValue().asText()));
      slices.add(
          new EvaluationResult.Slice(
              new SliceKey(new TreeMap<>(key)),
              slice.required("examples").asLong(),
              EvaluationResult.Curve.valueOf(slice.required("curve").asText()),
              metrics(slice.required("metrics")),
              metrics(slice.required("baseline")),
              confusion(slice.path("confusion"))));
    }
    List<String> splits = new ArrayList<>();
    root.required("splits").forEach(split -> splits.add(split.asText()));
    return new EvaluationResult(
        Task.valueOf(root.required("task").asText()),
        root.required("label").asText(),
        splits,
        root.required("examples").asLong(),
        root.required("unlabelled").asLong(),
        root.required("has_baseline").asBoolean(),
        slices);
  }

  /** Whether a directory holds an {@code evaluation.json}. */
  static boolean isIn(Path artifact) {
    return Files.exists(artifact.resolve(EVALUATION));
  }

  /** Writes {@code evaluation.json} into a directory that exists. */
  public static void write(Path artifact, EvaluationResult result) {
    store(artifact.resolve(EVALUATION), json(result));
  }

  /** The JSON form of an evaluation, as {@code evaluation.json} has it. */
  public static JsonNode json(EvaluationResult result) {
    ObjectNode root = JSON.createObjectNode();
    root.put("format", EvaluationResult.FORMAT);
    root.put("task", result.task().name());
    root.put("label", result.label());
    result.splits().forEach(root.putArray("splits")::add);
    root.put("examples", result.examples());
    root.put("unlabelled", result.unlabelled());
    root.put("has_baseline", result.hasBaseline());
    ArrayNode slices = root.putArray("slices");
    for (EvaluationResult.Slice slice : result.slices()) {
      ObjectNode node = slices.addObject();
      ObjectNode key = node.putObject("slice");
      slice.key().values().forEach(key::put);
      node.put("examples", slice.examples());
      node.put("curve", slice.curve().name());
      put(node.putObject("metrics"), slice.metrics());
      put(node.putObject("baseline"), slice.baseline());
      if (!slice.confusion().isEmpty()) {
        ArrayNode rows = node.putArray("confusion");
        slice.confusion().forEach(row -> row.forEach(rows.addArray()::add));
      }
    }
    return root;
  }

  /**
   * The verdict in a Blessing artifact's directory.
   *
   * @throws UncheckedIOException if the file is missing, broken, or of a newer format
   */
  public static Verdict readVerdict(Path artifact) {
    return load(artifact.resolve(BLESSING), EvaluationFile::verdict);
  }

  private static Verdict verdict(JsonNode root) {
    List<String> skipped = new ArrayList<>();
    root.required("skipped").forEach(reason -> skipped.add(reason.asText()));
    if (root.required("blessed").asBoolean()) {
      return new Verdict.Blessed(skipped);
    }
    List<Verdict.Failure> failures = new ArrayList<>();
    for (JsonNode failure : root.required("failures")) {
      failures.add(
          new Verdict.Failure(
              failure.required("metric").asText(),
              failure.required("slice").asText(),
              failure.required("required").asText(),
              failure.required("value").isNull() ? null : failure.required("value").asDouble(),
              failure.required("baseline").isNull()
                  ? null
                  : failure.required("baseline").asDouble(),
              failure.required("examples").asLong()));
    }
    return new Verdict.NotBlessed(failures, skipped);
  }

  /** Writes {@code blessing.json} into a directory that exists. */
  public static void writeVerdict(Path artifact, Verdict verdict) {
    ObjectNode root = JSON.createObjectNode();
    root.put("format", EvaluationResult.FORMAT);
    root.put("blessed", verdict.isBlessed());
    ArrayNode failures = root.putArray("failures");
    if (verdict instanceof Verdict.NotBlessed notBlessed) {
      for (Verdict.Failure failure : notBlessed.failures()) {
        ObjectNode node = failures.addObject();
        node.put("metric", failure.metric());
        node.put("slice", failure.slice());
        node.put("required", failure.required());
        node.put("value", failure.value());
        node.put("baseline", failure.baseline());
        node.put("examples", failure.examples());
      }
    }
    verdict.skipped().forEach(root.putArray("skipped")::add);
    store(artifact.resolve(BLESSING), root);
  }

  private static void put(ObjectNode node, Map<Metric.Kind, Double> metrics) {
    for (Metric.Kind kind : Metric.Kind.values()) {
      Double value = metrics.get(kind);
      if (value != null) {
        node.put(kind.key(), value);
      }
    }
  }

  private static Map<Metric.Kind, Double> metrics(JsonNode node) {
    Map<Metric.Kind, Double> metrics = new EnumMap<>(Metric.Kind.class);
    node.properties()
        .forEach(
            entry ->
                Metric.Kind.find(entry.getKey())
                    .ifPresent(kind -> metrics.put(kind, entry.getValue().asDouble())));
    return metrics;
  }

  private static List<List<Long>> confusion(JsonNode rows) {
    List<List<Long>> confusion = new ArrayList<>();
    for (JsonNode row : rows) {
      List<Long> counts = new ArrayList<>();
      row.forEach(count -> counts.add(count.asLong()));
      confusion.add(counts);
    }
    return confusion;
  }

  private static <T> T load(Path file, Function<JsonNode, T> content) {
    try {
      JsonNode root = JSON.readTree(file.toFile());
      JsonNode format = root.required("format");
      if (format.asInt() > EvaluationResult.FORMAT) {
        throw new IOException(
            "Cannot read %s: it has format %s, this release reads up to %d. Upgrade Pergola."
                .formatted(file, format, EvaluationResult.FORMAT));
      }
      return content.apply(root);
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw new UncheckedIOException(
          new IOException(
              "Cannot read %s: it is not whole (%s). Run the Evaluator again."
                  .formatted(file, firstLine(e)),
              e));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String firstLine(Exception e) {
    String message =
        e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.getMessage();
    return String.valueOf(message).lines().findFirst().orElse("");
  }

  private static void store(Path file, JsonNode root) {
    try {
      Files.writeString(file, JSON.writeValueAsString(root) + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
