package io.pergola.transform;

import io.pergola.feature.Aggregate;
import io.pergola.feature.EqualWidth;
import io.pergola.feature.Expr;
import io.pergola.feature.Keyed;
import io.pergola.feature.Mapped;
import io.pergola.feature.RankedVocabulary;
import io.pergola.feature.RowFunction;
import io.pergola.feature.Scaling;
import io.pergola.feature.TextFunction;
import io.pergola.feature.TextMeasure;
import io.pergola.feature.TextReplace;
import io.pergola.feature.TimePart;
import io.pergola.feature.TimeSpan;
import io.pergola.feature.TimeValue;
import io.pergola.feature.Truth;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * The steps that compute the expressions of a plan for one row, each expression once, with the
 * functions that {@link Evaluation} applies to columns. Built once; then immutable.
 */
final class RowSteps {
  private static final byte[] SEPARATOR = "_X_".getBytes(StandardCharsets.UTF_8);

  private final Map<Expr, Fitted> fitted;
  private final Map<Expr, Integer> slots = new HashMap<>();
  private final Map<Expr, Integer> textSlots = new HashMap<>();
  private final List<Step> steps = new ArrayList<>();
  private int size;
  private String feature = "";

  RowSteps(Map<Expr, Fitted> fitted) {
    this.fitted = fitted;
  }

  /** Computes one expression from others. */
  private interface Step {
    void run(RowState s);
  }

  /** Whether an expression has no list, vector or sequence in it. */
  static boolean handles(Expr e) {
    return !Evaluation.isList(e)
        && !(e instanceof Expr.OfVector)
        && !(e instanceof Expr.OfSequence)
        && e.operands().stream().allMatch(RowSteps::handles);
  }

  /** The number of values that a row keeps. */
  int size() {
    return size;
  }

  /** Where a raw column goes; -1 if no step needs it. */
  int slotOfColumn(FittedPlan.Input input) {
    return switch (input.kind()) {
      case NUMBER -> slots.getOrDefault(new Expr.NumberColumn(input.column()), -1);
      case TEXT -> slots.getOrDefault(new Expr.TextColumn(input.column()), -1);
      case NUMBERS, TEXTS -> -1;
    };
  }

  void put(RowState s, int slot, double value) {
    s.doubles[slot] = value;
    s.numbers[slot] = (float) value;
    s.exact[slot] = false;
    s.present[slot] = true;
  }

  void put(RowState s, int slot, long value) {
    s.integers[slot] = value;
    s.numbers[slot] = (float) value;
    s.exact[slot] = true;
    s.present[slot] = true;
  }

  void run(RowState s) {
    for (int i = 0; i < steps.size(); i++) {
      steps.get(i).run(s);
    }
  }

  /** The slot of a feature. */
  int slot(String name, Expr e) {
    feature = name;
    return slot(e);
  }

  private int slot(Expr e) {
    Integer known = slots.get(e);
    if (known != null) {
      return known;
    }
    int slot = size++;
    slots.put(e, slot);
    Step step = step(e, slot);
    steps.add(step);
    return slot;
  }

  private Step step(Expr e, int o) {
    if (e instanceof Expr.NumberColumn || e instanceof Expr.TextColumn) {
      return s -> {};
    } else if (e instanceof Expr.OfNumber) {
      return number(e, o);
    } else if (e instanceof Expr.OfTruth) {
      return truth(e, o);
    } else if (e instanceof Expr.OfText) {
      return text(e, o);
    } else if (e instanceof Expr.OfTime) {
      return time(e, o);
    }
    return category(e, o);
  }

  private Step number(Expr e, int o) {
    if (e instanceof Expr.Constant constant) {
      float value = constant.value();
      return s -> set(s, o, value);
    } else if (e instanceof Expr.FillNumber fill) {
      return fill(slot(fill.of()), fill.value(), o);
    } else if (e instanceof Aggregate) {
      float value = ((Fitted.Aggregate) fitted(e)).value();
      return s -> set(s, o, value);
    } else if (e instanceof Keyed.OfAggregate keyed) {
      Fitted.PerKey perKey = (Fitted.PerKey) fitted(e);
      int key = textSlot(keyed.key());
      float[] values = PerKeys.aggregates(perKey);
      return s -> {
        int place = place(s, key, perKey.keys());
        set(s, o, values[place < 0 ? values.length - 1 : place]);
      };
    } else if (e instanceof Keyed.Scale scale) {
      return scale(scale, (Fitted.PerKey) fitted(e), o);
    } else if (e instanceof Scaling.Interpolated interpolated) {
      return map(interpolated.of(), Buckets.interpolation(interpolated.boundaries()), o);
    } else if (e instanceof Expr.ZScore || e instanceof Expr.MinMax || e instanceof Scaling) {
      return map(e.operands().get(0), Scales.of(fitted(e)), o);
    } else if (e instanceof Expr.Arithmetic a) {
      return combine(a.left(), a.right(), Numbers.of(a.operator()), o);
    } else if (e instanceof Expr.Function function) {
      return map(function.of(), Numbers.of(function.function()), o);
    } else if (e instanceof Expr.Clip clip) {
      return map(clip.of(), Numbers.clip(clip), o);
    } else if (e instanceof Expr.Sum sum) {
      return sum(sum.of().stream().mapToInt(this::slot).toArray(), o);
    } else if (e instanceof Expr.Conditional c) {
      int when = slot(c.when());
      int then = slot(c.then());
      int otherwise = slot(c.otherwise());
      return s -> {
        int chosen = s.numbers[when] != 0 ? then : otherwise;
        s.numbers[o] = s.numbers[chosen];
        s.present[o] = s.present[when] && s.present[chosen];
      };
    } else if (e instanceof Expr.TruthNumber truth) {
      return map(truth.of(), x -> x, o);
    } else if (e instanceof Mapped.Numbers numbers) {
      return mapped(numbers, o);
    } else if (e instanceof Mapped.NumberOfText text) {
      return mapped(text, o);
    } else if (e instanceof TextMeasure measure) {
      int from = slot(measure.of());
      return s -> {
        s.present[o] = s.present[from];
        if (s.present[o]) {
          s.numbers[o] = Texts.measure(s.texts[from].text(), measure.unit());
        }
      };
    } else if (e instanceof TimePart part) {
      int from = slot(part.of());
      ZoneRules rules = ZoneId.of(part.zone()).getRules();
      return s -> {
        s.present[o] = s.present[from];
        if (s.present[o]) {
          s.numbers[o] = Times.part(s.integers[from], rules, part.part());
        }
      };
    } else if (e instanceof TimeSpan span) {
      int from = slot(span.from());
      int to = slot(span.to());
      return s -> {
        s.present[o] = s.present[from] && s.present[to];
        s.numbers[o] = Times.span(s.integers[from], s.integers[to]);
      };
    }
    throw unknown(e);
  }

  private Step mapped(Mapped.Numbers e, int o) {
    if (e.arguments() == Mapped.Arguments.ONE && e.missing() == Mapped.Missing.STAYS) {
      return one(e, o);
    }
    int[] from = e.of().stream().mapToInt(this::slot).toArray();
    boolean stays = e.missing() == Mapped.Missing.STAYS;
    String name = feature;
    RowFunctions.OfArray function = RowFunctions.ofArray(e);
    return s -> {
      double[] x = new double[from.length];
      boolean all = true;
      for (int i = 0; i < x.length; i++) {
        x[i] = s.present[from[i]] ? s.numbers[from[i]] : Double.NaN;
        all &= s.present[from[i]];
      }
      s.present[o] = all || !stays;
      if (s.present[o]) {
        s.numbers[o] = RowFunctions.call(function, x, e, name);
        s.present[o] = stays || !Float.isNaN(s.numbers[o]);
      }
    };
  }

  private Step one(Mapped.Numbers e, int o) {
    int from = slot(e.of().get(0));
    String name = feature;
    RowFunction.OfNumber function = RowFunctions.find(RowFunction.OfNumber.class, e);
    return s -> {
      s.present[o] = s.present[from];
      if (s.present[o]) {
        s.numbers[o] = RowFunctions.call(function, s.numbers[from], e, name);
      }
    };
  }

  private Step mapped(Mapped.NumberOfText e, int o) {
    int from = slot(e.of());
    String name = feature;
    RowFunction.NumberOfText function = RowFunctions.find(RowFunction.NumberOfText.class, e);
    return s -> {
      s.present[o] = s.present[from];
      if (s.present[o]) {
        s.numbers[o] = RowFunctions.call(function, s.texts[from].text(), e, name);
      }
    };
  }

  private static void set(RowState s, int slot, float value) {
    s.numbers[slot] = value;
    s.present[slot] = true;
  }

  private Step map(Expr of, Vectors.FloatFunction function, int o) {
    int from = slot(of);
    return s -> {
      s.present[o] = s.present[from];
      if (s.present[o]) {
        s.numbers[o] = function.of(s.numbers[from]);
      }
    };
  }

  private Step combine(Expr left, Expr right, Vectors.FloatOperation operation, int o) {
    int a = slot(left);
    int b = slot(right);
    return s -> {
      s.present[o] = s.present[a] && s.present[b];
      if (s.present[o]) {
        s.numbers[o] = operation.of(s.numbers[a], s.numbers[b]);
      }
    };
  }

  private static Step fill(int from, float value, int o) {
    boolean whole = value == (long) value;
    return s -> {
      boolean present = s.present[from];
      s.numbers[o] = present ? s.numbers[from] : value;
      s.integers[o] = s.integers[from];
      s.exact[o] = present && whole && s.exact[from];
      s.present[o] = true;
    };
  }

  private static Step sum(int[] parts, int o) {
    return s -> {
      boolean any = false;
      float sum = 0;
      for (int part : parts) {
        if (s.present[part]) {
          sum = any ? sum + s.numbers[part] : s.numbers[part];
          any = true;
        }
      }
      s.numbers[o] = sum;
      s.present[o] = any;
    };
  }

  private Step scale(Keyed.Scale e, Fitted.PerKey perKey, int o) {
    int from = slot(e.operands().get(0));
    int key = textSlot(e.key());
    Vectors.FloatFunction[] functions =
        perKey.fitted().stream().map(Scales::of).toArray(Vectors.FloatFunction[]::new);
    Vectors.FloatFunction whole = Scales.of(perKey.whole());
    return s -> {
      s.present[o] = s.present[from];
      if (s.present[o]) {
        int place = place(s, key, perKey.keys());
        s.numbers[o] = (place < 0 ? whole : functions[place]).of(s.numbers[from]);
      }
    };
  }

  private static int place(RowState s, int key, Terms keys) {
    RowState.Bytes text = s.texts[key];
    return s.present[key] ? keys.find(text.data, 0, text.length) : -1;
  }

  private Step truth(Expr e, int o) {
    if (e instanceof Truth.Compare c) {
      return combine(c.left(), c.right(), Truths.of(c.operator()), o);
    } else if (e instanceof Truth.IsMissing missing) {
      int from = slot(missing.of());
      return s -> set(s, o, s.present[from] ? 0 : 1);
    } else if (e instanceof Truth.Logic logic) {
      int a = slot(logic.left());
      int b = slot(logic.right());
      float decisive = logic.operator() == Truth.Logic.Operator.AND ? 0 : 1;
      return s -> {
        boolean decided =
            s.present[a] && s.numbers[a] == decisive || s.present[b] && s.numbers[b] == decisive;
        s.numbers[o] = decided ? decisive : 1 - decisive;
        s.present[o] = decided || s.present[a] && s.present[b];
      };
    } else if (e instanceof Truth.TextIs is) {
      int from = slot(is.of());
      Terms values = Terms.of(is.values().toArray(String[]::new));
      return s -> {
        RowState.Bytes text = s.texts[from];
        s.present[o] = s.present[from];
        s.numbers[o] = values.find(text.data, 0, text.length) < 0 ? 0 : 1;
      };
    } else if (e instanceof Truth.Not not) {
      return map(not.of(), x -> 1 - x, o);
    }
    throw unknown(e);
  }

  private Step text(Expr e, int o) {
    if (e instanceof Expr.FillText fill) {
      int from = slot(fill.of());
      byte[] value = fill.value().getBytes(StandardCharsets.UTF_8);
      return s -> {
        RowState.Bytes text = s.texts[o];
        text.clear();
        if (s.present[from]) {
          text.append(s.texts[from].data, 0, s.texts[from].length);
        } else {
          text.append(value, 0, value.length);
        }
        s.present[o] = true;
      };
    } else if (e instanceof TextFunction function) {
      return map(slot(function.of()), Texts.of(function.function()), o);
    } else if (e instanceof Mapped.TextOfText mapped) {
      int from = slot(mapped.of());
      String name = feature;
      RowFunction.OfText function = RowFunctions.find(RowFunction.OfText.class, mapped);
      return s -> {
        s.texts[o].clear();
        String text =
            s.present[from]
                ? RowFunctions.call(function, s.texts[from].text(), mapped, name)
                : null;
        s.present[o] = text != null;
        if (text != null) {
          s.texts[o].append(text);
        }
      };
    } else if (e instanceof TextReplace replace) {
      Pattern pattern = Pattern.compile(replace.pattern(), replace.flags());
      return map(
          slot(replace.of()), text -> pattern.matcher(text).replaceAll(replace.replacement()), o);
    }
    throw unknown(e);
  }

  private static Step map(int from, UnaryOperator<String> function, int o) {
    return s -> {
      s.present[o] = s.present[from];
      s.texts[o].clear();
      if (s.present[o]) {
        s.texts[o].append(function.apply(s.texts[from].text()));
      }
    };
  }

  private Step time(Expr e, int o) {
    if (e instanceof TimeValue.Column column) {
      int from = slot(new Expr.NumberColumn(column.column()));
      return s -> {
        s.present[o] = s.present[from];
        s.integers[o] =
            s.exact[from]
                ? Times.micros(s.integers[from], column.unit())
                : Times.micros(s.doubles[from], column.unit());
      };
    } else if (e instanceof TimeValue.Parsed parsed) {
      int from = slot(parsed.of());
      DateTimeFormatter formatter = parsed.formatter();
      ZoneId zone = ZoneId.of(parsed.zone());
      String name = feature;
      return s -> {
        s.present[o] = s.present[from];
        if (s.present[o]) {
          s.integers[o] = Times.micros(s.texts[from].text(), formatter, zone, parsed, name);
        }
      };
    }
    throw unknown(e);
  }

  private Step category(Expr e, int o) {
    if (e instanceof Expr.Bucketize bucketize) {
      List<Float> boundaries = ((Fitted.Bucketize) fitted(e)).boundaries();
      return buckets(slot(bucketize.of()), Buckets.array(boundaries), o);
    } else if (e instanceof EqualWidth equalWidth) {
      List<Float> boundaries = ((Fitted.EqualWidth) fitted(e)).boundaries();
      return buckets(slot(equalWidth.of()), Buckets.array(boundaries), o);
    } else if (e instanceof Expr.Buckets buckets) {
      return buckets(slot(buckets.of()), Buckets.array(buckets.boundaries()), o);
    } else if (e instanceof Keyed.Buckets keyed) {
      return buckets(keyed, (Fitted.PerKey) fitted(e), o);
    } else if (e instanceof Expr.Vocabulary vocabulary) {
      Terms terms = ((Fitted.Vocabulary) fitted(e)).terms();
      return vocabulary(slot(vocabulary.of()), vocabulary.oovBuckets(), terms, o);
    } else if (e instanceof RankedVocabulary ranked) {
      Terms terms = ((Fitted.Ranked) fitted(e)).terms();
      return vocabulary(slot(ranked.of()), ranked.oovBuckets(), terms, o);
    } else if (e instanceof Expr.Identity identity) {
      return identity(slot(identity.of()), identity.size(), feature, o);
    } else if (e instanceof Expr.Hash hash) {
      return hash(hash, o);
    }
    throw unknown(e);
  }

  private static Step buckets(int from, float[] boundaries, int o) {
    return s -> {
      s.present[o] = s.present[from];
      s.integers[o] = Buckets.atOrBelow(s.numbers[from], boundaries);
    };
  }

  private Step buckets(Keyed.Buckets e, Fitted.PerKey perKey, int o) {
    int from = slot(e.operands().get(0));
    int key = textSlot(e.key());
    float[][] boundaries =
        perKey.fitted().stream().map(PerKeys::boundaries).toArray(float[][]::new);
    float[] whole = PerKeys.boundaries(perKey.whole());
    return s -> {
      s.present[o] = s.present[from];
      if (s.present[o]) {
        int place = place(s, key, perKey.keys());
        s.integers[o] = Buckets.atOrBelow(s.numbers[from], place < 0 ? whole : boundaries[place]);
      }
    };
  }

  private static Step vocabulary(int from, int oovBuckets, Terms terms, int o) {
    return s -> {
      s.present[o] = s.present[from];
      if (s.present[o]) {
        RowState.Bytes text = s.texts[from];
        long fingerprint = Fingerprint64.of(text.data, 0, text.length);
        int id = terms.find(text.data, 0, text.length, fingerprint);
        s.integers[o] =
            id < 0 && oovBuckets > 0
                ? terms.size() + Fingerprint64.bucket(fingerprint, oovBuckets)
                : id;
      }
    };
  }

  private static Step identity(int from, int size, String name, int o) {
    return s -> {
      s.present[o] = s.present[from];
      if (!s.present[o]) {
        return;
      }
      double value = s.exact[from] ? s.integers[from] : s.numbers[from];
      if (!(value >= 0 && value < size && value == (int) value)) {
        throw IdLists.noId(
            s.exact[from] ? Decimal.text(s.integers[from]) : Decimal.text(s.numbers[from]),
            name,
            size);
      }
      s.integers[o] = (int) value;
    };
  }

  private Step hash(Expr.Hash e, int o) {
    int buckets = e.buckets();
    int text = e.of() instanceof Expr.Cross cross ? crossed(cross) : textSlot(e.of());
    return s -> {
      s.present[o] = s.present[text];
      RowState.Bytes bytes = s.texts[text];
      if (s.present[o]) {
        s.integers[o] =
            Fingerprint64.bucket(Fingerprint64.of(bytes.data, 0, bytes.length), buckets);
      }
    };
  }

  private int crossed(Expr.Cross cross) {
    int[] parts = cross.of().stream().mapToInt(this::textSlot).toArray();
    int o = size++;
    steps.add(
        s -> {
          RowState.Bytes joined = s.texts[o];
          joined.clear();
          boolean all = true;
          for (int i = 0; i < parts.length; i++) {
            if (i > 0) {
              joined.append(SEPARATOR, 0, SEPARATOR.length);
            }
            all &= s.present[parts[i]];
            joined.append(s.texts[parts[i]].data, 0, s.texts[parts[i]].length);
          }
          s.present[o] = all;
        });
    return o;
  }

  /** The slot of the text of a value of any kind. */
  private int textSlot(Expr e) {
    int from = slot(e);
    if (e instanceof Expr.OfText) {
      return from;
    }
    Integer known = textSlots.get(e);
    if (known != null) {
      return known;
    }
    int o = size++;
    textSlots.put(e, o);
    boolean id = e instanceof Expr.OfCategory;
    steps.add(
        s -> {
          s.present[o] = s.present[from];
          s.texts[o].clear();
          if (s.present[o]) {
            if (id || s.exact[from]) {
              s.texts[o].append(s.integers[from]);
            } else {
              s.texts[o].append(s.numbers[from]);
            }
          }
        });
    return o;
  }

  private Fitted fitted(Expr e) {
    Fitted constants = fitted.get(e);
    if (constants == null) {
      throw new IllegalStateException(
          "Cannot compute feature '%s': %s is not fitted yet.".formatted(feature, e));
    }
    return constants;
  }

  private IllegalArgumentException unknown(Expr e) {
    return new IllegalArgumentException(
        "Cannot compute feature '%s' from %s: it has no value of its own. Hash it."
            .formatted(feature, e));
  }
}
