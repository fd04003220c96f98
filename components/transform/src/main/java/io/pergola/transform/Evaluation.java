package io.pergola.transform;

import io.pergola.beam.BytesColumn;
import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleColumn;
import io.pergola.beam.FloatColumn;
import io.pergola.beam.LongColumn;
import io.pergola.feature.Expr;
import io.pergola.feature.Keyed;
import io.pergola.feature.Scaling;
import io.pergola.feature.TextFunction;
import io.pergola.feature.TextMeasure;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Computes expressions over one batch, a whole column at a time and once per dictionary entry where
 * there is a dictionary. Columns are kept, so that what several features share is computed once.
 * Not thread-safe.
 */
final class Evaluation {
  private final Map<Expr, Fitted> fitted;
  private final ExampleBatch raw;
  private final Map<Expr, ExampleColumn> done = new HashMap<>();
  private String feature = "";

  Evaluation(Map<Expr, Fitted> fitted, ExampleBatch raw) {
    this.fitted = fitted;
    this.raw = raw;
  }

  /** The column of a feature or label, under its name, which messages give. */
  ExampleColumn feature(String name, Expr e) {
    feature = name;
    return Vectors.named(name, column(e));
  }

  /** The column of an expression on the way to a feature. */
  ExampleColumn intermediate(String name, Expr e) {
    feature = name;
    return column(e);
  }

  /** The texts of a key on the way to a feature. */
  BytesColumn key(String name, Expr e) {
    feature = name;
    return text(e);
  }

  private ExampleColumn column(Expr e) {
    ExampleColumn known = done.get(e);
    if (known == null) {
      known = compute(e);
      done.put(e, known);
    }
    return known;
  }

  private FloatColumn number(Expr e) {
    return (FloatColumn) column(e);
  }

  private ExampleColumn compute(Expr e) {
    if (e instanceof Expr.NumberColumn number) {
      return Vectors.floats(RawColumns.number(raw, number.column(), feature));
    } else if (e instanceof Expr.TextColumn text) {
      return RawColumns.text(raw, text.column(), feature);
    } else if (e instanceof Expr.Constant constant) {
      return Vectors.constant(raw.rows(), constant.value());
    } else if (e instanceof Expr.FillNumber fill) {
      return Vectors.fill(number(fill.of()), fill.value());
    } else if (e instanceof Expr.FillText fill) {
      return Vectors.fill((BytesColumn) column(fill.of()), fill.value());
    } else if (e instanceof Keyed.Scale scale) {
      return PerKeys.scale(
          (Fitted.PerKey) fitted(e), number(scale.operands().get(0)), text(scale.key()));
    } else if (e instanceof Keyed.Buckets keyed) {
      return PerKeys.bucketize(
          (Fitted.PerKey) fitted(e), number(keyed.operands().get(0)), text(keyed.key()));
    } else if (e instanceof Scaling.Interpolated interpolated) {
      return Vectors.map(number(interpolated.of()), Buckets.interpolation(interpolated));
    } else if (e instanceof Expr.ZScore || e instanceof Expr.MinMax || e instanceof Scaling) {
      return Vectors.map(number(e.operands().get(0)), Scales.of(fitted(e)));
    } else if (e instanceof Expr.Arithmetic a) {
      return Vectors.combine(number(a.left()), number(a.right()), Numbers.of(a.operator()));
    } else if (e instanceof Expr.Function function) {
      return Vectors.map(number(function.of()), Numbers.of(function.function()));
    } else if (e instanceof Expr.Clip clip) {
      return Vectors.map(number(clip.of()), Numbers.clip(clip));
    } else if (e instanceof Expr.Sum sum) {
      return Numbers.sum(sum.of().stream().map(this::number).toList());
    } else if (e instanceof Expr.Conditional c) {
      return Truths.choose(number(c.when()), number(c.then()), number(c.otherwise()));
    } else if (e instanceof Expr.TruthNumber truth) {
      return number(truth.of());
    } else if (e instanceof Expr.Compare c) {
      return Vectors.combine(number(c.left()), number(c.right()), Truths.of(c.operator()));
    } else if (e instanceof Expr.IsMissing missing) {
      return Truths.isMissing(column(missing.of()));
    } else if (e instanceof Expr.Logic logic) {
      return Truths.combine(number(logic.left()), number(logic.right()), logic.operator());
    } else if (e instanceof Expr.Not not) {
      return Vectors.map(number(not.of()), x -> 1 - x);
    } else if (e instanceof TextFunction function) {
      return Texts.map((BytesColumn) column(function.of()), function.function());
    } else if (e instanceof TextMeasure measure) {
      return Texts.measure((BytesColumn) column(measure.of()), measure.unit());
    } else if (e instanceof Expr.Bucketize bucketize) {
      return Buckets.of(
          number(bucketize.of()), ((Fitted.Bucketize) fitted(e)).boundaries(), bucketize.size());
    } else if (e instanceof Expr.Buckets buckets) {
      return Buckets.of(number(buckets.of()), buckets.boundaries(), buckets.size());
    } else if (e instanceof Expr.Vocabulary vocabulary) {
      return vocabulary(
          (Fitted.Vocabulary) fitted(e), vocabulary, (BytesColumn) column(vocabulary.of()));
    } else if (e instanceof Expr.Identity identity) {
      return identity(identity);
    } else if (e instanceof Expr.Hash hash) {
      return hash(hash);
    }
    throw new IllegalArgumentException(
        "Cannot compute feature '%s' from %s: it has no value of its own. Hash it."
            .formatted(feature, e));
  }

  private Fitted fitted(Expr e) {
    Fitted constants = fitted.get(e);
    if (constants == null) {
      throw new IllegalStateException(
          "Cannot compute feature '%s': %s is not fitted yet.".formatted(feature, e));
    }
    return constants;
  }

  private static LongColumn vocabulary(
      Fitted.Vocabulary fitted, Expr.Vocabulary e, BytesColumn text) {
    Terms terms = fitted.terms();
    int[] offsets = text.entryOffsets();
    long[] ids = new long[text.entryCount()];
    for (int i = 0; i < ids.length; i++) {
      int length = offsets[i + 1] - offsets[i];
      long fingerprint = Fingerprint64.of(text.data(), offsets[i], length);
      ids[i] = terms.find(text.data(), offsets[i], length, fingerprint);
      if (ids[i] < 0 && e.oovBuckets() > 0) {
        ids[i] = terms.size() + Fingerprint64.bucket(fingerprint, e.oovBuckets());
      }
    }
    return new LongColumn("", text.rows(), ids, text.ids(), text.presence(), null);
  }

  private LongColumn identity(Expr.Identity e) {
    LongColumn exact = exact(e.of());
    ExampleColumn x = exact != null ? exact : column(e.of());
    int[] ids = new int[x.entryCount()];
    for (int i = 0; i < ids.length; i++) {
      double value = exact != null ? exact.entries()[i] : ((FloatColumn) x).entries()[i];
      if (value >= 0 && value < e.size() && value == (int) value) {
        ids[i] = (int) value;
      } else if (Vectors.isUsed(x, i)) {
        throw new IllegalArgumentException(
            ("Cannot use %s as feature '%s': an identity takes whole numbers in 0..%d. Correct the"
                    + " data, give the identity a larger size, or hash the number.")
                .formatted(
                    exact != null ? Decimal.text(exact.entries()[i]) : Decimal.text((float) value),
                    feature,
                    e.size() - 1));
      }
    }
    return Vectors.ofFew(x, ids, e.size());
  }

  private LongColumn hash(Expr.Hash e) {
    if (e.of() instanceof Expr.Cross cross) {
      List<BytesColumn> parts = cross.of().stream().map(this::text).toList();
      return Crosses.hash(parts, e.buckets());
    }
    BytesColumn text = text(e.of());
    int[] offsets = text.entryOffsets();
    long[] ids = new long[text.entryCount()];
    for (int i = 0; i < ids.length; i++) {
      long fingerprint = Fingerprint64.of(text.data(), offsets[i], offsets[i + 1] - offsets[i]);
      ids[i] = Fingerprint64.bucket(fingerprint, e.buckets());
    }
    return new LongColumn("", text.rows(), ids, text.ids(), text.presence(), null);
  }

  /** The text of a value of any kind. */
  private BytesColumn text(Expr e) {
    if (e instanceof Expr.OfText) {
      return (BytesColumn) column(e);
    }
    LongColumn exact = exact(e);
    ExampleColumn x = exact != null ? exact : column(e);
    return x instanceof LongColumn integers
        ? Vectors.text(x, i -> Decimal.text(integers.entries()[i]))
        : Vectors.text(x, i -> Decimal.text(((FloatColumn) x).entries()[i]));
  }

  /** The integers that float32 would round, where an expression is nothing but a raw column. */
  private @Nullable LongColumn exact(Expr e) {
    if (e instanceof Expr.NumberColumn number) {
      return RawColumns.number(raw, number.column(), feature) instanceof LongColumn integers
          ? integers
          : null;
    }
    if (e instanceof Expr.FillNumber fill && fill.value() == (long) fill.value()) {
      LongColumn integers = exact(fill.of());
      return integers == null ? null : Vectors.fill(integers, (long) fill.value());
    }
    return null;
  }
}
