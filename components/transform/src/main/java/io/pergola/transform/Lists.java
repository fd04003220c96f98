package io.pergola.transform;

import io.pergola.beam.BytesColumn;
import io.pergola.beam.ColumnType;
import io.pergola.beam.DoubleColumn;
import io.pergola.beam.ExampleColumn;
import io.pergola.beam.FloatColumn;
import io.pergola.beam.LongColumn;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A list of values for each row of a batch: what is computed of a list is computed once for all
 * rows that share it.
 *
 * @param rows the rows of the batch
 * @param ids the list of each row, -1 where missing; null where list i is row i's
 * @param presence of the rows, as {@link ExampleColumn#presence} has it
 * @param values a multivalent column that has the lists as its rows
 */
@SuppressWarnings("ArrayRecordComponent") // Shared on purpose, as columns are.
record Lists(int rows, int @Nullable [] ids, long @Nullable [] presence, ExampleColumn values) {

  /** The lists of a raw column; a column of one value has lists of one. */
  static Lists of(ExampleColumn column) {
    if (column.isMultivalent()) {
      return new Lists(column.rows(), null, column.presence(), column);
    }
    int[] offsets = new int[column.rows() + 1];
    for (int row = 0; row < column.rows(); row++) {
      offsets[row + 1] = offsets[row] + (column.isPresent(row) ? 1 : 0);
    }
    int[] entries = new int[offsets[column.rows()]];
    for (int row = 0; row < column.rows(); row++) {
      if (column.isPresent(row)) {
        entries[offsets[row]] = column.entry(row);
      }
    }
    return new Lists(column.rows(), null, column.presence(), withValues(column, offsets, entries));
  }

  /** The number of lists. */
  int count() {
    return values.rows();
  }

  /** The list of a row that is present. */
  int list(int row) {
    return ids == null ? row : ids[row];
  }

  boolean isPresent(int row) {
    return presence == null || (presence[row >> 6] >>> (row & 63) & 1) != 0;
  }

  /** The same rows with other lists, one for each of these. */
  Lists with(ExampleColumn otherValues) {
    return new Lists(rows, ids, presence, otherValues);
  }

  /** How many present rows have each list. */
  int[] uses() {
    int[] uses = new int[count()];
    for (int row = 0; row < rows; row++) {
      if (isPresent(row)) {
        uses[list(row)]++;
      }
    }
    return uses;
  }

  /** How often each entry is a value of a present row. */
  long[] usesOfEntries() {
    int[] ofLists = uses();
    long[] uses = new long[values.entryCount()];
    for (int list = 0; list < ofLists.length; list++) {
      if (ofLists[list] > 0) {
        for (int value = values.start(list); value < values.end(list); value++) {
          uses[values.entry(value)] += ofLists[list];
        }
      }
    }
    return uses;
  }

  /** The first values of each list. */
  Lists first(int most) {
    int[] offsets = new int[count() + 1];
    for (int list = 0; list < count(); list++) {
      offsets[list + 1] = offsets[list] + Math.min(most, length(list));
    }
    int[] entries = new int[offsets[count()]];
    for (int list = 0; list < count(); list++) {
      for (int i = offsets[list]; i < offsets[list + 1]; i++) {
        entries[i] = values.entry(values.start(list) + i - offsets[list]);
      }
    }
    return with(withValues(values, offsets, entries));
  }

  /**
   * Each list with those values only that none before them equals.
   *
   * @param canonical for each entry the first that equals it
   */
  Lists distinct(int[] canonical) {
    int[] lastSeen = new int[canonical.length];
    int[] offsets = new int[count() + 1];
    int[] entries = new int[values.valueCount()];
    int kept = 0;
    for (int list = 0; list < count(); list++) {
      for (int value = values.start(list); value < values.end(list); value++) {
        int entry = canonical[values.entry(value)];
        if (lastSeen[entry] <= list) {
          lastSeen[entry] = list + 1;
          entries[kept++] = entry;
        }
      }
      offsets[list + 1] = kept;
    }
    return with(withValues(values, offsets, Arrays.copyOf(entries, kept)));
  }

  int length(int list) {
    return values.end(list) - values.start(list);
  }

  /** The same dictionary with other lists of its entries. */
  @SuppressWarnings("NullAway") // javac drops @Nullable from a compact constructor's class file.
  private static ExampleColumn withValues(ExampleColumn c, int[] offsets, int[] entries) {
    int lists = offsets.length - 1;
    if (c instanceof LongColumn l) {
      return new LongColumn("", lists, l.entries(), entries, null, offsets);
    } else if (c instanceof FloatColumn f) {
      return new FloatColumn("", lists, f.entries(), entries, null, offsets);
    } else if (c instanceof DoubleColumn d) {
      return new DoubleColumn("", lists, d.entries(), entries, null, offsets);
    }
    BytesColumn b = (BytesColumn) c;
    return new BytesColumn("", b.type(), lists, b.data(), b.entryOffsets(), entries, null, offsets);
  }

  /** Lists of the entries of a table. */
  @SuppressWarnings("NullAway") // javac drops @Nullable from a compact constructor's class file.
  static BytesColumn texts(TermTable table, int[] offsets, int[] entries) {
    int[] starts = new int[table.size() + 1];
    for (int term = 0; term < table.size(); term++) {
      starts[term + 1] = starts[term] + table.length(term);
    }
    return new BytesColumn(
        "", ColumnType.TEXT, offsets.length - 1, table.data(), starts, entries, null, offsets);
  }

  /** Ids, one for each entry. */
  Lists ids(long[] ofEntries) {
    return with(new LongColumn("", count(), ofEntries, values.ids(), null, values.offsets()));
  }

  /** Numbers, one for each entry. */
  Lists numbers(float[] ofEntries) {
    return with(new FloatColumn("", count(), ofEntries, values.ids(), null, values.offsets()));
  }
}
