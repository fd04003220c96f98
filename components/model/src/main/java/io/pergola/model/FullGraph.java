package io.pergola.model;

import ai.onnx.proto.OnnxMl;
import com.google.protobuf.InvalidProtocolBufferException;
import io.pergola.beam.ExampleBatch;
import io.pergola.transform.FittedPlan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A plan and the graph it feeds as one graph, {@value #FILE}: raw columns in, predictions out.
 * {@code docs/reference/servable.md} says how raw values enter it.
 */
public sealed interface FullGraph {
  /** The name of the file. */
  String FILE = "full.onnx";

  /** The text that stands for a missing one: U+FFFF, which no text has. */
  String MISSING_TEXT = "\uFFFF";

  /** Every step has a standard operator. */
  @SuppressWarnings("ArrayRecordComponent") // The content of a file; compared by nobody.
  record Whole(byte[] onnx) implements FullGraph {}

  /**
   * A step has none.
   *
   * @param feature the first feature, by kind and name, that needs the step; empty if it is not of
   *     one feature
   * @param expression the step as an author writes it; empty if it is not an expression
   * @param reason why it has no form
   */
  record Ends(String feature, String expression, String reason) implements FullGraph {
    /** As a sentence says it: {@code company.hash(10) of feature 'company': ONNX has no ...}. */
    public String text() {
      return expression.isEmpty()
          ? reason
          : "%s of feature '%s': %s".formatted(expression, feature, reason);
    }
  }

  /**
   * The examples that {@value #FILE} can be held against the plan on: without NaN in a column of
   * numbers, which stands for a missing one there, without empty lists, which enter as missing
   * ones, and without text that ONNX Runtime's Java interface cannot hand over (characters beyond
   * U+FFFF, or U+0000) or that stands for a missing one, and without integers of time that float64
   * does not have in microseconds.
   *
   * @return rows, ascending
   */
  static int[] comparable(FittedPlan plan, ExampleBatch raw) {
    Map<String, Long> times = PlanExport.timeColumns(plan);
    return IntStream.range(0, raw.rows())
        .filter(
            row ->
                plan.inputs().stream()
                    .map(input -> raw.column(input.column()))
                    .allMatch(
                        column ->
                            RawValues.canEnter(
                                column, row, times.getOrDefault(column.name(), Long.MAX_VALUE))))
        .toArray();
  }

  /**
   * Joins a plan and a graph of its features.
   *
   * @param core as {@link OnnxGraph#bytes} gives it
   * @throws IllegalArgumentException if {@code core} is not an ONNX model
   */
  static FullGraph of(FittedPlan plan, byte[] core) {
    OnnxMl.ModelProto model;
    try {
      model = OnnxMl.ModelProto.parseFrom(core);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("Invalid graph: it is not an ONNX model.", e);
    }
    try {
      return new Whole(joined(plan, model));
    } catch (PlanExport.EndsHereException e) {
      return e.ends();
    }
  }

  private static byte[] joined(FittedPlan plan, OnnxMl.ModelProto core)
      throws PlanExport.EndsHereException {
    requireJoinable(core);
    List<String> columns = plan.inputs().stream().map(FittedPlan.Input::column).toList();
    if (columns.contains(Signature.PREDICTION)) {
      throw new PlanExport.EndsHereException(
          "", "", "the raw column '%s' has the name of the output".formatted(Signature.PREDICTION));
    }
    String planPrefix = free("plan", columns);
    String corePrefix = free("core", columns);
    OnnxNodes nodes = new OnnxNodes("pergola", planPrefix);
    PlanExport export = new PlanExport(plan, nodes, planPrefix);
    Map<String, String> names = new HashMap<>();
    export.dense().ifPresent(dense -> names.put(Signature.DENSE, dense));
    names.putAll(export.categorical());
    names.putAll(export.sequences());
    for (OnnxMl.ValueInfoProto input : core.getGraph().getInputList()) {
      if (!names.containsKey(input.getName())) {
        throw new PlanExport.EndsHereException(
            "",
            "",
            "input '%s' of %s is neither of numbers nor of one id"
                .formatted(input.getName(), Servable.CORE));
      }
    }
    nodes.append(
        core.getGraph().getNodeList().stream().map(n -> renamed(n, names, corePrefix)).toList(),
        core.getGraph().getInitializerList().stream()
            .map(t -> t.toBuilder().setName(name(t.getName(), names, corePrefix)).build())
            .toList());
    OnnxMl.ValueInfoProto output = core.getGraph().getOutput(0);
    List<OnnxMl.TensorShapeProto.Dimension> dims =
        output.getType().getTensorType().getShape().getDimList();
    nodes.output(
        Signature.PREDICTION,
        name(output.getName(), names, corePrefix),
        OnnxMl.TensorProto.DataType.FLOAT,
        OnnxNodes.EXAMPLES,
        Math.toIntExact(dims.get(1).getDimValue()));
    return nodes.bytes(
        List.of(
            property("pergola.missing_number", "NaN"),
            property("pergola.missing_text", MISSING_TEXT)));
  }

  private static void requireJoinable(OnnxMl.ModelProto core) throws PlanExport.EndsHereException {
    for (OnnxMl.OperatorSetIdProto opset : core.getOpsetImportList()) {
      long ours = opset.getDomain().equals(OnnxNodes.ML) ? OnnxNodes.ML_OPSET : OnnxGraph.OPSET;
      if (opset.getVersion() != ours) {
        throw new PlanExport.EndsHereException(
            "", "", "%s is of opset %d".formatted(Servable.CORE, opset.getVersion()));
      }
    }
    for (OnnxMl.NodeProto node : core.getGraph().getNodeList()) {
      for (OnnxMl.AttributeProto attribute : node.getAttributeList()) {
        if (attribute.hasG() || attribute.getGraphsCount() > 0) {
          throw new PlanExport.EndsHereException(
              "", "", "%s has graphs inside graphs".formatted(Servable.CORE));
        }
      }
    }
  }

  private static OnnxMl.NodeProto renamed(
      OnnxMl.NodeProto node, Map<String, String> names, String prefix) {
    OnnxMl.NodeProto.Builder renamed =
        node.toBuilder().clearInput().clearOutput().setName(prefix + node.getName());
    node.getInputList().forEach(input -> renamed.addInput(name(input, names, prefix)));
    node.getOutputList().forEach(output -> renamed.addOutput(name(output, names, prefix)));
    return renamed.build();
  }

  private static String name(String name, Map<String, String> names, String prefix) {
    return name.isEmpty() ? name : Optional.ofNullable(names.get(name)).orElse(prefix + name);
  }

  /** A prefix that no raw column has. */
  private static String free(String word, List<String> columns) {
    String prefix = word + "/";
    List<String> taken = new ArrayList<>(columns);
    while (anyStarts(taken, prefix)) {
      prefix = "_" + prefix;
    }
    return prefix;
  }

  private static boolean anyStarts(List<String> columns, String prefix) {
    return columns.stream().anyMatch(column -> column.startsWith(prefix));
  }

  private static OnnxMl.StringStringEntryProto property(String key, String value) {
    return OnnxMl.StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }
}
