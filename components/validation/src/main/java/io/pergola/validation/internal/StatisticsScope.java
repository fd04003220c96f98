package io.pergola.validation.internal;

import io.pergola.validation.CommonStatistics;
import io.pergola.validation.FeatureStatistics;
import io.pergola.validation.FeatureStatistics.BytesFeature;
import io.pergola.validation.FeatureStatistics.NumericFeature;
import io.pergola.validation.FeatureStatistics.TextFeature;
import io.pergola.validation.Histogram.Bucket;
import io.pergola.validation.ValueCount;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * What the names of an expression stand for.
 *
 * @param current statistics of the feature
 * @param previous those of the previous span
 * @param serving those of serving data
 * @param seen gets what was looked at, by name
 */
record StatisticsScope(
    FeatureStatistics current,
    Optional<FeatureStatistics> previous,
    Optional<FeatureStatistics> serving,
    Map<String, Double> seen) {

  private static final Map<String, ToDoubleFunction<CommonStatistics>> COMMON = common();
  private static final Map<String, ToDoubleFunction<NumericFeature>> NUMERIC = numeric();
  private static final Map<String, ToDoubleFunction<TextFeature>> TEXT = text();
  private static final Map<String, ToDoubleFunction<BytesFeature>> BYTES = bytes();

  /** Whose statistics are meant. */
  enum Source {
    CURRENT(""),
    PREVIOUS("previous."),
    SERVING("serving.");

    private final String prefix;

    Source(String prefix) {
      this.prefix = prefix;
    }

    String prefix() {
      return prefix;
    }
  }

  /** There is nothing to compare with: the expression says nothing about these statistics. */
  static final class NothingToCompareException extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /** The statistics lack what an expression names. */
  static final class NotAvailableException extends RuntimeException {
    private static final long serialVersionUID = 1;

    NotAvailableException(String message) {
      super(message);
    }
  }

  /** All names, in the order of documentation. */
  static List<String> names() {
    Map<String, Object> all = new LinkedHashMap<>();
    all.putAll(COMMON);
    all.putAll(NUMERIC);
    all.putAll(TEXT);
    all.putAll(BYTES);
    return List.copyOf(all.keySet());
  }

  double number(Source source, String name) {
    return seen(source.prefix() + name, find(source, name));
  }

  private double find(Source source, String name) {
    FeatureStatistics feature = of(source);
    ToDoubleFunction<CommonStatistics> common = COMMON.get(name);
    if (common != null) {
      return common.applyAsDouble(feature.common());
    }
    return feature.match(
        numeric -> found(NUMERIC.get(name), numeric, source, name),
        text -> found(TEXT.get(name), text, source, name),
        bytes -> found(BYTES.get(name), bytes, source, name));
  }

  double count(Source source, String value) {
    return seen(source.prefix() + "count(\"" + value + "\")", frequency(source, value));
  }

  private double frequency(Source source, String value) {
    if (!(of(source) instanceof TextFeature text)) {
      throw unavailable(source, "count(\"" + value + "\")", of(source));
    }
    return text.ranks().stream()
        .filter(rank -> rank.value().equals(value))
        .mapToLong(ValueCount::count)
        .sum();
  }

  double share(Source source, String value) {
    return seen(
        source.prefix() + "share(\"" + value + "\")",
        frequency(source, value) / of(source).common().totalValues());
  }

  double quantile(Source source, double fraction) {
    return seen(source.prefix() + "quantile(" + fraction + ")", valueAt(source, fraction));
  }

  private double valueAt(Source source, double fraction) {
    if (!(of(source) instanceof NumericFeature number)) {
      throw unavailable(source, "quantile(" + fraction + ")", of(source));
    }
    List<Bucket> buckets = number.quantiles().buckets();
    double total = buckets.stream().mapToDouble(Bucket::count).sum();
    double rest = fraction * total;
    for (Bucket bucket : buckets) {
      if (rest <= bucket.count()) {
        double part = bucket.count() == 0 ? 0 : rest / bucket.count();
        double width = bucket.high() - bucket.low();
        return width == 0 || part == 0 ? bucket.low() : bucket.low() + width * part;
      }
      rest -= bucket.count();
    }
    return buckets.isEmpty() ? Double.NaN : buckets.get(buckets.size() - 1).high();
  }

  private double seen(String name, double value) {
    seen.put(name, value);
    return value;
  }

  private FeatureStatistics of(Source source) {
    return switch (source) {
      case CURRENT -> current;
      case PREVIOUS -> previous.orElseThrow(NothingToCompareException::new);
      case SERVING -> serving.orElseThrow(NothingToCompareException::new);
    };
  }

  private static <F extends FeatureStatistics> double found(
      @Nullable ToDoubleFunction<F> of, F feature, Source source, String name) {
    if (of == null) {
      throw unavailable(source, name, feature);
    }
    return of.applyAsDouble(feature);
  }

  private static NotAvailableException unavailable(
      Source source, String what, FeatureStatistics feature) {
    return new NotAvailableException(
        "%s%s is not among the statistics of %s".formatted(source.prefix(), what, feature.type()));
  }

  private static Map<String, ToDoubleFunction<CommonStatistics>> common() {
    Map<String, ToDoubleFunction<CommonStatistics>> names = new LinkedHashMap<>();
    names.put("numExamples", CommonStatistics::examples);
    names.put("numNonMissing", CommonStatistics::present);
    names.put("numMissing", CommonStatistics::missing);
    names.put("fractionPresent", CommonStatistics::fractionPresent);
    names.put("minNumValues", CommonStatistics::minValues);
    names.put("maxNumValues", CommonStatistics::maxValues);
    names.put("avgNumValues", CommonStatistics::meanValues);
    names.put("totNumValues", CommonStatistics::totalValues);
    return names;
  }

  private static Map<String, ToDoubleFunction<NumericFeature>> numeric() {
    Map<String, ToDoubleFunction<NumericFeature>> names = new LinkedHashMap<>();
    names.put("mean", NumericFeature::mean);
    names.put("stdDev", NumericFeature::stddev);
    names.put("numZeros", NumericFeature::zeros);
    names.put("numNan", NumericFeature::nans);
    names.put("numInf", NumericFeature::infinities);
    names.put("min", NumericFeature::min);
    names.put("median", NumericFeature::median);
    names.put("max", NumericFeature::max);
    names.put("unique", NumericFeature::distinct);
    return names;
  }

  private static Map<String, ToDoubleFunction<TextFeature>> text() {
    Map<String, ToDoubleFunction<TextFeature>> names = new LinkedHashMap<>();
    names.put("unique", TextFeature::unique);
    names.put("avgLength", TextFeature::averageLength);
    names.put("minLength", TextFeature::minLength);
    names.put("maxLength", TextFeature::maxLength);
    names.put("invalidUtf8Count", TextFeature::invalidUtf8);
    return names;
  }

  private static Map<String, ToDoubleFunction<BytesFeature>> bytes() {
    Map<String, ToDoubleFunction<BytesFeature>> names = new LinkedHashMap<>();
    names.put("unique", BytesFeature::unique);
    names.put("avgLength", BytesFeature::averageLength);
    names.put("minLength", BytesFeature::minLength);
    names.put("maxLength", BytesFeature::maxLength);
    return names;
  }
}
