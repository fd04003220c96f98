package io.pergola.transform;

import io.pergola.feature.Expr;
import io.pergola.feature.FixedVector;
import io.pergola.feature.IdList;
import io.pergola.feature.Keyed;
import io.pergola.feature.RankedVocabulary;
import io.pergola.feature.Scaling;
import java.util.List;

/**
 * What an expression that needs to see all examples has learned from them. {@code
 * docs/reference/fitted-plan.md} says how each constant is computed and used.
 */
public sealed interface Fitted {
  /** The expression that these constants fit. */
  Expr of();

  /** The number of values analysed: present and, for numbers, finite. */
  long count();

  /**
   * Of {@code (x - mean) / stddev}.
   *
   * @param mean 0 if no value was analysed
   * @param stddev population standard deviation; 0 if no value was analysed
   */
  record ZScore(Expr.ZScore of, long count, float mean, float stddev) implements Fitted {
    public ZScore {
      requireFinite("mean", mean);
      requireFinite("standard deviation", stddev);
    }
  }

  /**
   * Of {@code (x - min) / (max - min) * (high - low) + low}.
   *
   * @param min 0 if no value was analysed
   * @param max 0 if no value was analysed
   */
  record MinMax(Expr.MinMax of, long count, float min, float max) implements Fitted {
    public MinMax {
      requireFinite("minimum", min);
      requireFinite("maximum", max);
    }
  }

  /**
   * Of {@code (x - median) / (upper - lower)}.
   *
   * @param median 0 if no value was analysed
   * @param lower the first quartile; 0 if no value was analysed
   * @param upper the third quartile, at or above the first; 0 if no value was analysed
   */
  record Robust(Scaling.Robust of, long count, float median, float lower, float upper)
      implements Fitted {
    public Robust {
      requireFinite("median", median);
      requireFinite("first quartile", lower);
      requireFinite("third quartile", upper);
      if (lower > median || median > upper) {
        throw new IllegalArgumentException(
            "Invalid quartiles: %s, %s, %s (must ascend)".formatted(lower, median, upper));
      }
    }
  }

  /**
   * Of the inverse of {@code location + scale * z * exp(h * z^2 / 2)}, h being {@code left} below
   * the location and {@code right} above.
   *
   * @param location 0 if no value was analysed
   * @param scale 0 if no value was analysed, or all are the same
   * @param left how long the left tail is: 0 (normal) or above, below 1
   * @param right how long the right tail is
   */
  record Gaussian(
      Scaling.Gaussian of, long count, float location, float scale, float left, float right)
      implements Fitted {
    public Gaussian {
      requireFinite("location", location);
      requireFinite("scale", scale);
      for (float h : new float[] {left, right}) {
        if (!(h >= 0 && h < 1)) {
          throw new IllegalArgumentException(
              "Invalid tail of a Tukey hh distribution: %s (must be in 0..1, below 1)"
                  .formatted(h));
        }
      }
    }
  }

  /**
   * Of the place among boundaries, from 0 to 1.
   *
   * @param boundaries ascending, equal ones allowed; one less than there are buckets, or none if no
   *     value was analysed
   */
  record Quantile(Scaling.Quantile of, long count, List<Float> boundaries) implements Fitted {
    public Quantile {
      boundaries = requireBoundaries(boundaries, of.buckets());
    }
  }

  /**
   * Of {@code number of boundaries <= x}.
   *
   * @param boundaries ascending, equal ones allowed; one less than there are buckets, or none if no
   *     value was analysed
   */
  record Bucketize(Expr.Bucketize of, long count, List<Float> boundaries) implements Fitted {
    public Bucketize {
      boundaries = requireBoundaries(boundaries, of.buckets());
    }
  }

  /**
   * Of the ids of terms.
   *
   * @param terms most frequent first, and of equally frequent ones the last in byte order first
   */
  record Vocabulary(Expr.Vocabulary of, long count, Terms terms) implements Fitted {
    public Vocabulary {
      if (terms.size() > of.topK()) {
        throw new IllegalArgumentException(
            "Invalid number of terms in a vocabulary: %d (must be at most %d)"
                .formatted(terms.size(), of.topK()));
      }
    }
  }

  /**
   * Of the ids of tokens.
   *
   * @param count the number of tokens, of all analysed lists
   * @param terms most frequent first, and of equally frequent ones the last in byte order first
   */
  record TokenVocabulary(IdList.Vocabulary of, long count, Terms terms) implements Fitted {
    public TokenVocabulary {
      if (terms.size() > of.topK()) {
        throw new IllegalArgumentException(
            "Invalid number of terms in a vocabulary: %d (must be at most %d)"
                .formatted(terms.size(), of.topK()));
      }
    }
  }

  /**
   * Of the ids of terms that were ranked.
   *
   * @param of a {@link RankedVocabulary} or {@link IdList.Ranked}
   * @param count the number of occurrences that were weighed, or of examples that have a label
   * @param terms the highest first, and of equal ones the last in byte order first
   */
  record Ranked(Expr of, long count, Terms terms) implements Fitted {
    public Ranked {
      int topK = VocabularyLimits.topK(of);
      if (terms.size() > topK) {
        throw new IllegalArgumentException(
            "Invalid number of terms in a vocabulary: %d (must be at most %d)"
                .formatted(terms.size(), topK));
      }
    }
  }

  /**
   * Of how rare each id is.
   *
   * @param count the number of lists that are present, n
   * @param documents for each id how many of them have it, d; 0 for the ids that it ends before
   */
  record TfIdf(FixedVector.TfIdf of, long count, List<Long> documents) implements Fitted {
    public TfIdf {
      documents = List.copyOf(documents);
      if (documents.size() > of.width()) {
        throw new IllegalArgumentException(
            "Invalid number of document frequencies: %d (must be at most %d, the number of ids)"
                .formatted(documents.size(), of.width()));
      }
      for (long d : documents) {
        if (d < 0 || d > count) {
          throw new IllegalArgumentException(
              "Invalid document frequency: %d (must be 0 to %d, the number of lists)"
                  .formatted(d, count));
        }
      }
    }

    /**
     * What the fraction of an id is multiplied by, for each id: {@code ln((n + 1) / (d + 1)) + 1},
     * or {@code ln(n / d) + 1} and 0 where d is 0, in float64 and rounded once.
     */
    public float[] weights() {
      float[] weights = new float[of.width()];
      for (int id = 0; id < weights.length; id++) {
        double d = id < documents.size() ? documents.get(id) : 0;
        if (of.smoothing() == FixedVector.TfIdf.Smoothing.SMOOTH) {
          weights[id] = (float) (StrictMath.log((count + 1.0) / (d + 1)) + 1);
        } else if (d > 0) {
          weights[id] = (float) (StrictMath.log(count / d) + 1);
        }
      }
      return weights;
    }
  }

  /**
   * Of one number of all values.
   *
   * @param value finite: what is beyond float32 is the largest float32
   */
  record Aggregate(io.pergola.feature.Aggregate of, long count, float value) implements Fitted {
    public Aggregate {
      requireFinite("number of all values", value);
    }
  }

  /**
   * Of intervals of equal width.
   *
   * @param min 0 if no value was analysed
   * @param max 0 if no value was analysed
   * @param boundaries between the intervals, ascending, equal ones allowed: one less than there are
   *     buckets, or none if no value was analysed or all are the same
   * @param counts how many values each bucket has
   */
  record EqualWidth(
      io.pergola.feature.EqualWidth of,
      long count,
      float min,
      float max,
      List<Float> boundaries,
      List<Long> counts)
      implements Fitted {
    public EqualWidth {
      requireFinite("minimum", min);
      requireFinite("maximum", max);
      boundaries = requireBoundaries(boundaries, of.buckets());
      counts = List.copyOf(counts);
      long total = counts.stream().mapToLong(Long::longValue).sum();
      if (counts.size() != of.buckets() || total != count) {
        throw new IllegalArgumentException(
            "Invalid counts of a histogram: %s (must be %d, of %d values in all)"
                .formatted(counts, of.buckets(), count));
      }
    }
  }

  /**
   * Of projections onto directions.
   *
   * @param count the number of vectors that are present and finite
   * @param mean of each component
   * @param covariance of the population: row i has the covariances of component i with components 0
   *     to i
   * @param components the directions, each as wide as the vectors, that of the largest variance
   *     first
   */
  record Pca(
      FixedVector.Pca of,
      long count,
      List<Float> mean,
      List<List<Float>> covariance,
      List<List<Float>> components)
      implements Fitted {
    public Pca {
      int width = of.of().width();
      mean = requireWidth("means", mean, width);
      covariance = covariance.stream().<List<Float>>map(List::copyOf).toList();
      components =
          components.stream().map(vector -> requireWidth("component", vector, width)).toList();
      boolean triangle = covariance.size() == width;
      for (int i = 0; triangle && i < width; i++) {
        triangle = covariance.get(i).size() == i + 1;
      }
      if (!triangle || components.size() != of.components()) {
        throw new IllegalArgumentException(
            "Invalid principal components: %d rows of covariances, %d components (must be %d and %d)"
                .formatted(covariance.size(), components.size(), width, of.components()));
      }
    }

    private static List<Float> requireWidth(String what, List<Float> numbers, int width) {
      List<Float> copy = List.copyOf(numbers);
      if (copy.size() != width) {
        throw new IllegalArgumentException(
            "Invalid %s of vectors: %d numbers (must be %d)".formatted(what, copy.size(), width));
      }
      copy.forEach(number -> requireFinite(what, number));
      return copy;
    }
  }

  /**
   * Of what is fitted for each key.
   *
   * @param whole for all examples, which examples of no key that is known take
   * @param keys in byte order
   * @param fitted for each key, in the order of the keys
   */
  record PerKey(Keyed of, Fitted whole, Terms keys, List<Fitted> fitted) implements Fitted {
    public PerKey {
      fitted = List.copyOf(fitted);
      if (fitted.size() != keys.size()) {
        throw new IllegalArgumentException(
            "Invalid constants for each key: %d (must be %d, the number of keys)"
                .formatted(fitted.size(), keys.size()));
      }
      for (Fitted each : fitted) {
        requireSame(of, each);
      }
      requireSame(of, whole);
    }

    @Override
    public long count() {
      return whole.count();
    }

    /** The number of a key that was not analysed, where one number of each key is fitted. */
    public float ofUnknownKey() {
      Aggregate all = (Aggregate) whole;
      return switch (all.of().measure()) {
        case COUNT, SUM -> 0;
        case MEAN, VARIANCE, MIN, MAX -> all.value();
      };
    }

    private static void requireSame(Keyed of, Fitted fitted) {
      if (!fitted.of().equals(of.of())) {
        throw new IllegalArgumentException(
            "Invalid constants for each key: of %s (must be of %s)"
                .formatted(fitted.of().text(), of.of().text()));
      }
    }
  }

  private static List<Float> requireBoundaries(List<Float> boundaries, int buckets) {
    List<Float> copy = List.copyOf(boundaries);
    if (copy.size() >= buckets) {
      throw new IllegalArgumentException(
          "Invalid number of bucket boundaries: %d (must be below %d, the number of buckets)"
              .formatted(copy.size(), buckets));
    }
    for (int i = 0; i < copy.size(); i++) {
      requireFinite("bucket boundary", copy.get(i));
      if (i > 0 && copy.get(i) < copy.get(i - 1)) {
        throw new IllegalArgumentException(
            "Invalid bucket boundaries: %s (must ascend)".formatted(copy));
      }
    }
    return copy;
  }

  private static void requireFinite(String what, float value) {
    if (!Float.isFinite(value)) {
      throw new IllegalArgumentException("Invalid %s: %s (must be finite)".formatted(what, value));
    }
  }
}
