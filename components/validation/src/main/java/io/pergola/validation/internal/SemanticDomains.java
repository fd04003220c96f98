package io.pergola.validation.internal;

import io.pergola.validation.SemanticDomain;
import io.pergola.validation.SemanticDomain.Kind;
import io.pergola.validation.sketch.DistinctSketch;
import io.pergola.validation.sketch.FrequentValues;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Tells what values mean from what the accumulators keep anyway, so that it costs no pass of its
 * own. The thresholds are those of TensorFlow Data Validation's generators of semantic domains
 * where it has one: at least 100 values, and 0.8 of them of the kind.
 */
final class SemanticDomains {
  /** With fewer values nothing is told. */
  static final int FEWEST_VALUES = 100;

  /** The share of values that must be of a kind. */
  static final double SHARE = 0.8;

  /** Integers with at most so many distinct values can be categories. */
  static final int MOST_CATEGORIES = 100;

  /** Categories occur at least so often on average. */
  static final int TIMES_A_CATEGORY = 20;

  private static final int LOOKED_AT = 1_000;
  private static final double SHORTEST_WORD = 2.5;
  private static final double LONGEST_WORD = 8;
  private static final int FEWEST_WORDS = 3;
  private static final int CROP = 100;

  /** 1990-01-01 and 2050-01-01, in seconds. */
  private static final double FIRST = 631_152_000;

  private static final double LAST = 2_524_608_000d;
  private static final String[] UNITS = {
    "unix_seconds", "unix_milliseconds", "unix_microseconds", "unix_nanoseconds"
  };

  private SemanticDomains() {}

  static Optional<SemanticDomain> ofBytes(long values, long[] images) {
    long all = 0;
    ImageFormat most = ImageFormat.JPEG;
    for (ImageFormat format : ImageFormat.values()) {
      all += images[format.ordinal()];
      if (images[format.ordinal()] > images[most.ordinal()]) {
        most = format;
      }
    }
    if (values < FEWEST_VALUES || all < SHARE * values) {
      return Optional.empty();
    }
    return Optional.of(new SemanticDomain(Kind.IMAGE, most.text(), (double) all / values));
  }

  static Optional<SemanticDomain> ofIntegers(
      long n, long distinct, double distinctError, double min, double max) {
    if (n < FEWEST_VALUES) {
      return Optional.empty();
    }
    if (distinctError == 0 && distinct <= MOST_CATEGORIES && distinct * TIMES_A_CATEGORY <= n) {
      return Optional.of(new SemanticDomain(Kind.CATEGORICAL_INTEGER, "", 1));
    }
    double scale = 1;
    for (String unit : UNITS) {
      if (min >= FIRST * scale && max < LAST * scale) {
        return Optional.of(new SemanticDomain(Kind.TIME, unit, 1));
      }
      scale *= 1_000;
    }
    return identifier(n, distinct, distinctError);
  }

  static Optional<SemanticDomain> ofText(long n, boolean univalent, FrequentValues values) {
    int size = values.size();
    if (n < FEWEST_VALUES || size == 0) {
      return Optional.empty();
    }
    TimePatterns times = new TimePatterns();
    int step = Math.max(1, size / LOOKED_AT);
    int looked = 0;
    int urls = 0;
    int sentences = 0;
    for (int i = 0; i < size; i += step) {
      byte[] bytes = values.value(i);
      looked++;
      if (!Utf8.isValid(bytes, 0, bytes.length)) {
        continue;
      }
      String text = new String(bytes, StandardCharsets.UTF_8);
      times.add(text);
      urls += isUrl(text) ? 1 : 0;
      sentences += isSentence(text) ? 1 : 0;
    }
    if (urls >= SHARE * looked) {
      return Optional.of(new SemanticDomain(Kind.URL, "", (double) urls / looked));
    }
    if (times.most() >= SHARE * looked) {
      return Optional.of(
          new SemanticDomain(Kind.TIME, times.pattern(), (double) times.most() / looked));
    }
    if (sentences >= SHARE * looked) {
      return Optional.of(
          new SemanticDomain(Kind.NATURAL_LANGUAGE, "", (double) sentences / looked));
    }
    return univalent
        ? identifier(n, values.distinct(), values.isDistinctExact() ? 0 : DistinctSketch.ERROR)
        : Optional.empty();
  }

  /** No two alike: exactly, or within three standard errors of the estimate. */
  private static Optional<SemanticDomain> identifier(long n, long distinct, double error) {
    return distinct >= n * (1 - 3 * error)
        ? Optional.of(new SemanticDomain(Kind.IDENTIFIER, "", 1))
        : Optional.empty();
  }

  /** A scheme of letters, "://", and a host without blanks. */
  private static boolean isUrl(String text) {
    int colon = text.indexOf("://");
    if (colon < 2 || colon + 3 >= text.length()) {
      return false;
    }
    for (int i = 0; i < colon; i++) {
      char c = text.charAt(i);
      if (!(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || i > 0 && (c == '+' || c == '-'))) {
        return false;
      }
    }
    return text.chars().noneMatch(Character::isWhitespace);
  }

  /** Words of a length that words of languages have: TFDV's AverageWordHeuristicNLClassifier. */
  private static boolean isSentence(String text) {
    String cropped = text.length() <= CROP ? text : text.substring(0, CROP);
    int words = 0;
    int letters = 0;
    boolean inWord = false;
    for (int i = 0; i < cropped.length(); i++) {
      if (Character.isWhitespace(cropped.charAt(i))) {
        inWord = false;
      } else {
        words += inWord ? 0 : 1;
        inWord = true;
        letters++;
      }
    }
    double average = words == 0 ? 0 : (double) letters / words;
    return words >= FEWEST_WORDS && average >= SHORTEST_WORD && average <= LONGEST_WORD;
  }
}
