package io.pergola.validation;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeSet;

/** The values that a feature may have, or what they mean. */
public sealed interface Domain {
  /** Whether features of this type can have it. */
  boolean fits(FeatureType type);

  /** Its name in {@code schema.json}. */
  String kind();

  /** Handles every kind of domain. */
  <T> T match(Cases<T> cases);

  /** What to do with each kind of domain. */
  interface Cases<T> {
    /** For {@link IntRange}. */
    T intRange(IntRange domain);

    /** For {@link FloatRange}. */
    T floatRange(FloatRange domain);

    /** For {@link Strings}. */
    T strings(Strings domain);

    /** For {@link Bool}. */
    T bool(Bool domain);

    /** For {@link Struct}. */
    T struct(Struct domain);

    /** For {@link NaturalLanguage}. */
    T naturalLanguage(NaturalLanguage domain);

    /** For {@link Image}. */
    T image(Image domain);

    /** For {@link Url}. */
    T url(Url domain);

    /** For {@link Mid}. */
    T mid(Mid domain);

    /** For {@link Time}. */
    T time(Time domain);

    /** For {@link TimeOfDay}. */
    T timeOfDay(TimeOfDay domain);

    /** For {@link Embedding}. */
    T embedding(Embedding domain);
  }

  /**
   * Integers of a range; in text and bytes, their decimal form.
   *
   * @param min inclusive; {@link Long#MIN_VALUE} if there is no limit
   * @param max inclusive; {@link Long#MAX_VALUE} if there is no limit
   * @param meaning whether they are numbers, or identifiers of categories
   */
  record IntRange(long min, long max, Meaning meaning) implements Domain {
    /** Any integer. */
    public static final IntRange ANY = new IntRange(Long.MIN_VALUE, Long.MAX_VALUE);

    public IntRange {
      if (max < min) {
        throw new IllegalArgumentException(
            "Invalid int range: %d to %d (min <= max)".formatted(min, max));
      }
    }

    /** A range of numbers. */
    public IntRange(long min, long max) {
      this(min, max, Meaning.ORDINAL);
    }

    /** What integers are. */
    public enum Meaning {
      ORDINAL,
      CATEGORICAL
    }

    @Override
    public boolean fits(FeatureType type) {
      return type == FeatureType.INT || type.isBytes();
    }

    @Override
    public String kind() {
      return "intRange";
    }

    @Override
    public <T> T match(Cases<T> cases) {
      return cases.intRange(this);
    }
  }

  /**
   * Floating-point numbers of a range; in text and bytes, their decimal form.
   *
   * @param min inclusive; negative infinity if there is no limit
   * @param max inclusive; positive infinity if there is no limit
   * @param nan whether NaN may occur
   * @param infinity whether infinities may occur, within the range
   */
  record FloatRange(double min, double max, Special nan, Special infinity) implements Domain {
    /** Any finite number. */
    public static final FloatRange FINITE =
        new FloatRange(
            Double.NEGATIVE_INFINITY,
            Double.POSITIVE_INFINITY,
            Special.DISALLOWED,
            Special.DISALLOWED);

    public FloatRange {
      if (!(min <= max)) {
        throw new IllegalArgumentException(
            "Invalid float range: %s to %s (min <= max)".formatted(min, max));
      }
    }

    /** Whether a special value may occur. */
    public enum Special {
      ALLOWED,
      DISALLOWED
    }

    @Override
    public boolean fits(FeatureType type) {
      return type == FeatureType.FLOAT || type.isBytes();
    }

    @Override
    public String kind() {
      return "floatRange";
    }

    @Override
    public <T> T match(Cases<T> cases) {
      return cases.floatRange(this);
    }
  }

  /**
   * A set of strings.
   *
   * @param values distinct, in the order of {@link String#compareTo}
   */
  record Strings(List<String> values) implements Domain {
    public Strings {
      TreeSet<String> sorted = new TreeSet<>(Comparator.naturalOrder());
      sorted.addAll(values);
      values = List.copyOf(sorted);
    }

    @Override
    public boolean fits(FeatureType type) {
      return type.isBytes();
    }

    @Override
    public String kind() {
      return "strings";
    }

    @Override
    public <T> T match(Cases<T> cases) {
      return cases.strings(this);
    }
  }

  /**
   * True and false: 1 and 0 in numbers, two values in text.
   *
   * @param trueValue the text that stands for true; must be empty for numbers
   * @param falseValue the text that stands for false, not that of true; must be empty for numbers
   */
  record Bool(Optional<String> trueValue, Optional<String> falseValue) implements Domain {
    /** 1 and 0. */
    public static final Bool OF_NUMBERS = new Bool(Optional.empty(), Optional.empty());

    public Bool {
      if (trueValue.isPresent() && trueValue.equals(falseValue)) {
        throw new IllegalArgumentException(
            "Invalid bool domain: '%s' stands for true and for false (must differ)"
                .formatted(trueValue.get()));
      }
    }

    @Override
    public boolean fits(FeatureType type) {
      return switch (type) {
        case INT, FLOAT -> trueValue.isEmpty() && falseValue.isEmpty();
        case TEXT, BYTES -> trueValue.isPresent() || falseValue.isPresent();
        case STRUCT -> false;
      };
    }

    @Override
    public String kind() {
      return "bool";
    }

    @Override
    public <T> T match(Cases<T> cases) {
      return cases.bool(this);
    }
  }

  /**
   * Features of their own. The column of feature {@code b} in a struct {@code a} is {@code a.b}.
   *
   * @param features with distinct names
   */
  record Struct(List<FeatureSchema> features) implements Domain {
    public Struct {
      features = List.copyOf(features);
      DataSchema.checkDistinct(features.stream().map(FeatureSchema::name).toList());
    }

    @Override
    public boolean fits(FeatureType type) {
      return type == FeatureType.STRUCT;
    }

    @Override
    public String kind() {
      return "struct";
    }

    @Override
    public <T> T match(Cases<T> cases) {
      return cases.struct(this);
    }
  }

  /**
   * Natural language.
   *
   * @param vocabulary the name of its vocabulary
   * @param minCoverage least fraction of its tokens that the vocabulary has, 0 to 1
   * @param minAverageTokenLength least mean length of a token of the vocabulary
   * @param excludedTokens tokens that do not count, such as padding
   * @param outOfVocabularyTokens tokens that stand for unknown ones
   * @param tokenConstraints how often single tokens occur, each token once
   */
  record NaturalLanguage(
      Optional<String> vocabulary,
      OptionalDouble minCoverage,
      OptionalDouble minAverageTokenLength,
      List<String> excludedTokens,
      List<String> outOfVocabularyTokens,
      List<NaturalLanguage.TokenConstraint> tokenConstraints)
      implements Domain {
    /** Any text in a language. */
    public static final NaturalLanguage ANY =
        new NaturalLanguage(Optional.empty(), OptionalDouble.empty(), OptionalDouble.empty());

    public NaturalLanguage {
      excludedTokens = List.copyOf(excludedTokens);
      outOfVocabularyTokens = List.copyOf(outOfVocabularyTokens);
      tokenConstraints = List.copyOf(tokenConstraints);
      DataSchema.checkDistinct(tokenConstraints.stream().map(TokenConstraint::token).toList());
    }

    /** Without anything about single tokens. */
    public NaturalLanguage(
        Optional<String> vocabulary,
        OptionalDouble minCoverage,
        OptionalDouble minAverageTokenLength) {
      this(vocabulary, minCoverage, minAverageTokenLength, List.of(), List.of(), List.of());
    }

    /** With other limits of coverage and of the length of tokens. */
    public NaturalLanguage limits(OptionalDouble coverage, OptionalDouble averageTokenLength) {
      return new NaturalLanguage(
          vocabulary,
          coverage,
          averageTokenLength,
          excludedTokens,
          outOfVocabularyTokens,
          tokenConstraints);
    }

    /** With other limits of single tokens. */
    public NaturalLanguage tokenConstraints(List<TokenConstraint> constraints) {
      return new NaturalLanguage(
          vocabulary,
          minCoverage,
          minAverageTokenLength,
          excludedTokens,
          outOfVocabularyTokens,
          constraints);
    }

    /**
     * How often one token occurs.
     *
     * @param token the token; an integer in decimal
     * @param perSequence inclusive, how often in an example with tokens
     * @param minFraction least fraction of the examples in which it occurs, 0 to 1
     * @param maxFraction greatest such fraction
     */
    public record TokenConstraint(
        String token,
        FeatureSchema.ValueCounts perSequence,
        OptionalDouble minFraction,
        OptionalDouble maxFraction) {}

    @Override
    public boolean fits(FeatureType type) {
      return type.isBytes() || type == FeatureType.INT;
    }

    @Override
    public String kind() {
      return "naturalLanguage";
    }

    @Override
    public <T> T match(Cases<T> cases) {
      return cases.naturalLanguage(this);
    }
  }

  /**
   * Encoded images.
   *
   * @param minSupportedFraction least fraction of the values that are images of a known format
   * @param maxBytes greatest size of one, inclusive
   */
  record Image(OptionalDouble minSupportedFraction, OptionalLong maxBytes) implements Domain {
    /** Images of any size. */
    public static final Image ANY = new Image(OptionalDouble.empty(), OptionalLong.empty());

    public Image {
      double fraction = minSupportedFraction.orElse(0);
      if (!(fraction >= 0 && fraction <= 1) || maxBytes.orElse(0) < 0) {
        throw new IllegalArgumentException(
            "Invalid image domain: fraction %s, at most %d bytes (0 to 1, and not negative)"
                .formatted(fraction, maxBytes.orElse(0)));
      }
    }

    @Override
    public boolean fits(FeatureType type) {
      return type.isBytes();
    }

    @Override
    public String kind() {
      return "image";
    }

    @Override
    public <T> T match(Cases<T> cases) {
      return cases.image(this);
    }
  }

  /** URLs. */
  record Url() implements Domain {
    @Override
    public boolean fits(FeatureType type) {
      return type.isBytes();
    }

    @Override
    public String kind() {
      return "url";
    }

    @Override
    public <T> T match(Cases<T> cases) {
      return cases.url(this);
    }
  }

  /** Identifiers of a knowledge graph, such as {@code /m/0d9vt}. */
  record Mid() implements Domain {
    @Override
    public boolean fits(FeatureType type) {
      return type.isBytes();
    }

    @Override
    public String kind() {
      return "mid";
    }

    @Override
    public <T> T match(Cases<T> cases) {
      return cases.mid(this);
    }
  }

  /**
   * Points in time.
   *
   * @param format {@code strptime} format of text; empty for integers
   * @param unit what integers count since 1970; empty for text
   */
  record Time(Optional<String> format, Optional<Unit> unit) implements Domain {
    public Time {
      if (format.isPresent() == unit.isPresent()) {
        throw new IllegalArgumentException(
            "Invalid time domain: format %s, unit %s (needs one of them)"
                .formatted(format.orElse("none"), unit.map(Enum::name).orElse("none")));
      }
    }

    /** What an integer counts. */
    public enum Unit {
      UNIX_DAYS,
      UNIX_SECONDS,
      UNIX_MILLISECONDS,
      UNIX_MICROSECONDS,
      UNIX_NANOSECONDS
    }

    @Override
    public boolean fits(FeatureType type) {
      return type == FeatureType.INT ? format.isEmpty() : unit.isEmpty() && type.isBytes();
    }

    @Override
    public String kind() {
      return "time";
    }

    @Override
    public <T> T match(Cases<T> cases) {
      return cases.time(this);
    }
  }

  /**
   * Times of a day, without a date, as text.
   *
   * @param format {@code strptime} format
   */
  record TimeOfDay(String format) implements Domain {
    @Override
    public boolean fits(FeatureType type) {
      return type.isBytes();
    }

    @Override
    public String kind() {
      return "timeOfDay";
    }

    @Override
    public <T> T match(Cases<T> cases) {
      return cases.timeOfDay(this);
    }
  }

  /**
   * Vectors that go into a model as they are.
   *
   * @param dimension the number of values of every example
   */
  record Embedding(long dimension) implements Domain {
    public Embedding {
      if (dimension < 1) {
        throw new IllegalArgumentException(
            "Invalid dimension of an embedding: %d (must be above 0)".formatted(dimension));
      }
    }

    @Override
    public boolean fits(FeatureType type) {
      return type == FeatureType.FLOAT;
    }

    @Override
    public String kind() {
      return "embedding";
    }

    @Override
    public <T> T match(Cases<T> cases) {
      return cases.embedding(this);
    }
  }
}
