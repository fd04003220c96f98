package io.pergola.transform;

import io.pergola.beam.BytesColumn;
import io.pergola.beam.ColumnType;
import io.pergola.beam.ExampleColumn;
import io.pergola.beam.FloatColumn;
import io.pergola.feature.Mapped;
import io.pergola.feature.RowFunction;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Calls functions of authors: over whole columns, once a dictionary entry that is in use, and never
 * for what no present row has.
 */
final class RowFunctions {
  private RowFunctions() {}

  /** A number of some numbers, called with them in an array that is the caller's. */
  interface OfArray {
    double of(double[] x);
  }

  /**
   * The function of an expression, in the thread's context class loader, or in Pergola's own.
   *
   * @throws io.pergola.pipeline.PipelineException if its class is not there, or its code is another
   */
  static <T extends RowFunction> T find(Class<T> type, Mapped e) {
    ClassLoader ours = FittedPlan.class.getClassLoader();
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    boolean there = context != null && e.function().isIn(context);
    return e.function().find(type, there ? context : ours, "function '%s'".formatted(e.name()));
  }

  /** A function of any number of numbers, whatever interface it is written as. */
  static OfArray ofArray(Mapped.Numbers e) {
    return switch (e.arguments()) {
      case ONE -> {
        RowFunction.OfNumber function = find(RowFunction.OfNumber.class, e);
        yield x -> function.of(x[0]);
      }
      case TWO -> {
        RowFunction.OfTwoNumbers function = find(RowFunction.OfTwoNumbers.class, e);
        yield x -> function.of(x[0], x[1]);
      }
      case MANY -> find(RowFunction.OfNumbers.class, e)::of;
    };
  }

  static FloatColumn numbers(Mapped.Numbers e, List<FloatColumn> of, String feature) {
    boolean stays = e.missing() == Mapped.Missing.STAYS;
    if (stays && e.arguments() == Mapped.Arguments.ONE) {
      return one(e, of.get(0), feature);
    }
    OfArray function = ofArray(e);
    int rows = of.get(0).rows();
    float[] made = new float[rows];
    long[] presence = new long[(rows + 63) >> 6];
    double[] x = new double[of.size()];
    for (int row = 0; row < rows; row++) {
      boolean all = true;
      for (int i = 0; i < x.length; i++) {
        FloatColumn column = of.get(i);
        boolean present = column.isPresent(row);
        x[i] = present ? column.value(row) : Double.NaN;
        all &= present;
      }
      if (all || !stays) {
        made[row] = call(function, x, e, feature);
        if (stays || !Float.isNaN(made[row])) {
          presence[row >> 6] |= 1L << (row & 63);
        }
      }
    }
    return FloatColumn.of("", made, Vectors.nullIfAll(presence, rows));
  }

  private static FloatColumn one(Mapped.Numbers e, FloatColumn x, String feature) {
    RowFunction.OfNumber function = find(RowFunction.OfNumber.class, e);
    float[] from = x.entries();
    float[] made = new float[from.length];
    boolean[] used = x.ids() == null ? null : used(x);
    for (int i = 0; i < from.length; i++) {
      if (used == null ? x.isPresent(i) : used[i]) {
        made[i] = call(function, from[i], e, feature);
      }
    }
    return new FloatColumn("", x.rows(), made, x.ids(), x.presence(), null);
  }

  static FloatColumn numberOfText(Mapped.NumberOfText e, BytesColumn x, String feature) {
    RowFunction.NumberOfText function = find(RowFunction.NumberOfText.class, e);
    float[] made = new float[x.entryCount()];
    boolean[] used = used(x);
    for (int i = 0; i < made.length; i++) {
      if (used[i]) {
        made[i] = call(function, Texts.entry(x, i), e, feature);
      }
    }
    return new FloatColumn("", x.rows(), made, x.ids(), x.presence(), null);
  }

  static BytesColumn textOfText(Mapped.TextOfText e, BytesColumn x, String feature) {
    RowFunction.OfText function = find(RowFunction.OfText.class, e);
    boolean[] used = used(x);
    boolean[] known = new boolean[used.length];
    int[] offsets = new int[used.length + 1];
    ByteArrayOutputStream data = new ByteArrayOutputStream(used.length * 4);
    for (int i = 0; i < used.length; i++) {
      String text = used[i] ? call(function, Texts.entry(x, i), e, feature) : null;
      if (text != null) {
        known[i] = true;
        data.writeBytes(text.getBytes(StandardCharsets.UTF_8));
      }
      offsets[i + 1] = data.size();
    }
    long[] presence = new long[(x.rows() + 63) >> 6];
    for (int row = 0; row < x.rows(); row++) {
      if (x.isPresent(row) && known[x.entry(row)]) {
        presence[row >> 6] |= 1L << (row & 63);
      }
    }
    return Vectors.bytes(
        "",
        ColumnType.TEXT,
        data.toByteArray(),
        offsets,
        x.ids(),
        Vectors.nullIfAll(presence, x.rows()),
        x.rows());
  }

  /** Called once for each list that a present row has. */
  static FloatColumn numberOfList(Mapped.NumberOfList e, Lists lists, String feature) {
    RowFunction.OfNumbers function = find(RowFunction.OfNumbers.class, e);
    FloatColumn values = (FloatColumn) lists.values();
    float[] made = new float[lists.count()];
    int[] uses = lists.uses();
    for (int list = 0; list < made.length; list++) {
      if (uses[list] > 0) {
        int start = values.start(list);
        double[] x = new double[lists.length(list)];
        for (int i = 0; i < x.length; i++) {
          x[i] = values.value(start + i);
        }
        made[list] = call(function::of, x, e, feature);
      }
    }
    return new FloatColumn("", lists.rows(), made, lists.ids(), lists.presence(), null);
  }

  /** Which entries are the value of a present row. */
  private static boolean[] used(ExampleColumn x) {
    boolean[] used = new boolean[x.entryCount()];
    for (int row = 0; row < x.rows(); row++) {
      if (x.isPresent(row)) {
        used[x.entry(row)] = true;
      }
    }
    return used;
  }

  static float call(RowFunction.OfNumber function, float x, Mapped e, String feature) {
    try {
      return (float) function.of(x);
    } catch (RuntimeException thrown) {
      throw failed(e, Decimal.text(x), feature, thrown);
    }
  }

  static float call(OfArray function, double[] x, Mapped e, String feature) {
    try {
      return (float) function.of(x);
    } catch (RuntimeException thrown) {
      throw failed(e, Arrays.toString(x), feature, thrown);
    }
  }

  static float call(RowFunction.NumberOfText function, String text, Mapped e, String feature) {
    try {
      return (float) function.of(text);
    } catch (RuntimeException thrown) {
      throw failed(e, "'" + text + "'", feature, thrown);
    }
  }

  static @Nullable String call(RowFunction.OfText function, String text, Mapped e, String feature) {
    try {
      return function.of(text);
    } catch (RuntimeException thrown) {
      throw failed(e, "'" + text + "'", feature, thrown);
    }
  }

  private static IllegalArgumentException failed(
      Mapped e, String x, String feature, RuntimeException thrown) {
    return new IllegalArgumentException(
        "Cannot compute feature '%s': function '%s' failed for %s (%s). Correct the function in %s."
            .formatted(feature, e.name(), x, thrown, e.function().in()),
        thrown);
  }
}
