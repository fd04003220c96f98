package io.pergola.model;

import io.pergola.feature.Expr;
import io.pergola.feature.Scaling;
import io.pergola.feature.Truth;
import io.pergola.model.PlanSteps.Column;
import io.pergola.transform.Fitted;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Arithmetic of plans in ONNX: float32, or float64 rounded once where {@code
 * docs/reference/feature-plans.md} says so.
 */
final class PlanNumbers {
  /**
   * Steps of Halley's method for Lambert's W: it triples the correct digits at each, and starting
   * from ln(1 + x) five give 15 digits up to 1e300.
   */
  private static final int HALLEY_STEPS = 8;

  private final PlanSteps steps;

  PlanNumbers(PlanSteps steps) {
    this.steps = steps;
  }

  String arithmetic(Expr.Arithmetic.Operator operator, String a, String b) {
    return switch (operator) {
      case PLUS -> steps.add("Add", a, b);
      case MINUS -> steps.add("Sub", a, b);
      case TIMES -> steps.add("Mul", a, b);
      case DIVIDED_BY -> steps.add("Div", a, b);
      case POWER -> power(a, b);
      case MIN -> first("Less", a, b);
      case MAX -> first("Greater", a, b);
    };
  }

  /** The one that compares true with the other; a + b, which is NaN, if neither does. */
  private String first(String comparison, String a, String b) {
    String sum = steps.add("Add", a, b);
    String second = steps.where(steps.add(comparison + "OrEqual", b, a), b, sum);
    return steps.where(steps.add(comparison, a, b), a, second);
  }

  /** C says that 1 to the power of NaN and -1 to that of an infinity are 1, Java says NaN. */
  private String power(String a, String b) {
    String x = steps.cast(a, PlanSteps.DOUBLE);
    String y = steps.cast(b, PlanSteps.DOUBLE);
    String power = steps.cast(steps.add("Pow", x, y), PlanSteps.FLOAT);
    String isOne = steps.add("Equal", steps.add("Abs", a), steps.constant(1));
    String undefined =
        steps.add("Or", steps.add("IsNaN", b), steps.add("And", steps.add("IsInf", b), isOne));
    return steps.where(undefined, steps.constant(Float.NaN), power);
  }

  String function(Expr.Function.Name function, String x) {
    return switch (function) {
      case LN -> steps.cast(steps.add("Log", steps.cast(x, PlanSteps.DOUBLE)), PlanSteps.FLOAT);
      case LOG1P -> steps.cast(log1p(steps.cast(x, PlanSteps.DOUBLE)), PlanSteps.FLOAT);
      case ABS -> steps.add("Abs", x);
      case SQRT -> steps.add("Sqrt", x);
      case FLOOR -> steps.add("Floor", x);
      case ROUND -> steps.add("Round", x);
      case SIN -> steps.cast(steps.add("Sin", steps.cast(x, PlanSteps.DOUBLE)), PlanSteps.FLOAT);
      case EXP -> steps.cast(steps.add("Exp", steps.cast(x, PlanSteps.DOUBLE)), PlanSteps.FLOAT);
      case LOG10 ->
          steps.cast(
              steps.add(
                  "Div",
                  steps.add("Log", steps.cast(x, PlanSteps.DOUBLE)),
                  steps.wide(StrictMath.log(10))),
              PlanSteps.FLOAT);
      case CEIL -> steps.add("Ceil", x);
      case COS -> steps.cast(cos(steps.cast(x, PlanSteps.DOUBLE)), PlanSteps.FLOAT);
    };
  }

  /** 1 - 2 sin(x / 2)^2: ONNX Runtime has no cosine of float64. */
  private String cos(String x) {
    String sine = steps.add("Sin", steps.add("Mul", x, steps.wide(0.5)));
    String square = steps.add("Mul", sine, sine);
    return steps.add("Sub", steps.wide(1), steps.add("Mul", steps.wide(2), square));
  }

  /** ln(1 + x) without loss for small x: ln(u) x / (u - 1), u being 1 + x as rounded (Kahan). */
  private String log1p(String x) {
    String one = steps.wide(1);
    String u = steps.add("Add", x, one);
    String ln = steps.add("Log", u);
    String corrected = steps.add("Mul", ln, steps.add("Div", x, steps.add("Sub", u, one)));
    String small = steps.where(steps.add("Equal", u, one), x, corrected);
    return steps.where(steps.add("Greater", x, one), ln, small);
  }

  String clip(Expr.Clip clip, String x) {
    String low = steps.constant(clip.low());
    String high = steps.constant(clip.high());
    String below = steps.where(steps.add("Greater", x, high), high, x);
    return steps.where(steps.add("Less", x, low), low, below);
  }

  String compare(Truth.Compare.Operator operator, String a, String b) {
    return switch (operator) {
      case GREATER -> steps.add("Greater", a, b);
      case GREATER_OR_EQUAL -> steps.add("GreaterOrEqual", a, b);
      case LESS -> steps.add("Less", a, b);
      case LESS_OR_EQUAL -> steps.add("LessOrEqual", a, b);
      case EQUAL -> steps.add("Equal", a, b);
      case NOT_EQUAL -> steps.not(steps.add("Equal", a, b));
    };
  }

  /** The sum of those that are present. */
  Column sum(List<Column> parts) {
    Column sum = parts.get(0);
    for (Column part : parts.subList(1, parts.size())) {
      String value = steps.add("Add", orZero(sum), orZero(part));
      Optional<String> present =
          sum.present().isEmpty() || part.present().isEmpty()
              ? Optional.empty()
              : Optional.of(steps.add("Or", sum.present().get(), part.present().get()));
      sum = new Column(value, present, sum.single() && part.single());
    }
    return sum;
  }

  private String orZero(Column x) {
    return x.present()
        .map(present -> steps.where(present, x.value(), steps.constant(0)))
        .orElse(x.value());
  }

  /** A number scaled by what was fitted. */
  Column scaled(Fitted fitted, Column x) {
    if (fitted instanceof Fitted.ZScore z) {
      return distance(x, z.mean(), z.stddev());
    } else if (fitted instanceof Fitted.MinMax minMax) {
      float range = minMax.max() - minMax.min();
      float low = minMax.of().low();
      return range == 0
          ? x.with(everywhere(x, low))
          : x.with(
              range(x.value(), steps.constant(minMax.min()), steps.constant(range), minMax.of()));
    } else if (fitted instanceof Fitted.Robust robust) {
      return distance(x, robust.median(), robust.upper() - robust.lower());
    } else if (fitted instanceof Fitted.Gaussian gaussian) {
      return gaussian.scale() == 0
          ? x.with(everywhere(x, 0))
          : x.with(gaussian(x.value(), gaussian));
    }
    if (fitted instanceof Fitted.Quantile quantile) {
      return x.with(
          quantile.boundaries().isEmpty()
              ? everywhere(x, 0)
              : interpolated(quantile.boundaries(), x.value()));
    }
    throw new IllegalArgumentException("Not a scale: %s".formatted(fitted));
  }

  /** The same number for every example, of the shape that {@code x} has. */
  private String everywhere(Column x, float value) {
    String constant = steps.constant(value);
    return x.single() ? constant : steps.where(steps.add("IsNaN", x.value()), constant, constant);
  }

  private Column distance(Column x, float from, float unit) {
    return unit == 0
        ? x.with(everywhere(x, 0))
        : x.with(
            steps.add(
                "Div", steps.add("Sub", x.value(), steps.constant(from)), steps.constant(unit)));
  }

  private String range(String x, String min, String range, Expr.MinMax of) {
    String unit = steps.add("Div", steps.add("Sub", x, min), range);
    return steps.add(
        "Add",
        steps.add("Mul", unit, steps.constant(of.high() - of.low())),
        steps.constant(of.low()));
  }

  /**
   * A number scaled by what was fitted for its key.
   *
   * @param place int64 [n, 1], the key's place; the number of keys for all examples
   */
  String scaledPerKey(Fitted.PerKey fitted, String x, String place) {
    int keys = fitted.fitted().size();
    float[] from = new float[keys + 1];
    float[] unit = new float[keys + 1];
    for (int i = 0; i <= keys; i++) {
      Fitted each = i < keys ? fitted.fitted().get(i) : fitted.whole();
      if (each instanceof Fitted.ZScore z) {
        from[i] = z.mean();
        unit[i] = z.stddev();
      } else if (each instanceof Fitted.MinMax minMax) {
        from[i] = minMax.min();
        unit[i] = minMax.max() - minMax.min();
      } else if (each instanceof Fitted.Robust robust) {
        from[i] = robust.median();
        unit[i] = robust.upper() - robust.lower();
      }
    }
    String start = steps.lookUp(from, 1, place);
    String width = steps.lookUp(unit, 1, place);
    String flat = steps.add("Equal", width, steps.constant(0));
    if (fitted.whole() instanceof Fitted.MinMax minMax) {
      return steps.where(
          flat, steps.constant(minMax.of().low()), range(x, start, width, minMax.of()));
    }
    return steps.where(
        flat, steps.constant(0), steps.add("Div", steps.add("Sub", x, start), width));
  }

  /** Whether a scale is a distance from something in units of something. */
  static boolean isDistance(Expr scale) {
    return scale instanceof Expr.ZScore
        || scale instanceof Expr.MinMax
        || scale instanceof Scaling.Robust;
  }

  /**
   * The number of each key, float32 [n, 1].
   *
   * @param place int64 [n, 1], the key's place; the number of keys where it has none
   */
  String aggregatePerKey(Fitted.PerKey fitted, String place) {
    int keys = fitted.fitted().size();
    float[] values = new float[keys + 1];
    for (int i = 0; i < keys; i++) {
      values[i] = ((Fitted.Aggregate) fitted.fitted().get(i)).value();
    }
    values[keys] = fitted.ofUnknownKey();
    return steps.lookUp(values, 1, place);
  }

  /** The dot products with fitted directions, in float64, rounded once. */
  String projected(Fitted.Pca fitted, String x) {
    int width = fitted.mean().size();
    int components = fitted.components().size();
    double[] table = new double[width * components];
    for (int k = 0; k < components; k++) {
      for (int i = 0; i < width; i++) {
        table[i * components + k] = fitted.components().get(k).get(i);
      }
    }
    String directions = steps.matrix(table, components);
    return steps.cast(
        steps.add("MatMul", steps.cast(x, PlanSteps.DOUBLE), directions), PlanSteps.FLOAT);
  }

  /** The inverse of a Tukey hh distribution. */
  private String gaussian(String number, Fitted.Gaussian fitted) {
    String x = steps.cast(number, PlanSteps.DOUBLE);
    String distance =
        steps.add(
            "Div", steps.add("Sub", x, steps.wide(fitted.location())), steps.wide(fitted.scale()));
    String h =
        steps.where(
            steps.add("Less", distance, steps.wide(0)),
            steps.wide(fitted.left()),
            steps.wide(fitted.right()));
    String w = lambertW(steps.add("Mul", steps.add("Mul", h, distance), distance));
    String drawn =
        steps.add("Mul", distance, steps.add("Exp", steps.add("Div", w, steps.wide(-2))));
    return steps.cast(steps.where(steps.add("IsInf", distance), distance, drawn), PlanSteps.FLOAT);
  }

  /** The w of w e^w = x. */
  private String lambertW(String x) {
    String one = steps.wide(1);
    String two = steps.wide(2);
    String w = log1p(x);
    for (int i = 0; i < HALLEY_STEPS; i++) {
      String exp = steps.add("Exp", w);
      String error = steps.add("Sub", steps.add("Mul", w, exp), x);
      String slope = steps.add("Mul", exp, steps.add("Add", w, one));
      String bend =
          steps.add(
              "Div",
              steps.add("Mul", steps.add("Add", w, two), error),
              steps.add("Add", steps.add("Mul", two, w), two));
      w = steps.add("Sub", w, steps.add("Div", error, steps.add("Sub", slope, bend)));
    }
    return w;
  }

  /** The number of boundaries at or below, int64; all of them for NaN. */
  String bucket(String x, List<Float> boundaries) {
    if (boundaries.isEmpty()) {
      return steps.where(steps.add("Equal", x, x), steps.integer(0), steps.integer(0));
    }
    return steps.count(steps.not(steps.add("Greater", steps.row(array(boundaries)), x)));
  }

  /** The same with the boundaries that were fitted for a key. */
  String bucketPerKey(Fitted.PerKey fitted, String x, String place) {
    int keys = fitted.fitted().size();
    int most = 1;
    for (int i = 0; i <= keys; i++) {
      most = Math.max(most, boundaries(fitted, i).size());
    }
    // NaN is at or below nothing, so that rows of different length fit into one table.
    float[] table = new float[(keys + 1) * most];
    float[] sizes = new float[keys + 1];
    Arrays.fill(table, Float.NaN);
    for (int i = 0; i <= keys; i++) {
      List<Float> each = boundaries(fitted, i);
      sizes[i] = each.size();
      for (int j = 0; j < each.size(); j++) {
        table[i * most + j] = each.get(j);
      }
    }
    String counted = steps.count(steps.add("LessOrEqual", steps.lookUp(table, most, place), x));
    String all = steps.cast(steps.lookUp(sizes, 1, place), PlanSteps.INT64);
    return steps.where(steps.add("IsNaN", x), all, counted);
  }

  private static List<Float> boundaries(Fitted.PerKey fitted, int place) {
    Fitted of = place < fitted.fitted().size() ? fitted.fitted().get(place) : fitted.whole();
    return ((Fitted.Bucketize) of).boundaries();
  }

  /** The place between boundaries, from 0 to 1. */
  String interpolated(List<Float> boundaries, String x) {
    float[] sorted = array(boundaries);
    int last = sorted.length - 1;
    String above = bucket(x, boundaries);
    // By the number of boundaries at or below; the first and last entries are never used.
    double[] from = new double[sorted.length + 1];
    double[] width = new double[sorted.length + 1];
    Arrays.fill(width, 1);
    for (int k = 1; k <= last; k++) {
      from[k] = sorted[k - 1];
      width[k] = (double) sorted[k] - sorted[k - 1];
    }
    String part =
        steps.add(
            "Div",
            steps.add("Sub", steps.cast(x, PlanSteps.DOUBLE), steps.lookUp(from, above)),
            steps.lookUp(width, above));
    String whole = steps.add("Sub", steps.cast(above, PlanSteps.DOUBLE), steps.wide(1));
    String inside =
        steps.cast(
            steps.add("Div", steps.add("Add", whole, part), steps.wide(Math.max(1, last))),
            PlanSteps.FLOAT);
    String upper =
        steps.where(steps.add("Greater", above, steps.integer(last)), steps.constant(1), inside);
    String bounded =
        steps.where(steps.add("Equal", above, steps.integer(0)), steps.constant(0), upper);
    return steps.where(steps.add("IsNaN", x), steps.constant(0.5f), bounded);
  }

  private static float[] array(List<Float> values) {
    float[] array = new float[values.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = values.get(i);
    }
    return array;
  }
}
