package io.pergola.validation;

import java.util.List;

/**
 * Where examples break their schema: what {@code anomalies.json} holds.
 *
 * @param anomalies by split, then in the schema's order
 * @param measurements all distances that were measured, by split, then in the schema's order
 */
public record DataAnomalies(List<Anomaly> anomalies, List<DistanceMeasurement> measurements) {
  public DataAnomalies {
    anomalies = List.copyOf(anomalies);
    measurements = List.copyOf(measurements);
  }

  /** Without measurements. */
  public DataAnomalies(List<Anomaly> anomalies) {
    this(anomalies, List.of());
  }

  /** Those of a severity. */
  public List<Anomaly> of(Severity severity) {
    return anomalies.stream().filter(anomaly -> anomaly.severity() == severity).toList();
  }

  /** The schema with the edits of all anomalies: one that accepts the examples. */
  public DataSchema accepting(DataSchema schema) {
    DataSchema edited = schema;
    for (Anomaly anomaly : anomalies) {
      if (anomaly.edit().isPresent()) {
        edited = anomaly.edit().get().applyTo(edited);
      }
    }
    return edited;
  }
}
