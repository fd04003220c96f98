package io.pergola.transform;

import io.pergola.beam.BytesColumn;
import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleColumn;
import io.pergola.beam.FloatColumn;
import io.pergola.feature.Aggregate;
import io.pergola.feature.EqualWidth;
import io.pergola.feature.Expr;
import io.pergola.feature.FeaturePlan;
import io.pergola.feature.FixedVector;
import io.pergola.feature.IdList;
import io.pergola.feature.Keyed;
import io.pergola.feature.RankedVocabulary;
import io.pergola.feature.Ranking;
import io.pergola.feature.Scaling;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * All analyzers of one phase, fed together. Accumulators are known by a key: the analyzer's place
 * in the plan, times the number of shards, plus the shard. Not thread-safe.
 */
final class Analysis {
  private final FittedPlan earlier;
  private final Map<Integer, Expr> analyzers;
  private final Map<Expr, String> features;
  private final Map<Integer, Accumulator> accumulators = new LinkedHashMap<>();

  /**
   * @param earlier the plan, fitted by the phases before
   */
  Analysis(FittedPlan earlier, int phase) {
    this(earlier, ofPhase(earlier.plan(), phase));
  }

  /**
   * @param earlier the plan, fitted as far as these analyzers need
   * @param analyzers by their place among all analyzers of the plan
   */
  Analysis(FittedPlan earlier, Map<Integer, Expr> analyzers) {
    this.earlier = earlier;
    this.analyzers = analyzers;
    this.features = Exprs.featureOf(earlier.plan());
  }

  /** The analyzers of a phase, by their place among all analyzers of the plan. */
  static Map<Integer, Expr> ofPhase(FeaturePlan plan, int phase) {
    Map<Integer, Expr> found = new LinkedHashMap<>();
    List<Expr> all = Exprs.analyzers(plan);
    for (int i = 0; i < all.size(); i++) {
      if (Exprs.phase(all.get(i)) == phase) {
        found.put(i, all.get(i));
      }
    }
    return found;
  }

  void add(ExampleBatch batch) {
    Evaluation evaluation = new Evaluation(earlier.constants(), batch);
    analyzers.forEach(
        (place, analyzer) -> {
          Expr of = analysed(analyzer);
          String feature = features.getOrDefault(analyzer, "");
          int key = place * TermCounts.SHARDS;
          if (analyzer instanceof RankedVocabulary || analyzer instanceof IdList.Ranked) {
            Ranking ranking = VocabularyLimits.ranking(analyzer);
            RankedTerms[] shards = new RankedTerms[TermCounts.SHARDS];
            Arrays.setAll(shards, i -> accumulator(key + i, new RankedTerms(ranking.classes())));
            Lists terms =
                Evaluation.isList(of)
                    ? evaluation.intermediateLists(feature, of)
                    : Lists.of(evaluation.intermediate(feature, of));
            RankedTerms.add(
                terms, evaluation.intermediate(feature, ranking.by()), ranking, feature, shards);
            return;
          }
          if (Evaluation.isList(of)) {
            add(key, analyzer, evaluation.intermediateLists(feature, of));
            return;
          }
          if (of instanceof Expr.OfVector vector) {
            accumulator(key, new Covariances(vector.width()))
                .add(evaluation.intermediateVectors(feature, vector), batch.rows());
            return;
          }
          ExampleColumn column = evaluation.intermediate(feature, of);
          if (analyzer instanceof Keyed keyed) {
            accumulator(key, new KeyedAccumulator(ofNumbers(keyed.of())))
                .add((FloatColumn) column, evaluation.key(feature, keyed.key()));
          } else if (analyzer instanceof Expr.ZScore) {
            accumulator(key, new Moments()).add((FloatColumn) column);
          } else if (analyzer instanceof Expr.MinMax) {
            accumulator(key, new Range()).add((FloatColumn) column);
          } else if (analyzer instanceof Aggregate aggregate) {
            add(key, aggregate, (FloatColumn) column);
          } else if (analyzer instanceof EqualWidth) {
            accumulator(key, new HistogramCounts()).add((FloatColumn) column);
          } else if (analyzer instanceof Scaling.Gaussian) {
            accumulator(key, new LMoments()).add((FloatColumn) column);
          } else if (analyzer instanceof Expr.Bucketize
              || analyzer instanceof Scaling.Quantile
              || analyzer instanceof Scaling.Robust) {
            accumulator(key, new QuantileCounts()).add((FloatColumn) column);
          } else {
            TermCounts.add((BytesColumn) column, shards(key));
          }
        });
  }

  /** What an analyzer looks at. */
  private static Expr analysed(Expr analyzer) {
    if (analyzer instanceof Aggregate aggregate) {
      return aggregate.of();
    }
    return analyzer instanceof Keyed.OfAggregate keyed
        ? keyed.of().of()
        : analyzer.operands().get(0);
  }

  private void add(int key, Aggregate analyzer, FloatColumn x) {
    if (isOfRange(analyzer)) {
      accumulator(key, new Range()).add(x);
    } else {
      accumulator(key, new Moments()).add(x);
    }
  }

  private static boolean isOfRange(Expr analyzer) {
    return analyzer instanceof Expr.MinMax
        || analyzer instanceof Aggregate aggregate
            && (aggregate.measure() == Aggregate.Name.MIN
                || aggregate.measure() == Aggregate.Name.MAX);
  }

  private void add(int key, Expr analyzer, Lists lists) {
    if (analyzer instanceof FixedVector.TfIdf tfIdf) {
      accumulator(key, new DocumentCounts(tfIdf.width())).add(lists);
    } else {
      TermCounts.add((BytesColumn) lists.values(), lists.usesOfEntries(), shards(key));
    }
  }

  private TermCounts[] shards(int key) {
    TermCounts[] shards = new TermCounts[TermCounts.SHARDS];
    Arrays.setAll(shards, shard -> accumulator(key + shard, new TermCounts()));
    return shards;
  }

  private static Accumulator ofNumbers(Expr analyzer) {
    if (isOfRange(analyzer)) {
      return new Range();
    } else if (analyzer instanceof Expr.ZScore || analyzer instanceof Aggregate) {
      return new Moments();
    }
    return analyzer instanceof Scaling.Gaussian ? new LMoments() : new QuantileCounts();
  }

  @SuppressWarnings("unchecked") // A key always has the same kind.
  private <A extends Accumulator> A accumulator(int key, A empty) {
    return (A) accumulators.computeIfAbsent(key, k -> empty);
  }

  /** Whether so many terms were counted that they should be handed on before more are. */
  boolean isLarge() {
    int terms = 0;
    for (Accumulator accumulator : accumulators.values()) {
      if (accumulator instanceof TermCounts counts) {
        terms += counts.size();
      } else if (accumulator instanceof RankedTerms ranked) {
        terms += ranked.size();
      }
    }
    return terms > TermCounts.MAX_TERMS;
  }

  /** Hands on what was accumulated, by key, and starts again from nothing. */
  void drain(BiConsumer<Integer, Accumulator> to) {
    accumulators.forEach(to);
    accumulators.clear();
  }

  /** Cuts what all examples gave for one key down to what fitting needs. */
  static Accumulator trimmed(FeaturePlan plan, int key, Accumulator merged) {
    Expr analyzer = Exprs.analyzers(plan).get(key / TermCounts.SHARDS);
    if (merged instanceof RankedTerms terms) {
      return terms.trimmed(VocabularyLimits.topK(analyzer), VocabularyLimits.ranking(analyzer));
    }
    return merged instanceof TermCounts counts
        ? counts.trimmed(VocabularyLimits.of(analyzer))
        : merged;
  }

  /** The plan with the constants of one phase added to those of the phases before. */
  static FittedPlan fit(FittedPlan earlier, int phase, Map<Integer, Accumulator> merged) {
    List<Fitted> fitted = new ArrayList<>(earlier.fitted());
    ofPhase(earlier.plan(), phase)
        .forEach((place, analyzer) -> fitted.add(fit(analyzer, of(place, merged))));
    return FittedPlan.partial(earlier.plan(), fitted);
  }

  private static List<Accumulator> of(int place, Map<Integer, Accumulator> merged) {
    List<Accumulator> found = new ArrayList<>();
    for (int shard = 0; shard < TermCounts.SHARDS; shard++) {
      Accumulator accumulator = merged.get(place * TermCounts.SHARDS + shard);
      if (accumulator != null) {
        found.add(accumulator);
      }
    }
    return found;
  }

  /** The constants of an analyzer, from what was accumulated for it, if anything was. */
  static Fitted fit(Expr analyzer, List<Accumulator> accumulators) {
    if (analyzer instanceof Keyed keyed) {
      return only(accumulators, new KeyedAccumulator(ofNumbers(keyed.of()))).fit(keyed);
    } else if (analyzer instanceof Expr.ZScore zScore) {
      return only(accumulators, new Moments()).fit(zScore);
    } else if (analyzer instanceof Expr.MinMax minMax) {
      return only(accumulators, new Range()).fit(minMax);
    } else if (analyzer instanceof Aggregate aggregate) {
      return isOfRange(aggregate)
          ? only(accumulators, new Range()).fit(aggregate)
          : only(accumulators, new Moments()).fit(aggregate);
    } else if (analyzer instanceof EqualWidth equalWidth) {
      return only(accumulators, new HistogramCounts()).fit(equalWidth);
    } else if (analyzer instanceof FixedVector.Pca pca) {
      return only(accumulators, new Covariances(pca.of().width())).fit(pca);
    } else if (analyzer instanceof Scaling.Robust robust) {
      return only(accumulators, new QuantileCounts()).fit(robust);
    } else if (analyzer instanceof Scaling.Quantile quantile) {
      return only(accumulators, new QuantileCounts()).fit(quantile);
    } else if (analyzer instanceof Scaling.Gaussian gaussian) {
      return only(accumulators, new LMoments()).fit(gaussian);
    } else if (analyzer instanceof Expr.Bucketize bucketize) {
      return only(accumulators, new QuantileCounts()).fit(bucketize);
    }
    if (analyzer instanceof FixedVector.TfIdf tfIdf) {
      return only(accumulators, new DocumentCounts(tfIdf.width())).fit(tfIdf);
    }
    if (analyzer instanceof RankedVocabulary || analyzer instanceof IdList.Ranked) {
      List<RankedTerms> parts =
          accumulators.stream().map(accumulator -> (RankedTerms) accumulator).toList();
      return new Fitted.Ranked(
          analyzer,
          RankedTerms.count(parts, VocabularyLimits.ranking(analyzer)),
          RankedTerms.terms(
              parts, VocabularyLimits.topK(analyzer), VocabularyLimits.ranking(analyzer)));
    }
    List<TermCounts> shards =
        accumulators.stream().map(accumulator -> (TermCounts) accumulator).toList();
    long count = TermCounts.total(shards);
    Terms terms = TermCounts.terms(VocabularyLimits.of(analyzer), shards);
    return analyzer instanceof Expr.Vocabulary vocabulary
        ? new Fitted.Vocabulary(vocabulary, count, terms)
        : new Fitted.TokenVocabulary((IdList.Vocabulary) analyzer, count, terms);
  }

  @SuppressWarnings("unchecked") // A key always has the same kind.
  private static <A extends Accumulator> A only(List<Accumulator> accumulators, A none) {
    return accumulators.isEmpty() ? none : (A) accumulators.get(0);
  }
}
