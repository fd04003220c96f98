package io.pergola.transform;

import io.pergola.feature.Aggregate;
import io.pergola.feature.EqualWidth;
import io.pergola.feature.Expr;
import io.pergola.feature.FeaturePlan;
import io.pergola.feature.FixedVector;
import io.pergola.feature.IdList;
import io.pergola.feature.Keyed;
import io.pergola.feature.NumberList;
import io.pergola.feature.RankedVocabulary;
import io.pergola.feature.Scaling;
import io.pergola.feature.TimeValue;
import io.pergola.feature.TokenList;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Walks through expressions. */
final class Exprs {
  private Exprs() {}

  /** Whether an expression needs to see all examples before it can be applied to one. */
  static boolean isAnalyzer(Expr e) {
    return e instanceof Expr.ZScore
        || e instanceof Expr.MinMax
        || e instanceof Keyed
        || e instanceof Scaling.Robust
        || e instanceof Scaling.Gaussian
        || e instanceof Scaling.Quantile
        || e instanceof Expr.Bucketize
        || e instanceof Expr.Vocabulary
        || e instanceof IdList.Vocabulary
        || e instanceof IdList.Ranked
        || e instanceof RankedVocabulary
        || e instanceof FixedVector.TfIdf
        || e instanceof FixedVector.Pca
        || e instanceof EqualWidth
        || e instanceof Aggregate;
  }

  /** Every expression that needs fitting, each once, after those it is computed from. */
  static List<Expr> analyzers(FeaturePlan plan) {
    Set<Expr> found = new LinkedHashSet<>();
    plan.dense().values().forEach(e -> collect(e, found));
    plan.categorical().values().forEach(e -> collect(e, found));
    plan.sequences().values().forEach(e -> collect(e, found));
    plan.labels().values().forEach(e -> collect(e, found));
    plan.weights().values().forEach(e -> collect(e, found));
    return new ArrayList<>(found);
  }

  /** The expressions that must be fitted before an analyzer is, each after those it is made of. */
  static List<Expr> before(Expr analyzer) {
    Set<Expr> found = new LinkedHashSet<>();
    collect(analyzer, found);
    found.remove(analyzer);
    return new ArrayList<>(found);
  }

  private static void collect(Expr e, Set<Expr> found) {
    e.operands().forEach(child -> collect(child, found));
    e.fittedWith().forEach(child -> collect(child, found));
    if (isAnalyzer(e)) {
      found.add(e);
    }
  }

  /** The first feature or label, by name, that needs each expression that needs fitting. */
  static Map<Expr, String> featureOf(FeaturePlan plan) {
    Map<Expr, String> names = new HashMap<>();
    Stream.of(plan.dense(), plan.categorical(), plan.sequences(), plan.labels(), plan.weights())
        .forEach(
            features ->
                features.forEach(
                    (name, e) -> {
                      Set<Expr> found = new LinkedHashSet<>();
                      collect(e, found);
                      found.forEach(analyzer -> names.putIfAbsent(analyzer, name));
                    }));
    return names;
  }

  /** How many passes over the examples must come before the one that fits {@code e}. */
  static int phase(Expr e) {
    int phase = 0;
    for (List<Expr> children : List.of(e.operands(), e.fittedWith())) {
      for (Expr child : children) {
        phase = Math.max(phase, isAnalyzer(child) ? phase(child) + 1 : phase(child));
      }
    }
    return phase;
  }

  /** How many passes over the examples the analyzers of a plan need. */
  static int phases(FeaturePlan plan) {
    return analyzers(plan).stream().mapToInt(Exprs::phase).max().orElse(-1) + 1;
  }

  /** The names of the raw columns that some expressions read while they are fitted. */
  static Set<String> columnsToFit(Iterable<? extends Expr> exprs) {
    List<Expr> all = new ArrayList<>();
    exprs.forEach(e -> addWithAllToFit(e, all));
    return columns(all).keySet();
  }

  private static void addWithAllToFit(Expr e, List<Expr> all) {
    all.add(e);
    e.operands().forEach(child -> addWithAllToFit(child, all));
    e.fittedWith().forEach(child -> addWithAllToFit(child, all));
  }

  /** The raw columns that some expressions read, by name. */
  static Map<String, FittedPlan.Kind> columns(Iterable<? extends Expr> exprs) {
    Map<String, FittedPlan.Kind> columns = new TreeMap<>();
    exprs.forEach(e -> columns(e, columns));
    return columns;
  }

  private static void columns(Expr e, Map<String, FittedPlan.Kind> columns) {
    if (e instanceof Expr.NumberColumn number) {
      put(number.column(), FittedPlan.Kind.NUMBER, columns);
    } else if (e instanceof TimeValue.Column time) {
      put(time.column(), FittedPlan.Kind.NUMBER, columns);
    } else if (e instanceof Expr.TextColumn text) {
      put(text.column(), FittedPlan.Kind.TEXT, columns);
    } else if (e instanceof NumberList.Column numbers) {
      put(numbers.column(), FittedPlan.Kind.NUMBERS, columns);
    } else if (e instanceof TokenList.Column texts) {
      put(texts.column(), FittedPlan.Kind.TEXTS, columns);
    }
    e.operands().forEach(child -> columns(child, columns));
  }

  private static void put(
      String column, FittedPlan.Kind kind, Map<String, FittedPlan.Kind> columns) {
    FittedPlan.Kind other = columns.put(column, kind);
    if (other != null && other != kind) {
      throw new IllegalArgumentException(
          ("Cannot read column '%s' both as %s and as %s. Read it as one of them, and copy the"
                  + " column before if both are needed.")
              .formatted(column, other.phrase(), kind.phrase()));
    }
  }
}
