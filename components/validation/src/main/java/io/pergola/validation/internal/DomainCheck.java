package io.pergola.validation.internal;

import io.pergola.beam.ColumnType;
import io.pergola.validation.AnomalyType;
import io.pergola.validation.Domain;
import io.pergola.validation.Domain.Bool;
import io.pergola.validation.Domain.FloatRange;
import io.pergola.validation.Domain.FloatRange.Special;
import io.pergola.validation.Domain.Image;
import io.pergola.validation.Domain.IntRange;
import io.pergola.validation.Domain.NaturalLanguage;
import io.pergola.validation.Domain.Url;
import io.pergola.validation.FeatureSchema;
import io.pergola.validation.FeatureStatistics;
import io.pergola.validation.FeatureStatistics.BytesFeature;
import io.pergola.validation.FeatureStatistics.NumericFeature;
import io.pergola.validation.FeatureStatistics.TextFeature;
import io.pergola.validation.Histogram.Bucket;
import io.pergola.validation.SchemaEdit.Action;
import io.pergola.validation.TokenStatistics;
import io.pergola.validation.internal.Findings.Finding;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Compares the values of a feature with its domain. */
final class DomainCheck {
  private static final String OUT_OF_RANGE_LOW = "Unexpectedly small value";
  private static final String OUT_OF_RANGE_HIGH = "Unexpectedly large value";
  private static final String NOT_BOOLEAN = "Values that are not true or false";

  private DomainCheck() {}

  static void check(Finding finding, FeatureStatistics feature, Optional<TokenStatistics> tokens) {
    if (finding.expected().domain().isEmpty()) {
      return;
    }
    Domain domain = finding.expected().domain().get();
    if (domain instanceof NaturalLanguage language) {
      LanguageCheck.check(finding, language, tokens);
    } else if (domain instanceof Image image) {
      checkImage(finding, feature, image);
    } else if (feature instanceof BytesFeature && !(domain instanceof Url)) {
      addInvalid(finding, domain);
    } else if (feature instanceof TextFeature text) {
      TextDomainCheck.check(finding, text, domain);
    } else if (feature instanceof NumericFeature number) {
      checkNumbers(finding, number, domain);
    }
  }

  private static void checkNumbers(Finding finding, NumericFeature number, Domain domain) {
    if (domain instanceof IntRange range) {
      checkInts(finding, (long) number.min(), (long) number.max(), range);
    } else if (domain instanceof FloatRange range) {
      checkFloats(finding, number.min(), number.max(), range);
      checkSpecials(finding, number, range);
    } else if (domain instanceof Bool) {
      checkBool(finding, number);
    }
  }

  static void checkInts(Finding finding, long min, long max, IntRange range) {
    FeatureSchema expected = finding.expected();
    if (min < range.min()) {
      finding.add(
          AnomalyType.INT_TYPE_SMALL_INT,
          OUT_OF_RANGE_LOW,
          "The least value is %d; the schema expects at least %d.".formatted(min, range.min()),
          Action.WIDEN_DOMAIN,
          expected.domain(new IntRange(min, range.max(), range.meaning())));
    }
    if (max > range.max()) {
      finding.add(
          AnomalyType.INT_TYPE_BIG_INT,
          OUT_OF_RANGE_HIGH,
          "The greatest value is %d; the schema expects at most %d.".formatted(max, range.max()),
          Action.WIDEN_DOMAIN,
          expected.domain(new IntRange(range.min(), max, range.meaning())));
    }
  }

  static void checkFloats(Finding finding, double min, double max, FloatRange range) {
    FeatureSchema expected = finding.expected();
    if (min < range.min()) {
      finding.add(
          AnomalyType.FLOAT_TYPE_SMALL_FLOAT,
          OUT_OF_RANGE_LOW,
          "The least value is %s; the schema expects at least %s.".formatted(min, range.min()),
          Action.WIDEN_DOMAIN,
          expected.domain(new FloatRange(min, range.max(), range.nan(), range.infinity())));
    }
    if (max > range.max()) {
      finding.add(
          AnomalyType.FLOAT_TYPE_BIG_FLOAT,
          OUT_OF_RANGE_HIGH,
          "The greatest value is %s; the schema expects at most %s.".formatted(max, range.max()),
          Action.WIDEN_DOMAIN,
          expected.domain(new FloatRange(range.min(), max, range.nan(), range.infinity())));
    }
  }

  private static void checkSpecials(Finding finding, NumericFeature feature, FloatRange range) {
    FeatureSchema expected = finding.expected();
    if (feature.nans() > 0 && range.nan() == Special.DISALLOWED) {
      finding.add(
          AnomalyType.FLOAT_TYPE_HAS_NAN,
          "NaN values",
          "%s NaN (%s); the schema expects none."
              .formatted(are(feature.nans()), share(feature.nans(), feature)),
          Action.WIDEN_DOMAIN,
          expected.domain(
              new FloatRange(range.min(), range.max(), Special.ALLOWED, range.infinity())));
    }
    if (feature.infinities() > 0 && range.infinity() == Special.DISALLOWED) {
      finding.add(
          AnomalyType.FLOAT_TYPE_HAS_INF,
          "Infinite values",
          "%s infinite (%s); the schema expects none."
              .formatted(are(feature.infinities()), share(feature.infinities(), feature)),
          Action.WIDEN_DOMAIN,
          expected.domain(new FloatRange(range.min(), range.max(), range.nan(), Special.ALLOWED)));
    }
  }

  private static void checkBool(Finding finding, NumericFeature feature) {
    FeatureSchema expected = finding.expected();
    if (feature.type() != ColumnType.INT) {
      checkBoolFloat(finding, feature);
      return;
    }
    IntRange range = new IntRange((long) feature.min(), (long) feature.max());
    if (range.min() < 0) {
      finding.add(
          AnomalyType.BOOL_TYPE_SMALL_INT,
          NOT_BOOLEAN,
          "The least value is %d; the schema expects 0 and 1.".formatted(range.min()),
          Action.REPLACE_DOMAIN,
          expected.domain(range));
    } else if (range.max() > 1) {
      finding.add(
          AnomalyType.BOOL_TYPE_BIG_INT,
          NOT_BOOLEAN,
          "The greatest value is %d; the schema expects 0 and 1.".formatted(range.max()),
          Action.REPLACE_DOMAIN,
          expected.domain(range));
    }
  }

  private static void checkBoolFloat(Finding finding, NumericFeature feature) {
    String found = notBoolean(feature);
    if (found.isEmpty()) {
      return;
    }
    boolean anyNumber = feature.min() <= feature.max();
    FloatRange range =
        new FloatRange(
            anyNumber ? feature.min() : Double.NEGATIVE_INFINITY,
            anyNumber ? feature.max() : Double.POSITIVE_INFINITY,
            feature.nans() > 0 ? Special.ALLOWED : Special.DISALLOWED,
            feature.infinities() > 0 ? Special.ALLOWED : Special.DISALLOWED);
    finding.add(
        AnomalyType.BOOL_TYPE_UNEXPECTED_FLOAT,
        NOT_BOOLEAN,
        found + "; the schema expects 0 and 1.",
        Action.REPLACE_DOMAIN,
        finding.expected().domain(range));
  }

  private static String notBoolean(NumericFeature feature) {
    if (feature.nans() > 0) {
      return are(feature.nans()) + " NaN";
    }
    if (feature.min() != 0 && feature.min() != 1) {
      return "The least value is " + feature.min();
    }
    if (feature.max() != 0 && feature.max() != 1) {
      return "The greatest value is " + feature.max();
    }
    for (Bucket bucket : feature.histogram().buckets()) {
      if (bucket.count() > 0 && bucket.low() > 0 && bucket.high() < 1) {
        return "Some values are from %s to %s".formatted(bucket.low(), bucket.high());
      }
    }
    return feature.distinctError() == 0 && feature.distinct() > 2
        ? "There are %d distinct values".formatted(feature.distinct())
        : "";
  }

  private static void checkImage(Finding finding, FeatureStatistics feature, Image image) {
    FeatureSchema expected = finding.expected();
    long largest =
        feature.match(numeric -> 0L, text -> text.maxLength(), bytes -> bytes.maxLength());
    if (largest > image.maxBytes().orElse(Long.MAX_VALUE)) {
      finding.add(
          AnomalyType.MAX_IMAGE_BYTE_SIZE_EXCEEDED,
          "Too large an image",
          "The largest value has %,d bytes; the schema expects at most %,d."
              .formatted(largest, image.maxBytes().getAsLong()),
          Action.WIDEN_DOMAIN,
          expected.domain(new Image(image.minSupportedFraction(), OptionalLong.of(largest))));
    }
    if (image.minSupportedFraction().isEmpty()) {
      return;
    }
    double least = image.minSupportedFraction().getAsDouble();
    OptionalDouble supported = SemanticStatistics.supportedImages(feature);
    if (supported.isEmpty()) {
      finding.add(
          AnomalyType.STATS_NOT_AVAILABLE,
          "Statistics of image formats are not available",
          "The schema expects at least %s of the values to be images of a known format, of which there are no statistics."
              .formatted(Findings.percent(least)),
          Action.WIDEN_DOMAIN,
          expected.domain(new Image(OptionalDouble.empty(), image.maxBytes())));
    } else if (supported.getAsDouble() < least) {
      finding.add(
          AnomalyType.LOW_SUPPORTED_IMAGE_FRACTION,
          "Too few images of a known format",
          "%s of the values are images of a known format; the schema expects at least %s."
              .formatted(Findings.percent(supported.getAsDouble()), Findings.percent(least)),
          Action.WIDEN_DOMAIN,
          expected.domain(new Image(supported, image.maxBytes())));
    }
  }

  private static void addInvalid(Finding finding, Domain domain) {
    finding.add(
        AnomalyType.DOMAIN_INVALID_FOR_TYPE,
        "The domain does not fit the values",
        "The values are BYTES, which are not compared with the domain '%s' of the schema."
            .formatted(domain.kind()),
        Action.DROP_DOMAIN,
        finding.expected().anyValue());
  }

  static String are(long n) {
    return Findings.count(n, "value") + (n == 1 ? " is" : " are");
  }

  static String share(long count, FeatureStatistics feature) {
    return Findings.percent((double) count / feature.common().totalValues());
  }
}
