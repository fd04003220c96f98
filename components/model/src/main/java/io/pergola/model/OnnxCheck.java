package io.pergola.model;

import ai.onnx.proto.OnnxMl;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Checks the structure of an ONNX model before anything runs it. */
final class OnnxCheck {
  private static final Set<String> DOMAINS = Set.of("", "ai.onnx", "ai.onnx.ml");

  private OnnxCheck() {}

  /**
   * Checks that weights are inside, operators are standard and their versions said, names are
   * unique, inputs and outputs have types, and every input of a step is defined before it.
   *
   * @param source what messages call the model
   * @throws IllegalArgumentException at the first defect
   */
  static void check(OnnxMl.ModelProto model, String source) {
    if (!model.hasGraph()) {
      throw invalid(source, "it has no graph");
    }
    if (model.getFunctionsCount() > 0) {
      throw invalid(source, "it defines functions of its own");
    }
    Set<String> imported = new HashSet<>();
    for (OnnxMl.OperatorSetIdProto opset : model.getOpsetImportList()) {
      if (!DOMAINS.contains(opset.getDomain())) {
        throw invalid(source, "it needs operators of '%s'".formatted(opset.getDomain()));
      }
      imported.add(domain(opset.getDomain()));
    }
    graph(model.getGraph(), Set.of(), source);
    for (OnnxMl.NodeProto node : model.getGraph().getNodeList()) {
      if (!imported.contains(domain(node.getDomain()))) {
        throw invalid(
            source,
            "it does not say which version of the operators of '%s' it needs"
                .formatted(domain(node.getDomain())));
      }
    }
    List<OnnxMl.ValueInfoProto> values = new ArrayList<>(model.getGraph().getInputList());
    values.addAll(model.getGraph().getOutputList());
    for (OnnxMl.ValueInfoProto value : values) {
      if (!value.hasType()) {
        throw invalid(source, "'%s' has no type".formatted(value.getName()));
      }
    }
  }

  /** Two names stand for the standard operators. */
  private static String domain(String domain) {
    return domain.isEmpty() ? "ai.onnx" : domain;
  }

  private static void graph(OnnxMl.GraphProto graph, Set<String> outer, String source) {
    Set<String> own = new HashSet<>();
    Set<String> known = new HashSet<>(outer);
    if (graph.getSparseInitializerCount() > 0) {
      throw invalid(source, "it has sparse weights");
    }
    // Before IR version 4 weights were inputs as well, so that both may define a name.
    Set<String> weights = new HashSet<>();
    for (OnnxMl.TensorProto tensor : graph.getInitializerList()) {
      tensor(tensor, source);
      if (!weights.add(tensor.getName())) {
        throw invalid(source, "'%s' is defined twice".formatted(tensor.getName()));
      }
    }
    known.addAll(weights);
    own.addAll(weights);
    for (OnnxMl.ValueInfoProto input : graph.getInputList()) {
      known.add(input.getName());
      if (!own.add(input.getName()) && !weights.contains(input.getName())) {
        throw invalid(source, "'%s' is defined twice".formatted(input.getName()));
      }
    }
    for (OnnxMl.NodeProto node : graph.getNodeList()) {
      node(node, own, known, source);
    }
    for (OnnxMl.ValueInfoProto output : graph.getOutputList()) {
      if (!known.contains(output.getName())) {
        throw invalid(source, "output '%s' is not computed".formatted(output.getName()));
      }
    }
  }

  private static void node(
      OnnxMl.NodeProto node, Set<String> own, Set<String> known, String source) {
    if (!DOMAINS.contains(node.getDomain())) {
      throw invalid(source, "it needs operators of '%s'".formatted(node.getDomain()));
    }
    for (String input : node.getInputList()) {
      if (!input.isEmpty() && !known.contains(input)) {
        throw invalid(
            source,
            "step '%s' reads '%s', which nothing before it defines"
                .formatted(node.getName(), input));
      }
    }
    for (OnnxMl.AttributeProto attribute : node.getAttributeList()) {
      if (attribute.hasT()) {
        tensor(attribute.getT(), source);
      }
      attribute.getTensorsList().forEach(tensor -> tensor(tensor, source));
      if (attribute.hasSparseTensor() || attribute.getSparseTensorsCount() > 0) {
        throw invalid(source, "it has sparse weights");
      }
      if (attribute.hasG()) {
        graph(attribute.getG(), known, source);
      }
      attribute.getGraphsList().forEach(graph -> graph(graph, known, source));
    }
    for (String output : node.getOutputList()) {
      if (!output.isEmpty() && !own.add(output)) {
        throw invalid(source, "'%s' is defined twice".formatted(output));
      }
      known.add(output);
    }
  }

  private static void tensor(OnnxMl.TensorProto tensor, String source) {
    if (tensor.getDataLocation() == OnnxMl.TensorProto.DataLocation.EXTERNAL
        || tensor.getExternalDataCount() > 0) {
      List<String> where =
          tensor.getExternalDataList().stream()
              .filter(entry -> entry.getKey().equals("location"))
              .map(OnnxMl.StringStringEntryProto::getValue)
              .toList();
      throw invalid(
          source, "weights '%s' are in another file, %s".formatted(tensor.getName(), where));
    }
  }

  private static IllegalArgumentException invalid(String source, String defect) {
    return new IllegalArgumentException(
        "Cannot use %s: %s. Export it again, weights inside and with standard operators only."
            .formatted(source, defect));
  }
}
