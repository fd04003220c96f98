package io.pergola.validation.internal;

import io.pergola.beam.BytesColumn;
import io.pergola.beam.DoubleColumn;
import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleColumn;
import io.pergola.beam.FloatColumn;
import io.pergola.beam.LongColumn;
import io.pergola.validation.SliceKey;
import io.pergola.validation.Slicing;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Which rows of a batch are in which slice of a slicing. A row can be in none and in several. */
final class SliceRows {
  private int[] rows;
  private int[] slices;
  private int size;
  private List<SliceKey> keys = new ArrayList<>();

  private SliceRows(int rowCount) {
    rows = new int[rowCount];
    slices = new int[rowCount];
  }

  /** The rows of each slice, ascending, in key order. */
  static TreeMap<SliceKey, int[]> of(Slicing slicing, ExampleBatch batch) {
    @Nullable SliceRows found = null;
    for (Slicing.Term term : slicing.terms()) {
      Codes codes = new Codes(batch.column(term.column()));
      found = found == null ? first(term, codes, batch.rows()) : found.and(term, codes);
    }
    return found == null ? new TreeMap<>() : found.byKey();
  }

  private static SliceRows first(Slicing.Term term, Codes codes, int rowCount) {
    SliceRows all = new SliceRows(rowCount);
    int[] known = {};
    for (int row = 0; row < rowCount; row++) {
      for (int value = codes.column.start(row); value < codes.column.end(row); value++) {
        int code = codes.code(value);
        if (codes.isWanted(code, term.value()) && !codes.isRepeated(row, value)) {
          known = withRoomFor(code, known);
          if (known[code] < 0) {
            known[code] = all.keys.size();
            all.keys.add(SliceKey.of(term.column(), codes.text(code)));
          }
          all.add(row, known[code]);
        }
      }
    }
    return all;
  }

  private SliceRows and(Slicing.Term term, Codes codes) {
    SliceRows crossed = new SliceRows(size);
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
            known[code] = crossed.keys.size();
            crossed.keys.add(keys.get(slice).and(term.column(), codes.text(code)));
          }
          crossed.add(row, known[code]);
        }
      }
    }
    return crossed;
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

  private TreeMap<SliceKey, int[]> byKey() {
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
    TreeMap<SliceKey, int[]> result = new TreeMap<>();
    for (int slice = 0; slice < grouped.length; slice++) {
      result.put(keys.get(slice), grouped[slice]);
    }
    return result;
  }

  /** The distinct values of a column as small numbers, and as text. */
  private static final class Codes {
    private final ExampleColumn column;
    private final int[] codeOfEntry;
    private final List<String> texts = new ArrayList<>();
    private final Map<String, Integer> codes = new HashMap<>();
    private final Map<Long, Integer> codesOfBits = new HashMap<>();

    Codes(ExampleColumn column) {
      this.column = column;
      this.codeOfEntry = new int[column.entryCount()];
      Arrays.fill(codeOfEntry, -1);
    }

    int code(int value) {
      int entry = column.entry(value);
      if (codeOfEntry[entry] < 0) {
        codeOfEntry[entry] =
            column instanceof BytesColumn bytes
                ? codes.computeIfAbsent(bytes.entryText(entry), this::add)
                : codesOfBits.computeIfAbsent(bits(entry), bits -> add(number(entry)));
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
