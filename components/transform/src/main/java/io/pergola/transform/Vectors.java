package io.pergola.transform;

import io.pergola.beam.BytesColumn;
import io.pergola.beam.ColumnType;
import io.pergola.beam.DoubleColumn;
import io.pergola.beam.ExampleColumn;
import io.pergola.beam.FloatColumn;
import io.pergola.beam.LongColumn;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Operations on whole univalent columns. Results share arrays with their arguments. */
final class Vectors {
  private Vectors() {}

  /** A function of a float32. */
  interface FloatFunction {
    float of(float x);
  }

  /** A function of two float32. */
  interface FloatOperation {
    float of(float a, float b);
  }

  static ExampleColumn named(String name, ExampleColumn c) {
    if (c instanceof FloatColumn f) {
      return new FloatColumn(name, f.rows(), f.entries(), f.ids(), f.presence(), null);
    } else if (c instanceof LongColumn l) {
      return new LongColumn(name, l.rows(), l.entries(), l.ids(), l.presence(), null);
    }
    throw new IllegalStateException("Not a feature: %s".formatted(c.type()));
  }

  /** A column of numbers as float32, rounded to nearest, ties to even. */
  static FloatColumn floats(ExampleColumn c) {
    if (c instanceof FloatColumn f) {
      return f;
    }
    float[] entries = new float[c.entryCount()];
    if (c instanceof LongColumn l) {
      long[] from = l.entries();
      for (int i = 0; i < entries.length; i++) {
        entries[i] = (float) from[i];
      }
    } else if (c instanceof DoubleColumn d) {
      double[] from = d.entries();
      for (int i = 0; i < entries.length; i++) {
        entries[i] = (float) from[i];
      }
    }
    return new FloatColumn(c.name(), c.rows(), entries, c.ids(), c.presence(), null);
  }

  /** The same number in every row. */
  static FloatColumn constant(int rows, float value) {
    return new FloatColumn("", rows, new float[] {value}, new int[rows], null, null);
  }

  /** A univalent column of text or bytes. */
  @SuppressWarnings("NullAway") // javac drops @Nullable from a compact constructor's class file.
  static BytesColumn bytes(
      String name,
      ColumnType type,
      byte[] data,
      int[] entryOffsets,
      int @Nullable [] ids,
      long @Nullable [] presence,
      int rows) {
    return new BytesColumn(name, type, rows, data, entryOffsets, ids, presence, null);
  }

  static FloatColumn map(FloatColumn x, FloatFunction function) {
    float[] from = x.entries();
    float[] entries = new float[from.length];
    for (int i = 0; i < entries.length; i++) {
      entries[i] = function.of(from[i]);
    }
    return new FloatColumn("", x.rows(), entries, x.ids(), x.presence(), null);
  }

  /** Missing where either is. */
  static FloatColumn combine(FloatColumn a, FloatColumn b, FloatOperation operation) {
    if (isConstant(b)) {
      float value = b.entries()[0];
      return map(a, x -> operation.of(x, value));
    }
    if (isConstant(a)) {
      float value = a.entries()[0];
      return map(b, x -> operation.of(value, x));
    }
    float[] left = a.values();
    float[] right = b.values();
    float[] values = new float[a.rows()];
    for (int i = 0; i < values.length; i++) {
      values[i] = operation.of(left[i], right[i]);
    }
    return new FloatColumn("", values.length, values, null, both(a.presence(), b.presence()), null);
  }

  private static boolean isConstant(FloatColumn c) {
    return c.ids() != null && c.entryCount() == 1 && c.presence() == null;
  }

  /** The rows that are present in both. */
  static long @Nullable [] both(long @Nullable [] a, long @Nullable [] b) {
    if (a == null || b == null) {
      return a == null ? b : a;
    }
    long[] both = new long[a.length];
    for (int i = 0; i < both.length; i++) {
      both[i] = a[i] & b[i];
    }
    return both;
  }

  /** The same presence, in the form that columns give it where every row is present. */
  static long @Nullable [] nullIfAll(long[] presence, int rows) {
    int count = 0;
    for (long word : presence) {
      count += Long.bitCount(word);
    }
    return count == rows ? null : presence;
  }

  static FloatColumn fill(FloatColumn x, float value) {
    if (x.presence() == null) {
      return x;
    }
    int[] ids = x.ids();
    if (ids != null) {
      float[] entries = Arrays.copyOf(x.entries(), x.entryCount() + 1);
      entries[entries.length - 1] = value;
      return new FloatColumn(
          "", x.rows(), entries, filledIds(x, ids, entries.length - 1), null, null);
    }
    float[] entries = x.entries().clone();
    for (int i = 0; i < entries.length; i++) {
      if (!x.isPresent(i)) {
        entries[i] = value;
      }
    }
    return new FloatColumn("", x.rows(), entries, null, null, null);
  }

  static LongColumn fill(LongColumn x, long value) {
    if (x.presence() == null) {
      return x;
    }
    int[] ids = x.ids();
    if (ids != null) {
      long[] entries = Arrays.copyOf(x.entries(), x.entryCount() + 1);
      entries[entries.length - 1] = value;
      return new LongColumn(
          "", x.rows(), entries, filledIds(x, ids, entries.length - 1), null, null);
    }
    long[] entries = x.entries().clone();
    for (int i = 0; i < entries.length; i++) {
      if (!x.isPresent(i)) {
        entries[i] = value;
      }
    }
    return new LongColumn("", x.rows(), entries, null, null, null);
  }

  static BytesColumn fill(BytesColumn x, String value) {
    if (x.presence() == null) {
      return x;
    }
    byte[] filler = value.getBytes(StandardCharsets.UTF_8);
    int[] offsets = x.entryOffsets();
    int used = offsets[offsets.length - 1];
    byte[] data = Arrays.copyOf(x.data(), used + filler.length);
    System.arraycopy(filler, 0, data, used, filler.length);
    int[] filledOffsets = Arrays.copyOf(offsets, offsets.length + 1);
    filledOffsets[offsets.length] = data.length;
    int[] ids = x.ids();
    if (ids == null) {
      ids = new int[x.rows()];
      Arrays.setAll(ids, i -> i);
    }
    return bytes(
        "", x.type(), data, filledOffsets, filledIds(x, ids, offsets.length - 1), null, x.rows());
  }

  private static int[] filledIds(ExampleColumn x, int[] ids, int filler) {
    int[] filled = ids.clone();
    long[] presence = Objects.requireNonNull(x.presence());
    for (int word = 0; word < presence.length; word++) {
      int first = word << 6;
      int rows = Math.min(64, filled.length - first);
      long missing = ~presence[word] & (rows == 64 ? -1L : (1L << rows) - 1);
      for (; missing != 0; missing &= missing - 1) {
        filled[first + Long.numberOfTrailingZeros(missing)] = filler;
      }
    }
    return filled;
  }

  /**
   * Small numbers, one for each entry of {@code x}, as a column with a dictionary.
   *
   * @param numbers in 0..limit-1; anything for entries not in use
   */
  static LongColumn ofFew(ExampleColumn x, int[] numbers, int limit) {
    if (x.ids() != null || limit > x.rows()) {
      long[] entries = new long[numbers.length];
      for (int i = 0; i < entries.length; i++) {
        entries[i] = numbers[i];
      }
      return new LongColumn("", x.rows(), entries, x.ids(), x.presence(), null);
    }
    int[] ids = numbers;
    if (x.presence() != null) {
      ids = filledIds(x, numbers, -1);
    }
    long[] entries = new long[limit];
    for (int i = 0; i < limit; i++) {
      entries[i] = i;
    }
    return new LongColumn("", x.rows(), entries, ids, x.presence(), null);
  }

  /** Text for each entry of {@code x}. */
  static BytesColumn text(ExampleColumn x, IntFunction<String> textOfEntry) {
    int[] offsets = new int[x.entryCount() + 1];
    ByteArrayOutputStream data = new ByteArrayOutputStream(x.entryCount() * 4);
    for (int i = 0; i < x.entryCount(); i++) {
      data.writeBytes(textOfEntry.apply(i).getBytes(StandardCharsets.UTF_8));
      offsets[i + 1] = data.size();
    }
    return bytes("", ColumnType.TEXT, data.toByteArray(), offsets, x.ids(), x.presence(), x.rows());
  }

  /** Whether an entry is the value of a present row. */
  static boolean isUsed(ExampleColumn x, int entry) {
    int[] ids = x.ids();
    if (ids == null) {
      return x.isPresent(entry);
    }
    for (int row = 0; row < ids.length; row++) {
      if (ids[row] == entry && x.isPresent(row)) {
        return true;
      }
    }
    return false;
  }
}
