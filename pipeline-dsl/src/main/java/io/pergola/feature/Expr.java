package io.pergola.feature;

import java.io.Serializable;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a feature plan is made of: plain data, so that it can be hashed, stored, shown and fitted.
 * Authors build these through {@link Columns}; {@code docs/reference/feature-plans.md} defines each
 * to the bit.
 */
@Operations
public sealed interface Expr extends Serializable
    permits Expr.OfDense,
        Expr.OfText,
        Expr.OfCategory,
        Expr.OfTruth,
        Expr.OfTokens,
        Expr.OfIds,
        Expr.OfNumbers,
        Expr.OfSequence,
        Expr.OfTime,
        Expr.Cross,
        Keyed,
        Mapped {

  /** The expressions that this one is computed from; none for a column or a constant. */
  default List<Expr> operands() {
    return List.of();
  }

  /** The expressions that fitting this one needs besides, and applying it does not. */
  default List<Expr> fittedWith() {
    return List.of();
  }

  /** How many expressions stand inside each other, this one included. */
  private int depth(int limit) {
    int deepest = 0;
    if (limit > 0) {
      for (Expr operand : operands()) {
        deepest = Math.max(deepest, operand.depth(limit - 1));
      }
      for (Expr operand : fittedWith()) {
        deepest = Math.max(deepest, operand.depth(limit - 1));
      }
    }
    return deepest + 1;
  }

  /** How many expressions stand inside each other, this one included; at most 1,000 are counted. */
  default int depth() {
    return depth(1_000);
  }

  /** How an author would write it: {@code fare.orElse(0.0).zScore()}. */
  String text();

  /** The raw columns that this expression is computed from, in alphabetical order. */
  default SortedSet<String> columns() {
    SortedSet<String> columns = new TreeSet<>();
    if (this instanceof NumberColumn number) {
      columns.add(number.column());
    } else if (this instanceof TextColumn text) {
      columns.add(text.column());
    } else if (this instanceof TokenList.Column texts) {
      columns.add(texts.column());
    } else if (this instanceof NumberList.Column numbers) {
      columns.add(numbers.column());
    } else if (this instanceof TimeValue.Column time) {
      columns.add(time.column());
    }
    operands().forEach(operand -> columns.addAll(operand.columns()));
    return columns;
  }

  /** An expression whose value is one float32 or a fixed number of them, or missing. */
  sealed interface OfDense extends Expr permits OfNumber, OfVector {
    /** How many float32 a value has. */
    int width();
  }

  /** An expression whose value is a float32, or missing. */
  sealed interface OfNumber extends OfDense
      permits NumberColumn,
          Constant,
          FillNumber,
          ZScore,
          MinMax,
          Arithmetic,
          Function,
          Clip,
          Sum,
          Conditional,
          TruthNumber,
          Scaling,
          Keyed.Scale,
          Keyed.OfAggregate,
          Aggregate,
          Mapped.Numbers,
          Mapped.NumberOfList,
          Mapped.NumberOfText,
          TextMeasure,
          ListMeasure,
          TimePart,
          TimeSpan {
    @Override
    default int width() {
      return 1;
    }
  }

  /** An expression whose value is a vector of {@link #width} float32, or missing. */
  sealed interface OfVector extends OfDense permits FixedVector {}

  /** An expression whose value is text, or missing. */
  sealed interface OfText extends Expr
      permits TextColumn, FillText, TextFunction, TextReplace, Mapped.TextOfText {}

  /** An expression whose value is an id in 0..size-1, -1 (out of vocabulary), or missing. */
  sealed interface OfCategory extends Expr
      permits Bucketize,
          EqualWidth,
          Buckets,
          Vocabulary,
          RankedVocabulary,
          Hash,
          Identity,
          Keyed.Buckets {
    /** How many ids there can be; embeddings are sized by it. */
    int size();
  }

  /** An expression whose value is true, false, or missing. */
  sealed interface OfTruth extends Expr permits Truth {}

  /** An expression whose value is a list of texts, or missing. */
  sealed interface OfTokens extends Expr permits TokenList {}

  /** An expression whose value is a list of ids, each in 0..size-1 or -1, or missing. */
  sealed interface OfIds extends Expr permits IdList {
    /** How many ids there can be. */
    int size();
  }

  /** An expression whose value is a list of float32, or missing. */
  sealed interface OfNumbers extends Expr permits NumberList {}

  /**
   * An expression whose value is a sequence of {@link #length} ids, or missing. An id lies in
   * 0..size-1; {@link #size} itself is padding, which stands behind all others.
   */
  sealed interface OfSequence extends Expr permits PaddedIds {
    /** How many ids a value has, padding included. */
    int length();

    /** How many ids there can be besides the padding, which is this number. */
    int size();
  }

  /** An expression whose value is a point in time, or missing. */
  sealed interface OfTime extends Expr permits TimeValue {}

  /** A raw column of integers or floating-point numbers. */
  record NumberColumn(String column) implements OfNumber {
    @Override
    public String text() {
      return column;
    }
  }

  /** The same number for every example. */
  record Constant(float value) implements OfNumber {
    @Override
    public String text() {
      return Float.toString(value);
    }
  }

  /** {@code of}, or {@code value} where it is missing. */
  record FillNumber(OfNumber of, float value) implements OfNumber {
    @Override
    public List<Expr> operands() {
      return List.of(of);
    }

    @Override
    public String text() {
      return of.text() + ".orElse(" + value + ")";
    }
  }

  /** Scaled to mean 0 and variance 1 over the analysed examples. */
  record ZScore(OfNumber of) implements OfNumber {
    @Override
    public List<Expr> operands() {
      return List.of(of);
    }

    @Override
    public String text() {
      return of.text() + ".zScore()";
    }
  }

  /**
   * Scaled so that the smallest analysed value becomes {@code low} and the largest {@code high}.
   */
  record MinMax(OfNumber of, float low, float high) implements OfNumber {
    public MinMax {
      if (!(low < high)) {
        throw new IllegalArgumentException(
            "Invalid range of min-max: %s..%s (low must be below high)".formatted(low, high));
      }
    }

    @Override
    public List<Expr> operands() {
      return List.of(of);
    }

    @Override
    public String text() {
      return "%s.minMax(%s, %s)".formatted(of.text(), low, high);
    }
  }

  /** Two numbers make one, in float32; missing where either is. */
  record Arithmetic(Operator operator, OfNumber left, OfNumber right) implements OfNumber {
    @Override
    public List<Expr> operands() {
      return List.of(left, right);
    }

    /** The operations. {@code MIN} and {@code MAX} are NaN where either is, and have -0 below 0. */
    public enum Operator {
      PLUS("plus"),
      MINUS("minus"),
      TIMES("times"),
      DIVIDED_BY("dividedBy"),
      POWER("power"),
      MIN("min"),
      MAX("max");

      private final String method;

      Operator(String method) {
        this.method = method;
      }

      /** What an author calls. */
      String method() {
        return method;
      }
    }

    @Override
    public String text() {
      return "%s.%s(%s)".formatted(left.text(), operator.method, right.text());
    }
  }

  /** A function of one number, computed in float64 and rounded to float32 once. */
  record Function(Name function, OfNumber of) implements OfNumber {
    @Override
    public List<Expr> operands() {
      return List.of(of);
    }

    /** The functions. {@code ROUND} takes halves to the even neighbour. */
    public enum Name {
      LN("ln"),
      LOG1P("log1p"),
      ABS("abs"),
      SQRT("sqrt"),
      FLOOR("floor"),
      ROUND("round"),
      SIN("sin"),
      COS("cos"),
      EXP("exp"),
      LOG10("log10"),
      CEIL("ceil");

      private final String method;

      Name(String method) {
        this.method = method;
      }

      /** What an author calls. */
      String method() {
        return method;
      }
    }

    @Override
    public String text() {
      return "%s.%s()".formatted(of.text(), function.method);
    }
  }

  /** {@code low} below it, {@code high} above it; NaN stays NaN. */
  record Clip(OfNumber of, float low, float high) implements OfNumber {
    public Clip {
      if (!(low <= high)) {
        throw new IllegalArgumentException(
            "Invalid range of clip: %s..%s (low must be at most high)".formatted(low, high));
      }
    }

    @Override
    public List<Expr> operands() {
      return List.of(of);
    }

    @Override
    public String text() {
      return "%s.clip(%s, %s)".formatted(of.text(), low, high);
    }
  }

  /** The sum of those numbers that are present, from left to right; missing where none is. */
  record Sum(List<OfNumber> of) implements OfNumber {
    public Sum {
      of = List.copyOf(of);
      if (of.isEmpty()) {
        throw new IllegalArgumentException("Invalid numbers to sum: none (at least 1)");
      }
    }

    @Override
    public List<Expr> operands() {
      return List.copyOf(of);
    }

    @Override
    public String text() {
      return of.stream().map(Expr::text).collect(Collectors.joining(", ", "sum(", ")"));
    }
  }

  /** One of two numbers; missing where {@code when} is, and where the one that it chooses is. */
  record Conditional(OfTruth when, OfNumber then, OfNumber otherwise) implements OfNumber {
    @Override
    public List<Expr> operands() {
      return List.of(when, then, otherwise);
    }

    @Override
    public String text() {
      return "when(%s).then(%s).otherwise(%s)"
          .formatted(when.text(), then.text(), otherwise.text());
    }
  }

  /** 1 for true and 0 for false. */
  record TruthNumber(OfTruth of) implements OfNumber {
    @Override
    public List<Expr> operands() {
      return List.of(of);
    }

    @Override
    public String text() {
      return of.text() + ".asNumber()";
    }
  }

  /** A raw column of text. */
  record TextColumn(String column) implements OfText {
    @Override
    public String text() {
      return column;
    }
  }

  /** {@code of}, or {@code value} where it is missing. */
  record FillText(OfText of, String value) implements OfText {
    @Override
    public List<Expr> operands() {
      return List.of(of);
    }

    @Override
    public String text() {
      return "%s.orElse(\"%s\")".formatted(of.text(), value);
    }
  }

  /** The number of quantile boundaries at or below the value. */
  record Bucketize(OfNumber of, int buckets) implements OfCategory {
    public Bucketize {
      Positive.of("number of buckets", buckets);
    }

    @Override
    public List<Expr> operands() {
      return List.of(of);
    }

    @Override
    public int size() {
      return buckets;
    }

    @Override
    public String text() {
      return of.text() + ".bucketize(" + buckets + ")";
    }
  }

  /**
   * The number of the author's boundaries at or below the value; NaN falls into the last bucket.
   */
  record Buckets(OfNumber of, List<Float> boundaries) implements OfCategory {
    public Buckets {
      boundaries = Boundaries.ascending(boundaries);
    }

    @Override
    public List<Expr> operands() {
      return List.of(of);
    }

    @Override
    public int size() {
      return boundaries.size() + 1;
    }

    @Override
    public String text() {
      return "%s.buckets(%s)".formatted(of.text(), Boundaries.text(boundaries));
    }
  }

  /**
   * Ids by frequency: the {@code topK} most frequent terms seen at least {@code minFrequency}
   * times, then {@code oovBuckets} ids shared by all other terms.
   */
  record Vocabulary(OfText of, int topK, int oovBuckets, long minFrequency) implements OfCategory {
    public Vocabulary {
      VocabularySize.require(topK, oovBuckets, minFrequency);
    }

    @Override
    public List<Expr> operands() {
      return List.of(of);
    }

    @Override
    public int size() {
      return topK + oovBuckets;
    }

    @Override
    public String text() {
      return "%s.vocabulary(%d, %d, %d)".formatted(of.text(), topK, oovBuckets, minFrequency);
    }
  }

  /** FarmHash Fingerprint64 of the value's text, unsigned, modulo {@code buckets}. */
  record Hash(Expr of, int buckets) implements OfCategory {
    public Hash {
      Positive.of("number of hash buckets", buckets);
      requireOne("hash", of);
    }

    @Override
    public List<Expr> operands() {
      return List.of(of);
    }

    @Override
    public int size() {
      return buckets;
    }

    @Override
    public String text() {
      return of.text() + ".hash(" + buckets + ")";
    }
  }

  /** The number itself as an id; it must lie in 0..size-1. */
  record Identity(OfNumber of, int size) implements OfCategory {
    public Identity {
      Positive.of("identity size", size);
    }

    @Override
    public List<Expr> operands() {
      return List.of(of);
    }

    @Override
    public String text() {
      return of.text() + ".identity(" + size + ")";
    }
  }

  /** Every combination of its parts; unbounded, therefore only ever found inside {@link Hash}. */
  record Cross(List<Expr> of) implements Expr {
    public Cross {
      of = List.copyOf(of);
      if (of.size() < 2) {
        throw new IllegalArgumentException(
            "Invalid parts of a cross: %d (at least 2)".formatted(of.size()));
      }
      of.forEach(part -> requireOne("cross", part));
    }

    @Override
    public List<Expr> operands() {
      return of;
    }

    @Override
    public String text() {
      return of.stream().map(Expr::text).collect(Collectors.joining(" x ", "(", ")"));
    }
  }

  private static void requireOne(String what, Expr of) {
    if (of instanceof OfTokens
        || of instanceof OfIds
        || of instanceof OfNumbers
        || of instanceof OfVector
        || of instanceof OfSequence
        || of instanceof OfTime) {
      throw new IllegalArgumentException(
          "Invalid operand of %s: %s (must be a number, text or category)"
              .formatted(what, of.text()));
    }
  }
}
