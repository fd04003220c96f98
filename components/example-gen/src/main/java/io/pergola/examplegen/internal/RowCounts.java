package io.pergola.examplegen.internal;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What became of the rows of the input. Merges in any order to the same.
 *
 * @param read all rows, bad ones included; not those of row groups that were skipped
 * @param bad those that could not be read
 * @param filtered those that could be read, and that the filter left out
 * @param unsampled those that passed the filter, and that the sample left out
 * @param skippedGroups row groups that the filter could tell from their statistics to have no row
 * @param first the first bad rows, in the order of the input; at most {@link #FIRST}
 */
public record RowCounts(
    long read, long bad, long filtered, long unsampled, long skippedGroups, List<Place> first)
    implements Serializable {
  /** How many bad rows are told. */
  public static final int FIRST = 5;

  /** Nothing read. */
  public static final RowCounts NONE = new RowCounts(0, 0, 0, 0, 0, List.of());

  public RowCounts {
    first = List.copyOf(first);
  }

  /**
   * A bad row.
   *
   * @param chunk the chunk it is in
   * @param index its number among the bad rows of the chunk, from 0
   * @param reason what is wrong with it, and where it is
   */
  public record Place(int chunk, long index, String file, String reason) implements Serializable {}

  /** What became of the rows of both. */
  public RowCounts plus(RowCounts other) {
    List<Place> places = new ArrayList<>(first);
    places.addAll(other.first);
    places.sort(Comparator.comparingInt(Place::chunk).thenComparingLong(Place::index));
    return new RowCounts(
        read + other.read,
        bad + other.bad,
        filtered + other.filtered,
        unsampled + other.unsampled,
        skippedGroups + other.skippedGroups,
        places.subList(0, Math.min(FIRST, places.size())));
  }

  /** The share of bad rows among all; 0 of none. */
  public double badFraction() {
    return read == 0 ? 0 : (double) bad / read;
  }
}
