package io.pergola.validation.tensorflow;

import io.pergola.validation.Anomaly;
import io.pergola.validation.AnomalyType;
import io.pergola.validation.DataAnomalies;
import io.pergola.validation.DistanceMeasurement;
import io.pergola.validation.DistanceMeasurement.Against;
import io.pergola.validation.DistanceMeasurement.Measure;
import io.pergola.validation.Severity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Makes anomalies of an {@code Anomalies} message. */
final class AnomaliesReader {
  private final String split;
  private final Notes notes;
  private final List<Anomaly> anomalies = new ArrayList<>();
  private final List<DistanceMeasurement> measurements = new ArrayList<>();

  private AnomaliesReader(String split, Notes notes) {
    this.split = split;
    this.notes = notes;
  }

  /** The anomalies of a split; by feature, since the message has them in no order. */
  static DataAnomalies read(Fields in, String split) {
    AnomaliesReader reader = new AnomaliesReader(split, in.notes());
    reader.readAll(in);
    return new DataAnomalies(reader.anomalies, reader.measurements);
  }

  private void readAll(Fields in) {
    in.skip("anomaly_name_format");
    if (in.has("baseline") || in.has("baseline_v1")) {
      in.skip("baseline", "baseline_v1");
      notes.add(
          "Not taken over: the schema that the anomalies of split '%s' were found with.", split);
    }
    if (in.has("dataset_anomaly_info")) {
      add(Optional.empty(), in.message("dataset_anomaly_info"));
    }
    boolean isMissing = in.truth("data_missing");
    if (isMissing && anomalies.stream().noneMatch(AnomaliesReader::saysMissing)) {
      anomalies.add(
          new Anomaly(
              split,
              Optional.empty(),
              AnomalyType.NO_DATA_IN_SPAN,
              Severity.ERROR,
              "No examples",
              "The split has no examples.",
              Optional.empty()));
    }
    in.messages("anomaly_info").stream()
        .sorted(Comparator.comparing(entry -> entry.text("key")))
        .forEach(
            entry -> {
              entry.skip("key");
              Fields info = entry.message("value");
              List<String> steps = info.message("path").texts("step");
              String feature = steps.isEmpty() ? entry.text("key") : String.join(".", steps);
              add(Optional.of(feature), info);
            });
    for (Fields info : in.messages("drift_skew_info")) {
      String feature = String.join(".", info.message("path").texts("step"));
      info.about("feature '%s'".formatted(feature));
      info.messages("drift_measurements")
          .forEach(each -> measure(each, feature, Against.PREVIOUS_SPAN));
      info.messages("skew_measurements").forEach(each -> measure(each, feature, Against.SERVING));
    }
  }

  private static boolean saysMissing(Anomaly anomaly) {
    return anomaly.type() == AnomalyType.NO_DATA_IN_SPAN;
  }

  private void add(Optional<String> feature, Fields info) {
    info.about(feature.map("feature '%s'"::formatted).orElse("the dataset"));
    List<Fields> reasons = info.messages("reason");
    Severity severity = severity(info);
    if (reasons.isEmpty()) {
      anomalies.add(
          new Anomaly(
              split,
              feature,
              AnomalyType.UNKNOWN_TYPE,
              severity,
              info.text("short_description"),
              info.text("description"),
              Optional.empty()));
      return;
    }
    info.skip("short_description", "description");
    for (Fields reason : reasons) {
      anomalies.add(
          new Anomaly(
              split,
              feature,
              AnomalyType.valueOf(reason.constant("type")),
              severity,
              reason.text("short_description"),
              reason.text("description"),
              Optional.empty()));
    }
  }

  private Severity severity(Fields info) {
    return switch (info.constant("severity")) {
      case "WARNING" -> Severity.WARNING;
      case "ERROR" -> Severity.ERROR;
      default -> {
        notes.add(
            "How bad the anomaly of %s is is not there; ERROR stands for it.", info.subject());
        yield Severity.ERROR;
      }
    };
  }

  private void measure(Fields in, String feature, Against against) {
    Optional<Measure> measure =
        switch (in.constant("type")) {
          case "L_INFTY" -> Optional.of(Measure.L_INFINITY);
          case "JENSEN_SHANNON_DIVERGENCE" -> Optional.of(Measure.JENSEN_SHANNON_DIVERGENCE);
          case "NORMALIZED_ABSOLUTE_DIFFERENCE" ->
              Optional.of(Measure.NORMALIZED_ABSOLUTE_DIFFERENCE);
          default -> Optional.empty();
        };
    double value = in.number("value");
    double limit = in.number("threshold");
    if (measure.isEmpty()) {
      notes.add(
          "Not taken over: a distance of feature '%s' of an unknown kind, %s.", feature, value);
      return;
    }
    measurements.add(new DistanceMeasurement(split, feature, against, measure.get(), value, limit));
  }
}
