package io.pergola.validation.sketch;

import io.pergola.beam.Varint;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ObjDoubleConsumer;

/**
 * The byte strings of the greatest weight: {@link FrequentValues} for real weights. Weights are too
 * low by at most {@link #error}. Deterministic; not thread-safe.
 */
public final class WeightedValues {
  private final Map<Key, double[]> weights = new LinkedHashMap<>();
  private long bytes;
  private double error;

  /** A byte string. */
  private static final class Key {
    private final byte[] bytes;
    private final int hash;

    Key(byte[] bytes) {
      this.bytes = bytes;
      this.hash = Arrays.hashCode(bytes);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Key key && Arrays.equals(bytes, key.bytes);
    }

    @Override
    public int hashCode() {
      return hash;
    }
  }

  /**
   * Adds weight to a value.
   *
   * @param weight above 0; nothing happens otherwise
   */
  public void add(byte[] value, int from, int length, double weight) {
    if (weight > 0) {
      add(new Key(Arrays.copyOfRange(value, from, from + length)), weight);
    }
  }

  /** Adds everything that the other has seen; the other stays as it is. */
  public void merge(WeightedValues other) {
    error += other.error;
    other.weights.forEach((key, weight) -> add(key, weight[0]));
  }

  /** How far weights can be too low: a bound, not an estimate; 0 while they are exact. */
  public double error() {
    return error;
  }

  /** Hands out every value that is known, in no particular order. */
  public void forEach(ObjDoubleConsumer<byte[]> consumer) {
    weights.forEach((key, weight) -> consumer.accept(key.bytes, weight[0]));
  }

  /** Writes the state, for {@link #read}. */
  public void write(DataOutput out) throws IOException {
    out.writeDouble(error);
    Varint.write(out, weights.size());
    for (Map.Entry<Key, double[]> entry : weights.entrySet()) {
      Varint.write(out, entry.getKey().bytes.length);
      out.write(entry.getKey().bytes);
      out.writeDouble(entry.getValue()[0]);
    }
  }

  /** Reads what {@link #write} wrote. */
  public static WeightedValues read(DataInput in) throws IOException {
    WeightedValues values = new WeightedValues();
    values.error = in.readDouble();
    int size = (int) Varint.read(in);
    for (int i = 0; i < size; i++) {
      byte[] value = new byte[(int) Varint.read(in)];
      in.readFully(value);
      values.add(new Key(value), in.readDouble());
    }
    return values;
  }

  private void add(Key key, double weight) {
    double[] known = weights.get(key);
    if (known != null) {
      known[0] += weight;
      return;
    }
    weights.put(key, new double[] {weight});
    bytes += key.bytes.length;
    while (weights.size() > FrequentValues.EXACT || bytes > FrequentValues.EXACT_BYTES) {
      forget();
    }
  }

  /** Takes the median weight off all weights; what falls to zero is forgotten. */
  private void forget() {
    double[] sorted = weights.values().stream().mapToDouble(weight -> weight[0]).sorted().toArray();
    double median = sorted[sorted.length / 2];
    error += median;
    weights
        .entrySet()
        .removeIf(
            entry -> {
              entry.getValue()[0] -= median;
              if (entry.getValue()[0] > 0) {
                return false;
              }
              bytes -= entry.getKey().bytes.length;
              return true;
            });
  }
}
