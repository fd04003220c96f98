package io.pergola.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The fields of {@code signature.json} that speak of graphs; absent where there is nothing to say.
 */
final class GraphsJson {
  private GraphsJson() {}

  static void write(Graphs graphs, ObjectNode root) {
    graphs
        .full()
        .ifPresent(
            full -> {
              ObjectNode node = root.putObject("full");
              full.ends()
                  .ifPresentOrElse(
                      ends ->
                          node.putObject("ends")
                              .put("feature", ends.feature())
                              .put("expression", ends.expression())
                              .put("reason", ends.reason()),
                      () -> node.put("file", FullGraph.FILE));
            });
    if (!graphs.parity().isEmpty()) {
      ObjectNode parity = root.putObject("parity");
      graphs.parity().forEach(parity::put);
    }
    graphs.imported().ifPresent(imported -> write(imported, root.putObject("imported")));
  }

  private static void write(ImportedGraph imported, ObjectNode node) {
    ArrayNode inputs = node.putArray("inputs");
    for (GraphInput input : imported.inputs()) {
      ObjectNode each = inputs.addObject();
      each.put("name", input.name());
      each.put("type", input.element().label());
      each.put("rank", input.rank());
      ArrayNode columns = each.putArray("columns");
      for (GraphInput.Column column : input.columns()) {
        ObjectNode source = columns.addObject().put("name", column.name());
        column.missing().ifPresent(missing -> source.put("missing", missing));
        if (column.width() > 1) {
          source.put("width", column.width());
        }
      }
    }
    node.put("output", imported.output());
    imported.column().ifPresent(column -> node.put("column", column));
  }

  static Graphs read(JsonNode root) {
    Optional<Graphs.Full> full = Optional.empty();
    JsonNode node = root.path("full");
    if (node.isObject()) {
      full = Optional.of(full(node.path("ends")));
    }
    SortedMap<String, Double> parity = new TreeMap<>();
    root.path("parity")
        .properties()
        .forEach(entry -> parity.put(entry.getKey(), entry.getValue().doubleValue()));
    JsonNode imported = root.path("imported");
    return new Graphs(
        full, parity, imported.isObject() ? Optional.of(imported(imported)) : Optional.empty());
  }

  private static Graphs.Full full(JsonNode ends) {
    if (!ends.isObject()) {
      return Graphs.Full.THERE;
    }
    return new Graphs.Full(
        Optional.of(
            new FullGraph.Ends(
                SignatureFile.text(ends.required("feature")),
                SignatureFile.text(ends.required("expression")),
                SignatureFile.text(ends.required("reason")))));
  }

  private static ImportedGraph imported(JsonNode node) {
    List<GraphInput> inputs = new ArrayList<>();
    for (JsonNode input : node.required("inputs")) {
      List<GraphInput.Column> columns = new ArrayList<>();
      for (JsonNode column : input.required("columns")) {
        JsonNode missing = column.path("missing");
        columns.add(
            new GraphInput.Column(
                SignatureFile.text(column.required("name")),
                missing.isTextual() ? Optional.of(missing.textValue()) : Optional.empty(),
                column.has("width") ? SignatureFile.integer(column.get("width")) : 1));
      }
      inputs.add(
          new GraphInput(
              SignatureFile.text(input.required("name")),
              GraphInput.Element.valueOf(
                  SignatureFile.text(input.required("type")).toUpperCase(Locale.ROOT)),
              SignatureFile.integer(input.required("rank")),
              columns));
    }
    JsonNode column = node.path("column");
    return new ImportedGraph(
        inputs,
        SignatureFile.text(node.required("output")),
        column.isMissingNode() ? Optional.empty() : Optional.of(SignatureFile.integer(column)));
  }
}
