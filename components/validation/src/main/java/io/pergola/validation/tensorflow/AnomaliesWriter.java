package io.pergola.validation.tensorflow;

import com.google.protobuf.DynamicMessage;
import io.pergola.validation.Anomaly;
import io.pergola.validation.AnomalyType;
import io.pergola.validation.DataAnomalies;
import io.pergola.validation.DataSchema;
import io.pergola.validation.DistanceMeasurement;
import io.pergola.validation.DistanceMeasurement.Against;
import io.pergola.validation.Severity;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Makes an {@code Anomalies} message of the anomalies of a split. */
final class AnomaliesWriter {
  private AnomaliesWriter() {}

  static DynamicMessage write(
      DataAnomalies anomalies, String split, Optional<DataSchema> schema, Notes notes) {
    Draft to = new Draft(Messages.ANOMALIES);
    schema.ifPresent(baseline -> to.put("baseline", SchemaWriter.write(baseline, new Notes())));
    to.choose("anomaly_name_format", "SERIALIZED_PATH");
    Map<Optional<String>, List<Anomaly>> byFeature = new LinkedHashMap<>();
    for (Anomaly anomaly : anomalies.anomalies()) {
      if (anomaly.split().equals(split) && anomaly.slice().isEmpty()) {
        byFeature.merge(
            anomaly.feature(),
            List.of(anomaly),
            (a, b) -> Stream.concat(a.stream(), b.stream()).toList());
      }
    }
    byFeature.forEach(
        (feature, all) -> {
          noteSeverities(feature, all, notes);
          if (feature.isEmpty()) {
            to.put("dataset_anomaly_info", info(to.of("dataset_anomaly_info"), all));
            return;
          }
          Draft entry = to.of("anomaly_info").put("key", feature.get());
          Draft info = info(entry.of("value"), all);
          info.put("path", info.of("path").add("step", List.of(feature.get())));
          to.add("anomaly_info", entry.put("value", info));
        });
    boolean isMissing =
        byFeature.getOrDefault(Optional.<String>empty(), List.of()).stream()
            .anyMatch(anomaly -> anomaly.type() == AnomalyType.NO_DATA_IN_SPAN);
    if (isMissing) {
      to.putTrue("data_missing");
    }
    if (byFeature.values().stream().flatMap(List::stream).anyMatch(a -> a.edit().isPresent())) {
      notes.add("Not taken over: the edits of the schema that would accept the data.");
    }
    long ofSlices =
        anomalies.anomalies().stream()
            .filter(each -> each.split().equals(split) && each.slice().isPresent())
            .count();
    if (ofSlices > 0) {
      notes.add("Not taken over: %d anomalies of slices of split '%s'.", ofSlices, split);
    }
    putMeasurements(to, anomalies.measurements(), split);
    return to.done();
  }

  private static void noteSeverities(Optional<String> feature, List<Anomaly> all, Notes notes) {
    if (all.stream().map(Anomaly::severity).distinct().count() > 1) {
      notes.add(
          "All anomalies of %s become errors: there is one severity for all of them.",
          feature.map("feature '%s'"::formatted).orElse("the dataset"));
    }
  }

  private static Draft info(Draft to, List<Anomaly> all) {
    boolean isError = all.stream().anyMatch(anomaly -> anomaly.severity() == Severity.ERROR);
    to.choose("severity", isError ? "ERROR" : "WARNING");
    to.put("short_description", all.size() == 1 ? all.get(0).title() : "Multiple errors");
    to.put("description", all.stream().map(Anomaly::description).collect(Collectors.joining(" ")));
    for (Anomaly anomaly : all) {
      to.add(
          "reason",
          to.of("reason")
              .choose("type", anomaly.type().name())
              .put("short_description", anomaly.title())
              .put("description", anomaly.description()));
    }
    return to;
  }

  private static void putMeasurements(Draft to, List<DistanceMeasurement> all, String split) {
    Map<String, Draft> byFeature = new LinkedHashMap<>();
    for (DistanceMeasurement measurement : all) {
      if (!measurement.split().equals(split) || measurement.slice().isPresent()) {
        continue;
      }
      Draft info =
          byFeature.computeIfAbsent(
              measurement.feature(),
              name -> {
                Draft made = to.of("drift_skew_info");
                return made.put("path", made.of("path").add("step", List.of(name)));
              });
      String field =
          measurement.against() == Against.SERVING ? "skew_measurements" : "drift_measurements";
      info.add(
          field,
          info.of(field)
              .choose(
                  "type",
                  switch (measurement.measure()) {
                    case L_INFINITY -> "L_INFTY";
                    case JENSEN_SHANNON_DIVERGENCE -> "JENSEN_SHANNON_DIVERGENCE";
                    case NORMALIZED_ABSOLUTE_DIFFERENCE -> "NORMALIZED_ABSOLUTE_DIFFERENCE";
                  })
              .put("value", measurement.value())
              .put("threshold", measurement.limit()));
    }
    byFeature.values().forEach(info -> to.add("drift_skew_info", info));
  }
}
