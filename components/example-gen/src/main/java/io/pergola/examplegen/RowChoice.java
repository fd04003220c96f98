package io.pergola.examplegen;

import io.pergola.feature.RowFilter;
import java.io.Serializable;
import java.util.HashSet;
import java.util.List;

/**
 * Which rows and columns of the input become examples.
 *
 * @param where the text of a {@link RowFilter}; all rows if empty
 * @param sample the share of the rows that are kept, above 0 and at most 1
 * @param seed which sample of that share it is
 * @param only the names of the columns that are kept; all if empty
 */
public record RowChoice(String where, double sample, long seed, List<String> only)
    implements Serializable {
  public RowChoice {
    only = List.copyOf(only);
    if (!(sample > 0 && sample <= 1)) {
      throw new IllegalArgumentException(
          "Invalid share of a sample: %s (must be above 0, at most 1)".formatted(sample));
    }
    if (new HashSet<>(only).size() < only.size()) {
      throw new IllegalArgumentException(
          "Invalid columns: %s (names must be distinct)".formatted(String.join(", ", only)));
    }
    if (!where.isEmpty()) {
      where = RowFilter.parse(where).text();
    }
  }

  /** All rows, all columns. */
  public static RowChoice all() {
    return new RowChoice("", 1, 0, List.of());
  }

  /** Whether some rows may be left out. */
  public boolean leavesRowsOut() {
    return !where.isEmpty() || sample < 1;
  }

  RowChoice withWhere(RowFilter filter) {
    RowFilter both = where.isEmpty() ? filter : RowFilter.parse(where).and(filter);
    return new RowChoice(both.text(), sample, seed, only);
  }

  RowChoice withSample(double share, long which) {
    return new RowChoice(where, share, which, only);
  }

  RowChoice withOnly(List<String> names) {
    return new RowChoice(where, sample, seed, names);
  }
}
