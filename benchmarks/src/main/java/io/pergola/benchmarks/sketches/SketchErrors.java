package io.pergola.benchmarks.sketches;

import io.pergola.validation.sketch.DistinctSketch;
import io.pergola.validation.sketch.FrequentValues;
import io.pergola.validation.sketch.QuantileSketch;
import io.pergola.validation.sketch.Quantiles;
import io.pergola.validation.sketch.SortBuffer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.IntToDoubleFunction;

/**
 * Prints, for values of several shapes, how far ranks, frequencies and numbers of distinct values
 * are off after 1, 10 and 1,000 merges of sketches that were written and read, and the bounds that
 * the sketches state.
 */
public final class SketchErrors {
  private static final int RUN = 262_144;
  private static final int[] MERGES = {1, 10, 1_000};

  private final int n;
  private final Random random = new Random(20_261_121);

  private SketchErrors(int n) {
    this.n = n;
  }

  /** The first argument is the number of values; default 5,000,000. */
  public static void main(String[] args) throws IOException {
    int n = args.length == 0 ? 5_000_000 : Integer.parseInt(args[0]);
    System.out.printf("%,d values; errors in percent of n, or of the distinct values%n", n);
    System.out.println(
        "| values | distinct | merges | rank error | bound | frequency error | bound | distinct error | std. error | kB |");
    System.out.println("|---|---|---|---|---|---|---|---|---|---|");
    for (Shape shape : Shape.values()) {
      for (int merges : MERGES) {
        System.out.println(new SketchErrors(n).row(shape, merges));
      }
    }
  }

  private enum Shape {
    UNIFORM,
    ZIPF,
    SORTED,
    CONSTANT,
    /** From both ends to the middle: each run spans what is left, so that levels never settle. */
    ADVERSARIAL
  }

  private IntToDoubleFunction values(Shape shape) {
    return switch (shape) {
      case UNIFORM -> i -> random.nextDouble();
      case ZIPF -> i -> Math.floor(Math.pow(1 - random.nextDouble(), -2));
      case SORTED -> i -> i;
      case CONSTANT -> i -> 42;
      case ADVERSARIAL -> i -> i % 2 == 0 ? i : -i;
    };
  }

  private String row(Shape shape, int merges) throws IOException {
    IntToDoubleFunction next = values(shape);
    double[] all = new double[n];
    for (int i = 0; i < n; i++) {
      all[i] = next.applyAsDouble(i);
    }
    QuantileSketch quantiles = new QuantileSketch();
    FrequentValues frequent = new FrequentValues();
    for (int m = 0; m < merges; m++) {
      int from = (int) ((long) n * m / merges);
      int to = (int) ((long) n * (m + 1) / merges);
      QuantileSketch part = new QuantileSketch();
      FrequentValues texts = new FrequentValues();
      SortBuffer buffer = new SortBuffer();
      for (int start = from; start < to; start += RUN) {
        int size = Math.min(RUN, to - start);
        buffer.clear(size);
        for (int i = 0; i < size; i++) {
          buffer.keys()[i] = SortBuffer.keyOf(all[start + i]);
        }
        buffer.finish(size, SortBuffer.Keys.DOUBLE);
        part.addSorted(buffer.values(), buffer.weights(), buffer.size());
      }
      for (int i = from; i < to; i++) {
        byte[] text = ByteBuffer.allocate(Double.BYTES).putDouble(all[i]).array();
        texts.add(text, 0, text.length, 1);
      }
      ByteArrayOutputStream written = new ByteArrayOutputStream();
      part.write(new DataOutputStream(written));
      quantiles.merge(QuantileSketch.read(in(written)));
      ByteArrayOutputStream counted = new ByteArrayOutputStream();
      texts.write(new DataOutputStream(counted));
      frequent.merge(FrequentValues.read(in(counted)));
    }
    return row(shape, merges, all, quantiles, frequent);
  }

  private static DataInputStream in(ByteArrayOutputStream written) {
    return new DataInputStream(new ByteArrayInputStream(written.toByteArray()));
  }

  private String row(
      Shape shape, int merges, double[] all, QuantileSketch sketch, FrequentValues frequent)
      throws IOException {
    Arrays.sort(all);
    long distinct = 0;
    for (int i = 0; i < n; i++) {
      distinct += i == 0 || all[i] != all[i - 1] ? 1 : 0;
    }
    Map<Double, Long> counted = new HashMap<>();
    for (int i = 0; i < frequent.size(); i++) {
      counted.put(ByteBuffer.wrap(frequent.value(i)).getDouble(), frequent.count(i));
    }
    long missed = 0;
    for (int i = 0, j; i < n; i = j) {
      j = i + 1;
      while (j < n && all[j] == all[i]) {
        j++;
      }
      missed = Math.max(missed, j - i - counted.getOrDefault(all[i], 0L));
    }
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    sketch.write(new DataOutputStream(written));
    return String.format(
        Locale.ROOT,
        "| %s | %,d | %,d | %.4f | %.4f | %.5f | %.5f | %.2f | %s | %d |",
        shape.name().toLowerCase(Locale.ROOT),
        distinct,
        merges,
        100.0 * rankError(all, sketch.quantiles()) / n,
        100.0 * sketch.rankError() / n,
        100.0 * missed / n,
        100.0 * frequent.error() / n,
        100.0 * Math.abs(frequent.distinct() - distinct) / distinct,
        frequent.isDistinctExact() ? "exact" : "%.2f".formatted(100 * DistinctSketch.ERROR),
        written.size() / 1_024);
  }

  /** The greatest distance of a rank that was asked for from the ranks that the answer has. */
  private long rankError(double[] sorted, Quantiles quantiles) {
    long worst = 0;
    for (int i = 1; i < 1_000; i++) {
      long rank = (long) n * i / 1_000;
      double value = quantiles.valueAt(rank);
      long first = firstAtLeast(sorted, value) + 1L;
      long last = firstAtLeast(sorted, Math.nextUp(value));
      worst = Math.max(worst, Math.max(first - rank, rank - last));
    }
    return worst;
  }

  private static int firstAtLeast(double[] sorted, double value) {
    int low = 0;
    int high = sorted.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sorted[middle] < value) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
