package io.pergola.feature;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Boundaries between buckets, as an author gives them. */
final class Boundaries {
  private Boundaries() {}

  static List<Float> of(double... boundaries) {
    return Arrays.stream(boundaries).mapToObj(boundary -> (float) boundary).toList();
  }

  /**
   * A copy.
   *
   * @throws IllegalArgumentException unless there are any, all finite, each above the one before
   */
  static List<Float> ascending(List<Float> boundaries) {
    List<Float> copy = List.copyOf(boundaries);
    for (int i = 0; i < copy.size(); i++) {
      if (!Float.isFinite(copy.get(i)) || i > 0 && copy.get(i) <= copy.get(i - 1)) {
        throw invalid(copy);
      }
    }
    if (copy.isEmpty()) {
      throw invalid(copy);
    }
    return copy;
  }

  private static IllegalArgumentException invalid(List<Float> boundaries) {
    return new IllegalArgumentException(
        "Invalid bucket boundaries: %s (at least one, finite, each above the one before)"
            .formatted(boundaries));
  }

  /** As they stand in a call. */
  static String text(List<Float> boundaries) {
    return boundaries.stream().map(String::valueOf).collect(Collectors.joining(", "));
  }
}
