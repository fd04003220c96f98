package io.pergola.validation;

import static io.pergola.validation.AnomalyTypesTest.count;
import static io.pergola.validation.AnomalyTypesTest.of;
import static io.pergola.validation.TestStatistics.all;
import static io.pergola.validation.TestStatistics.text;

import io.pergola.validation.AnomalyTypesTest.Case;
import io.pergola.validation.CommonStatistics.NestLevel;
import io.pergola.validation.Domain.NaturalLanguage;
import io.pergola.validation.FeatureSchema.ValueCounts;
import io.pergola.validation.internal.ValidationContext;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/** Anomalies of tokens, and of what only statistics of other tools have. */
final class TokenAndNestingCases {
  private static final FeatureSchema WORD = FeatureSchema.of("x", FeatureType.TEXT);
  private static final CommonStatistics ALL = all(100);

  private TokenAndNestingCases() {}

  /** A token in 90 of 100 examples, up to 3 times each, and others. */
  static Stream<Case> ofTokens() {
    ValueCounts any = ValueCounts.ANY;
    OptionalDouble none = OptionalDouble.empty();
    return Stream.of(
        ofTokens(
            AnomalyType.FEATURE_COVERAGE_TOO_LOW,
            NaturalLanguage.ANY.limits(OptionalDouble.of(0.9), none),
            "80% of the tokens are in the vocabulary; the schema expects at least 90%."),
        ofTokens(
            AnomalyType.FEATURE_COVERAGE_TOO_SHORT_AVG_TOKEN_LENGTH,
            NaturalLanguage.ANY.limits(none, OptionalDouble.of(4)),
            "The tokens have 3.5 characters on average; the schema expects at least 4."),
        ofTokens(
            AnomalyType.SEQUENCE_VALUE_TOO_SMALL_FRACTION,
            limited("the", any, OptionalDouble.of(0.95), none),
            "Token 'the' is in 90% of the examples; the schema expects at least 95%."),
        ofTokens(
            AnomalyType.SEQUENCE_VALUE_TOO_LARGE_FRACTION,
            limited("the", any, none, OptionalDouble.of(0.5)),
            "Token 'the' is in 90% of the examples; the schema expects at most 50%."),
        ofTokens(
            AnomalyType.SEQUENCE_VALUE_TOO_FEW_OCCURRENCES,
            limited("the", new ValueCounts(1, 3), none, none),
            "Token 'the' occurs only 0 times in some example; the schema expects at least 1."),
        ofTokens(
            AnomalyType.SEQUENCE_VALUE_TOO_MANY_OCCURRENCES,
            limited("the", new ValueCounts(0, 2), none, none),
            "Token 'the' occurs 3 times in some example; the schema expects at most 2."),
        ofTokens(
            AnomalyType.STATS_NOT_AVAILABLE,
            limited("a", any, none, none),
            "The schema limits token 'a', of which there are no statistics."));
  }

  private static NaturalLanguage limited(
      String token, ValueCounts counts, OptionalDouble least, OptionalDouble most) {
    return NaturalLanguage.ANY.tokenConstraints(
        List.of(new NaturalLanguage.TokenConstraint(token, counts, least, most)));
  }

  private static Case ofTokens(AnomalyType type, NaturalLanguage domain, String fact) {
    TokenStatistics tokens =
        new TokenStatistics(
            "x",
            200,
            0.8,
            3.5,
            Histogram.EMPTY,
            1,
            5,
            2,
            Histogram.EMPTY,
            List.of(),
            0,
            List.of(new TokenStatistics.Reported("the", 120, 0.9, 0, 3, 4 / 3.0, Histogram.EMPTY)));
    SplitStatistics split =
        new SplitStatistics(
            "train",
            100,
            OptionalDouble.empty(),
            List.of(text("x", ALL, count("a", 100))),
            List.of(),
            List.of(),
            Optional.empty(),
            List.of(),
            List.of(tokens));
    return new Case(
        type,
        new DataSchema(List.of(WORD.domain(domain))),
        new DatasetStatistics(List.of(split)),
        ValidationContext.NONE,
        "Feature 'x' of split 'train': " + fact);
  }

  /** What only statistics of other tools have: lists of lists, and derived features. */
  static Stream<Case> ofOtherTools() {
    DerivedSource source = new DerivedSource("reduce_op", "", List.of("y"));
    FeatureStatistics derived = text("x", common(List.of(), Optional.of(source)), count("a", 100));
    FeatureStatistics nested =
        text(
            "x",
            common(
                List.of(new NestLevel(100, 0, 1, 2, 150), new NestLevel(150, 0, 0, 4, 300)),
                Optional.empty()),
            count("a", 300));
    ValueCounts one = new ValueCounts(1, 2);
    return Stream.of(
        of(
            AnomalyType.VALUE_NESTEDNESS_MISMATCH,
            WORD.values(ValueCounts.ONE),
            nested,
            "The values are lists of depth 2; the schema expects depth 1."),
        of(
            AnomalyType.VALUE_NESTEDNESS_MISMATCH,
            WORD.nestedValues(List.of(one, one, one)),
            nested,
            "The values are lists of depth 2; the schema expects depth 3."),
        of(
            AnomalyType.VALUE_NESTEDNESS_MISMATCH,
            WORD.nestedValues(List.of(one, one)),
            text("x", ALL, count("a", 100)),
            "The values are lists of depth 1; the schema expects depth 2."),
        of(
            AnomalyType.FEATURE_TYPE_HIGH_NUMBER_VALUES,
            WORD.nestedValues(List.of(one, new ValueCounts(0, 3))),
            nested,
            "Some list of level 2 has 4 values; the schema expects at most 3."),
        of(
            AnomalyType.DERIVED_FEATURE_INVALID_SOURCE,
            WORD,
            derived,
            "It was derived by 'reduce_op'; the schema does not say that it is derived."),
        of(
            AnomalyType.DERIVED_FEATURE_BAD_LIFECYCLE,
            WORD.derived(Optional.of(source)).stage(LifecycleStage.PRODUCTION),
            derived,
            "The schema has it derived by 'reduce_op', and of stage PRODUCTION; it must be"
                + " VALIDATION_DERIVED or DISABLED."));
  }

  private static CommonStatistics common(List<NestLevel> nesting, Optional<DerivedSource> derived) {
    return new CommonStatistics(
        100,
        0,
        1,
        1,
        1,
        100,
        Histogram.EMPTY,
        Optional.empty(),
        Optional.empty(),
        List.of(),
        nesting,
        derived);
  }
}
