package io.pergola.transform;

import io.pergola.feature.Aggregate;
import io.pergola.feature.EqualWidth;
import io.pergola.feature.Expr;
import io.pergola.feature.FeaturePlan;
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
import io.pergola.validation.DataSchema;
import io.pergola.validation.Domain;
import io.pergola.validation.Domain.FloatRange.Special;
import io.pergola.validation.Domain.IntRange.Meaning;
import io.pergola.validation.Environments;
import io.pergola.validation.FeatureSchema;
import io.pergola.validation.FeatureSchema.Presence;
import io.pergola.validation.FeatureSchema.ValueCounts;
import io.pergola.validation.FeatureType;
import io.pergola.validation.FixedShape;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** What transformed examples look like, as far as their plan says it. */
final class PlanSchema {
  private static final String SERVING = "SERVING";

  private final FittedPlan fitted;
  private final DataSchema raw;

  private PlanSchema(FittedPlan fitted, DataSchema raw) {
    this.fitted = fitted;
    this.raw = raw;
  }

  /**
   * The schema of what a plan makes of examples.
   *
   * @param raw what is expected of the examples: where it requires a column, what is made of it is
   *     required
   */
  static DataSchema of(FittedPlan fitted, DataSchema raw) {
    return new PlanSchema(fitted, raw).schema();
  }

  private DataSchema schema() {
    FeaturePlan plan = fitted.plan();
    List<FeatureSchema> features = new ArrayList<>();
    plan.dense().forEach((name, e) -> features.add(dense(name, e)));
    plan.categorical().forEach((name, e) -> features.add(category(name, e)));
    plan.sequences().forEach((name, e) -> features.add(sequence(name, e)));
    plan.labels().forEach((name, e) -> features.add(forTraining(label(name, e))));
    plan.weights().forEach((name, e) -> features.add(forTraining(number(name, e))));
    return new DataSchema(features).defaultEnvironments("TRAINING", SERVING);
  }

  /** Examples that are predicted may lack it. */
  private static FeatureSchema forTraining(FeatureSchema feature) {
    return feature.environments(new Environments(List.of(), List.of(SERVING)));
  }

  private FeatureSchema label(String name, Expr e) {
    if (e instanceof Expr.OfCategory category) {
      return category(name, category);
    }
    return e instanceof Expr.OfTruth
        ? one(name, FeatureType.FLOAT, e).domain(Domain.Bool.OF_NUMBERS)
        : number(name, (Expr.OfNumber) e);
  }

  private FeatureSchema dense(String name, Expr.OfDense e) {
    return e instanceof Expr.OfVector vector
        ? many(name, FeatureType.FLOAT, e, vector.width(), range(vector))
        : number(name, (Expr.OfNumber) e);
  }

  private FeatureSchema number(String name, Expr.OfNumber e) {
    FeatureSchema feature = one(name, FeatureType.FLOAT, e);
    return range(e).map(feature::domain).orElse(feature);
  }

  private FeatureSchema category(String name, Expr.OfCategory e) {
    FeatureSchema feature = one(name, FeatureType.INT, e);
    return ids(e).map(feature::domain).orElse(feature);
  }

  private FeatureSchema sequence(String name, Expr.OfSequence e) {
    Domain ids = new Domain.IntRange(0, e.size(), Meaning.CATEGORICAL);
    return many(name, FeatureType.INT, e, e.length(), Optional.of(ids));
  }

  private FeatureSchema one(String name, FeatureType type, Expr e) {
    return FeatureSchema.of(name, type).presence(presence(e)).values(ValueCounts.ONE);
  }

  private FeatureSchema many(
      String name, FeatureType type, Expr e, int width, Optional<? extends Domain> domain) {
    FeatureSchema feature = FeatureSchema.of(name, type).presence(presence(e));
    FeatureSchema sized =
        feature.presence().equals(Presence.REQUIRED)
            ? feature.shape(Optional.of(FixedShape.of(width)))
            : feature.values(new ValueCounts(width, width));
    return domain.isPresent() ? sized.domain(domain.get()) : sized;
  }

  private Presence presence(Expr e) {
    return isPresent(e) ? Presence.REQUIRED : Presence.NONE;
  }

  /** Whether every example has it, of examples that are as the raw schema says. */
  private boolean isPresent(Expr e) {
    if (e instanceof Expr.NumberColumn column) {
      return isPresent(column.column(), 1);
    } else if (e instanceof Expr.TextColumn column) {
      return isPresent(column.column(), 1);
    } else if (e instanceof TimeValue.Column column) {
      return isPresent(column.column(), 1);
    } else if (e instanceof TokenList.Column column) {
      return isPresent(column.column(), 0);
    } else if (e instanceof NumberList.Column column) {
      return isPresent(column.column(), 0);
    } else if (e instanceof Expr.FillNumber
        || e instanceof Expr.FillText
        || e instanceof Expr.Constant
        || e instanceof Aggregate
        || e instanceof Keyed.OfAggregate
        || e instanceof Truth.IsMissing) {
      return true;
    } else if (e instanceof Expr.Sum sum) {
      return sum.of().stream().anyMatch(this::isPresent);
    }
    return isPresentWithOperands(e) && e.operands().stream().allMatch(this::isPresent);
  }

  private boolean isPresent(String column, long leastValues) {
    return raw.find(column)
        .filter(feature -> feature.shape().isPresent() || feature.presence().minFraction() == 1)
        .filter(feature -> feature.shape().isPresent() || feature.values().min() >= leastValues)
        .isPresent();
  }

  /** Whether an operation has a result wherever its operands have; of no other is this known. */
  private static boolean isPresentWithOperands(Expr e) {
    if (e instanceof ListMeasure list) {
      return list.measure() == ListMeasure.Name.COUNT || list.measure() == ListMeasure.Name.SUM;
    }
    if (e instanceof Mapped.Numbers mapped) {
      return mapped.missing() == Mapped.Missing.STAYS;
    }
    return e instanceof Expr.ZScore
        || e instanceof Expr.MinMax
        || e instanceof EqualWidth
        || e instanceof Mapped.NumberOfText
        || e instanceof Mapped.NumberOfList
        || e instanceof Truth.TextIs
        || e instanceof Expr.Arithmetic
        || e instanceof Expr.Function
        || e instanceof Expr.Clip
        || e instanceof Expr.Conditional
        || e instanceof Expr.TruthNumber
        || e instanceof Expr.Bucketize
        || e instanceof Expr.Buckets
        || e instanceof Expr.Vocabulary
        || e instanceof Expr.Hash
        || e instanceof Expr.Identity
        || e instanceof Expr.Cross
        || e instanceof Truth.Compare
        || e instanceof Truth.Logic
        || e instanceof Truth.Not
        || e instanceof Scaling
        || e instanceof Keyed
        || e instanceof RankedVocabulary
        || e instanceof TextFunction
        || e instanceof TextReplace
        || e instanceof TextMeasure
        || e instanceof TimeValue
        || e instanceof TimePart
        || e instanceof TimeSpan
        || e instanceof TokenList
        || e instanceof NumberList
        || e instanceof IdList
        || e instanceof PaddedIds
        || e instanceof FixedVector;
  }

  /** The ids of a category, as far as they are known. */
  private Optional<Domain> ids(Expr.OfCategory e) {
    int least = 0;
    int most = e.size() - 1;
    if (e instanceof Expr.Vocabulary vocabulary) {
      least = vocabulary.oovBuckets() == 0 ? -1 : 0;
      most = ((Fitted.Vocabulary) constants(e)).terms().size() + vocabulary.oovBuckets() - 1;
    } else if (e instanceof RankedVocabulary vocabulary) {
      least = vocabulary.oovBuckets() == 0 ? -1 : 0;
      most = ((Fitted.Ranked) constants(e)).terms().size() + vocabulary.oovBuckets() - 1;
    } else if (e instanceof Expr.Bucketize) {
      most = ((Fitted.Bucketize) constants(e)).boundaries().size();
    } else if (e instanceof EqualWidth) {
      most = ((Fitted.EqualWidth) constants(e)).boundaries().size();
    }
    return most < least
        ? Optional.empty()
        : Optional.of(new Domain.IntRange(least, most, Meaning.CATEGORICAL));
  }

  private Fitted constants(Expr e) {
    return Objects.requireNonNull(fitted.constants().get(e));
  }

  /** The range of a number, if it has one whatever the examples are. */
  private static Optional<Domain.FloatRange> range(Expr.OfNumber e) {
    if (e instanceof Expr.Constant constant) {
      return Optional.of(between(constant.value(), constant.value(), Special.DISALLOWED));
    } else if (e instanceof Expr.TruthNumber) {
      return Optional.of(between(0, 1, Special.DISALLOWED));
    } else if (e instanceof Scaling.Quantile || e instanceof Scaling.Interpolated) {
      return Optional.of(between(0, 1, Special.DISALLOWED));
    } else if (e instanceof Expr.Clip clip) {
      return Optional.of(between(clip.low(), clip.high(), Special.ALLOWED));
    } else if (e instanceof Expr.FillNumber fill) {
      return range(fill.of())
          .map(range -> union(range, between(fill.value(), fill.value(), Special.DISALLOWED)));
    } else if (e instanceof Expr.Conditional conditional) {
      Optional<Domain.FloatRange> otherwise = range(conditional.otherwise());
      return range(conditional.then()).flatMap(then -> otherwise.map(other -> union(then, other)));
    }
    return e instanceof TextMeasure
            || e instanceof ListMeasure list && list.measure() == ListMeasure.Name.COUNT
        ? Optional.of(between(0, Double.POSITIVE_INFINITY, Special.DISALLOWED))
        : Optional.empty();
  }

  private static Optional<Domain.FloatRange> range(Expr.OfVector e) {
    if (e instanceof FixedVector.OneHot || e instanceof FixedVector.MultiHot) {
      return Optional.of(between(0, 1, Special.DISALLOWED));
    }
    return e instanceof FixedVector.BagOfWords || e instanceof FixedVector.TfIdf
        ? Optional.of(between(0, Double.POSITIVE_INFINITY, Special.DISALLOWED))
        : Optional.empty();
  }

  private static Domain.FloatRange between(double low, double high, Special nan) {
    boolean open = Double.isInfinite(low) || Double.isInfinite(high);
    return new Domain.FloatRange(low, high, nan, open ? Special.ALLOWED : Special.DISALLOWED);
  }

  private static Domain.FloatRange union(Domain.FloatRange a, Domain.FloatRange b) {
    boolean nan = a.nan() == Special.ALLOWED || b.nan() == Special.ALLOWED;
    return between(
        Math.min(a.min(), b.min()),
        Math.max(a.max(), b.max()),
        nan ? Special.ALLOWED : Special.DISALLOWED);
  }
}
