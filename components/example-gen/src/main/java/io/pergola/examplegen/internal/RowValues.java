package io.pergola.examplegen.internal;

import io.pergola.beam.ExampleBatchBuilder;
import io.pergola.examplegen.InputException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The values of one row, as a reader finds them, brought to the types of the columns. A value that
 * is not what its column needs is noted, and thrown by {@link #check}: a reader can go on to the
 * end of the record. Not thread-safe.
 */
public final class RowValues {
  private static final double TWO_POWER_63 = 0x1p63;

  private final List<InputColumn> columns;
  private final CellType[] types;
  private final boolean[] multivalent;
  private final Supplier<RecordPlace> place;
  private final boolean[] present;
  private final int[] counts;
  private final long[][] wholes;
  private final double[][] numbers;
  private final int[][] starts;
  private final int[][] ends;
  private byte[] arena = new byte[1024];
  private int arenaLength;
  private byte[] buffer = arena;
  private @Nullable InputException problem;

  /**
   * Values of columns.
   *
   * @param place says where the row stands that is being read
   */
  public RowValues(List<InputColumn> columns, Supplier<RecordPlace> place) {
    this.columns = columns;
    this.place = place;
    int n = columns.size();
    types = columns.stream().map(InputColumn::type).toArray(CellType[]::new);
    multivalent = new boolean[n];
    present = new boolean[n];
    counts = new int[n];
    wholes = new long[n][];
    numbers = new double[n][];
    starts = new int[n][];
    ends = new int[n][];
    for (int c = 0; c < n; c++) {
      multivalent[c] = columns.get(c).multivalent();
      switch (types[c].columnType()) {
        case INT -> wholes[c] = new long[1];
        case FLOAT, DOUBLE -> numbers[c] = new double[1];
        case TEXT, BYTES -> {
          starts[c] = new int[1];
          ends[c] = new int[1];
        }
      }
    }
  }

  /** The columns. */
  public List<InputColumn> columns() {
    return columns;
  }

  /** Begins a row whose text and bytes are put as copies. */
  public void begin() {
    begin(arena);
  }

  /**
   * Begins a row whose text and bytes are ranges of a buffer that does not change until it ends.
   */
  public void begin(byte[] ranges) {
    Arrays.fill(present, false);
    Arrays.fill(counts, 0);
    arenaLength = 0;
    buffer = ranges;
    problem = null;
  }

  /** The number of values of a column so far. */
  public int count(int column) {
    return counts[column];
  }

  /** Takes back what was put into a column. */
  public void drop(int column) {
    present[column] = false;
    counts[column] = 0;
  }

  /** Makes a column present, with whatever values are put. */
  public void putPresent(int column) {
    present[column] = true;
  }

  /** Notes that the row cannot be read; the first such note counts. */
  public void fail(Supplier<InputException> why) {
    if (problem == null) {
      problem = why.get();
    }
  }

  /** Puts a whole number. */
  public void putWhole(int c, long value) {
    present[c] = true;
    int i = counts[c]++;
    switch (types[c].columnType()) {
      case INT -> {
        if (i == wholes[c].length) {
          wholes[c] = Arrays.copyOf(wholes[c], 2 * i);
        }
        wholes[c][i] = value;
        if (!types[c].holds(value)) {
          bad(c, Long.toString(value), "is outside " + types[c].range());
        }
      }
      case FLOAT -> addNumber(c, i, (float) value);
      case DOUBLE -> addNumber(c, i, (double) value);
      case TEXT, BYTES -> {
        counts[c] = i;
        bad(c, Long.toString(value), "is a number, not text");
      }
    }
  }

  /** Puts a number. */
  public void putNumber(int c, double value) {
    present[c] = true;
    int i = counts[c]++;
    switch (types[c].columnType()) {
      case FLOAT -> {
        float narrow = (float) value;
        if (Float.isInfinite(narrow) && !Double.isInfinite(value)) {
          bad(c, Double.toString(value), "is beyond the range of 32-bit numbers");
        }
        addNumber(c, i, narrow);
      }
      case DOUBLE -> addNumber(c, i, value);
      case INT -> {
        counts[c] = i;
        if (value == Math.rint(value) && value >= -TWO_POWER_63 && value < TWO_POWER_63) {
          putWhole(c, (long) value);
        } else {
          bad(c, Double.toString(value), "is not a whole number of 64 bits");
        }
      }
      case TEXT, BYTES -> {
        counts[c] = i;
        bad(c, Double.toString(value), "is a number, not text");
      }
    }
  }

  private void addNumber(int c, int i, double value) {
    if (i == numbers[c].length) {
      numbers[c] = Arrays.copyOf(numbers[c], 2 * i);
    }
    numbers[c][i] = value;
  }

  /** Puts text or bytes that are a range of the row's buffer. */
  public void putRange(int c, int from, int to) {
    present[c] = true;
    CellType type = types[c];
    if (type != CellType.TEXT && type != CellType.BYTES) {
      bad(c, text(from, to), "is not a number");
      return;
    }
    if (type == CellType.TEXT && !Utf8.isValid(buffer, from, to)) {
      bad(c, text(from, to), "is not valid UTF-8");
    }
    int i = counts[c]++;
    if (i == starts[c].length) {
      starts[c] = Arrays.copyOf(starts[c], 2 * i);
      ends[c] = Arrays.copyOf(ends[c], 2 * i);
    }
    starts[c][i] = from;
    ends[c][i] = to;
  }

  /** Puts text or bytes, of which a copy is kept. */
  public void putCopy(int c, byte[] bytes, int from, int length) {
    int start = reserve(length);
    System.arraycopy(bytes, from, arena, start, length);
    putRange(c, start, start + length);
  }

  /**
   * Makes room for bytes that the caller writes into {@link #arena()} before it puts them as a
   * range.
   *
   * @return where they begin
   */
  public int reserve(int length) {
    if (arena.length - arenaLength < length) {
      arena = Arrays.copyOf(arena, Math.max(arena.length * 2, arenaLength + length));
      buffer = arena;
    }
    int start = arenaLength;
    arenaLength += length;
    return start;
  }

  /** The bytes that {@link #reserve} gives places in; another array after each call of it. */
  public byte[] arena() {
    return arena;
  }

  private String text(int from, int to) {
    return new String(buffer, from, to - from, StandardCharsets.UTF_8);
  }

  private void bad(int c, String value, String fact) {
    fail(() -> ValueErrors.bad(columns.get(c), place.get(), value, fact));
  }

  /**
   * Ends the row.
   *
   * @throws InputException what is wrong with it, if anything is
   */
  public void check() {
    for (int c = 0; c < present.length; c++) {
      int column = c;
      if (!multivalent[c]) {
        if (counts[c] > 1) {
          fail(() -> ValueErrors.several(columns.get(column), place.get(), counts[column]));
        }
        present[c] = counts[c] > 0;
      }
      if (!present[c] && columns.get(c).required()) {
        fail(() -> ValueErrors.missing(columns.get(column), place.get()));
      }
    }
    InputException thrown = problem;
    if (thrown != null) {
      throw thrown;
    }
  }

  /** Adds the values that decide on the split. */
  public void addTo(ExampleHash hash, HashedColumns hashed) {
    for (int h = 0; h < hashed.size(); h++) {
      int c = hashed.column(h);
      if (!present[c]) {
        continue;
      }
      int n = counts[c];
      hash.beginValues(hashed.name(h), n);
      for (int i = 0; i < n; i++) {
        switch (types[c].columnType()) {
          case INT -> hash.putWhole(wholes[c][i]);
          case FLOAT, DOUBLE -> hash.putNumber(numbers[c][i]);
          case TEXT, BYTES -> hash.putBytes(buffer, starts[c][i], ends[c][i] - starts[c][i]);
        }
      }
    }
  }

  /** Adds the values to a batch of the columns, and ends its row. */
  public void appendTo(ExampleBatchBuilder batch) {
    for (int c = 0; c < present.length; c++) {
      if (!present[c]) {
        continue;
      }
      if (multivalent[c]) {
        batch.putEmpty(c);
      }
      int n = counts[c];
      for (int i = 0; i < n; i++) {
        switch (types[c].columnType()) {
          case INT -> batch.putLong(c, wholes[c][i]);
          case FLOAT -> batch.putFloat(c, (float) numbers[c][i]);
          case DOUBLE -> batch.putDouble(c, numbers[c][i]);
          case TEXT, BYTES -> batch.putBytes(c, buffer, starts[c][i], ends[c][i] - starts[c][i]);
        }
      }
    }
    batch.endRow();
  }

  /** The values as text, {@code {fare=1.5, tags=[a, b]}}, for those who look at refused rows. */
  public String text() {
    StringBuilder text = new StringBuilder("{");
    for (int c = 0; c < present.length; c++) {
      if (present[c] || counts[c] > 0) {
        text.append(text.length() > 1 ? ", " : "").append(columns.get(c).name()).append('=');
        String values = values(c);
        text.append(counts[c] == 1 && !multivalent[c] ? values : "[" + values + "]");
      }
    }
    return text.append('}').toString();
  }

  private String values(int c) {
    StringBuilder values = new StringBuilder();
    for (int i = 0; i < counts[c]; i++) {
      values.append(i > 0 ? ", " : "");
      switch (types[c].columnType()) {
        case INT -> values.append(wholes[c][i]);
        case FLOAT -> values.append((float) numbers[c][i]);
        case DOUBLE -> values.append(numbers[c][i]);
        case TEXT, BYTES -> values.append(text(starts[c][i], ends[c][i]));
      }
    }
    return values.toString();
  }
}
