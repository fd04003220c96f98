package io.pergola.training;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pergola.training.Dimension.Choice;
import io.pergola.training.Dimension.Real;
import io.pergola.training.Dimension.Scale;
import io.pergola.training.Dimension.Whole;
import io.pergola.training.TunerTrial.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The JSON of {@link TunerTrials}, and of hyperparameters. */
final class TunerTrialsJson {
  private static final int FORMAT = 1;
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private TunerTrialsJson() {}

  static void write(TunerTrials trials, Path file) {
    ObjectNode root = JSON.createObjectNode().put("format", FORMAT);
    root.put("objective", trials.objective().metric());
    root.put("maximize", trials.objective().isMaximized());
    root.put("search", trials.search()).put("steps", trials.steps());
    ArrayNode dimensions = root.putArray("dimensions");
    trials.dimensions().forEach(dimension -> write(dimension, dimensions.addObject()));
    root.put("best", trials.best());
    ArrayNode all = root.putArray("trials");
    trials.trials().forEach(trial -> write(trial, all.addObject()));
    write(root, file);
  }

  static TunerTrials read(Path file) {
    JsonNode root = tree(file, "Run the tuner again");
    try {
      List<Dimension> dimensions = new ArrayList<>();
      root.path("dimensions").forEach(node -> dimensions.add(dimension(node)));
      List<TunerTrial> trials = new ArrayList<>();
      root.path("trials").forEach(node -> trials.add(trial(node)));
      return new TunerTrials(
          Objective.valueOf(root.path("objective").asText().toUpperCase(Locale.ROOT)),
          root.path("search").asText(),
          root.path("steps").asInt(),
          dimensions,
          root.path("best").asInt(),
          trials);
    } catch (IllegalArgumentException e) {
      throw new TrainingException(
          "Cannot read %s: %s. Run the tuner again.".formatted(file, e.getMessage()));
    }
  }

  /** Writes the record of a trial. */
  static void writeTrial(TunerTrial trial, Path file) {
    ObjectNode root = JSON.createObjectNode().put("format", FORMAT);
    write(trial, root);
    write(root, file);
  }

  static TunerTrial readTrial(Path file) {
    return trial(tree(file, "Delete it"));
  }

  static void writeValues(SortedMap<String, Object> values, Path file) {
    ObjectNode root = JSON.createObjectNode().put("format", FORMAT);
    root.set("values", JSON.valueToTree(values));
    write(root, file);
  }

  static SortedMap<String, Object> readValues(Path file) {
    return values(tree(file, "Run the tuner again").path("values"));
  }

  private static void write(Dimension dimension, ObjectNode node) {
    node.put("name", dimension.name());
    dimension.match(
        real ->
            node.put("type", "real")
                .put("low", real.low())
                .put("high", real.high())
                .put("scale", real.scale().name().toLowerCase(Locale.ROOT)),
        whole ->
            node.put("type", "integer")
                .put("low", whole.low())
                .put("high", whole.high())
                .put("scale", whole.scale().name().toLowerCase(Locale.ROOT)),
        choice -> {
          node.put("type", "choice").set("values", JSON.valueToTree(choice.values()));
          return node;
        });
  }

  private static Dimension dimension(JsonNode node) {
    String name = node.path("name").asText();
    String type = node.path("type").asText();
    return switch (type) {
      case "real" ->
          new Real(name, node.path("low").asDouble(), node.path("high").asDouble(), scale(node));
      case "integer" ->
          new Whole(name, node.path("low").asInt(), node.path("high").asInt(), scale(node));
      case "choice" -> {
        List<Object> values = new ArrayList<>();
        node.path("values").forEach(value -> values.add(value(value)));
        yield new Choice(name, values);
      }
      default -> throw new IllegalArgumentException("dimension of type '%s'".formatted(type));
    };
  }

  private static Scale scale(JsonNode node) {
    return Scale.valueOf(node.path("scale").asText().toUpperCase(Locale.ROOT));
  }

  private static void write(TunerTrial trial, ObjectNode node) {
    node.put("number", trial.number());
    node.put("outcome", trial.outcome().name().toLowerCase(Locale.ROOT));
    node.put("rounds", trial.rounds());
    node.put("steps", trial.steps()).put("keptStep", trial.keptStep());
    node.set("hyperparameters", JSON.valueToTree(trial.hyperparameters()));
    node.set("metrics", JSON.valueToTree(trial.metrics()));
    trial.failure().ifPresent(failure -> node.put("failure", failure));
  }

  private static TunerTrial trial(JsonNode node) {
    SortedMap<String, Double> metrics = new TreeMap<>();
    node.path("metrics")
        .fields()
        .forEachRemaining(metric -> metrics.put(metric.getKey(), metric.getValue().asDouble()));
    return new TunerTrial(
        node.path("number").asInt(),
        values(node.path("hyperparameters")),
        Outcome.valueOf(node.path("outcome").asText().toUpperCase(Locale.ROOT)),
        node.path("rounds").asInt(),
        node.path("steps").asInt(),
        node.path("keptStep").asInt(),
        metrics,
        node.has("failure") ? Optional.of(node.path("failure").asText()) : Optional.empty());
  }

  private static SortedMap<String, Object> values(JsonNode node) {
    SortedMap<String, Object> values = new TreeMap<>();
    node.fields().forEachRemaining(one -> values.put(one.getKey(), value(one.getValue())));
    return values;
  }

  private static Object value(JsonNode node) {
    if (node.isInt()) {
      return node.intValue();
    } else if (node.isIntegralNumber()) {
      return node.longValue();
    } else if (node.isNumber()) {
      return node.doubleValue();
    } else if (node.isBoolean()) {
      return node.booleanValue();
    } else if (node.isArray()) {
      List<Object> list = new ArrayList<>();
      node.forEach(one -> list.add(value(one)));
      return List.copyOf(list);
    }
    return node.asText();
  }

  /** The file is there whole or not at all. */
  private static void write(ObjectNode root, Path file) {
    try {
      Path folder = Files.createDirectories(file.toAbsolutePath().getParent());
      Path aside =
          folder.resolve(".%s.%d.tmp".formatted(file.getFileName(), ProcessHandle.current().pid()));
      Files.writeString(aside, JSON.writeValueAsString(root) + "\n");
      Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode tree(Path file, String remedy) {
    JsonNode root;
    try {
      root = JSON.readTree(Files.readString(file));
    } catch (NoSuchFileException e) {
      throw new TrainingException(
          "Cannot read the work of a tuner: there is no %s. Name the directory of its artifact."
              .formatted(file));
    } catch (JsonProcessingException e) {
      throw new TrainingException(
          "Cannot read %s: %s. %s.".formatted(file, e.getOriginalMessage(), remedy));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (!root.path("format").isInt()) {
      throw new TrainingException("Cannot read %s: it has no format. %s.".formatted(file, remedy));
    }
    int format = root.path("format").asInt();
    if (format > FORMAT) {
      throw new TrainingException(
          "Cannot read %s: it has format %d, and this release reads up to %d. Read it with a newer release."
              .formatted(file, format, FORMAT));
    }
    return root;
  }
}
