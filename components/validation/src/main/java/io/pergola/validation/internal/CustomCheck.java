package io.pergola.validation.internal;

import io.pergola.validation.AnomalyType;
import io.pergola.validation.CustomValidation;
import io.pergola.validation.FeatureSchema;
import io.pergola.validation.FeatureStatistics;
import io.pergola.validation.SchemaEdit.Action;
import io.pergola.validation.internal.Findings.Finding;
import io.pergola.validation.internal.StatisticsScope.NotAvailableException;
import io.pergola.validation.internal.StatisticsScope.NothingToCompareException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Evaluates the custom validations of a feature. */
record CustomCheck(Finding finding, ValidationContext context) {

  void check(FeatureStatistics feature) {
    for (CustomValidation validation : finding.expected().validations()) {
      if (validation.isCheckedIn(context.environment())) {
        check(feature, validation);
      }
    }
  }

  private void check(FeatureStatistics feature, CustomValidation validation) {
    String text = validation.expression().text();
    Map<String, Double> seen = new LinkedHashMap<>();
    StatisticsScope scope =
        new StatisticsScope(
            feature,
            ValidationContext.part(context.previousSpan(), finding.all())
                .flatMap(split -> split.find(feature.name())),
            ValidationContext.part(context.serving(), finding.all())
                .flatMap(split -> split.find(feature.name())),
            seen);
    try {
      if (!new ExpressionParser(text).parse().holds(scope)) {
        String what = validation.description().isEmpty() ? "" : validation.description() + ": ";
        finding.add(
            AnomalyType.CUSTOM_VALIDATION,
            validation.severity(),
            "Custom validation",
            "%s%s does not hold%s.".formatted(what, text, values(seen)),
            Action.DROP_VALIDATION,
            without(validation));
      }
    } catch (NothingToCompareException e) {
      return;
    } catch (NotAvailableException e) {
      finding.add(
          AnomalyType.STATS_NOT_AVAILABLE,
          "The validation cannot be checked",
          "%s cannot be checked: %s.".formatted(text, e.getMessage()),
          Action.DROP_VALIDATION,
          without(validation));
    }
  }

  private static String values(Map<String, Double> seen) {
    List<String> values =
        seen.entrySet().stream()
            .map(entry -> entry.getKey() + " = " + Findings.number(entry.getValue()))
            .toList();
    return values.isEmpty() ? "" : "; " + String.join(", ", values);
  }

  private FeatureSchema without(CustomValidation validation) {
    FeatureSchema expected = finding.expected();
    return expected.validations(
        expected.validations().stream().filter(each -> !each.equals(validation)).toList());
  }
}
