package io.pergola.validation.internal;

import io.pergola.validation.Anomaly;
import io.pergola.validation.AnomalyType;
import io.pergola.validation.DataSchema;
import io.pergola.validation.DistanceMeasurement;
import io.pergola.validation.FeatureSchema;
import io.pergola.validation.SchemaEdit;
import io.pergola.validation.SchemaEdit.Action;
import io.pergola.validation.SchemaEdit.OfFeature;
import io.pergola.validation.Severity;
import io.pergola.validation.SliceKey;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Where the anomalies of one split go, or of one slice of it. */
final class Findings {
  private final String split;
  private final Optional<SliceKey> slice;
  private final DataSchema schema;
  private final List<Anomaly> anomalies = new ArrayList<>();
  private final List<DistanceMeasurement> measurements = new ArrayList<>();

  Findings(String split, Optional<SliceKey> slice, DataSchema schema) {
    this.split = split;
    this.slice = slice;
    this.schema = schema;
  }

  String split() {
    return split;
  }

  Optional<SliceKey> slice() {
    return slice;
  }

  List<Anomaly> anomalies() {
    return anomalies;
  }

  List<DistanceMeasurement> measurements() {
    return measurements;
  }

  void measured(DistanceMeasurement measurement) {
    measurements.add(measurement);
  }

  /** An anomaly of the split as a whole; the fact is a sentence. */
  void add(AnomalyType type, String title, String fact, Optional<SchemaEdit> edit) {
    Severity severity = schema.severities().getOrDefault(type, usual(type));
    anomalies.add(new Anomaly(split, slice, Optional.empty(), type, severity, title, fact, edit));
  }

  /** An anomaly of a sparse or weighted feature. */
  void add(String feature, AnomalyType type, String title, String fact, SchemaEdit edit) {
    add(
        feature,
        type,
        schema.severities().getOrDefault(type, usual(type)),
        title,
        fact,
        Optional.of(edit));
  }

  /** Where the anomalies of one feature go. */
  Finding of(FeatureSchema expected) {
    return new Finding(this, expected);
  }

  private void add(
      String feature,
      AnomalyType type,
      Severity severity,
      String title,
      String fact,
      Optional<SchemaEdit> edit) {
    anomalies.add(
        new Anomaly(
            split,
            slice,
            Optional.of(feature),
            type,
            severity,
            title,
            "Feature '%s' of split '%s'%s: %s"
                .formatted(feature, split, slice.map(", slice '%s'"::formatted).orElse(""), fact),
            edit));
  }

  private static Severity usual(AnomalyType type) {
    return switch (type) {
      case NO_DATA_IN_SPAN, SEMANTIC_DOMAIN_UPDATE, STATS_NOT_AVAILABLE -> Severity.WARNING;
      default -> Severity.ERROR;
    };
  }

  /**
   * Where the anomalies of one feature go.
   *
   * @param expected the feature, named by its column
   */
  record Finding(Findings all, FeatureSchema expected) {
    void add(AnomalyType type, String title, String fact, Action action, FeatureSchema accepted) {
      add(type, severity(type), title, fact, action, accepted);
    }

    void add(
        AnomalyType type,
        Severity severity,
        String title,
        String fact,
        Action action,
        FeatureSchema accepted) {
      all.add(
          expected.name(),
          type,
          severity,
          title,
          fact,
          Optional.of(new OfFeature(action, accepted)));
    }

    private Severity severity(AnomalyType type) {
      Severity ofSchema = all.schema.severities().getOrDefault(type, usual(type));
      return expected.severities().getOrDefault(type, ofSchema);
    }
  }

  static String examples(long n) {
    return count(n, "example");
  }

  static String count(long n, String noun) {
    return String.format(Locale.ROOT, "%,d %s%s", n, noun, n == 1 ? "" : "s");
  }

  /** Four decimals at most, and neither 0% nor 100% unless it is just that. */
  static String percent(double fraction) {
    if (fraction > 0 && fraction < 0.000001) {
      return "below 0.0001%";
    }
    if (fraction < 1 && fraction > 0.999999) {
      return "above 99.9999%";
    }
    String text = String.format(Locale.ROOT, "%.4f", fraction * 100);
    return text.replaceAll("\\.?0+$", "") + "%";
  }

  /** Six significant digits. */
  static String number(double value) {
    if (!Double.isFinite(value) || value == 0) {
      return value == 0 ? "0" : Double.toString(value);
    }
    String text = new BigDecimal(value).round(new MathContext(6)).stripTrailingZeros().toString();
    return text.contains("E+") ? new BigDecimal(text).toPlainString() : text;
  }
}
