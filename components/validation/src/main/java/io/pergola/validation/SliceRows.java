package io.pergola.validation;

import io.pergola.beam.BytesColumn;
import io.pergola.beam.DoubleColumn;
import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleColumn;
import io.pergola.beam.FloatColumn;
import io.pergola.beam.LongColumn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which rows of a batch are in which slices of one slicing, as pairs of a row and a slice. A row
 * can be in none and in several slices, and is in each at most once. Numbers of slices count from 0
 * in the order in which their first rows come. Immutable.
 */
public final class SliceRows {
  private int[] rows;
  private int[] slices;
  private int size;
  private final List<SliceKey> keys = new ArrayList<>();

  private SliceRows(int room) {
    rows = new int[room];
    slices = new int[room];
  }

  /** Every row in the slice of all examples. */
  public static SliceRows overall(int rows) {
    SliceRows all = new SliceRows(rows);
    Arrays.setAll(all.rows, row -> row);
    all.size = rows;
    all.keys.add(SliceKey.OVERALL);
    return all;
  }

  /** The rows of the slices of a slicing whose columns the batch has. */
  public static SliceRows of(Slicing slicing, ExampleBatch batch) {
    SliceRows found = overall(batch.rows());
    for (Slicing.Term term : slicing.terms()) {
      found = found.and(term, new ValueCodes(batch.column(term.column())));
    }
    return found;
  }

  /** The number of pairs. */
  public int size() {
    return size;
  }

  /** The row of a pair; pairs are in the order of rows. */
  public int row(int pair) {
    return rows[pair];
  }

  /** The slice of a pair, by its place in {@link #keys}. */
  public int slice(int pair) {
    return slices[pair];
  }

  /** The slices; a slice that no row is in is not among them, but for that of all examples. */
  public List<SliceKey> keys() {
    return keys;
  }

  /** The rows of each slice, ascending, by its place in {@link #keys}. */
  public int[][] rowsBySlice() {
    int[] counts = new int[keys.size()];
    for (int i = 0; i < size; i++) {
      counts[slices[i]]++;
    }
    int[][] grouped = new int[keys.size()][];
    for (int slice = 0; slice < grouped.length; slice++) {
      grouped[slice] = new int[counts[slice]];
    }
    Arrays.fill(counts, 0);
    for (int i = 0; i < size; i++) {
      grouped[slices[i]][counts[slices[i]]++] = rows[i];
    }
    return grouped;
  }

  private SliceRows and(Slicing.Term term, ValueCodes codes) {
    SliceRows cut = new SliceRows(size);
    int[][] knownOfSlice = new int[keys.size()][0];
    for (int i = 0; i < size; i++) {
      int row = rows[i];
      int slice = slices[i];
      for (int value = codes.column.start(row); value < codes.column.end(row); value++) {
        int code = codes.code(value);
        if (codes.isWanted(code, term.value()) && !codes.isRepeated(row, value)) {
          int[] known = withRoomFor(code, knownOfSlice[slice]);
          knownOfSlice[slice] = known;
          if (known[code] < 0) {
            known[code] = cut.keys.size();
            cut.keys.add(keys.get(slice).and(term.column(), codes.text(code)));
          }
          cut.add(row, known[code]);
        }
      }
    }
    return cut;
  }

  /** Slice numbers by code, -1 where there is none yet, long enough for this code. */
  private static int[] withRoomFor(int code, int[] known) {
    if (code < known.length) {
      return known;
    }
    int[] longer = Arrays.copyOf(known, Math.max(code + 1, known.length * 2));
    Arrays.fill(longer, known.length, longer.length, -1);
    return longer;
  }

  private void add(int row, int slice) {
    if (size == rows.length) {
      rows = Arrays.copyOf(rows, Math.max(16, size * 2));
      slices = Arrays.copyOf(slices, rows.length);
    }
    rows[size] = row;
    slices[size++] = slice;
  }

  /** The distinct values of a column as small numbers, and as text. */
  private static final class ValueCodes {
    private final ExampleColumn column;
    private final int[] codeOfEntry;
    private final List<String> texts = new ArrayList<>();
    private final Map<String, Integer> codesOfTexts = new HashMap<>();
    private long[] bitsOfSlots = new long[64];
    private int[] codesOfSlots = new int[64];

    ValueCodes(ExampleColumn column) {
      this.column = column;
      this.codeOfEntry = new int[column.entryCount()];
      Arrays.fill(codeOfEntry, -1);
      Arrays.fill(codesOfSlots, -1);
    }

    int code(int value) {
      int entry = column.entry(value);
      if (codeOfEntry[entry] < 0) {
        codeOfEntry[entry] =
            column instanceof BytesColumn bytes
                ? codesOfTexts.computeIfAbsent(bytes.entryText(entry), this::add)
                : codeOfNumber(entry);
      }
      return codeOfEntry[entry];
    }

    private int add(String text) {
      texts.add(text);
      return texts.size() - 1;
    }

    String text(int code) {
      return texts.get(code);
    }

    boolean isWanted(int code, @Nullable String only) {
      return only == null || only.equals(texts.get(code));
    }

    /** Whether an earlier value of the same row is the same. */
    boolean isRepeated(int row, int value) {
      for (int earlier = column.start(row); earlier < value; earlier++) {
        if (code(earlier) == code(value)) {
          return true;
        }
      }
      return false;
    }

    /** By open addressing: in a column without a dictionary each row is an entry. */
    private int codeOfNumber(int entry) {
      long bits = bits(entry);
      int slot = slot(bits);
      if (codesOfSlots[slot] < 0) {
        if (texts.size() * 2 >= codesOfSlots.length) {
          grow();
          slot = slot(bits);
        }
        bitsOfSlots[slot] = bits;
        codesOfSlots[slot] = add(number(entry));
      }
      return codesOfSlots[slot];
    }

    private int slot(long bits) {
      int mask = codesOfSlots.length - 1;
      long hash = bits * 0x9E3779B97F4A7C15L;
      int slot = (int) (hash >>> 32) & mask;
      while (codesOfSlots[slot] >= 0 && bitsOfSlots[slot] != bits) {
        slot = (slot + 1) & mask;
      }
      return slot;
    }

    private void grow() {
      long[] bits = bitsOfSlots;
      int[] codes = codesOfSlots;
      bitsOfSlots = new long[bits.length * 2];
      codesOfSlots = new int[bits.length * 2];
      Arrays.fill(codesOfSlots, -1);
      for (int i = 0; i < bits.length; i++) {
        if (codes[i] >= 0) {
          int slot = slot(bits[i]);
          bitsOfSlots[slot] = bits[i];
          codesOfSlots[slot] = codes[i];
        }
      }
    }

    private long bits(int entry) {
      if (column instanceof LongColumn longs) {
        return longs.entries()[entry];
      }
      return column instanceof FloatColumn floats
          ? Float.floatToIntBits(floats.entries()[entry])
          : Double.doubleToLongBits(((DoubleColumn) column).entries()[entry]);
    }

    private String number(int entry) {
      if (column instanceof LongColumn longs) {
        return Long.toString(longs.entries()[entry]);
      }
      return column instanceof FloatColumn floats
          ? Float.toString(floats.entries()[entry])
          : Double.toString(((DoubleColumn) column).entries()[entry]);
    }
  }
}
