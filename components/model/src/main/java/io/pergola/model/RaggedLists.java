package io.pergola.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Lists of any length in ONNX: the values of all examples one after the other, and beside each the
 * number of its example. Behind the last example stands one more that has one value or more, so
 * that no tensor is ever empty; what is made of a list leaves it out again.
 */
final class RaggedLists {
  private final PlanSteps steps;
  private final OnnxNodes nodes;

  /** The number of examples, [1]; so the number of the one behind the last. */
  private final String n;

  /** One more, [1]. */
  private final String all;

  /**
   * @param column a raw column, [n, ...]
   */
  RaggedLists(PlanSteps steps, String column) {
    this.steps = steps;
    nodes = steps.nodes();
    n = size(column);
    all = steps.add("Add", n, steps.longs(1));
  }

  /**
   * Lists.
   *
   * @param values [t, 1]
   * @param rows int64 [t, 1], ascending
   * @param present the name of a truth value [n, 1]; none if no example can lack its list
   */
  record Ragged(String values, String rows, Optional<String> present) {
    /** Other values for the same places. */
    Ragged with(String other) {
      return new Ragged(other, rows, present);
    }
  }

  /** The number of the first dimension, [1]. */
  String size(String x) {
    return nodes.add(
        "Shape", List.of(x), OnnxNodes.integer("start", 0), OnnxNodes.integer("end", 1));
  }

  /** Something of shape [n, 1]. */
  String ofEachExample() {
    return counting(n);
  }

  /** Whether a value is of the example behind the last. */
  String isBehind(String rows) {
    return steps.add("Equal", rows, n);
  }

  /** 0, 1, 2, ... beside the values, int64 [t, 1]. */
  String places(String values) {
    return counting(size(values));
  }

  private String counting(String count) {
    String range =
        steps.add("Range", steps.scalar(0), steps.add("Squeeze", count), steps.scalar(1));
    return steps.reshape(range, -1, 1);
  }

  /** One value for each example, [n, 1], as a list of one. */
  Ragged ofOne(String values, String behind, Optional<String> present) {
    return new Ragged(
        nodes.add("Concat", List.of(values, behind), OnnxNodes.integer("axis", 0)),
        counting(all),
        present);
  }

  /**
   * The values of a raw column.
   *
   * @param column [n, k]
   * @param kept which are values and which are padding, [n, k]
   * @param behind the value of the example behind the last, [1, 1]
   */
  Ragged ofColumn(String column, String kept, String behind) {
    String rows = steps.add("Expand", counting(n), steps.add("Shape", column));
    String values = compress(steps.reshape(column, -1, 1), kept);
    return new Ragged(
        nodes.add("Concat", List.of(values, behind), OnnxNodes.integer("axis", 0)),
        nodes.add(
            "Concat",
            List.of(compress(steps.reshape(rows, -1, 1), kept), steps.reshape(n, 1, 1)),
            OnnxNodes.integer("axis", 0)),
        Optional.of(steps.any(kept)));
  }

  /** Those of [t, ...] for which [t, 1] truth values are true. */
  String compress(String x, String kept) {
    return nodes.add("Compress", List.of(x, steps.reshape(kept, -1)), OnnxNodes.integer("axis", 0));
  }

  /** The values that are kept, and those behind the last example. */
  Ragged filter(Ragged x, String kept) {
    String mask = steps.add("Or", kept, isBehind(x.rows()));
    return new Ragged(compress(x.values(), mask), compress(x.rows(), mask), x.present());
  }

  /** How many places [t, 1] name each of {@code count} targets: int64 [count]. */
  String counts(String places, String count) {
    String flat = steps.reshape(places, -1);
    String ones = steps.add("Expand", steps.longs(1), steps.add("Shape", flat));
    return scatter(steps.add("Expand", steps.longs(0), count), flat, ones, "add");
  }

  /** The sum of those before it, [count]. */
  String before(String counts) {
    return nodes.add("CumSum", List.of(counts, steps.scalar(0)), OnnxNodes.integer("exclusive", 1));
  }

  /** For each value how many of its list stand before it, int64 [t, 1]. */
  private String ranks(Ragged x) {
    String starts = before(counts(x.rows(), all));
    return steps.add("Sub", places(x.values()), gather(starts, x.rows()));
  }

  private String gather(String x, String places) {
    return nodes.add("Gather", List.of(x, places), OnnxNodes.integer("axis", 0));
  }

  /** The first values of each list. */
  Ragged first(Ragged x, int most) {
    return filter(x, steps.add("Less", ranks(x), steps.integer(most)));
  }

  /**
   * Each list with those values only that none before them equals.
   *
   * @param numbers int64 [t, 1] in 0..limit-1: equal for equal values, and for no others
   * @param limit int64 [1, 1]
   */
  Ragged distinct(Ragged x, String numbers, String limit) {
    String keys = steps.add("Add", steps.add("Mul", x.rows(), limit), numbers);
    List<String> unique = nodes.add("Unique", 2, List.of(steps.reshape(keys, -1)));
    String flags =
        scatter(
            steps.add("Expand", steps.longs(0), size(x.values())),
            unique.get(1),
            steps.add("Expand", steps.longs(1), steps.add("Shape", unique.get(1))),
            "none");
    return filter(x, steps.cast(steps.reshape(flags, -1, 1), PlanSteps.BOOL));
  }

  /** The same of texts. */
  Ragged distinctTexts(Ragged x) {
    List<String> unique = nodes.add("Unique", 3, List.of(steps.reshape(x.values(), -1)));
    String limit = steps.reshape(size(x.values()), 1, 1);
    return distinct(x, steps.reshape(unique.get(2), -1, 1), limit);
  }

  /** How many values each list has, int64 [n, 1]. */
  String count(Ragged x) {
    return ofExamples(steps.reshape(counts(x.rows(), all), -1, 1));
  }

  /** The values of each list, float64, from left to right: [n, 1]. */
  String sum(Ragged x) {
    return reduced(x, steps.doubles(0), steps.cast(x.values(), PlanSteps.DOUBLE), "add");
  }

  /** The largest or smallest of each list, [n, 1]; NaN where any is. */
  String extreme(Ragged x, String reduction) {
    float none = reduction.equals("max") ? Float.NEGATIVE_INFINITY : Float.POSITIVE_INFINITY;
    String undefined = steps.add("IsNaN", x.values());
    String numbers = steps.where(undefined, steps.constant(none), x.values());
    String extreme = reduced(x, steps.floats(none), numbers, reduction);
    String any = reduced(x, steps.floats(0), steps.cast(undefined, PlanSteps.FLOAT), "max");
    return steps.where(
        steps.add("Greater", any, steps.constant(0)), steps.constant(Float.NaN), extreme);
  }

  private String reduced(Ragged x, String start, String values, String reduction) {
    String to = steps.add("Expand", start, all);
    String flat = scatter(to, steps.reshape(x.rows(), -1), steps.reshape(values, -1), reduction);
    return ofExamples(steps.reshape(flat, -1, 1));
  }

  /** The first value of each list, [n, 1]; that of the next list where one is empty. */
  String firstValue(Ragged x) {
    return ofExamples(gather(x.values(), steps.reshape(before(counts(x.rows(), all)), -1)));
  }

  /**
   * A table of what the ids of each list say: float32 [n, width].
   *
   * @param ids int64; below 0 they are left out
   * @param reduction {@code add} counts them, {@code max} says whether there is any
   */
  String table(Ragged ids, int width, String reduction) {
    String row =
        steps.where(
            steps.add("Less", ids.values(), steps.integer(0)), steps.reshape(n, 1, 1), ids.rows());
    String column = steps.add("Max", ids.values(), steps.integer(0));
    String cells = steps.add("Add", steps.add("Mul", row, steps.integer(width)), column);
    String zeros = steps.add("Expand", steps.floats(0), steps.add("Mul", all, steps.longs(width)));
    String flat = steps.reshape(cells, -1);
    String ones = steps.add("Expand", steps.floats(1), steps.add("Shape", flat));
    return ofExamples(steps.reshape(scatter(zeros, flat, ones, reduction), -1, width));
  }

  /**
   * The first values of each list and padding behind a shorter one, [n, width].
   *
   * @param padding [1], of the type of the values
   */
  String padded(Ragged x, int width, String padding) {
    Ragged first = first(x, width);
    // The example behind the last has its row as well, which goes away.
    String cells =
        steps.add("Add", steps.add("Mul", first.rows(), steps.integer(width)), ranks(first));
    String empty = steps.add("Expand", padding, steps.add("Mul", all, steps.longs(width)));
    String flat =
        scatter(empty, steps.reshape(cells, -1), steps.reshape(first.values(), -1), "none");
    return ofExamples(steps.reshape(flat, -1, width));
  }

  /**
   * The mean of the rows of a table that each list names: float32 [n, width].
   *
   * @param places int64; below 0 they are left out
   * @param table float32 [k, width]
   */
  String mean(Ragged places, String table, int width) {
    Ragged found = filter(places, steps.not(steps.add("Less", places.values(), steps.integer(0))));
    String vectors = steps.cast(gather(table, steps.reshape(found.values(), -1)), PlanSteps.DOUBLE);
    String rows = steps.add("Expand", found.rows(), steps.add("Shape", vectors));
    String shape =
        nodes.add("Concat", List.of(all, steps.longs(width)), OnnxNodes.integer("axis", 0));
    String zeros = steps.add("Expand", steps.doubles(0), shape);
    String sums = ofExamples(scatter(zeros, rows, vectors, "add"));
    String counts = steps.cast(steps.add("Max", count(found), steps.integer(1)), PlanSteps.DOUBLE);
    return steps.cast(steps.add("Div", sums, counts), PlanSteps.FLOAT);
  }

  /**
   * Runs of neighbours, joined; ordered by where they begin, then by length.
   *
   * @param separator [1, 1]
   */
  Ragged ngrams(Ragged x, int from, int to, String separator) {
    List<String> texts = new ArrayList<>(List.of(x.values()));
    List<String> rows = new ArrayList<>(List.of(x.rows()));
    for (int i = 1; i < to; i++) {
      texts.add(steps.text(""));
      rows.add(steps.integer(-1));
    }
    String longText = nodes.add("Concat", texts, OnnxNodes.integer("axis", 0));
    String longRows = nodes.add("Concat", rows, OnnxNodes.integer("axis", 0));
    List<String> joined = new ArrayList<>();
    List<String> kept = new ArrayList<>();
    List<String> owners = new ArrayList<>();
    String run = x.values();
    for (int length = 1; length <= to; length++) {
      if (length > 1) {
        String next = shifted(longText, length - 1, x.values());
        run = steps.add("StringConcat", run, steps.add("StringConcat", separator, next));
      }
      if (length >= from) {
        joined.add(run);
        owners.add(x.rows());
        kept.add(steps.add("Equal", shifted(longRows, length - 1, x.values()), x.rows()));
      }
    }
    Ragged candidates =
        new Ragged(
            steps.reshape(steps.beside(joined), -1, 1),
            steps.reshape(steps.beside(owners), -1, 1),
            x.present());
    return filter(candidates, steps.reshape(steps.beside(kept), -1, 1));
  }

  /** As many values as {@code like} has, from a place on. */
  private String shifted(String x, int by, String like) {
    String end = steps.add("Add", size(like), steps.longs(by));
    return steps.add("Slice", x, steps.longs(by), end, steps.longs(0));
  }

  /** Without the example behind the last. */
  private String ofExamples(String x) {
    return steps.add("Slice", x, steps.longs(0), steps.longs(-1), steps.longs(0));
  }

  String scatter(String to, String places, String values, String reduction) {
    return nodes.add(
        "ScatterElements",
        List.of(to, places, values),
        OnnxNodes.integer("axis", 0),
        OnnxNodes.text("reduction", reduction));
  }
}
