package io.pergola.model;

import ai.onnx.proto.OnnxMl;
import io.pergola.model.OnnxGraph.Content;
import io.pergola.model.OnnxGraph.Value;
import io.pergola.model.OnnxGraph.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Steps on images ([channels, height, width]) and sequences ([length, width]) of an {@link
 * OnnxGraph}. Definitions are those of the ONNX operators of the same names; shapes leave out the
 * number of examples. Not thread-safe.
 */
public final class OnnxLayers {
  private static final int FLOAT = OnnxMl.TensorProto.DataType.FLOAT_VALUE;
  private static final int INT32 = OnnxMl.TensorProto.DataType.INT32_VALUE;

  private final OnnxGraph graph;
  private final OnnxNodes nodes;

  OnnxLayers(OnnxGraph graph) {
    this.graph = graph;
    this.nodes = graph.nodes();
  }

  /** Whether an average counts cells of padding. */
  public enum Padding {
    /** They count as 0. */
    COUNTED,
    /** Only cells of the image count. */
    LEFT_OUT
  }

  /** From which end a recurrent layer reads a sequence. */
  public enum Direction {
    /** From the first step to the last that counts. */
    FORWARD,
    /** From the last step that counts to the first; its last output is that at the first step. */
    REVERSE
  }

  /** What a recurrent layer gives: its output at each step [t, h], and at the last one [h]. */
  public record Recurrent(Value all, Value last) {}

  /**
   * A convolution over the dimensions after the first: images [c, h, w] or, with a window of one
   * dimension, [c, length].
   *
   * @param weights row-major [channels][c][kernel...]
   * @param bias [channels]
   */
  public Value convolution(
      String name, Value x, float[] weights, float[] bias, int channels, OnnxWindow window) {
    requireImage("Conv", x, window);
    int in = x.shape().get(0);
    int cells = window.kernel().stream().reduce(1, Math::multiplyExact);
    if (weights.length != (long) channels * in * cells || bias.length != channels) {
      throw graph.mismatch(
          "Conv",
          "%s, %d weights and %d biases for %d channels, kernel %s"
              .formatted(
                  OnnxGraph.text(x.shape()),
                  weights.length,
                  bias.length,
                  channels,
                  window.kernel()));
    }
    List<Integer> dims = new ArrayList<>(List.of(channels, in));
    dims.addAll(window.kernel());
    nodes.floats(name + "/W", weights, array(dims));
    nodes.floats(name + "/b", bias, channels);
    return graph.step(
        "Conv",
        moved(x, channels, window),
        List.of(x.name(), name + "/W", name + "/b"),
        window.attributes());
  }

  /** The largest value in each window; padding never is. */
  public Value maxPool(Value x, OnnxWindow window) {
    requireImage("MaxPool", x, window);
    return graph.step(
        "MaxPool", moved(x, x.shape().get(0), window), List.of(x.name()), window.attributes());
  }

  /**
   * The mean of each window.
   *
   * @param window without dilation, which the operator lacks in this opset
   */
  public Value averagePool(Value x, OnnxWindow window, Padding padding) {
    requireImage("AveragePool", x, window);
    if (window.dilation().stream().anyMatch(dilation -> dilation != 1)) {
      throw graph.mismatch("AveragePool", "dilation %s".formatted(window.dilation()));
    }
    return graph.step(
        "AveragePool",
        moved(x, x.shape().get(0), window),
        List.of(x.name()),
        OnnxNodes.integers("kernel_shape", window.kernel()),
        OnnxNodes.integers("strides", window.stride()),
        window.pads(),
        OnnxNodes.integer("count_include_pad", padding == Padding.COUNTED ? 1 : 0));
  }

  /**
   * {@code scale (x - mean) / sqrt(variance + epsilon) + bias}, for each of the first dimension.
   */
  public Value batchNormalization(
      String name,
      Value x,
      float[] scale,
      float[] bias,
      float[] mean,
      float[] variance,
      float epsilon) {
    graph.requireFloats("BatchNormalization", x);
    int channels = x.shape().get(0);
    List<String> inputs = new ArrayList<>(List.of(x.name()));
    List<float[]> parts = List.of(scale, bias, mean, variance);
    List<String> names = List.of("/scale", "/bias", "/mean", "/variance");
    for (int i = 0; i < parts.size(); i++) {
      if (parts.get(i).length != channels) {
        throw graph.mismatch(
            "BatchNormalization",
            "%s and [%d]".formatted(OnnxGraph.text(x.shape()), parts.get(i).length));
      }
      nodes.floats(name + names.get(i), parts.get(i), channels);
      inputs.add(name + names.get(i));
    }
    return graph.step("BatchNormalization", x.shape(), inputs, OnnxNodes.real("epsilon", epsilon));
  }

  /** Zeros around an image [c, h, w]: cells before and after it, top and left first. */
  public Value zeroPadding(Value x, List<Integer> before, List<Integer> after) {
    graph.requireFloats("Pad", x);
    if (x.shape().size() != 3 || before.size() != 2 || after.size() != 2) {
      throw graph.mismatch("Pad", "%s by %s and %s".formatted(text(x), before, after));
    }
    String pads = nodes.fresh("Pad") + "/pads";
    nodes.longs(
        pads, new long[] {0, 0, before.get(0), before.get(1), 0, 0, after.get(0), after.get(1)}, 8);
    List<Integer> shape =
        List.of(
            x.shape().get(0),
            x.shape().get(1) + before.get(0) + after.get(0),
            x.shape().get(2) + before.get(1) + after.get(1));
    return graph.step("Pad", shape, List.of(x.name(), pads));
  }

  /**
   * Each cell of an image [c, h, w] repeated: {@code down} times in height, {@code across} times.
   */
  public Value repeated(Value x, int down, int across) {
    graph.requireFloats("Resize", x);
    if (x.shape().size() != 3 || down < 1 || across < 1) {
      throw graph.mismatch("Resize", "%s by %d and %d".formatted(text(x), down, across));
    }
    String scales = nodes.fresh("Resize") + "/scales";
    nodes.floats(scales, new float[] {1, 1, down, across}, 4);
    return graph.step(
        "Resize",
        List.of(x.shape().get(0), x.shape().get(1) * down, x.shape().get(2) * across),
        List.of(x.name(), "", scales),
        OnnxNodes.text("mode", "nearest"),
        OnnxNodes.text("coordinate_transformation_mode", "asymmetric"),
        OnnxNodes.text("nearest_mode", "floor"));
  }

  /** {@code factor x + shift}, of any shape. */
  public Value linear(Value x, float factor, float shift) {
    graph.requireFloats("Mul", x);
    String name = nodes.fresh("Mul");
    nodes.floats(name + "/factor", new float[] {factor});
    nodes.floats(name + "/shift", new float[] {shift});
    Value scaled = graph.step("Mul", x.shape(), List.of(x.name(), name + "/factor"));
    return graph.step("Add", x.shape(), List.of(scaled.name(), name + "/shift"));
  }

  /** Two sequences step by step side by side: [t, a] and [t, b] become [t, a + b]. */
  public Value beside(Value a, Value b) {
    requireSequence("Concat", a);
    requireSequence("Concat", b);
    if (!a.shape().get(0).equals(b.shape().get(0))) {
      throw graph.mismatch("Concat", "%s and %s".formatted(text(a), text(b)));
    }
    return graph.step(
        "Concat",
        List.of(a.shape().get(0), a.shape().get(1) + b.shape().get(1)),
        List.of(a.name(), b.name()),
        OnnxNodes.integer("axis", 2));
  }

  /** The floats {@code from} to {@code to}, exclusive, of a vector. */
  public Value part(Value x, int from, int to) {
    graph.requireFloats("Slice", x);
    if (x.shape().size() != 1 || from < 0 || from >= to || to > x.width()) {
      throw graph.mismatch(
          "Slice", "%d to %d of %s".formatted(from, to, OnnxGraph.text(x.shape())));
    }
    if (to - from == x.width()) {
      return x;
    }
    String name = nodes.fresh("Slice");
    nodes.longs(name + "/from", new long[] {from}, 1);
    nodes.longs(name + "/to", new long[] {to}, 1);
    nodes.longs(name + "/axis", new long[] {1}, 1);
    return graph.step(
        "Slice",
        List.of(to - from),
        List.of(x.name(), name + "/from", name + "/to", name + "/axis"));
  }

  /** The same floats in another shape, row-major. */
  public Value reshape(Value x, List<Integer> shape) {
    graph.requireFloats("Reshape", x);
    if (shape.stream().reduce(1, Math::multiplyExact) != x.width()) {
      throw graph.mismatch(
          "Reshape", "%s to %s".formatted(OnnxGraph.text(x.shape()), OnnxGraph.text(shape)));
    }
    String to = nodes.fresh("Reshape") + "/shape";
    long[] dims = new long[shape.size() + 1];
    dims[0] = -1;
    for (int i = 0; i < shape.size(); i++) {
      dims[i + 1] = shape.get(i);
    }
    nodes.longs(to, dims, dims.length);
    return graph.step("Reshape", shape, List.of(x.name(), to));
  }

  /**
   * The dimensions in another order.
   *
   * @param order for each new dimension the old one, from 0; the examples stay first
   */
  public Value transpose(Value x, List<Integer> order) {
    graph.requireFloats("Transpose", x);
    List<Integer> sorted = order.stream().sorted().toList();
    List<Integer> expected = new ArrayList<>();
    for (int i = 0; i < x.shape().size(); i++) {
      expected.add(i);
    }
    if (!sorted.equals(expected)) {
      throw graph.mismatch("Transpose", "%s by %s".formatted(OnnxGraph.text(x.shape()), order));
    }
    List<Integer> perm = new ArrayList<>(List.of(0));
    order.forEach(dimension -> perm.add(dimension + 1));
    return graph.step(
        "Transpose",
        order.stream().map(x.shape()::get).toList(),
        List.of(x.name()),
        OnnxNodes.integers("perm", perm));
  }

  /** {@code x w + b} at every step of a sequence: [t, in] becomes [t, out]. */
  public Value timeDistributed(Value x, Weights w, Optional<Weights> b) {
    requireSequence("MatMul", x);
    if (x.shape().get(1) != w.rows()) {
      throw graph.mismatch(
          "MatMul", "%s x [%d, %d]".formatted(OnnxGraph.text(x.shape()), w.rows(), w.columns()));
    }
    Value product =
        graph.step("MatMul", List.of(x.shape().get(0), w.columns()), List.of(x.name(), w.name()));
    return b.map(bias -> graph.add(product, bias)).orElse(product);
  }

  /**
   * {@code a b} of the matrices [r, k] and [k, c] that each example has: attention is made of it.
   */
  public Value product(Value a, Value b) {
    requireSequence("MatMul", a);
    requireSequence("MatMul", b);
    if (!a.shape().get(1).equals(b.shape().get(0))) {
      throw graph.mismatch(
          "MatMul", "%s x %s".formatted(OnnxGraph.text(a.shape()), OnnxGraph.text(b.shape())));
    }
    return graph.step(
        "MatMul", List.of(a.shape().get(0), b.shape().get(1)), List.of(a.name(), b.name()));
  }

  /**
   * What queries find in the steps of a sequence: {@code softmax(q k' / sqrt(d)) v} for each head,
   * side by side. After Vaswani et al., Attention Is All You Need, 2017.
   *
   * @param q [a, heads * d], a queries; the columns of a head stand together, here and below
   * @param k [t, heads * d]
   * @param v [t, heads * e]
   * @param mask [t]: steps that it leaves out are not found; where it leaves out all, each is found
   *     alike
   * @return [a, heads * e]
   */
  public Value attention(Value q, Value k, Value v, int heads, Optional<Value> mask) {
    List.of(q, k, v).forEach(x -> requireHeads(x, heads));
    if (!q.shape().get(1).equals(k.shape().get(1)) || !k.shape().get(0).equals(v.shape().get(0))) {
      throw graph.mismatch("attention", "%s, %s and %s".formatted(text(q), text(k), text(v)));
    }
    mask.ifPresent(kept -> requireMask(k, kept));
    return new OnnxAttention(graph).of(q, k, v, heads, mask);
  }

  private void requireHeads(Value x, int heads) {
    requireSequence("attention", x);
    if (heads < 1 || x.shape().get(1) % heads != 0) {
      throw graph.mismatch("attention", "%s and %d heads".formatted(text(x), heads));
    }
  }

  private static String text(Value x) {
    return OnnxGraph.text(x.shape());
  }

  /** The mean over dimension {@code dimension} of an example, counted from 0, which goes away. */
  public Value mean(Value x, int dimension) {
    return reduced("ReduceMean", x, dimension, OnnxNodes.integers("axes", axis(dimension)));
  }

  /**
   * The largest over dimension {@code dimension} of an example, counted from 0, which goes away.
   */
  public Value largest(Value x, int dimension) {
    return reduced("ReduceMax", x, dimension, OnnxNodes.integers("axes", axis(dimension)));
  }

  /** The sum over dimension {@code dimension} of an example, counted from 0, which goes away. */
  public Value sum(Value x, int dimension) {
    return reduced("ReduceSum", x, dimension);
  }

  /** 1 where an id of a sequence [t] is not {@code padding}, otherwise 0. */
  public Value mask(Value ids, int padding) {
    nodes.requireDefined(ids.name());
    if (ids.content() != Content.IDS || ids.shape().size() != 1) {
      throw graph.mismatch("mask", "'%s' is no sequence of ids".formatted(ids.name()));
    }
    String pad = nodes.fresh("Equal") + "/padding";
    nodes.longs(pad, new long[] {padding});
    String equal = nodes.add("Equal", List.of(ids.name(), pad));
    String differs = nodes.add("Not", List.of(equal));
    return graph.step("Cast", ids.shape(), List.of(differs), OnnxNodes.integer("to", FLOAT));
  }

  /** The steps of a sequence [t, w] times a mask [t]: those it leaves out become 0. */
  public Value masked(Value x, Value mask) {
    requireSequence("mask", x);
    requireMask(x, mask);
    return graph.step("Mul", x.shape(), List.of(x.name(), column(mask)));
  }

  /** The mean over those steps of a sequence [t, w] that a mask [t] keeps; 0 if it keeps none. */
  public Value maskedMean(Value x, Value mask) {
    Value total = sum(masked(x, mask), 0);
    String counts = nodes.add("ReduceSum", List.of(mask.name(), axes(1)));
    String one = nodes.fresh("Max") + "/one";
    nodes.floats(one, new float[] {1});
    String atLeastOne = nodes.add("Max", List.of(counts, one));
    return graph.step("Div", total.shape(), List.of(total.name(), atLeastOne));
  }

  /**
   * The largest over those steps of a sequence [t, w] that a mask [t] keeps; 0 if it keeps none.
   */
  public Value maskedLargest(Value x, Value mask) {
    requireSequence("mask", x);
    requireMask(x, mask);
    String zero = nodes.fresh("Greater") + "/zero";
    nodes.floats(zero, new float[] {0});
    String kept = nodes.add("Greater", List.of(column(mask), zero));
    String lowest = nodes.fresh("Where") + "/lowest";
    nodes.floats(lowest, new float[] {Float.NEGATIVE_INFINITY});
    Value candidates = graph.step("Where", x.shape(), List.of(kept, x.name(), lowest));
    Value most = largest(candidates, 0);
    String any =
        nodes.add("Greater", List.of(nodes.add("ReduceSum", List.of(mask.name(), axes(1))), zero));
    return graph.step("Where", most.shape(), List.of(any, most.name(), zero));
  }

  /**
   * A long short-term memory: gates in the order input, output, forget, cell; sigmoid gates, tanh
   * cell and output; state 0 at the start.
   *
   * @param x [t, in]
   * @param w row-major [4 h][in], of the inputs
   * @param r row-major [4 h][h], of the earlier output
   * @param b [4 h]
   * @param mask [t]: steps after the last that it keeps are left out, and give 0; those that it
   *     keeps stand first
   */
  public Recurrent lstm(
      String name, Value x, float[] w, float[] r, float[] b, Optional<Value> mask) {
    return lstm(name, x, w, r, b, mask, Direction.FORWARD);
  }

  /** The same, read from either end. */
  public Recurrent lstm(
      String name,
      Value x,
      float[] w,
      float[] r,
      float[] b,
      Optional<Value> mask,
      Direction direction) {
    return recurrent("LSTM", 4, 3, name, x, w, r, doubled(b), mask, direction);
  }

  /**
   * A gated recurrent unit: gates in the order update, reset, hidden; sigmoid gates, tanh output;
   * the reset gate is applied before the product with the earlier output.
   *
   * @param w row-major [3 h][in], of the inputs
   * @param r row-major [3 h][h], of the earlier output
   * @param b [3 h]
   * @param mask as in {@link #lstm}
   */
  public Recurrent gru(
      String name, Value x, float[] w, float[] r, float[] b, Optional<Value> mask) {
    return recurrent("GRU", 3, 2, name, x, w, r, doubled(b), mask, Direction.FORWARD);
  }

  private Recurrent recurrent(
      String operator,
      int gates,
      int outputs,
      String name,
      Value x,
      float[] w,
      float[] r,
      float[] b,
      Optional<Value> mask,
      Direction direction) {
    requireSequence(operator, x);
    int length = x.shape().get(0);
    int in = x.shape().get(1);
    int h = b.length / gates / 2;
    if (w.length != (long) gates * h * in || r.length != (long) gates * h * h) {
      throw graph.mismatch(
          operator,
          "%s, %d and %d weights for %d units"
              .formatted(OnnxGraph.text(x.shape()), w.length, r.length, h));
    }
    mask.ifPresent(kept -> requireMask(x, kept));
    nodes.floats(name + "/W", w, 1, gates * h, in);
    nodes.floats(name + "/R", r, 1, gates * h, h);
    nodes.floats(name + "/B", b, 1, b.length);
    String steps =
        nodes.add("Transpose", List.of(x.name()), OnnxNodes.integers("perm", List.of(1, 0, 2)));
    List<String> inputs = new ArrayList<>(List.of(steps, name + "/W", name + "/R", name + "/B"));
    mask.ifPresent(kept -> inputs.add(lengths(kept)));
    List<OnnxNodes.Named> attributes =
        new ArrayList<>(List.of(OnnxNodes.integer("hidden_size", h)));
    if (direction == Direction.REVERSE) {
      attributes.add(OnnxNodes.text("direction", "reverse"));
    }
    List<String> made =
        nodes.add(operator, outputs, inputs, attributes.toArray(OnnxNodes.Named[]::new));
    String all = nodes.add("Squeeze", List.of(made.get(0), axes(1)));
    String last = nodes.add("Squeeze", List.of(made.get(1), axes(0)));
    Value each =
        graph.step(
            "Transpose",
            List.of(length, h),
            List.of(all),
            OnnxNodes.integers("perm", List.of(1, 0, 2)));
    return new Recurrent(each, new Value(last, Content.FLOATS, List.of(h)));
  }

  private String lengths(Value mask) {
    String counts =
        nodes.add("ReduceSum", List.of(mask.name(), axes(1)), OnnxNodes.integer("keepdims", 0));
    return nodes.add("Cast", List.of(counts), OnnxNodes.integer("to", INT32));
  }

  /** ONNX adds a bias of the inputs and one of the earlier output; the second is 0. */
  private static float[] doubled(float[] b) {
    float[] both = new float[2 * b.length];
    System.arraycopy(b, 0, both, 0, b.length);
    return both;
  }

  private Value reduced(String operator, Value x, int dimension, OnnxNodes.Named... attributes) {
    graph.requireFloats(operator, x);
    if (dimension < 0 || dimension >= x.shape().size()) {
      throw graph.mismatch(
          operator, "%s over dimension %d".formatted(OnnxGraph.text(x.shape()), dimension));
    }
    List<Integer> shape = new ArrayList<>(x.shape());
    shape.remove(dimension);
    List<String> inputs = new ArrayList<>(List.of(x.name()));
    if (attributes.length == 0) {
      inputs.add(axes(dimension + 1));
    }
    List<OnnxNodes.Named> all = new ArrayList<>(List.of(attributes));
    all.add(OnnxNodes.integer("keepdims", 0));
    return graph.step(operator, shape, inputs, all.toArray(OnnxNodes.Named[]::new));
  }

  private String axes(int axis) {
    String name = nodes.fresh("axes") + "/" + axis;
    if (!nodes.isDefined(name)) {
      nodes.longs(name, new long[] {axis}, 1);
    }
    return name;
  }

  /** A mask [t] as [t, 1]. */
  private String column(Value mask) {
    return nodes.add("Unsqueeze", List.of(mask.name(), axes(2)));
  }

  private static List<Integer> axis(int dimension) {
    return List.of(dimension + 1);
  }

  private List<Integer> moved(Value x, int channels, OnnxWindow window) {
    List<Integer> shape = new ArrayList<>(List.of(channels));
    for (int i = 0; i < window.kernel().size(); i++) {
      int size = window.out(i, x.shape().get(i + 1));
      if (size < 1) {
        throw graph.mismatch(
            "window",
            "%s and a kernel of %s".formatted(OnnxGraph.text(x.shape()), window.kernel()));
      }
      shape.add(size);
    }
    return shape;
  }

  private void requireImage(String operator, Value x, OnnxWindow window) {
    graph.requireFloats(operator, x);
    if (x.shape().size() != window.kernel().size() + 1) {
      throw graph.mismatch(
          operator, "%s and a kernel of %s".formatted(OnnxGraph.text(x.shape()), window.kernel()));
    }
  }

  private void requireSequence(String operator, Value x) {
    graph.requireFloats(operator, x);
    if (x.shape().size() != 2) {
      throw graph.mismatch(
          operator, "%s is not [n, length, width]".formatted(OnnxGraph.text(x.shape())));
    }
  }

  private void requireMask(Value x, Value mask) {
    graph.requireFloats("mask", mask);
    if (!mask.shape().equals(x.shape().subList(0, 1))) {
      throw graph.mismatch(
          "mask", "%s of %s".formatted(OnnxGraph.text(mask.shape()), OnnxGraph.text(x.shape())));
    }
  }

  private static int[] array(List<Integer> values) {
    return values.stream().mapToInt(Integer::intValue).toArray();
  }
}
