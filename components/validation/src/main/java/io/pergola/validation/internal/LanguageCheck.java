package io.pergola.validation.internal;

import io.pergola.validation.AnomalyType;
import io.pergola.validation.Domain.NaturalLanguage;
import io.pergola.validation.Domain.NaturalLanguage.TokenConstraint;
import io.pergola.validation.FeatureSchema.ValueCounts;
import io.pergola.validation.SchemaEdit.Action;
import io.pergola.validation.TokenStatistics;
import io.pergola.validation.TokenStatistics.Reported;
import io.pergola.validation.internal.Findings.Finding;
import java.util.Optional;
import java.util.OptionalDouble;

/** Compares the tokens of a feature with what its natural language domain limits. */
record LanguageCheck(Finding finding, NaturalLanguage language) {

  static void check(
      Finding finding, NaturalLanguage language, Optional<TokenStatistics> statistics) {
    boolean isLimited =
        language.minCoverage().isPresent()
            || language.minAverageTokenLength().isPresent()
            || !language.tokenConstraints().isEmpty();
    LanguageCheck check = new LanguageCheck(finding, language);
    if (isLimited && statistics.isEmpty()) {
      check.addUnavailable(
          "The schema limits the coverage of its vocabulary, or its tokens, of which there are no"
              + " statistics.");
    } else if (isLimited) {
      check.check(statistics.get());
    }
  }

  private void check(TokenStatistics found) {
    double coverage = language.minCoverage().orElse(0);
    if (found.coverage() < coverage) {
      add(
          AnomalyType.FEATURE_COVERAGE_TOO_LOW,
          "Too few tokens in the vocabulary",
          "%s of the tokens are in the vocabulary; the schema expects at least %s."
              .formatted(Findings.percent(found.coverage()), Findings.percent(coverage)),
          language.limits(OptionalDouble.of(found.coverage()), language.minAverageTokenLength()));
    }
    double length = language.minAverageTokenLength().orElse(0);
    if (found.averageLength() < length) {
      add(
          AnomalyType.FEATURE_COVERAGE_TOO_SHORT_AVG_TOKEN_LENGTH,
          "Tokens too short on average",
          "The tokens have %s characters on average; the schema expects at least %s."
              .formatted(Findings.number(found.averageLength()), Findings.number(length)),
          language.limits(language.minCoverage(), OptionalDouble.of(found.averageLength())));
    }
    for (TokenConstraint constraint : language.tokenConstraints()) {
      Optional<Reported> token =
          found.reported().stream()
              .filter(each -> each.token().equals(constraint.token()))
              .findFirst();
      if (token.isEmpty()) {
        addUnavailable(
            "The schema limits token '%s', of which there are no statistics."
                .formatted(constraint.token()));
        return;
      }
      check(constraint, token.get());
    }
  }

  private void check(TokenConstraint limits, Reported found) {
    double fraction = found.fractionOfSequences();
    ValueCounts counts = limits.perSequence();
    if (fraction < limits.minFraction().orElse(0)) {
      add(
          AnomalyType.SEQUENCE_VALUE_TOO_SMALL_FRACTION,
          "Token in too few examples",
          "Token '%s' is in %s of the examples; the schema expects at least %s."
              .formatted(
                  found.token(),
                  Findings.percent(fraction),
                  Findings.percent(limits.minFraction().getAsDouble())),
          with(limits, counts, OptionalDouble.of(fraction), limits.maxFraction()));
    }
    if (fraction > limits.maxFraction().orElse(1)) {
      add(
          AnomalyType.SEQUENCE_VALUE_TOO_LARGE_FRACTION,
          "Token in too many examples",
          "Token '%s' is in %s of the examples; the schema expects at most %s."
              .formatted(
                  found.token(),
                  Findings.percent(fraction),
                  Findings.percent(limits.maxFraction().getAsDouble())),
          with(limits, counts, limits.minFraction(), OptionalDouble.of(fraction)));
    }
    if (found.minPerSequence() < counts.min()) {
      add(
          AnomalyType.SEQUENCE_VALUE_TOO_FEW_OCCURRENCES,
          "Token too seldom in an example",
          "Token '%s' occurs only %s in some example; the schema expects at least %d."
              .formatted(
                  found.token(), Findings.count(found.minPerSequence(), "time"), counts.min()),
          with(
              limits,
              new ValueCounts(found.minPerSequence(), counts.max()),
              limits.minFraction(),
              limits.maxFraction()));
    }
    if (found.maxPerSequence() > counts.max()) {
      add(
          AnomalyType.SEQUENCE_VALUE_TOO_MANY_OCCURRENCES,
          "Token too often in an example",
          "Token '%s' occurs %s in some example; the schema expects at most %d."
              .formatted(
                  found.token(), Findings.count(found.maxPerSequence(), "time"), counts.max()),
          with(
              limits,
              new ValueCounts(counts.min(), found.maxPerSequence()),
              limits.minFraction(),
              limits.maxFraction()));
    }
  }

  private NaturalLanguage with(
      TokenConstraint limits,
      ValueCounts counts,
      OptionalDouble minFraction,
      OptionalDouble maxFraction) {
    TokenConstraint wider = new TokenConstraint(limits.token(), counts, minFraction, maxFraction);
    return language.tokenConstraints(
        language.tokenConstraints().stream()
            .map(each -> each.equals(limits) ? wider : each)
            .toList());
  }

  private void add(AnomalyType type, String title, String fact, NaturalLanguage accepted) {
    finding.add(type, title, fact, Action.WIDEN_DOMAIN, finding.expected().domain(accepted));
  }

  private void addUnavailable(String fact) {
    finding.add(
        AnomalyType.STATS_NOT_AVAILABLE,
        "Statistics of tokens are not available",
        fact,
        Action.DROP_DOMAIN,
        finding.expected().anyValue());
  }
}
