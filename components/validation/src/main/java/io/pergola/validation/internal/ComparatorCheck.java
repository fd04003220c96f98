package io.pergola.validation.internal;

import io.pergola.validation.AnomalyType;
import io.pergola.validation.DistanceMeasurement;
import io.pergola.validation.DistanceMeasurement.Against;
import io.pergola.validation.DistanceMeasurement.Measure;
import io.pergola.validation.FeatureComparator;
import io.pergola.validation.FeatureSchema;
import io.pergola.validation.FeatureStatistics;
import io.pergola.validation.FeatureStatistics.NumericFeature;
import io.pergola.validation.FeatureStatistics.TextFeature;
import io.pergola.validation.SchemaEdit.Action;
import io.pergola.validation.SplitStatistics;
import io.pergola.validation.internal.Distances.Extreme;
import io.pergola.validation.internal.Findings.Finding;
import java.util.Optional;
import java.util.OptionalDouble;

/** Compares the distribution of a feature with an earlier or another one. */
record ComparatorCheck(Finding finding, ValidationContext context) {

  void check(FeatureStatistics current) {
    FeatureSchema expected = finding.expected();
    compare(current, Against.PREVIOUS_SPAN, expected.drift(), context.previousSpan().isPresent());
    compare(current, Against.SERVING, expected.skew(), context.serving().isPresent());
  }

  private void compare(
      FeatureStatistics current, Against against, FeatureComparator limits, boolean given) {
    if (limits.isEmpty() || !given) {
      return;
    }
    Optional<SplitStatistics> split =
        ValidationContext.part(
            against == Against.SERVING ? context.serving() : context.previousSpan(), finding.all());
    if (split.isEmpty()) {
      return;
    }
    Optional<FeatureStatistics> control = split.get().find(current.name());
    if (control.isEmpty()) {
      FeatureSchema expected = finding.expected();
      finding.add(
          AnomalyType.COMPARATOR_CONTROL_DATA_MISSING,
          "No data to compare with",
          "%s not have it; the schema limits how far it is from there."
              .formatted(against == Against.SERVING ? "Serving data do" : "The previous span does"),
          against == Against.SERVING ? Action.DROP_SKEW_LIMITS : Action.DROP_DRIFT_LIMITS,
          against == Against.SERVING
              ? expected.skew(FeatureComparator.NONE)
              : expected.drift(FeatureComparator.NONE));
      return;
    }
    new OneComparison(finding, against, limits, control.get(), current).check();
  }

  /** One feature of two data sets. */
  private record OneComparison(
      Finding finding,
      Against against,
      FeatureComparator limits,
      FeatureStatistics control,
      FeatureStatistics current) {

    void check() {
      if (control instanceof TextFeature before && current instanceof TextFeature after) {
        limits
            .infinityNorm()
            .ifPresent(limit -> checkInfinityNorm(Distances.lInfinity(before, after), limit));
        limits
            .jensenShannonDivergence()
            .ifPresent(limit -> checkDivergence(Distances.jensenShannon(before, after), limit));
        limits
            .normalizedAbsDifference()
            .ifPresent(
                limit -> checkCounts(Distances.normalizedAbsDifference(before, after), limit));
        return;
      }
      if (limits.infinityNorm().isPresent()) {
        addUnavailable("infinityNorm", limits.withInfinityNorm(OptionalDouble.empty()));
      }
      if (limits.normalizedAbsDifference().isPresent()) {
        addUnavailable(
            "normalizedAbsDifference", limits.withNormalizedAbsDifference(OptionalDouble.empty()));
      }
      if (limits.jensenShannonDivergence().isEmpty()) {
        return;
      }
      if (control instanceof NumericFeature before && current instanceof NumericFeature after) {
        checkDivergence(
            Distances.jensenShannon(before, after, limits.source()),
            limits.jensenShannonDivergence().getAsDouble());
      } else {
        addUnavailable("jensenShannonDivergence", limits.withJensenShannon(OptionalDouble.empty()));
      }
    }

    private void checkInfinityNorm(Extreme found, double limit) {
      measured(Measure.L_INFINITY, found.distance(), limit);
      if (found.distance() > limit) {
        add(
            AnomalyType.COMPARATOR_L_INFTY_HIGH,
            "L-infinity distance",
            found.distance(),
            limit,
            "; '%s' has changed most, from %s to %s"
                .formatted(
                    found.value(),
                    Findings.percent(found.before()),
                    Findings.percent(found.after())),
            limits.withInfinityNorm(OptionalDouble.of(found.distance())));
      }
    }

    private void checkCounts(Extreme found, double limit) {
      measured(Measure.NORMALIZED_ABSOLUTE_DIFFERENCE, found.distance(), limit);
      if (found.distance() > limit) {
        add(
            AnomalyType.COMPARATOR_NORMALIZED_ABSOLUTE_DIFFERENCE_HIGH,
            "normalized absolute difference",
            found.distance(),
            limit,
            "; '%s' has changed most, from %s to %s of all values on both sides"
                .formatted(
                    found.value(),
                    Findings.percent(found.before()),
                    Findings.percent(found.after())),
            limits.withNormalizedAbsDifference(OptionalDouble.of(found.distance())));
      }
    }

    private void checkDivergence(Optional<Double> found, double limit) {
      if (found.isEmpty()) {
        return;
      }
      double distance = found.get();
      measured(Measure.JENSEN_SHANNON_DIVERGENCE, distance, limit);
      if (distance > limit) {
        add(
            AnomalyType.COMPARATOR_JENSEN_SHANNON_DIVERGENCE_HIGH,
            "Jensen-Shannon divergence",
            distance,
            limit,
            "",
            limits.withJensenShannon(OptionalDouble.of(distance)));
      }
    }

    private void measured(Measure measure, double distance, double limit) {
      finding
          .all()
          .measured(
              new DistanceMeasurement(
                  finding.all().split(),
                  finding.all().slice(),
                  finding.expected().name(),
                  against,
                  measure,
                  distance,
                  limit));
    }

    private void add(
        AnomalyType type,
        String measure,
        double distance,
        double limit,
        String more,
        FeatureComparator accepted) {
      String other = against == Against.SERVING ? "serving data" : "the previous span";
      finding.add(
          type,
          "High %s to %s".formatted(measure, other),
          "The %s to %s is %s, above the limit %s%s."
              .formatted(measure, other, Findings.number(distance), Findings.number(limit), more),
          raise(),
          with(accepted));
    }

    private void addUnavailable(String limit, FeatureComparator accepted) {
      finding.add(
          AnomalyType.STATS_NOT_AVAILABLE,
          "The distance cannot be measured",
          "The values are %s, earlier or elsewhere %s, of which %s is not measured."
              .formatted(current.type(), control.type(), limit),
          raise(),
          with(accepted));
    }

    private Action raise() {
      return against == Against.SERVING ? Action.RAISE_SKEW_LIMIT : Action.RAISE_DRIFT_LIMIT;
    }

    private FeatureSchema with(FeatureComparator accepted) {
      FeatureSchema expected = finding.expected();
      return against == Against.SERVING ? expected.skew(accepted) : expected.drift(accepted);
    }
  }
}
