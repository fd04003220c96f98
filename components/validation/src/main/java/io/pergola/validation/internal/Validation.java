package io.pergola.validation.internal;

import io.pergola.validation.Anomaly;
import io.pergola.validation.AnomalyType;
import io.pergola.validation.CommonStatistics;
import io.pergola.validation.DataAnomalies;
import io.pergola.validation.DataSchema;
import io.pergola.validation.DatasetStatistics;
import io.pergola.validation.DistanceMeasurement;
import io.pergola.validation.ExampleValidator.Slices;
import io.pergola.validation.FeatureSchema;
import io.pergola.validation.FeatureSchema.Presence;
import io.pergola.validation.FeatureStatistics;
import io.pergola.validation.FeatureType;
import io.pergola.validation.SchemaEdit.Action;
import io.pergola.validation.SliceStatistics;
import io.pergola.validation.SplitStatistics;
import io.pergola.validation.internal.Findings.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds where statistics break a schema. */
public final class Validation {
  private final DatasetStatistics statistics;
  private final DataSchema schema;
  private final ValidationContext context;
  private final List<Anomaly> anomalies = new ArrayList<>();
  private final List<DistanceMeasurement> measurements = new ArrayList<>();

  private Validation(DatasetStatistics statistics, DataSchema schema, ValidationContext context) {
    this.statistics = statistics;
    this.schema = schema;
    this.context = context;
  }

  /** Compares the statistics of every split with the schema, and with nothing else. */
  public static DataAnomalies validate(DatasetStatistics statistics, DataSchema schema) {
    return validate(statistics, schema, ValidationContext.NONE);
  }

  /** Compares the statistics of every split with the schema and with earlier statistics. */
  public static DataAnomalies validate(
      DatasetStatistics statistics, DataSchema schema, ValidationContext context) {
    Validation validation = new Validation(statistics, schema, context);
    statistics.splits().forEach(validation::check);
    return new DataAnomalies(validation.anomalies, validation.measurements);
  }

  private void check(SplitStatistics split) {
    Findings findings = new Findings(split.name(), Optional.empty(), schema);
    new DatasetCheck(findings, schema, context).check(split);
    if (split.examples() > 0) {
      checkFeatures(split, findings);
      new JoinedFeatureCheck(findings, schema).check(split);
      for (FeatureStatistics feature : split.features()) {
        if (schema.find(feature.name()).isEmpty()) {
          addNew(findings, feature);
        }
      }
    }
    keep(findings);
    if (context.slices() == Slices.VALIDATED) {
      for (SliceStatistics slice : split.slices()) {
        Findings ofSlice = new Findings(split.name(), Optional.of(slice.key()), schema);
        checkFeatures(slice.statistics(), ofSlice);
        new JoinedFeatureCheck(ofSlice, schema).check(slice.statistics());
        keep(ofSlice);
      }
    }
  }

  private void keep(Findings findings) {
    anomalies.addAll(findings.anomalies());
    measurements.addAll(findings.measurements());
  }

  private void checkFeatures(SplitStatistics part, Findings findings) {
    for (FeatureSchema expected : schema.columns()) {
      if (expected.stage().isValidated()) {
        check(part, findings.of(expected));
      }
    }
  }

  private void check(SplitStatistics split, Finding finding) {
    Optional<FeatureStatistics> found = split.find(finding.expected().name());
    if (found.isEmpty()) {
      addMissing(finding);
      return;
    }
    FeatureStatistics feature = found.get();
    CommonStatistics common = feature.common();
    if (common.present() == 0) {
      addNotPresent(finding, common);
      return;
    }
    if (!isExpectedHere(finding.expected())) {
      addToEnvironment(finding, common);
    }
    DerivedCheck.check(finding, common);
    CommonCheck.check(finding, common);
    if (common.totalValues() == 0) {
      return;
    }
    FeatureSchema expected = finding.expected();
    if (!expected.type().accepts(feature.type())) {
      FeatureType type = FeatureType.of(feature.type());
      finding.add(
          AnomalyType.UNEXPECTED_DATA_TYPE,
          "Unexpected data type",
          "The values are %s; the schema expects %s.".formatted(type, expected.type()),
          Action.CHANGE_TYPE,
          Loosening.changed(expected, type));
      return;
    }
    DomainCheck.check(finding, feature, split.findTokens(feature.name()));
    if (finding.all().slice().isEmpty()) {
      addSemanticDomain(finding, feature);
      UniqueCheck.check(finding, feature);
    }
    new ComparatorCheck(finding, context).check(feature);
    new CustomCheck(finding, context).check(feature);
  }

  private boolean isExpectedHere(FeatureSchema expected) {
    return context
        .environment()
        .map(
            environment ->
                expected.environments().include(environment, schema.defaultEnvironments()))
        .orElse(true);
  }

  private void addMissing(Finding finding) {
    FeatureSchema expected = finding.expected();
    if (finding.all().slice().isPresent()) {
      return;
    }
    if (expected.presence().isExpected() && isExpectedHere(expected)) {
      finding.add(
          AnomalyType.SCHEMA_MISSING_COLUMN,
          "Missing column",
          "The examples have no such column; the schema expects it in at least %s and %s."
              .formatted(
                  Findings.percent(expected.presence().minFraction()),
                  Findings.examples(expected.presence().minCount())),
          Action.RELAX_PRESENCE,
          expected.presence(Presence.NONE));
    }
  }

  private void addNotPresent(Finding finding, CommonStatistics common) {
    FeatureSchema expected = finding.expected();
    boolean isSlice = finding.all().slice().isPresent();
    boolean isMissed =
        isSlice ? expected.presence().minFraction() > 0 : expected.presence().isExpected();
    if (isMissed && isExpectedHere(expected)) {
      finding.add(
          AnomalyType.FEATURE_TYPE_NOT_PRESENT,
          "Feature not present",
          "None of %s has it; the schema expects at least %s and %s."
              .formatted(
                  Findings.examples(common.examples()),
                  Findings.percent(expected.presence().minFraction()),
                  Findings.examples(expected.presence().minCount())),
          Action.RELAX_PRESENCE,
          expected.presence(Presence.NONE));
    }
  }

  private void addToEnvironment(Finding finding, CommonStatistics common) {
    FeatureSchema expected = finding.expected();
    String environment = context.environment().orElseThrow();
    finding.add(
        AnomalyType.SCHEMA_NEW_COLUMN,
        "Column missing in environment",
        "%s have it; the schema does not expect it in environment '%s'."
            .formatted(Findings.examples(common.present()), environment),
        Action.ADD_ENVIRONMENT,
        expected.environments(
            expected.environments().with(environment, schema.defaultEnvironments())));
  }

  private void addSemanticDomain(Finding finding, FeatureStatistics feature) {
    FeatureSchema expected = finding.expected();
    if (expected.domain().isPresent()) {
      return;
    }
    SemanticStatistics.domain(everywhere(feature.name()))
        .filter(domain -> domain.fits(expected.type()))
        .ifPresent(
            domain ->
                finding.add(
                    AnomalyType.SEMANTIC_DOMAIN_UPDATE,
                    "Domain not in the schema",
                    "The values are of the domain '%s'; the schema says nothing about them."
                        .formatted(domain.kind()),
                    Action.SET_DOMAIN,
                    expected.domain(domain)));
  }

  private List<FeatureStatistics> everywhere(String feature) {
    return statistics.splits().stream().flatMap(each -> each.find(feature).stream()).toList();
  }

  private void addNew(Findings findings, FeatureStatistics feature) {
    FeatureSchema inferred =
        SchemaInference.infer(everywhere(feature.name()), InferenceOptions.DEFAULT);
    findings
        .of(inferred)
        .add(
            AnomalyType.SCHEMA_NEW_COLUMN,
            "New column",
            "The column is not in the schema; %s have it, its type is %s."
                .formatted(Findings.examples(feature.common().present()), feature.type()),
            Action.ADD_FEATURE,
            inferred);
  }
}
