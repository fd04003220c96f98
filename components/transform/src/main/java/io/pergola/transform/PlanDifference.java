package io.pergola.transform;

import io.pergola.feature.Expr;
import io.pergola.feature.FeaturePlan;
import io.pergola.feature.Mapped;
import io.pergola.fingerprint.CodeReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What is different about two fitted plans: features that are new, gone or computed otherwise, and
 * constants that the analysed examples moved.
 *
 * @param features those that differ, by name; labels and weights are among them
 */
public record PlanDifference(List<PlanDifference.Feature> features) {
  public PlanDifference {
    features = List.copyOf(features);
  }

  /**
   * One feature that differs.
   *
   * @param before how it was computed; empty if it is new
   * @param after how it is computed; empty if it is gone
   * @param constants one line for each constant that moved, such as {@code mean 11.2 -> 11.9}, and
   *     for each function of the author's that has other code
   */
  public record Feature(
      String name, Optional<String> before, Optional<String> after, List<String> constants) {
    public Feature {
      constants = List.copyOf(constants);
    }
  }

  /** Compares two plans; equal features with equal constants are left out. */
  public static PlanDifference between(FittedPlan before, FittedPlan after) {
    SortedMap<String, Expr> left = features(before.plan());
    SortedMap<String, Expr> right = features(after.plan());
    Map<Expr, Fitted> leftConstants = constants(before);
    Map<Expr, Fitted> rightConstants = constants(after);
    SortedSet<String> names = new TreeSet<>(left.keySet());
    names.addAll(right.keySet());
    List<Feature> features = new ArrayList<>();
    for (String name : names) {
      Optional<Expr> was = Optional.ofNullable(left.get(name));
      Optional<Expr> is = Optional.ofNullable(right.get(name));
      List<String> moved =
          was.isEmpty() || is.isEmpty()
              ? List.of()
              : was.equals(is)
                  ? moved(was.get(), leftConstants, rightConstants)
                  : otherCode(was.get(), is.get());
      if (!was.equals(is) || !moved.isEmpty()) {
        features.add(new Feature(name, was.map(Expr::text), is.map(Expr::text), moved));
      }
    }
    return new PlanDifference(features);
  }

  private static SortedMap<String, Expr> features(FeaturePlan plan) {
    SortedMap<String, Expr> features = new TreeMap<>(plan.dense());
    features.putAll(plan.categorical());
    features.putAll(plan.sequences());
    features.putAll(plan.labels());
    features.putAll(plan.weights());
    return features;
  }

  private static Map<Expr, Fitted> constants(FittedPlan plan) {
    Map<Expr, Fitted> constants = new HashMap<>();
    plan.fitted().forEach(fitted -> constants.put(fitted.of(), fitted));
    return constants;
  }

  private static List<String> moved(Expr expr, Map<Expr, Fitted> before, Map<Expr, Fitted> after) {
    List<String> lines = new ArrayList<>();
    expr.operands().forEach(operand -> lines.addAll(moved(operand, before, after)));
    Fitted was = before.get(expr);
    Fitted is = after.get(expr);
    if (was instanceof Fitted.PerKey a && is instanceof Fitted.PerKey b) {
      addMoved(lines, a.whole(), b.whole());
      addKeys(lines, a, b);
    } else {
      addMoved(lines, was, is);
    }
    return lines;
  }

  /** A line for each function of the author's that alone makes two equal texts differ. */
  private static List<String> otherCode(Expr before, Expr after) {
    if (!before.text().equals(after.text())) {
      return List.of();
    }
    Map<String, CodeReference> was = functions(before);
    List<String> lines = new ArrayList<>();
    functions(after)
        .forEach(
            (name, is) -> {
              CodeReference old = was.get(name);
              if (old != null && !old.equals(is)) {
                lines.add(
                    "function '%s': %s"
                        .formatted(
                            name,
                            old.code().equals(is.code())
                                ? "captures %s -> %s".formatted(old.captured(), is.captured())
                                : "other code"));
              }
            });
    return lines;
  }

  private static SortedMap<String, CodeReference> functions(Expr expr) {
    SortedMap<String, CodeReference> functions = new TreeMap<>();
    expr.operands().forEach(operand -> functions.putAll(functions(operand)));
    expr.fittedWith().forEach(operand -> functions.putAll(functions(operand)));
    if (expr instanceof Mapped mapped) {
      functions.put(mapped.name(), mapped.function());
    }
    return functions;
  }

  private static void addKeys(List<String> lines, Fitted.PerKey before, Fitted.PerKey after) {
    Map<String, Fitted> was = byKey(before);
    Map<String, Fitted> is = byKey(after);
    if (was.equals(is)) {
      return;
    }
    long added = is.keySet().stream().filter(key -> !was.containsKey(key)).count();
    long gone = was.keySet().stream().filter(key -> !is.containsKey(key)).count();
    long moved =
        is.entrySet().stream()
            .filter(entry -> was.containsKey(entry.getKey()))
            .filter(entry -> !entry.getValue().equals(was.get(entry.getKey())))
            .count();
    lines.add(
        "keys: %d, %d new, %d gone, %d with other constants"
            .formatted(is.size(), added, gone, moved));
  }

  private static Map<String, Fitted> byKey(Fitted.PerKey perKey) {
    Map<String, Fitted> byKey = new HashMap<>();
    for (int i = 0; i < perKey.keys().size(); i++) {
      byKey.put(perKey.keys().text(i), perKey.fitted().get(i));
    }
    return byKey;
  }

  private static void addMoved(List<String> lines, @Nullable Fitted was, @Nullable Fitted is) {
    if (was instanceof Fitted.ZScore a && is instanceof Fitted.ZScore b) {
      add(lines, "mean", a.mean(), b.mean());
      add(lines, "stddev", a.stddev(), b.stddev());
    } else if (was instanceof Fitted.MinMax a && is instanceof Fitted.MinMax b) {
      add(lines, "min", a.min(), b.min());
      add(lines, "max", a.max(), b.max());
    } else if (was instanceof Fitted.Robust a && is instanceof Fitted.Robust b) {
      add(lines, "median", a.median(), b.median());
      add(lines, "first quartile", a.lower(), b.lower());
      add(lines, "third quartile", a.upper(), b.upper());
    } else if (was instanceof Fitted.Gaussian a && is instanceof Fitted.Gaussian b) {
      add(lines, "location", a.location(), b.location());
      add(lines, "scale", a.scale(), b.scale());
      add(lines, "left tail", a.left(), b.left());
      add(lines, "right tail", a.right(), b.right());
    } else if (was instanceof Fitted.Bucketize a && is instanceof Fitted.Bucketize b) {
      addBoundaries(lines, a.boundaries(), b.boundaries());
    } else if (was instanceof Fitted.Quantile a && is instanceof Fitted.Quantile b) {
      addBoundaries(lines, a.boundaries(), b.boundaries());
    } else if (was instanceof Fitted.Vocabulary a && is instanceof Fitted.Vocabulary b) {
      addTerms(lines, a.terms(), b.terms());
    } else if (was instanceof Fitted.TokenVocabulary a && is instanceof Fitted.TokenVocabulary b) {
      addTerms(lines, a.terms(), b.terms());
    } else if (was instanceof Fitted.Ranked a && is instanceof Fitted.Ranked b) {
      addTerms(lines, a.terms(), b.terms());
    } else if (was instanceof Fitted.Aggregate a && is instanceof Fitted.Aggregate b) {
      add(lines, a.of().text(), a.value(), b.value());
    } else if (was instanceof Fitted.EqualWidth a && is instanceof Fitted.EqualWidth b) {
      add(lines, "min", a.min(), b.min());
      add(lines, "max", a.max(), b.max());
      addCounts(lines, a.counts(), b.counts());
    } else if (was instanceof Fitted.Pca a && is instanceof Fitted.Pca b) {
      addDirections(lines, a, b);
    } else if (was instanceof Fitted.TfIdf a && is instanceof Fitted.TfIdf b) {
      addDocuments(lines, a, b);
    }
  }

  private static void add(List<String> lines, String constant, float before, float after) {
    if (before != after) {
      lines.add("%s %s -> %s".formatted(constant, before, after));
    }
  }

  private static void addBoundaries(List<String> lines, List<Float> before, List<Float> after) {
    if (!before.equals(after)) {
      long same = before.stream().filter(after::contains).count();
      lines.add(
          "bucket boundaries: %d of %d moved, now %s"
              .formatted(after.size() - Math.min(same, after.size()), after.size(), after));
    }
  }

  private static void addCounts(List<String> lines, List<Long> before, List<Long> after) {
    if (!before.equals(after)) {
      lines.add("counts of the buckets: %s -> %s".formatted(before, after));
    }
  }

  /** By how far a direction turned: the angle between it and what it was, in degrees. */
  private static void addDirections(List<String> lines, Fitted.Pca before, Fitted.Pca after) {
    for (int i = 0; i < after.components().size(); i++) {
      double product = 0;
      for (int j = 0; j < after.mean().size(); j++) {
        product += (double) before.components().get(i).get(j) * after.components().get(i).get(j);
      }
      if (!before.components().get(i).equals(after.components().get(i))) {
        lines.add(
            "component %d turned by %.1f degrees"
                .formatted(i, Math.toDegrees(Math.acos(Math.min(1, Math.abs(product))))));
      }
    }
    if (!before.covariance().equals(after.covariance())) {
      lines.add("covariance of %d vectors -> %d".formatted(before.count(), after.count()));
    }
  }

  private static void addDocuments(List<String> lines, Fitted.TfIdf before, Fitted.TfIdf after) {
    if (before.count() != after.count() || !before.documents().equals(after.documents())) {
      int size = Math.max(before.documents().size(), after.documents().size());
      long moved =
          IntStream.range(0, size)
              .filter(id -> documents(before, id) != documents(after, id))
              .count();
      lines.add(
          "document frequencies: %d of %d moved, of %d lists -> %d"
              .formatted(moved, size, before.count(), after.count()));
    }
  }

  private static long documents(Fitted.TfIdf fitted, int id) {
    return id < fitted.documents().size() ? fitted.documents().get(id) : 0;
  }

  private static void addTerms(List<String> lines, Terms before, Terms after) {
    if (before.equals(after)) {
      return;
    }
    Set<String> was = texts(before);
    Set<String> is = texts(after);
    long added = is.stream().filter(term -> !was.contains(term)).count();
    long gone = was.stream().filter(term -> !is.contains(term)).count();
    lines.add(
        added == 0 && gone == 0
            ? "vocabulary: the same %d terms in another order".formatted(is.size())
            : "vocabulary: %d terms, %d new, %d gone".formatted(is.size(), added, gone));
  }

  private static Set<String> texts(Terms terms) {
    Set<String> texts = new HashSet<>();
    for (int i = 0; i < terms.size(); i++) {
      texts.add(terms.text(i));
    }
    return texts;
  }
}
