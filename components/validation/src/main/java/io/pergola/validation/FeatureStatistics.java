package io.pergola.validation;

import io.pergola.beam.ColumnType;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Statistics of one feature of one split. */
public sealed interface FeatureStatistics {
  /** The feature's name. */
  String name();

  /** The type of its values. */
  ColumnType type();

  /** What features of all types have. */
  CommonStatistics common();

  /** What the values mean, as far as they tell. */
  default Optional<SemanticDomain> semanticDomain() {
    return common().semanticDomain();
  }

  /** Handles every kind of feature. */
  <T> T match(
      Function<NumericFeature, T> numeric,
      Function<TextFeature, T> text,
      Function<BytesFeature, T> bytes);

  /**
   * Statistics of numbers.
   *
   * <p>NaN values are counted, and take part in nothing else. Infinities take part in everything
   * but the equal-width boundaries, so that with them the mean is infinite (or NaN) and the
   * standard deviation NaN. {@code -0.0} counts as {@code 0.0}. Where there is no value but NaN,
   * mean, standard deviation, minimum, median and maximum are NaN.
   *
   * @param type INT, FLOAT or DOUBLE
   * @param mean over all values
   * @param stddev <b>population</b> standard deviation over all values
   * @param zeros how many values are 0
   * @param nans how many values are NaN
   * @param infinities how many values are positive or negative infinity
   * @param min the least value; 64-bit integers are rounded to a double
   * @param median of an exact summary, the mean of the two middle values where their number is
   *     even; otherwise the value of rank n/2, within {@code rankError}
   * @param max the greatest value
   * @param distinct the number of distinct values other than NaN
   * @param distinctError relative standard error of {@code distinct}, 0 where it is exact
   * @param histogram 10 buckets of equal width from the least to the greatest finite value
   *     (infinities are in the outermost buckets); one bucket if these are equal; none without
   *     values
   * @param quantiles 10 buckets of equal mass: boundary i is the value of rank ceil(i n / 10)
   * @param rankError how far, as a fraction of the number of values, the rank of the median and of
   *     quantile boundaries can be off; never more, and 0 where they are exact. The count of an
   *     equal-width bucket can be off by twice that
   * @param weighted the same by weight, where a weight feature is named
   */
  record NumericFeature(
      String name,
      ColumnType type,
      CommonStatistics common,
      double mean,
      double stddev,
      long zeros,
      long nans,
      long infinities,
      double min,
      double median,
      double max,
      long distinct,
      double distinctError,
      Histogram histogram,
      Histogram quantiles,
      double rankError,
      Optional<WeightedNumbers> weighted)
      implements FeatureStatistics {
    public NumericFeature {
      if (!type.isNumber()) {
        throw new IllegalArgumentException("Invalid type of a numeric feature: " + type);
      }
    }

    /** Statistics without weights. */
    public NumericFeature(
        String name,
        ColumnType type,
        CommonStatistics common,
        double mean,
        double stddev,
        long zeros,
        long nans,
        long infinities,
        double min,
        double median,
        double max,
        long distinct,
        double distinctError,
        Histogram histogram,
        Histogram quantiles,
        double rankError) {
      this(
          name,
          type,
          common,
          mean,
          stddev,
          zeros,
          nans,
          infinities,
          min,
          median,
          max,
          distinct,
          distinctError,
          histogram,
          quantiles,
          rankError,
          Optional.empty());
    }

    @Override
    public <T> T match(
        Function<NumericFeature, T> numeric,
        Function<TextFeature, T> text,
        Function<BytesFeature, T> bytes) {
      return numeric.apply(this);
    }
  }

  /**
   * Statistics of numbers in which every value counts as much as its example weighs.
   *
   * @param mean {@code sum(w x) / sum(w)} over all values
   * @param stddev {@code sqrt(sum(w (x - mean)^2) / sum(w))}
   * @param median the value of weighted rank {@code sum(w) / 2}: the least x such that values up to
   *     x weigh at least that; where it is exact and they weigh just that, the mean of x and the
   *     next value
   * @param histogram 10 buckets of equal width, with the boundaries of the unweighted one
   * @param quantiles 10 buckets of equal weight
   * @param rankError how far weighted ranks can be off, as a fraction of {@code sum(w)}
   */
  record WeightedNumbers(
      double mean,
      double stddev,
      double median,
      Histogram histogram,
      Histogram quantiles,
      double rankError) {}

  /**
   * Statistics of text.
   *
   * <p>Values that are not UTF-8 count together as {@link #NOT_UTF8} among the top values; values
   * longer than {@link #LARGE_BYTES} bytes count together as {@link #LARGE}.
   *
   * @param unique the number of distinct values
   * @param uniqueError relative standard error of {@code unique}, 0 where it is exact
   * @param averageLength in bytes of UTF-8; NaN where there are no values
   * @param minLength in bytes; 0 where there are no values
   * @param maxLength in bytes; 0 where there are no values
   * @param invalidUtf8 how many values are not UTF-8
   * @param top the 20 most frequent values: frequency descending, then value in byte order
   *     descending
   * @param ranks the 1,000 most frequent values in the same order
   * @param frequencyError how far the counts of {@code top} and {@code ranks} can be below the true
   *     ones; never more, and 0 where they are exact. A value more frequent than that is not missed
   * @param weighted the same by weight, where a weight feature is named
   */
  record TextFeature(
      String name,
      CommonStatistics common,
      long unique,
      double uniqueError,
      double averageLength,
      long minLength,
      long maxLength,
      long invalidUtf8,
      List<ValueCount> top,
      List<ValueCount> ranks,
      long frequencyError,
      Optional<WeightedText> weighted)
      implements FeatureStatistics {
    /** The most values that {@link #top} has. */
    public static final int TOP = 20;

    /** The most values that {@link #ranks} has. */
    public static final int RANKS = 1_000;

    /** Longer values are not told apart among the most frequent ones. */
    public static final int LARGE_BYTES = 4_096;

    /** Stands for the values that are not UTF-8. */
    public static final String NOT_UTF8 = "__BYTES_VALUE__";

    /** Stands for the values of more than {@link #LARGE_BYTES} bytes. */
    public static final String LARGE = "__LARGE_BYTES__";

    public TextFeature {
      top = List.copyOf(top);
      ranks = List.copyOf(ranks);
    }

    /** Statistics without weights. */
    public TextFeature(
        String name,
        CommonStatistics common,
        long unique,
        double uniqueError,
        double averageLength,
        long minLength,
        long maxLength,
        long invalidUtf8,
        List<ValueCount> top,
        List<ValueCount> ranks,
        long frequencyError) {
      this(
          name,
          common,
          unique,
          uniqueError,
          averageLength,
          minLength,
          maxLength,
          invalidUtf8,
          top,
          ranks,
          frequencyError,
          Optional.empty());
    }

    @Override
    public ColumnType type() {
      return ColumnType.TEXT;
    }

    @Override
    public <T> T match(
        Function<NumericFeature, T> numeric,
        Function<TextFeature, T> text,
        Function<BytesFeature, T> bytes) {
      return text.apply(this);
    }
  }

  /**
   * Statistics of text in which every value counts as much as its example weighs.
   *
   * @param top the 20 values of the greatest weight: weight descending, then value in byte order
   *     descending
   * @param ranks the 1,000 values of the greatest weight in the same order
   * @param weightError how far weights can be below the true ones; never more
   */
  record WeightedText(List<WeightedCount> top, List<WeightedCount> ranks, double weightError) {
    public WeightedText {
      top = List.copyOf(top);
      ranks = List.copyOf(ranks);
    }
  }

  /**
   * Statistics of bytes.
   *
   * @param unique the number of distinct values
   * @param uniqueError relative standard error of {@code unique}, 0 where it is exact
   * @param averageLength in bytes; NaN where there are no values
   * @param minLength in bytes; 0 where there are no values
   * @param maxLength in bytes; 0 where there are no values
   */
  record BytesFeature(
      String name,
      CommonStatistics common,
      long unique,
      double uniqueError,
      double averageLength,
      long minLength,
      long maxLength)
      implements FeatureStatistics {
    @Override
    public ColumnType type() {
      return ColumnType.BYTES;
    }

    @Override
    public <T> T match(
        Function<NumericFeature, T> numeric,
        Function<TextFeature, T> text,
        Function<BytesFeature, T> bytes) {
      return bytes.apply(this);
    }
  }
}
