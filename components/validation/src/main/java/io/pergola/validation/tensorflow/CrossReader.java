package io.pergola.validation.tensorflow;

import io.pergola.validation.CrossStatistics;
import io.pergola.validation.CrossStatistics.Association;
import io.pergola.validation.CrossStatistics.Lift;
import io.pergola.validation.CrossStatistics.Pair;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes statistics across features of {@code CrossFeatureStatistics} messages. */
final class CrossReader {
  private CrossReader() {}

  /** What the dataset has across features; what it has of one with the label is in customs. */
  static Optional<CrossStatistics> read(Fields dataset, Map<String, CustomValues> customs) {
    List<Pair> pairs = new ArrayList<>();
    List<Association> associations = new ArrayList<>();
    Optional<String> label = Optional.empty();
    for (Fields cross : dataset.messages("cross_features")) {
      String x = String.join(".", cross.message("path_x").texts("step"));
      String y = String.join(".", cross.message("path_y").texts("step"));
      cross.about("features '%s' and '%s'".formatted(x, y));
      if (cross.has("num_cross_stats")) {
        Fields numbers = cross.message("num_cross_stats");
        pairs.add(
            new Pair(
                x,
                y,
                cross.whole("count"),
                numbers.number("covariance"),
                numbers.number("correlation")));
      } else if (label.isEmpty() || label.get().equals(y)) {
        label = Optional.of(y);
        associations.add(association(cross, x, Optional.ofNullable(customs.get(x))));
      } else {
        dataset
            .notes()
            .add("Not taken over: what feature '%s' has with a second label, '%s'.", x, y);
        cross.skip("categorical_cross_stats", "count");
      }
    }
    return pairs.isEmpty() && associations.isEmpty()
        ? Optional.empty()
        : Optional.of(new CrossStatistics(pairs, label, associations));
  }

  private static Association association(Fields cross, String x, Optional<CustomValues> custom) {
    List<Lift> lifts = new ArrayList<>();
    for (Fields series :
        cross.message("categorical_cross_stats").message("lift").messages("lift_series")) {
      String label = label(series);
      for (Fields value : series.messages("lift_values")) {
        lifts.add(
            new Lift(
                label,
                value.has("x_int") ? Long.toString(value.whole("x_int")) : value.text("x_string"),
                value.number("lift"),
                value.whole("x_and_y_count"),
                value.whole("x_count"),
                series.whole("y_count")));
      }
    }
    return new Association(
        x,
        cross.whole("count"),
        number(custom, CustomValues.MUTUAL_INFORMATION),
        number(custom, CustomValues.ADJUSTED_INFORMATION),
        lifts,
        custom.flatMap(values -> values.text(CustomValues.ASSOCIATION_NOTE)).orElse(""));
  }

  private static double number(Optional<CustomValues> custom, String name) {
    return custom.map(values -> values.number(name, Double.NaN)).orElse(Double.NaN);
  }

  private static String label(Fields series) {
    if (series.has("y_bucket")) {
      Fields bucket = series.message("y_bucket");
      return "[%s, %s)".formatted(bucket.number("low_value"), bucket.number("high_value"));
    }
    return series.has("y_int") ? Long.toString(series.whole("y_int")) : series.text("y_string");
  }
}
