package io.pergola.model;

import ai.onnx.proto.OnnxMl;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Builds an ONNX model of standard operators (opset 17, IR version 8), weights inside. A value can
 * be used only after the step that makes it, so that steps stand in topological order; shapes are
 * checked as the graph grows. Not thread-safe.
 */
public final class OnnxGraph {
  /** The version of the standard operators. */
  public static final int OPSET = 17;

  /** The version of the file format. */
  public static final int IR = 8;

  private final OnnxNodes nodes;

  private OnnxGraph(String name) {
    nodes = new OnnxNodes(name, "");
  }

  /** Starts an empty graph. */
  public static OnnxGraph named(String name) {
    return new OnnxGraph(name);
  }

  /** What a value consists of. */
  public enum Content {
    /** float32. */
    FLOATS,
    /** int64. */
    IDS
  }

  /**
   * Something computed for each of n examples.
   *
   * @param shape of one example: [width]; for an image [channels, height, width], for a sequence
   *     [length, width]; of ids [] (one) or [length]
   */
  public record Value(String name, Content content, List<Integer> shape) {
    public Value {
      shape = List.copyOf(shape);
    }

    /** The number of floats an example has; 0 if it has ids instead. */
    public int width() {
      return content == Content.IDS ? 0 : shape.stream().reduce(1, Math::multiplyExact);
    }
  }

  /**
   * Weights that the model carries.
   *
   * @param rows 1 for a vector
   */
  public record Weights(String name, int rows, int columns) {}

  /** An input of float32 [n, width]. */
  public Value floats(String name, int width) {
    if (width < 1) {
      throw new IllegalArgumentException(
          "Invalid width of input '%s': %d (must be above 0)".formatted(name, width));
    }
    nodes.input(name, OnnxMl.TensorProto.DataType.FLOAT, OnnxNodes.EXAMPLES, width);
    return new Value(name, Content.FLOATS, List.of(width));
  }

  /** An input of int64 [n]: an id each. */
  public Value ids(String name) {
    nodes.input(name, OnnxMl.TensorProto.DataType.INT64, OnnxNodes.EXAMPLES);
    return new Value(name, Content.IDS, List.of());
  }

  /** An input of int64 [n, length]: a sequence of ids each. */
  public Value ids(String name, int length) {
    if (length < 1) {
      throw new IllegalArgumentException(
          "Invalid length of input '%s': %d (must be above 0)".formatted(name, length));
    }
    nodes.input(name, OnnxMl.TensorProto.DataType.INT64, OnnxNodes.EXAMPLES, length);
    return new Value(name, Content.IDS, List.of(length));
  }

  /** Steps on images and sequences. */
  public OnnxLayers layers() {
    return new OnnxLayers(this);
  }

  OnnxNodes nodes() {
    return nodes;
  }

  /** A matrix, row-major [rows][columns]. */
  public Weights matrix(String name, int rows, int columns, float[] data) {
    return weights(name, rows, columns, data, rows, columns);
  }

  /** A vector. */
  public Weights vector(String name, float[] data) {
    return weights(name, 1, data.length, data, data.length);
  }

  /** {@code x w + b}: a dense layer before its activation; {@code w} is [width of x][out]. */
  public Value gemm(Value x, Weights w, Weights b) {
    requireVector("gemm", x);
    if (x.width() != w.rows() || b.columns() != w.columns() || b.rows() != 1) {
      throw mismatch(
          "gemm",
          "[n, %d] x [%d, %d] + [%d]".formatted(x.width(), w.rows(), w.columns(), b.columns()));
    }
    return step("Gemm", List.of(w.columns()), List.of(x.name(), w.name(), b.name()));
  }

  /** {@code x w}. */
  public Value gemm(Value x, Weights w) {
    requireVector("gemm", x);
    if (x.width() != w.rows()) {
      throw mismatch("gemm", "[n, %d] x [%d, %d]".formatted(x.width(), w.rows(), w.columns()));
    }
    return step("MatMul", List.of(w.columns()), List.of(x.name(), w.name()));
  }

  /**
   * The rows of {@code table} that {@code ids} name: an embedding; of ids [t] the rows [t,
   * columns].
   */
  public Value gather(Weights table, Value ids) {
    nodes.requireDefined(ids.name());
    if (ids.content() != Content.IDS) {
      throw mismatch("gather", "'%s' are not ids".formatted(ids.name()));
    }
    List<Integer> shape = new ArrayList<>(ids.shape());
    shape.add(table.columns());
    return step("Gather", shape, List.of(table.name(), ids.name()), OnnxNodes.integer("axis", 0));
  }

  /** The floats of several values side by side. */
  public Value concat(List<Value> values) {
    values.forEach(value -> requireVector("concat", value));
    if (values.isEmpty()) {
      throw new IllegalArgumentException("Invalid concat: no values (one or more are needed)");
    }
    if (values.size() == 1) {
      return values.get(0);
    }
    return step(
        "Concat",
        List.of(values.stream().mapToInt(Value::width).sum()),
        values.stream().map(Value::name).toList(),
        OnnxNodes.integer("axis", 1));
  }

  /** {@code a + b}, element by element. */
  public Value add(Value a, Value b) {
    return elementwise("Add", a, b);
  }

  /** {@code a - b}, element by element. */
  public Value subtract(Value a, Value b) {
    return elementwise("Sub", a, b);
  }

  /** {@code a * b}, element by element. */
  public Value multiply(Value a, Value b) {
    return elementwise("Mul", a, b);
  }

  /** The larger of {@code a} and {@code b}, element by element. */
  public Value max(Value a, Value b) {
    return elementwise("Max", a, b);
  }

  /** {@code x + b}, the same vector for every example. */
  public Value add(Value x, Weights b) {
    return broadcast("Add", x, b);
  }

  /** {@code x * b}, the same vector for every example. */
  public Value multiply(Value x, Weights b) {
    return broadcast("Mul", x, b);
  }

  /** {@code max(0, x)}. */
  public Value relu(Value x) {
    return activation("Relu", x);
  }

  /** {@code x} where it is above 0, otherwise {@code alpha x}. */
  public Value leakyRelu(Value x, float alpha) {
    return activation("LeakyRelu", x, OnnxNodes.real("alpha", alpha));
  }

  /** {@code x} where it is above {@code alpha}, otherwise 0. */
  public Value thresholdedRelu(Value x, float alpha) {
    return activation("ThresholdedRelu", x, OnnxNodes.real("alpha", alpha));
  }

  /** {@code x} where it is above 0, otherwise {@code alpha (e^x - 1)}. */
  public Value elu(Value x, float alpha) {
    return activation("Elu", x, OnnxNodes.real("alpha", alpha));
  }

  /** {@code gamma} times {@link #elu}; 1.6732632 and 1.050701 are the usual constants. */
  public Value selu(Value x, float alpha, float gamma) {
    return activation("Selu", x, OnnxNodes.real("alpha", alpha), OnnxNodes.real("gamma", gamma));
  }

  /** {@code x} limited to {@code low..high}. */
  public Value clip(Value x, float low, float high) {
    requireFloats("Clip", x);
    String name = nodes.fresh("Clip");
    nodes.floats(name + "/low", new float[] {low});
    nodes.floats(name + "/high", new float[] {high});
    return step("Clip", x.shape(), List.of(x.name(), name + "/low", name + "/high"));
  }

  /** {@code max(0, min(1, alpha x + beta))}. */
  public Value hardSigmoid(Value x, float alpha, float beta) {
    return activation(
        "HardSigmoid", x, OnnxNodes.real("alpha", alpha), OnnxNodes.real("beta", beta));
  }

  /** {@code ln(1 + e^x)}. */
  public Value softplus(Value x) {
    return activation("Softplus", x);
  }

  /** {@code x / (1 + |x|)}. */
  public Value softsign(Value x) {
    return activation("Softsign", x);
  }

  /** The hyperbolic tangent. */
  public Value tanh(Value x) {
    return activation("Tanh", x);
  }

  /** {@code 1 / (1 + e^-x)}. */
  public Value sigmoid(Value x) {
    return activation("Sigmoid", x);
  }

  /** {@code e^x_i / sum_j e^x_j} over the floats of each example, or of each step of a sequence. */
  public Value softmax(Value x) {
    return activation("Softmax", x, OnnxNodes.integer("axis", -1));
  }

  /** {@code x} itself. */
  public Value identity(Value x) {
    return activation("Identity", x);
  }

  /** Gives a value the name of an output, float32 [n, width]. */
  public OnnxGraph output(String name, Value value) {
    requireVector("output", value);
    nodes.output(
        name, value.name(), OnnxMl.TensorProto.DataType.FLOAT, OnnxNodes.EXAMPLES, value.width());
    return this;
  }

  /**
   * The model as the content of an {@code .onnx} file.
   *
   * @throws IllegalStateException if there is no output
   */
  public byte[] bytes() {
    return nodes.bytes(List.of());
  }

  private Value elementwise(String operator, Value a, Value b) {
    requireFloats(operator, a);
    requireFloats(operator, b);
    if (!a.shape().equals(b.shape())) {
      throw mismatch(operator, "%s and %s".formatted(text(a.shape()), text(b.shape())));
    }
    return step(operator, a.shape(), List.of(a.name(), b.name()));
  }

  private Value broadcast(String operator, Value x, Weights b) {
    requireFloats(operator, x);
    if (b.rows() != 1 || b.columns() != x.shape().get(x.shape().size() - 1)) {
      throw mismatch(operator, "%s and [%d, %d]".formatted(text(x.shape()), b.rows(), b.columns()));
    }
    return step(operator, x.shape(), List.of(x.name(), b.name()));
  }

  private Value activation(String operator, Value x, OnnxNodes.Named... attributes) {
    requireFloats(operator, x);
    return step(operator, x.shape(), List.of(x.name()), attributes);
  }

  /** Adds a step that gives floats. */
  Value step(
      String operator, List<Integer> shape, List<String> inputs, OnnxNodes.Named... attributes) {
    return new Value(nodes.add(operator, inputs, attributes), Content.FLOATS, shape);
  }

  private Weights weights(String name, int rows, int columns, float[] data, int... dims) {
    if ((long) rows * columns != data.length) {
      throw new IllegalArgumentException(
          "Invalid weights '%s': %d values (must be %d x %d)"
              .formatted(name, data.length, rows, columns));
    }
    nodes.floats(name, data, dims);
    return new Weights(name, rows, columns);
  }

  void requireFloats(String operator, Value x) {
    nodes.requireDefined(x.name());
    if (x.content() == Content.IDS) {
      throw mismatch(operator, "'%s' are ids".formatted(x.name()));
    }
  }

  private void requireVector(String operator, Value x) {
    requireFloats(operator, x);
    if (x.shape().size() != 1) {
      throw mismatch(operator, "%s is not [n, width]".formatted(text(x.shape())));
    }
  }

  IllegalArgumentException mismatch(String operator, String shapes) {
    return new IllegalArgumentException(
        "Invalid %s in graph '%s': %s (shapes must fit)".formatted(operator, nodes.name(), shapes));
  }

  /** The shape of a value: {@code [n, 3]}. */
  static String text(List<Integer> shape) {
    return shape.stream().map(dim -> ", " + dim).collect(Collectors.joining("", "[n", "]"));
  }
}
