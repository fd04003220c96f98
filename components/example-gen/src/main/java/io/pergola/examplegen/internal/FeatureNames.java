package io.pergola.examplegen.internal;

import io.pergola.examplegen.InputException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Which features of an input the columns of a record are: the one of the same name, or else the one
 * whose name is the same when it is in lower case and everything but letters and digits is an
 * underscore: {@code trip.fare}, {@code trip/fare} and {@code Trip_Fare} are {@code trip_fare}.
 */
public final class FeatureNames {
  private final Map<String, Integer> exact = new HashMap<>();

  private FeatureNames() {}

  /** The features that columns ask for. */
  public static FeatureNames of(List<InputColumn> columns) {
    FeatureNames names = new FeatureNames();
    for (InputColumn column : columns) {
      names.exact.put(column.name(), names.exact.size());
    }
    return names;
  }

  /** The index of the column that is a feature; -1 if none asks for it. */
  public int column(String feature) {
    Integer column = exact.get(feature);
    if (column == null) {
      column = exact.get(normal(feature));
    }
    return column == null ? -1 : column;
  }

  /** Whether a column, by its name, may be a feature below a path. */
  public static boolean isBelow(InputColumn column, String path) {
    return column.name().startsWith(path + ".")
        || (!column.declaredBy().isEmpty() && column.name().startsWith(normal(path) + "_"));
  }

  /**
   * The feature that each column is, of those a file has.
   *
   * @return column name to feature name; columns without a feature have none
   * @throws InputException if two features are the same column
   */
  static Map<String, String> resolve(List<InputColumn> columns, Set<String> features, String file) {
    Map<String, List<String>> byNormal = new HashMap<>();
    for (String feature : features) {
      byNormal.computeIfAbsent(normal(feature), n -> new ArrayList<>()).add(feature);
    }
    Map<String, String> resolved = new LinkedHashMap<>();
    for (InputColumn column : columns) {
      List<String> alike = byNormal.getOrDefault(column.name(), List.of());
      if (features.contains(column.name())) {
        resolved.put(column.name(), column.name());
      } else if (alike.size() == 1) {
        resolved.put(column.name(), alike.get(0));
      } else if (alike.size() > 1) {
        throw new InputException(
            file,
            0,
            "Cannot read feature '%s' of %s: it may be any of %s. Give one of them the name of the component, %s."
                .formatted(column.name(), file, String.join(", ", alike), column.declaredBy()));
      }
    }
    return resolved;
  }

  private static String normal(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{Nd}]", "_");
  }
}
