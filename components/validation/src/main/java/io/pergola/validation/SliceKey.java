package io.pergola.validation;

import java.io.Serializable;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.StringJoiner;
import java.util.TreeMap;

/**
 * Names a slice: the examples whose features have these values, as text.
 *
 * @param values column name to value; empty for all examples
 */
public record SliceKey(SortedMap<String, String> values)
    implements Serializable, Comparable<SliceKey> {
  /** All examples. */
  public static final SliceKey OVERALL = new SliceKey(new TreeMap<>());

  public SliceKey {
    values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
  }

  /** A value of a record as slices name it: a truth value is 1 or 0, a constant its name. */
  public static String text(Object value) {
    if (value instanceof Boolean truth) {
      return truth ? "1" : "0";
    }
    return value instanceof Enum<?> constant ? constant.name() : value.toString();
  }

  /** The examples whose {@code column} is {@code value}. */
  public static SliceKey of(String column, String value) {
    return new SliceKey(new TreeMap<>(Map.of(column, value)));
  }

  /** The examples of this slice whose {@code column} is {@code value} as well. */
  public SliceKey and(String column, String value) {
    SortedMap<String, String> all = new TreeMap<>(values);
    all.put(column, value);
    return new SliceKey(all);
  }

  /** Overall first, then by columns, then by values: whole numbers in their order, then texts. */
  @Override
  public int compareTo(SliceKey other) {
    int byColumns =
        String.join("\u0000", values.keySet())
            .compareTo(String.join("\u0000", other.values.keySet()));
    if (byColumns != 0) {
      return byColumns;
    }
    for (Map.Entry<String, String> value : values.entrySet()) {
      int byValue = compareValues(value.getValue(), other.values.getOrDefault(value.getKey(), ""));
      if (byValue != 0) {
        return byValue;
      }
    }
    return 0;
  }

  private static int compareValues(String left, String right) {
    boolean leftIsWhole = isWhole(left);
    if (leftIsWhole != isWhole(right)) {
      return leftIsWhole ? -1 : 1;
    }
    int byNumber = leftIsWhole ? Long.compare(Long.parseLong(left), Long.parseLong(right)) : 0;
    return byNumber != 0 ? byNumber : left.compareTo(right);
  }

  private static boolean isWhole(String value) {
    return value.matches("-?\\d{1,18}");
  }

  /** {@code overall}, or {@code company=Blue Cab, trip_start_hour=12}. */
  @Override
  public String toString() {
    if (values.isEmpty()) {
      return "overall";
    }
    StringJoiner text = new StringJoiner(", ");
    values.forEach((column, value) -> text.add(column + "=" + value));
    return text.toString();
  }
}
