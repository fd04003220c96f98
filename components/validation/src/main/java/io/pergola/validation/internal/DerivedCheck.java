package io.pergola.validation.internal;

import io.pergola.validation.AnomalyType;
import io.pergola.validation.CommonStatistics;
import io.pergola.validation.FeatureSchema;
import io.pergola.validation.LifecycleStage;
import io.pergola.validation.SchemaEdit.Action;
import io.pergola.validation.internal.Findings.Finding;

/** Compares what a feature was derived from with what the schema says about it. */
final class DerivedCheck {
  private DerivedCheck() {}

  static void check(Finding finding, CommonStatistics common) {
    FeatureSchema expected = finding.expected();
    if (expected.derived().isEmpty() && common.derived().isPresent()) {
      finding.add(
          AnomalyType.DERIVED_FEATURE_INVALID_SOURCE,
          "Derived source not in the schema",
          "It was derived by '%s'; the schema does not say that it is derived."
              .formatted(common.derived().get().deriver()),
          Action.MARK_DERIVED,
          expected.derived(common.derived()).stage(LifecycleStage.VALIDATION_DERIVED));
    } else if (expected.derived().isPresent()
        && expected.stage() != LifecycleStage.VALIDATION_DERIVED) {
      finding.add(
          AnomalyType.DERIVED_FEATURE_BAD_LIFECYCLE,
          "Derived feature of another stage",
          "The schema has it derived by '%s', and of stage %s; it must be VALIDATION_DERIVED or DISABLED."
              .formatted(expected.derived().get().deriver(), expected.stage()),
          Action.MARK_DERIVED,
          expected.stage(LifecycleStage.VALIDATION_DERIVED));
    }
  }
}
