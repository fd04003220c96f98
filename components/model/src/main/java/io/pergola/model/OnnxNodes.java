package io.pergola.model;

import ai.onnx.proto.OnnxMl;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The nodes of an ONNX graph as they are added: each name once, each value defined before it is
 * used. Shapes are the caller's concern. Not thread-safe.
 */
final class OnnxNodes {
  /** The first dimension of inputs and outputs: the number of examples. */
  static final int EXAMPLES = -1;

  /** The domain of operators on text and tables. */
  static final String ML = "ai.onnx.ml";

  /** The version of the operators of {@link #ML} that goes with {@link OnnxGraph#OPSET}. */
  static final int ML_OPSET = 3;

  /** A dimension that has a name of its own: as many values as the longest list has. */
  static final int VALUES = -2;

  /** The version of the standard operators that a graph with {@link #NEWER} ones needs. */
  static final int NEWER_OPSET = 20;

  /** The version of the file format that goes with {@link #NEWER_OPSET}. */
  static final int NEWER_IR = 9;

  /** Operators, or forms of them, that {@link OnnxGraph#OPSET} lacks. */
  private static final Set<String> NEWER =
      Set.of("StringSplit", "StringConcat", "RegexFullMatch", "ScatterElements");

  /** Operators whose axes are an attribute before {@link #NEWER_OPSET} and an input from then. */
  private static final Set<String> AXES_MOVED = Set.of("ReduceMax", "ReduceMean");

  private final String name;
  private final String prefix;
  private final OnnxMl.GraphProto.Builder graph;
  private final Set<String> names = new HashSet<>();
  private boolean usesMl;
  private boolean isNewer;

  /**
   * @param prefix what the names of steps begin with
   */
  OnnxNodes(String name, String prefix) {
    this.name = name;
    this.prefix = prefix;
    graph = OnnxMl.GraphProto.newBuilder().setName(name);
  }

  /** An attribute of a node. */
  interface Attribute {
    void set(OnnxMl.AttributeProto.Builder attribute);
  }

  /** A named attribute. */
  record Named(String name, Attribute value) {}

  static Named integer(String name, long value) {
    return new Named(name, a -> a.setType(OnnxMl.AttributeProto.AttributeType.INT).setI(value));
  }

  static Named integers(String name, Iterable<? extends Number> values) {
    List<Long> all = new ArrayList<>();
    values.forEach(value -> all.add(value.longValue()));
    return new Named(
        name, a -> a.setType(OnnxMl.AttributeProto.AttributeType.INTS).addAllInts(all));
  }

  static Named real(String name, float value) {
    return new Named(name, a -> a.setType(OnnxMl.AttributeProto.AttributeType.FLOAT).setF(value));
  }

  static Named text(String name, String value) {
    return new Named(
        name,
        a ->
            a.setType(OnnxMl.AttributeProto.AttributeType.STRING)
                .setS(ByteString.copyFrom(value, StandardCharsets.UTF_8)));
  }

  static Named texts(String name, List<String> values) {
    return new Named(
        name,
        a -> {
          a.setType(OnnxMl.AttributeProto.AttributeType.STRINGS);
          values.forEach(v -> a.addStrings(ByteString.copyFrom(v, StandardCharsets.UTF_8)));
        });
  }

  String name() {
    return name;
  }

  /** An input of the graph. */
  void input(String input, OnnxMl.TensorProto.DataType type, int... dims) {
    define(input);
    graph.addInput(value(input, type, dims));
  }

  /** Gives a value the name of an output of the graph. */
  void output(String output, String of, OnnxMl.TensorProto.DataType type, int... dims) {
    requireDefined(of);
    define(output);
    graph.addNode(
        OnnxMl.NodeProto.newBuilder()
            .setOpType("Identity")
            .setName(output)
            .addInput(of)
            .addOutput(output));
    graph.addOutput(value(output, type, dims));
  }

  boolean hasOutput() {
    return graph.getOutputCount() > 0;
  }

  /** Adds a step with one output, and returns that output's name. */
  String add(String operator, List<String> inputs, Named... attributes) {
    return add(operator, 1, inputs, attributes).get(0);
  }

  /** Adds a step with several outputs, and returns their names. */
  List<String> add(String operator, int outputs, List<String> inputs, Named... attributes) {
    inputs.stream().filter(input -> !input.isEmpty()).forEach(this::requireDefined);
    String step = fresh(operator);
    List<String> made = new ArrayList<>();
    for (int i = 0; i < outputs; i++) {
      made.add(i == 0 ? step : step + "/" + i);
    }
    made.forEach(this::define);
    OnnxMl.NodeProto.Builder node =
        OnnxMl.NodeProto.newBuilder()
            .setOpType(operator)
            .setName(step)
            .addAllInput(inputs)
            .addAllOutput(made);
    if (operator.equals("LabelEncoder")) {
      node.setDomain(ML);
      usesMl = true;
    }
    isNewer |= NEWER.contains(operator);
    for (Named attribute : attributes) {
      OnnxMl.AttributeProto.Builder value =
          OnnxMl.AttributeProto.newBuilder().setName(attribute.name());
      attribute.value().set(value);
      node.addAttribute(value);
    }
    graph.addNode(node);
    return made;
  }

  /** The name that the next step of an operator takes. */
  String fresh(String operator) {
    return prefix + operator + "/" + graph.getNodeCount();
  }

  /** Weights of float32, row-major. */
  void floats(String weights, float[] data, int... dims) {
    ByteBuffer raw = raw(Math.multiplyExact(4, data.length));
    raw.asFloatBuffer().put(data);
    weights(weights, OnnxMl.TensorProto.DataType.FLOAT, raw, dims);
  }

  /** Weights of float64, row-major. */
  void doubles(String weights, double[] data, int... dims) {
    ByteBuffer raw = raw(Math.multiplyExact(8, data.length));
    raw.asDoubleBuffer().put(data);
    weights(weights, OnnxMl.TensorProto.DataType.DOUBLE, raw, dims);
  }

  /** Weights of int64, row-major. */
  void longs(String weights, long[] data, int... dims) {
    ByteBuffer raw = raw(Math.multiplyExact(8, data.length));
    raw.asLongBuffer().put(data);
    weights(weights, OnnxMl.TensorProto.DataType.INT64, raw, dims);
  }

  /** One truth value, 1 or 0, as weights of shape [1, 1]. */
  void truth(String weights, int value) {
    ByteBuffer raw = raw(1);
    raw.put(0, (byte) value);
    weights(weights, OnnxMl.TensorProto.DataType.BOOL, raw, 1, 1);
  }

  /** One text, as weights of the shape {@code dims}, whose dimensions are all 1. */
  void text(String weights, String value, int... dims) {
    define(weights);
    OnnxMl.TensorProto.Builder tensor =
        OnnxMl.TensorProto.newBuilder()
            .setName(weights)
            .setDataType(OnnxMl.TensorProto.DataType.STRING.getNumber())
            .addStringData(ByteString.copyFrom(value, StandardCharsets.UTF_8));
    for (int dim : dims) {
      tensor.addDims(dim);
    }
    graph.addInitializer(tensor);
  }

  /** Adds the steps and weights of another graph, whose names are free here. */
  void append(List<OnnxMl.NodeProto> nodes, List<OnnxMl.TensorProto> weights) {
    for (OnnxMl.TensorProto tensor : weights) {
      define(tensor.getName());
      graph.addInitializer(tensor);
    }
    for (OnnxMl.NodeProto node : nodes) {
      node.getInputList().stream().filter(i -> !i.isEmpty()).forEach(this::requireDefined);
      node.getOutputList().stream().filter(o -> !o.isEmpty()).forEach(this::define);
      usesMl |= node.getDomain().equals(ML);
      graph.addNode(isNewer && AXES_MOVED.contains(node.getOpType()) ? raised(node) : node);
    }
  }

  /** A step that reduces, as {@link #NEWER_OPSET} has it. */
  private OnnxMl.NodeProto raised(OnnxMl.NodeProto node) {
    OnnxMl.NodeProto.Builder raised = node.toBuilder().clearAttribute();
    for (OnnxMl.AttributeProto attribute : node.getAttributeList()) {
      if (attribute.getName().equals("axes")) {
        String axes = node.getName() + "/axes";
        longs(
            axes,
            attribute.getIntsList().stream().mapToLong(Long::longValue).toArray(),
            attribute.getIntsCount());
        raised.addInput(axes);
      } else {
        raised.addAttribute(attribute);
      }
    }
    return raised.build();
  }

  /**
   * The model as the content of an {@code .onnx} file, checked.
   *
   * @throws IllegalStateException if there is no output
   */
  byte[] bytes(List<OnnxMl.StringStringEntryProto> metadata) {
    if (!hasOutput()) {
      throw new IllegalStateException(
          "Cannot write graph '%s': it has no output. Call output(...).".formatted(name));
    }
    dropUnused();
    OnnxMl.ModelProto.Builder model =
        OnnxMl.ModelProto.newBuilder()
            .setIrVersion(isNewer ? NEWER_IR : OnnxGraph.IR)
            .setProducerName("pergola")
            .addOpsetImport(opset("", isNewer ? NEWER_OPSET : OnnxGraph.OPSET))
            .addAllMetadataProps(metadata)
            .setGraph(graph);
    if (usesMl) {
      model.addOpsetImport(opset(ML, ML_OPSET));
    }
    OnnxMl.ModelProto whole = model.build();
    OnnxCheck.check(whole, "graph '%s'".formatted(name));
    return whole.toByteArray();
  }

  /** Weights that no step uses, of which ONNX Runtime would warn. */
  private void dropUnused() {
    Set<String> used = new HashSet<>();
    graph.getNodeList().forEach(node -> used.addAll(node.getInputList()));
    List<OnnxMl.TensorProto> kept =
        graph.getInitializerList().stream().filter(t -> used.contains(t.getName())).toList();
    graph.clearInitializer().addAllInitializer(kept);
  }

  boolean isDefined(String value) {
    return names.contains(value);
  }

  void requireDefined(String value) {
    if (!names.contains(value)) {
      throw new IllegalArgumentException(
          "Cannot use '%s' in graph '%s': it is not of this graph. Use values that it returned."
              .formatted(value, name));
    }
  }

  private void define(String value) {
    if (value.isBlank() || !names.add(value)) {
      throw new IllegalArgumentException(
          "Invalid name in graph '%s': '%s' (must be new and not blank)".formatted(name, value));
    }
  }

  private void weights(
      String weights, OnnxMl.TensorProto.DataType type, ByteBuffer raw, int... dims) {
    define(weights);
    OnnxMl.TensorProto.Builder tensor =
        OnnxMl.TensorProto.newBuilder()
            .setName(weights)
            .setDataType(type.getNumber())
            .setRawData(ByteString.copyFrom(raw.rewind()));
    for (int dim : dims) {
      tensor.addDims(dim);
    }
    graph.addInitializer(tensor);
  }

  private static ByteBuffer raw(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static OnnxMl.OperatorSetIdProto opset(String domain, int version) {
    return OnnxMl.OperatorSetIdProto.newBuilder().setDomain(domain).setVersion(version).build();
  }

  private static OnnxMl.ValueInfoProto value(
      String name, OnnxMl.TensorProto.DataType type, int... dims) {
    OnnxMl.TensorShapeProto.Builder shape = OnnxMl.TensorShapeProto.newBuilder();
    for (int dim : dims) {
      OnnxMl.TensorShapeProto.Dimension.Builder each = shape.addDimBuilder();
      if (dim == EXAMPLES) {
        each.setDimParam("n");
      } else if (dim == VALUES) {
        each.setDimParam("values of " + name);
      } else {
        each.setDimValue(dim);
      }
    }
    return OnnxMl.ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            OnnxMl.TypeProto.newBuilder()
                .setTensorType(
                    OnnxMl.TypeProto.Tensor.newBuilder()
                        .setElemType(type.getNumber())
                        .setShape(shape)))
        .build();
  }
}
