package io.pergola.examplegen.internal;

import io.pergola.beam.BytesColumn;
import io.pergola.beam.ColumnType;
import io.pergola.beam.DoubleColumn;
import io.pergola.beam.ExampleColumn;
import io.pergola.beam.FloatColumn;
import io.pergola.beam.LongColumn;
import io.pergola.examplegen.InputException;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Brings a column as it is stored to the type of the column that is wanted, dictionary entry by
 * dictionary entry where there is a dictionary. The same rules as {@link RowValues}.
 */
public final class ColumnConversion {
  private static final double TWO_POWER_63 = 0x1p63;

  private final InputColumn wanted;
  private final IntFunction<RecordPlace> places;
  private final BadRow bad;

  /** Takes note of a row that cannot be read; its values are arbitrary then. */
  @FunctionalInterface
  public interface BadRow {
    void add(int row, InputException problem);
  }

  /** What is wrong with an entry; null if nothing is. */
  @FunctionalInterface
  private interface Check {
    @Nullable String fact(int entry);
  }

  /**
   * A conversion.
   *
   * @param places where a row stands, by its index
   */
  public ColumnConversion(InputColumn wanted, IntFunction<RecordPlace> places, BadRow bad) {
    this.wanted = wanted;
    this.places = places;
    this.bad = bad;
  }

  /** A column that no row has. */
  public ExampleColumn missing(int rows) {
    if (rows > 0 && wanted.required()) {
      throw ValueErrors.missing(wanted, places.apply(0));
    }
    long[] presence = new long[(rows + 63) >> 6];
    int[] offsets = wanted.multivalent() ? new int[rows + 1] : null;
    return column(rows, emptyEntries(offsets == null ? rows : 0), null, presence, offsets);
  }

  private Object emptyEntries(int count) {
    return switch (wanted.type().columnType()) {
      case INT -> new long[count];
      case FLOAT -> new float[count];
      case DOUBLE -> new double[count];
      case TEXT, BYTES -> new Texts(new byte[0], new int[count + 1]);
    };
  }

  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Texts(byte[] data, int[] ends) {}

  /** The column that is wanted. */
  public ExampleColumn of(ExampleColumn stored) {
    Object entries = entries(stored);
    long[] presence = stored.presence();
    int[] offsets = stored.offsets();
    if (wanted.multivalent() == stored.isMultivalent()) {
      ExampleColumn same = column(stored.rows(), entries, stored.ids(), presence, offsets);
      requirePresent(same);
      return same;
    }
    ExampleColumn shaped =
        wanted.multivalent() ? toLists(stored, entries) : toSingle(stored, entries);
    requirePresent(shaped);
    return shaped;
  }

  /** Each row that is present has one value. */
  private ExampleColumn toLists(ExampleColumn stored, Object entries) {
    int rows = stored.rows();
    int[] offsets = new int[rows + 1];
    int[] ids = new int[stored.presentCount()];
    for (int row = 0; row < rows; row++) {
      offsets[row + 1] = offsets[row];
      if (stored.isPresent(row)) {
        ids[offsets[row + 1]++] = stored.entry(row);
      }
    }
    return column(rows, entries, ids, stored.presence(), offsets);
  }

  /** Rows without a value are missing. */
  private ExampleColumn toSingle(ExampleColumn stored, Object entries) {
    int rows = stored.rows();
    int[] ids = new int[rows];
    long[] presence = new long[(rows + 63) >> 6];
    int present = 0;
    for (int row = 0; row < rows; row++) {
      int count = stored.end(row) - stored.start(row);
      if (count > 1) {
        bad.add(row, ValueErrors.several(wanted, places.apply(row), count));
        count = 0;
      }
      ids[row] = count == 0 ? -1 : stored.entry(stored.start(row));
      presence[row >> 6] |= (long) count << (row & 63);
      present += count;
    }
    return column(rows, entries, ids, present == rows ? null : presence, null);
  }

  private void requirePresent(ExampleColumn column) {
    if (wanted.required() && column.presentCount() < column.rows()) {
      for (int row = 0; row < column.rows(); row++) {
        if (!column.isPresent(row)) {
          bad.add(row, ValueErrors.missing(wanted, places.apply(row)));
        }
      }
    }
  }

  private Object entries(ExampleColumn stored) {
    ColumnType target = wanted.type().columnType();
    if (stored instanceof BytesColumn texts) {
      if (target.isNumber()) {
        throw mismatch(stored);
      }
      if (target == ColumnType.TEXT) {
        check(stored, e -> isUtf8(texts, e) ? null : "is not valid UTF-8");
      }
      return new Texts(texts.data(), texts.entryOffsets());
    }
    if (!target.isNumber()) {
      throw mismatch(stored);
    }
    return switch (target) {
      case INT -> wholes(stored);
      case FLOAT -> floats(stored);
      default -> doubles(stored);
    };
  }

  private IllegalStateException mismatch(ExampleColumn stored) {
    return new IllegalStateException(
        "Cannot read %s as %s: the file changed during the run. Run again."
            .formatted(stored.name(), wanted));
  }

  private static boolean isUtf8(BytesColumn texts, int entry) {
    return Utf8.isValid(texts.data(), texts.entryOffsets()[entry], texts.entryOffsets()[entry + 1]);
  }

  private long[] wholes(ExampleColumn stored) {
    CellType type = wanted.type();
    if (stored instanceof LongColumn longs) {
      if (type != CellType.LONG) {
        check(stored, e -> type.holds(longs.entries()[e]) ? null : "is outside " + type.range());
      }
      return longs.entries();
    }
    double[] numbers = doubles(stored);
    long[] wholes = new long[numbers.length];
    for (int e = 0; e < wholes.length; e++) {
      wholes[e] = (long) numbers[e];
    }
    check(
        stored,
        e ->
            !isWhole(numbers[e])
                ? "is not a whole number of 64 bits"
                : type.holds(wholes[e]) ? null : "is outside " + type.range());
    return wholes;
  }

  private static boolean isWhole(double value) {
    return value == Math.rint(value) && value >= -TWO_POWER_63 && value < TWO_POWER_63;
  }

  private float[] floats(ExampleColumn stored) {
    if (stored instanceof FloatColumn floats) {
      return floats.entries();
    }
    float[] narrow = new float[stored.entryCount()];
    if (stored instanceof LongColumn longs) {
      for (int e = 0; e < narrow.length; e++) {
        narrow[e] = longs.entries()[e];
      }
      return narrow;
    }
    double[] numbers = doubles(stored);
    for (int e = 0; e < narrow.length; e++) {
      narrow[e] = (float) numbers[e];
    }
    check(
        stored,
        e ->
            Float.isInfinite(narrow[e]) && !Double.isInfinite(numbers[e])
                ? "is beyond the range of 32-bit numbers"
                : null);
    return narrow;
  }

  private static double[] doubles(ExampleColumn stored) {
    if (stored instanceof DoubleColumn column) {
      return column.entries();
    }
    double[] numbers = new double[stored.entryCount()];
    for (int e = 0; e < numbers.length; e++) {
      numbers[e] =
          stored instanceof LongColumn longs
              ? longs.entries()[e]
              : ((FloatColumn) stored).entries()[e];
    }
    return numbers;
  }

  /** Refuses rows that have a bad entry; entries that no row has may be anything. */
  private void check(ExampleColumn stored, Check check) {
    boolean any = false;
    for (int e = 0; e < stored.entryCount() && !any; e++) {
      any = check.fact(e) != null;
    }
    if (!any) {
      return;
    }
    for (int row = 0; row < stored.rows(); row++) {
      if (stored.isPresent(row)) {
        for (int value = stored.start(row); value < stored.end(row); value++) {
          int entry = stored.entry(value);
          String fact = check.fact(entry);
          if (fact != null) {
            bad.add(row, ValueErrors.bad(wanted, places.apply(row), shown(stored, entry), fact));
          }
        }
      }
    }
  }

  private static String shown(ExampleColumn stored, int entry) {
    if (stored instanceof LongColumn longs) {
      return Long.toString(longs.entries()[entry]);
    }
    if (stored instanceof FloatColumn floats) {
      return Float.toString(floats.entries()[entry]);
    }
    return stored instanceof DoubleColumn doubles
        ? Double.toString(doubles.entries()[entry])
        : ((BytesColumn) stored).entryText(entry);
  }

  @SuppressWarnings("NullAway") // It does not see annotations through a compact constructor.
  private ExampleColumn column(
      int rows,
      Object entries,
      int @Nullable [] ids,
      long @Nullable [] presence,
      int @Nullable [] offsets) {
    String name = wanted.name();
    if (entries instanceof Texts texts) {
      return new BytesColumn(
          name,
          wanted.type().columnType(),
          rows,
          texts.data(),
          texts.ends(),
          ids,
          presence,
          offsets);
    }
    if (entries instanceof long[] longs) {
      return new LongColumn(name, rows, longs, ids, presence, offsets);
    }
    return entries instanceof float[] floats
        ? new FloatColumn(name, rows, floats, ids, presence, offsets)
        : new DoubleColumn(name, rows, (double[]) entries, ids, presence, offsets);
  }
}
