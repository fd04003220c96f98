package io.pergola.model;

import ai.onnx.proto.OnnxMl;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The steps that plans are made of, on values of shape [n, 1]; a value that is the same for all
 * examples has shape [1, 1].
 */
final class PlanSteps {
  static final int FLOAT = OnnxMl.TensorProto.DataType.FLOAT_VALUE;
  static final int DOUBLE = OnnxMl.TensorProto.DataType.DOUBLE_VALUE;
  static final int INT64 = OnnxMl.TensorProto.DataType.INT64_VALUE;
  static final int BOOL = OnnxMl.TensorProto.DataType.BOOL_VALUE;

  private final OnnxNodes nodes;
  private final String prefix;
  private final Map<String, String> constants = new HashMap<>();

  PlanSteps(OnnxNodes nodes, String prefix) {
    this.nodes = nodes;
    this.prefix = prefix;
  }

  /**
   * A value of an expression.
   *
   * @param present the name of a truth value; none if no example can lack it
   * @param single whether it is the same for all examples, and then of shape [1, 1]
   */
  record Column(String value, Optional<String> present, boolean single) {
    static Column always(String value) {
      return new Column(value, Optional.empty(), false);
    }

    /** Another value that is present where this is. */
    Column with(String other) {
      return new Column(other, present, single);
    }
  }

  String add(String operator, String... inputs) {
    return nodes.add(operator, List.of(inputs));
  }

  OnnxNodes nodes() {
    return nodes;
  }

  String cast(String x, int type) {
    return nodes.add("Cast", List.of(x), OnnxNodes.integer("to", type));
  }

  String where(String condition, String then, String otherwise) {
    return add("Where", condition, then, otherwise);
  }

  String not(String truth) {
    return add("Not", truth);
  }

  String constant(float value) {
    return constant(
        "f" + Float.floatToIntBits(value), name -> nodes.floats(name, new float[] {value}, 1, 1));
  }

  String wide(double value) {
    return constant(
        "d" + Double.doubleToLongBits(value),
        name -> nodes.doubles(name, new double[] {value}, 1, 1));
  }

  String integer(long value) {
    return constant("i" + value, name -> nodes.longs(name, new long[] {value}, 1, 1));
  }

  String truth(int value) {
    return constant("b" + value, name -> nodes.truth(name, value));
  }

  String text(String value) {
    return constant("t" + value, name -> nodes.text(name, value, 1, 1));
  }

  /** Float32 numbers as a row [1, k]. */
  String row(float[] values) {
    String name = prefix + "row/" + constants.size();
    constants.put(name, name);
    nodes.floats(name, values, 1, values.length);
    return name;
  }

  /** Int64 numbers as a row [1, k]. */
  String row(long[] values) {
    String name = prefix + "row/" + constants.size();
    constants.put(name, name);
    nodes.longs(name, values, 1, values.length);
    return name;
  }

  /** Int64 numbers as a vector [k], such as a shape or axes. */
  String longs(long... values) {
    return constant(
        "v" + Arrays.toString(values), name -> nodes.longs(name, values, values.length));
  }

  /** One float32 as a vector [1]. */
  String floats(float value) {
    return constant(
        "vf" + Float.floatToIntBits(value), name -> nodes.floats(name, new float[] {value}, 1));
  }

  /** One float64 as a vector [1]. */
  String doubles(double value) {
    return constant(
        "vd" + Double.doubleToLongBits(value),
        name -> nodes.doubles(name, new double[] {value}, 1));
  }

  /** Float32 numbers as a table. */
  String table(float[] values, int columns) {
    String name = prefix + "table/" + constants.size();
    constants.put(name, name);
    nodes.floats(name, values, values.length / columns, columns);
    return name;
  }

  /** One int64 of no dimension. */
  String scalar(long value) {
    return constant("s" + value, name -> nodes.longs(name, new long[] {value}));
  }

  /** Values in another shape, row-major; -1 for one dimension that follows. */
  String reshape(String x, long... shape) {
    return add("Reshape", x, longs(shape));
  }

  /** Int64 0 to {@code count}, exclusive, as a row [1, count]. */
  String counting(int count) {
    return constant(
        "counting" + count,
        name -> {
          long[] values = new long[count];
          Arrays.setAll(values, i -> i);
          nodes.longs(name, values, 1, count);
        });
  }

  /** Whether any of [n, k] truth values is true, as [n, 1]. */
  String any(String truths) {
    return add("Greater", count(truths), integer(0));
  }

  /** Values of shapes [n, ...] side by side. */
  String beside(List<String> parts) {
    return parts.size() == 1
        ? parts.get(0)
        : nodes.add("Concat", parts, OnnxNodes.integer("axis", 1));
  }

  /** The rows of a table that ids of shape [n, 1] name, as [n, k]. */
  String lookUp(float[] table, int columns, String ids) {
    return nodes.add(
        "Gather", List.of(table(table, columns), vector(ids)), OnnxNodes.integer("axis", 0));
  }

  /** The same for a table of one column of float64. */
  String lookUp(double[] table, String ids) {
    String name = prefix + "table/" + constants.size();
    constants.put(name, name);
    nodes.doubles(name, table, table.length, 1);
    return nodes.add("Gather", List.of(name, vector(ids)), OnnxNodes.integer("axis", 0));
  }

  /** A constant of float64, row after row, [r, columns]. */
  String matrix(double[] table, int columns) {
    String name = prefix + "table/" + constants.size();
    constants.put(name, name);
    nodes.doubles(name, table, table.length / columns, columns);
    return name;
  }

  /** Values of shape [n, 1] as [n]. */
  String vector(String x) {
    return add("Squeeze", x, longs(1));
  }

  /** A value of shape [1, 1] as [n, 1], like {@code shaped}. */
  String spread(String x, String shaped) {
    return add("Expand", x, add("Shape", shaped));
  }

  /** How many of [n, k] truth values are true, as int64 [n, 1]. */
  String count(String truths) {
    return cast(
        nodes.add(
            "ReduceSum", List.of(cast(truths, FLOAT), longs(1)), OnnxNodes.integer("keepdims", 1)),
        INT64);
  }

  /** The int64 beside each text; {@code other} beside those that are not among them. */
  String encode(String text, List<String> keys, long[] values, long other) {
    return nodes.add(
        "LabelEncoder",
        List.of(text),
        OnnxNodes.texts("keys_strings", keys),
        OnnxNodes.integers("values_int64s", boxed(values)),
        OnnxNodes.integer("default_int64", other));
  }

  /** The same of integers. */
  String encode(String ids, long[] keys, long[] values, long other) {
    return nodes.add(
        "LabelEncoder",
        List.of(ids),
        OnnxNodes.integers("keys_int64s", boxed(keys)),
        OnnxNodes.integers("values_int64s", boxed(values)),
        OnnxNodes.integer("default_int64", other));
  }

  /** Both conditions, where there are any. */
  Optional<String> both(Optional<String> a, Optional<String> b) {
    if (a.isEmpty() || b.isEmpty() || a.equals(b)) {
      return a.isEmpty() ? b : a;
    }
    return Optional.of(add("And", a.get(), b.get()));
  }

  private static List<Long> boxed(long[] values) {
    List<Long> boxed = new ArrayList<>(values.length);
    for (long value : values) {
      boxed.add(value);
    }
    return boxed;
  }

  private interface Definition {
    void define(String name);
  }

  private String constant(String key, Definition definition) {
    String known = constants.get(key);
    if (known == null) {
      known = prefix + "constant/" + constants.size();
      definition.define(known);
      constants.put(key, known);
    }
    return known;
  }
}
