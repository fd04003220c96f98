package io.pergola.examplegen.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The columns that decide on the split, in the order of their names. */
public final class HashedColumns {
  private final int[] columns;
  private final long[] names;

  private HashedColumns(int[] columns, long[] names) {
    this.columns = columns;
    this.names = names;
  }

  /**
   * Columns by name.
   *
   * @param partition those that count; all if empty
   * @throws IllegalArgumentException if one of them is not there
   */
  static HashedColumns of(List<String> columns, List<String> partition) {
    requireAll(partition, columns);
    Set<String> deciding = new HashSet<>(partition);
    List<Integer> order = new ArrayList<>();
    for (int c = 0; c < columns.size(); c++) {
      if (deciding.isEmpty() || deciding.contains(columns.get(c))) {
        order.add(c);
      }
    }
    order.sort(Comparator.comparing(columns::get));
    return new HashedColumns(
        order.stream().mapToInt(Integer::intValue).toArray(),
        order.stream().mapToLong(c -> ExampleHash.ofName(columns.get(c))).toArray());
  }

  /** Checks the names of the features that decide on the split. */
  static void requireAll(List<String> partition, List<String> columns) {
    Set<String> known = new HashSet<>(columns);
    List<String> unknown = partition.stream().filter(name -> !known.contains(name)).toList();
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "Cannot partition examples by %s: the columns are %s. Correct the name."
              .formatted(String.join(", ", unknown), String.join(", ", columns)));
    }
  }

  /** How many there are. */
  public int size() {
    return columns.length;
  }

  /** The index of a column among all that are read. */
  public int column(int i) {
    return columns[i];
  }

  /** The fingerprint of a column's name. */
  public long name(int i) {
    return names[i];
  }
}
