package io.pergola.transform;

import io.pergola.beam.BytesColumn;
import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleColumn;
import io.pergola.beam.FloatColumn;
import io.pergola.beam.LongColumn;
import io.pergola.feature.Aggregate;
import io.pergola.feature.EqualWidth;
import io.pergola.feature.Expr;
import io.pergola.feature.FixedVector;
import io.pergola.feature.IdList;
import io.pergola.feature.Keyed;
import io.pergola.feature.ListMeasure;
import io.pergola.feature.Mapped;
import io.pergola.feature.NumberList;
import io.pergola.feature.PaddedIds;
import io.pergola.feature.RankedVocabulary;
import io.pergola.feature.Scaling;
import io.pergola.feature.TextFunction;
import io.pergola.feature.TextMeasure;
import io.pergola.feature.TextReplace;
import io.pergola.feature.TimePart;
import io.pergola.feature.TimeSpan;
import io.pergola.feature.TimeValue;
import io.pergola.feature.TokenList;
import io.pergola.feature.Truth;
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
  private final Map<Expr, Lists> lists = new HashMap<>();
  private final Map<Expr, RowVectors> vectors = new HashMap<>();
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

  /** The rows {@code from} to {@code to}, exclusive, of a feature of vectors, under its name. */
  ExampleColumn vector(String name, Expr.OfVector e, int from, int to) {
    feature = name;
    return vectors(e).column(name, from, to);
  }

  /** The rows {@code from} to {@code to}, exclusive, of a feature of sequences, under its name. */
  ExampleColumn sequence(String name, Expr.OfSequence e, int from, int to) {
    feature = name;
    return new RowSequences(lists(((PaddedIds) e).of()), e).column(name, from, to);
  }

  /** The lists of an expression on the way to a feature. */
  Lists intermediateLists(String name, Expr e) {
    feature = name;
    return lists(e);
  }

  /** The vectors of an expression on the way to a feature. */
  RowVectors intermediateVectors(String name, Expr.OfVector e) {
    feature = name;
    return vectors(e);
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
      return Vectors.map(
          number(interpolated.of()), Buckets.interpolation(interpolated.boundaries()));
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
    } else if (e instanceof Truth.Compare c) {
      return Vectors.combine(number(c.left()), number(c.right()), Truths.of(c.operator()));
    } else if (e instanceof Truth.IsMissing missing) {
      return isMissing(missing.of());
    } else if (e instanceof ListMeasure measure) {
      return NumberLists.measure(lists(measure.of()), measure.measure());
    } else if (e instanceof Truth.Logic logic) {
      return Truths.combine(number(logic.left()), number(logic.right()), logic.operator());
    } else if (e instanceof Truth.Not not) {
      return Vectors.map(number(not.of()), x -> 1 - x);
    } else if (e instanceof TimePart part) {
      return Times.part((LongColumn) column(part.of()), part);
    } else if (e instanceof TimeSpan span) {
      return Times.span((LongColumn) column(span.from()), (LongColumn) column(span.to()));
    } else if (e instanceof TimeValue.Column time) {
      return Times.of(RawColumns.number(raw, time.column(), feature), time.unit());
    } else if (e instanceof TimeValue.Parsed parsed) {
      return Times.parse((BytesColumn) column(parsed.of()), parsed, feature);
    } else if (e instanceof Mapped mapped) {
      return mapped(mapped);
    } else if (e instanceof TextReplace replace) {
      return Texts.replace((BytesColumn) column(replace.of()), replace);
    } else if (e instanceof TextFunction function) {
      return Texts.map((BytesColumn) column(function.of()), function.function());
    } else if (e instanceof Truth.TextIs is) {
      return Texts.is((BytesColumn) column(is.of()), Terms.of(is.values().toArray(String[]::new)));
    } else if (e instanceof TextMeasure measure) {
      return Texts.measure((BytesColumn) column(measure.of()), measure.unit());
    } else if (e instanceof Expr.Bucketize bucketize) {
      return Buckets.of(
          number(bucketize.of()), ((Fitted.Bucketize) fitted(e)).boundaries(), bucketize.size());
    } else if (e instanceof EqualWidth equalWidth) {
      return Buckets.of(
          number(equalWidth.of()), ((Fitted.EqualWidth) fitted(e)).boundaries(), equalWidth.size());
    } else if (e instanceof Aggregate) {
      return Vectors.constant(raw.rows(), ((Fitted.Aggregate) fitted(e)).value());
    } else if (e instanceof Keyed.OfAggregate keyed) {
      return PerKeys.aggregates((Fitted.PerKey) fitted(e), text(keyed.key()));
    } else if (e instanceof Expr.Buckets buckets) {
      return Buckets.of(number(buckets.of()), buckets.boundaries(), buckets.size());
    } else if (e instanceof Expr.Vocabulary vocabulary) {
      return vocabulary(
          ((Fitted.Vocabulary) fitted(e)).terms(),
          vocabulary.oovBuckets(),
          (BytesColumn) column(vocabulary.of()));
    } else if (e instanceof RankedVocabulary ranked) {
      return vocabulary(
          ((Fitted.Ranked) fitted(e)).terms(),
          ranked.oovBuckets(),
          (BytesColumn) column(ranked.of()));
    } else if (e instanceof Expr.Identity identity) {
      return identity(identity);
    } else if (e instanceof Expr.Hash hash) {
      return hash(hash);
    }
    throw unknown(e);
  }

  private ExampleColumn mapped(Mapped e) {
    if (e instanceof Mapped.Numbers numbers) {
      return RowFunctions.numbers(
          numbers, numbers.of().stream().map(this::number).toList(), feature);
    } else if (e instanceof Mapped.NumberOfText text) {
      return RowFunctions.numberOfText(text, (BytesColumn) column(text.of()), feature);
    } else if (e instanceof Mapped.NumberOfList list) {
      return RowFunctions.numberOfList(list, lists(list.of()), feature);
    }
    Mapped.TextOfText text = (Mapped.TextOfText) e;
    return RowFunctions.textOfText(text, (BytesColumn) column(text.of()), feature);
  }

  private IllegalArgumentException unknown(Expr e) {
    return new IllegalArgumentException(
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

  private FloatColumn isMissing(Expr e) {
    if (isList(e)) {
      Lists of = lists(e);
      return Truths.isMissing(of.rows(), of.presence());
    }
    ExampleColumn x = column(e);
    return Truths.isMissing(x.rows(), x.presence());
  }

  /** Whether the value of an expression is a list. */
  static boolean isList(Expr e) {
    return e instanceof Expr.OfTokens || e instanceof Expr.OfIds || e instanceof Expr.OfNumbers;
  }

  private Lists lists(Expr e) {
    Lists known = lists.get(e);
    if (known == null) {
      known =
          e instanceof Expr.OfTokens ? tokens(e) : e instanceof Expr.OfIds ? ids(e) : numbers(e);
      lists.put(e, known);
    }
    return known;
  }

  private Lists tokens(Expr e) {
    if (e instanceof TokenList.Column texts) {
      return Lists.of(RawColumns.texts(raw, texts.column(), feature));
    } else if (e instanceof TokenList.Tokenize tokenize) {
      return TokenLists.tokenize((BytesColumn) column(tokenize.of()));
    } else if (e instanceof TokenList.Find find) {
      return TokenLists.find((BytesColumn) column(find.of()), find);
    } else if (e instanceof TokenList.Split split) {
      return TokenLists.split((BytesColumn) column(split.of()), split);
    } else if (e instanceof TokenList.Each each) {
      return TokenLists.each(lists(each.of()), each.function());
    } else if (e instanceof TokenList.NGrams ngrams) {
      return TokenLists.ngrams(lists(ngrams.of()), ngrams);
    } else if (e instanceof TokenList.Distinct distinct) {
      return TokenLists.distinct(lists(distinct.of()));
    } else if (e instanceof TokenList.First first) {
      return lists(first.of()).first(first.count());
    }
    throw unknown(e);
  }

  private Lists ids(Expr e) {
    if (e instanceof IdList.Vocabulary vocabulary) {
      Terms terms = ((Fitted.TokenVocabulary) fitted(e)).terms();
      return IdLists.vocabulary(lists(vocabulary.of()), terms, vocabulary);
    } else if (e instanceof IdList.Ranked ranked) {
      Lists tokens = lists(ranked.of());
      Terms terms = ((Fitted.Ranked) fitted(e)).terms();
      return tokens.ids(IdLists.ids((BytesColumn) tokens.values(), terms, ranked.oovBuckets()));
    } else if (e instanceof IdList.Hash hash) {
      return IdLists.hash(lists(hash.of()), hash.buckets());
    } else if (e instanceof IdList.Identity identity) {
      return IdLists.identity(exactLists(identity.of()), identity.size(), feature);
    } else if (e instanceof IdList.Distinct distinct) {
      return IdLists.distinct(lists(distinct.of()));
    } else if (e instanceof IdList.First first) {
      return lists(first.of()).first(first.count());
    }
    throw unknown(e);
  }

  private Lists numbers(Expr e) {
    if (e instanceof NumberList.Column) {
      return NumberLists.floats(exactLists(e));
    } else if (e instanceof NumberList.Arithmetic a) {
      Vectors.FloatOperation operation = Numbers.of(a.operator());
      return NumberLists.map(lists(a.of()), x -> operation.of(x, a.value()));
    } else if (e instanceof NumberList.Function function) {
      return NumberLists.map(lists(function.of()), Numbers.of(function.function()));
    } else if (e instanceof NumberList.Distinct distinct) {
      return NumberLists.distinct(lists(distinct.of()));
    } else if (e instanceof NumberList.First first) {
      return lists(first.of()).first(first.count());
    }
    throw unknown(e);
  }

  /**
   * With the integers that float32 would round, where an expression is nothing but a raw column.
   */
  private Lists exactLists(Expr e) {
    if (!(e instanceof NumberList.Column column)) {
      return lists(e);
    }
    ExampleColumn values = RawColumns.numbers(raw, column.column(), feature);
    Lists exact = Lists.of(values);
    return values instanceof LongColumn ? exact : NumberLists.floats(exact);
  }

  private RowVectors vectors(Expr.OfVector e) {
    RowVectors known = vectors.get(e);
    if (known == null) {
      known = computeVectors(e);
      vectors.put(e, known);
    }
    return known;
  }

  private RowVectors computeVectors(Expr.OfVector e) {
    if (e instanceof FixedVector.MultiHot multiHot) {
      return RowVectors.multiHot(lists(multiHot.of()), multiHot.width());
    } else if (e instanceof FixedVector.BagOfWords bag) {
      return RowVectors.bagOfWords(lists(bag.of()), bag.width());
    } else if (e instanceof FixedVector.TfIdf tfIdf) {
      return RowVectors.tfIdf(lists(tfIdf.of()), (Fitted.TfIdf) fitted(e));
    } else if (e instanceof FixedVector.PaddedNumbers padded) {
      return RowVectors.padded(lists(padded.of()), padded);
    } else if (e instanceof FixedVector.Embedding embedding) {
      Embeddings table = Embeddings.of(embedding.table());
      return isList(embedding.of())
          ? table.of(lists(embedding.of()))
          : table.of((BytesColumn) column(embedding.of()));
    } else if (e instanceof FixedVector.OneHot oneHot) {
      return RowVectors.oneHot((LongColumn) column(oneHot.of()), oneHot.width());
    } else if (e instanceof FixedVector.Packed packed) {
      return RowVectors.packed(packed.of().stream().map(this::number).toList());
    } else if (e instanceof FixedVector.Pca pca) {
      return PrincipalComponents.of(vectors(pca.of()), (Fitted.Pca) fitted(e));
    }
    throw unknown(e);
  }

  private static LongColumn vocabulary(Terms terms, int oovBuckets, BytesColumn text) {
    long[] ids = IdLists.ids(text, terms, oovBuckets);
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
        throw IdLists.noId(
            exact != null ? Decimal.text(exact.entries()[i]) : Decimal.text((float) value),
            feature,
            e.size());
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
    long[] ids = IdLists.hashes(text, e.buckets());
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
