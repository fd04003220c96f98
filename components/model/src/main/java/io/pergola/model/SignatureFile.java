package io.pergola.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pergola.transform.FittedPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The JSON form of a signature, as {@code docs/reference/servable.md} describes it. */
final class SignatureFile {
  /** One element a line, so that differences between files are readable. */
  private static final DefaultPrettyPrinter LAYOUT =
      new DefaultPrettyPrinter()
          .withObjectIndenter(new DefaultIndenter("  ", "\n"))
          .withArrayIndenter(new DefaultIndenter("  ", "\n"));

  private static final ObjectMapper JSON = JsonMapper.builder().build();

  private SignatureFile() {}

  static String text(Signature signature) {
    ObjectNode root = JSON.createObjectNode();
    root.put("format", Signature.FORMAT);
    root.put("task", lower(signature.task()));
    root.set("inputs", inputs(signature.inputs()));
    root.set("labelInputs", inputs(signature.labelInputs()));
    ObjectNode features = root.putObject("features");
    ArrayNode dense = features.putArray("dense");
    signature.dense().forEach(dense::add);
    ArrayNode categorical = features.putArray("categorical");
    for (Signature.Category category : signature.categorical()) {
      categorical.addObject().put("name", category.name()).put("size", category.size());
    }
    if (!signature.sequences().isEmpty()) {
      ArrayNode sequences = features.putArray("sequences");
      for (Signature.Sequence sequence : signature.sequences()) {
        sequences
            .addObject()
            .put("name", sequence.name())
            .put("length", sequence.length())
            .put("size", sequence.size());
      }
    }
    root.put("label", signature.label().orElse(null));
    root.putObject("output")
        .put("name", Signature.PREDICTION)
        .put("type", "float32")
        .put("width", signature.outputs());
    root.put("pergola", signature.pergola());
    ObjectNode training = root.putObject("training");
    signature.training().forEach(training::put);
    GraphsJson.write(signature.graphs(), root);
    try {
      return JSON.writer(LAYOUT).writeValueAsString(root) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write a signature as JSON.", e);
    }
  }

  static Signature read(Path directoryOrFile) throws IOException {
    Path file =
        Files.isDirectory(directoryOrFile)
            ? directoryOrFile.resolve(Signature.FILE)
            : directoryOrFile;
    try {
      JsonNode root = JSON.readTree(Files.readString(file));
      JsonNode format = root.path("format");
      if (!format.isInt()) {
        throw new ModelException(
            file,
            "Cannot read %s: it is not a signature, for it has no format. Give a model's directory."
                .formatted(file));
      }
      if (format.intValue() > Signature.FORMAT) {
        throw new ModelException(
            file,
            ("Cannot read %s: its format is %d, and this release reads up to %d. Use the release"
                    + " that wrote it, or a newer one.")
                .formatted(file, format.intValue(), Signature.FORMAT));
      }
      return signature(root);
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw new ModelException(
          file, "Cannot read %s: %s. Export the model again.".formatted(file, reason(e)), e);
    }
  }

  /** The first line of a message, without its full stop. */
  static String reason(Exception e) {
    String message =
        e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.getMessage();
    return String.valueOf(message).lines().findFirst().orElse("").replaceAll("\\.$", "");
  }

  private static Signature signature(JsonNode root) {
    List<String> dense = new ArrayList<>();
    JsonNode features = root.required("features");
    features.required("dense").forEach(name -> dense.add(text(name)));
    List<Signature.Category> categorical = new ArrayList<>();
    for (JsonNode node : features.required("categorical")) {
      categorical.add(
          new Signature.Category(text(node.required("name")), integer(node.required("size"))));
    }
    List<Signature.Sequence> sequences = new ArrayList<>();
    for (JsonNode node : features.path("sequences")) {
      sequences.add(
          new Signature.Sequence(
              text(node.required("name")),
              integer(node.required("length")),
              integer(node.required("size"))));
    }
    SortedMap<String, String> training = new TreeMap<>();
    root.required("training")
        .properties()
        .forEach(entry -> training.put(entry.getKey(), entry.getValue().asText()));
    JsonNode label = root.path("label");
    return new Signature(
        Task.valueOf(text(root.required("task")).toUpperCase(Locale.ROOT)),
        inputs(root.required("inputs")),
        inputs(root.required("labelInputs")),
        dense,
        categorical,
        sequences,
        label.isTextual() ? Optional.of(label.textValue()) : Optional.empty(),
        integer(root.required("output").required("width")),
        text(root.required("pergola")),
        training,
        GraphsJson.read(root));
  }

  private static ArrayNode inputs(List<Signature.Input> inputs) {
    ArrayNode array = JSON.createArrayNode();
    for (Signature.Input input : inputs) {
      array.addObject().put("name", input.name()).put("type", lower(input.type()));
    }
    return array;
  }

  private static List<Signature.Input> inputs(JsonNode array) {
    List<Signature.Input> inputs = new ArrayList<>();
    for (JsonNode node : array) {
      inputs.add(
          new Signature.Input(
              text(node.required("name")),
              FittedPlan.Kind.valueOf(text(node.required("type")).toUpperCase(Locale.ROOT))));
    }
    return inputs;
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  static String text(JsonNode node) {
    if (!node.isTextual()) {
      throw new IllegalArgumentException("%s is not text".formatted(node));
    }
    return node.textValue();
  }

  static int integer(JsonNode node) {
    if (!node.canConvertToInt()) {
      throw new IllegalArgumentException("%s is not an integer".formatted(node));
    }
    return node.intValue();
  }
}
