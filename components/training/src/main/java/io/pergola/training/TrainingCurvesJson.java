package io.pergola.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pergola.training.TrainingCurves.Curve;
import io.pergola.training.TrainingCurves.Evaluation;
import io.pergola.training.TrainingCurves.Point;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** The JSON of {@link TrainingCurves}. */
final class TrainingCurvesJson {
  private static final int FORMAT = 1;
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private TrainingCurvesJson() {}

  static void write(TrainingCurves curves, Path file) {
    ObjectNode root = JSON.createObjectNode().put("format", FORMAT);
    root.put("task", curves.task()).put("label", curves.label());
    root.put("batchSize", curves.batchSize()).put("steps", curves.steps());
    root.put("keptStep", curves.keptStep());
    ArrayNode training = root.putArray("training");
    for (Point point : curves.training()) {
      ObjectNode node = training.addObject().put("step", point.step()).put("loss", point.loss());
      if (!Double.isNaN(point.learningRate())) {
        node.put("learningRate", point.learningRate());
      }
    }
    ArrayNode evaluations = root.putArray("evaluations");
    for (Evaluation evaluation : curves.evaluations()) {
      ObjectNode node = evaluations.addObject().put("step", evaluation.step());
      node.put("loss", evaluation.loss());
      ObjectNode metrics = node.putObject("metrics");
      evaluation.metrics().forEach(metrics::put);
    }
    if (!curves.summaries().isEmpty()) {
      ObjectNode summaries = root.putObject("summaries");
      curves
          .summaries()
          .forEach(
              (name, curve) -> {
                ObjectNode node = summaries.putObject(name);
                curve.steps().forEach(node.putArray("steps")::add);
                curve.values().forEach(node.putArray("values")::add);
              });
    }
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.writeString(file, JSON.writeValueAsString(root) + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static TrainingCurves read(Path file) {
    JsonNode root = tree(file);
    int format = root.path("format").asInt();
    if (format > FORMAT) {
      throw new TrainingException(
          "Cannot read %s: it has format %d, and this release reads up to %d. Read it with a newer release."
              .formatted(file, format, FORMAT));
    }
    List<Point> training = new ArrayList<>();
    for (JsonNode node : root.path("training")) {
      training.add(
          new Point(
              node.path("step").asInt(),
              node.path("loss").asDouble(),
              node.path("learningRate").asDouble(Double.NaN)));
    }
    List<Evaluation> evaluations = new ArrayList<>();
    for (JsonNode node : root.path("evaluations")) {
      SortedMap<String, Double> metrics = new TreeMap<>();
      node.path("metrics")
          .fields()
          .forEachRemaining(metric -> metrics.put(metric.getKey(), metric.getValue().asDouble()));
      evaluations.add(
          new Evaluation(node.path("step").asInt(), node.path("loss").asDouble(), metrics));
    }
    SortedMap<String, Curve> summaries = new TreeMap<>();
    root.path("summaries")
        .fields()
        .forEachRemaining(
            summary -> {
              List<Integer> steps = new ArrayList<>();
              List<Double> values = new ArrayList<>();
              summary.getValue().path("steps").forEach(step -> steps.add(step.asInt()));
              summary.getValue().path("values").forEach(value -> values.add(value.asDouble()));
              summaries.put(summary.getKey(), new Curve(steps, values));
            });
    return new TrainingCurves(
        root.path("task").asText(),
        root.path("label").asText(),
        root.path("batchSize").asInt(),
        root.path("steps").asInt(),
        root.path("keptStep").asInt(),
        training,
        evaluations,
        summaries);
  }

  private static JsonNode tree(Path file) {
    try {
      JsonNode root = JSON.readTree(Files.readString(file));
      if (root.path("format").isInt()) {
        return root;
      }
    } catch (NoSuchFileException e) {
      throw new TrainingException(
          "Cannot read training curves: there is no %s. Models have it that Trainer of this release made."
              .formatted(file));
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw damaged(file, e.getOriginalMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw damaged(file, "it has no format");
  }

  private static TrainingException damaged(Path file, String why) {
    return new TrainingException("Cannot read %s: %s. Train the model again.".formatted(file, why));
  }
}
