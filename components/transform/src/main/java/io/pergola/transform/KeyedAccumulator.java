package io.pergola.transform;

import io.pergola.beam.BytesColumn;
import io.pergola.beam.FloatColumn;
import io.pergola.feature.Keyed;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Accumulators of numbers, one for each key. Keys are texts, told apart by their bytes. */
final class KeyedAccumulator implements Accumulator {
  static final int KIND = 6;

  /** The most distinct keys. */
  static final int MAX_KEYS = 1 << 16;

  /** Of the values whose key is missing. */
  private final Accumulator keyless;

  private final TermTable keys = new TermTable();
  private final List<Accumulator> accumulators = new ArrayList<>();

  /**
   * @param keyless one that has seen nothing, and takes numbers
   */
  KeyedAccumulator(Accumulator keyless) {
    this.keyless = keyless;
  }

  void add(FloatColumn x, BytesColumn keyOf) {
    float[] values = x.values();
    int[] places = new int[keyOf.entryCount()];
    Arrays.fill(places, -1);
    for (int row = 0; row < values.length; row++) {
      if (x.isPresent(row)) {
        Accumulator to = keyless;
        if (keyOf.isPresent(row)) {
          int entry = keyOf.entry(row);
          if (places[entry] < 0) {
            int from = keyOf.entryOffsets()[entry];
            places[entry] = place(keyOf.data(), from, keyOf.entryOffsets()[entry + 1] - from);
          }
          to = accumulators.get(places[entry]);
        }
        ((OfNumbers) to).add(values[row], 1);
      }
    }
  }

  private int place(byte[] data, int from, int length) {
    int place = keys.add(data, from, length, Fingerprint64.of(data, from, length));
    if (place == accumulators.size()) {
      accumulators.add(keyless.empty());
    }
    if (keys.size() > MAX_KEYS) {
      throw new IllegalStateException(
          "Cannot fit for each key: there are more than %,d distinct ones. Hash the key: .hash(n)."
              .formatted(MAX_KEYS));
    }
    return place;
  }

  /** Fits an analyzer to what each key and all examples together have. */
  Fitted.PerKey fit(Keyed of) {
    Accumulator whole = keyless.empty();
    whole.merge(keyless);
    accumulators.forEach(whole::merge);
    List<Integer> sorted = IntStream.range(0, keys.size()).boxed().sorted(keys::compare).toList();
    return new Fitted.PerKey(
        of,
        Analysis.fit(of.of(), List.of(whole)),
        Terms.ofBytes(sorted.stream().map(keys::term).toList()),
        sorted.stream().map(i -> Analysis.fit(of.of(), List.of(accumulators.get(i)))).toList());
  }

  @Override
  public int kind() {
    return KIND;
  }

  @Override
  public KeyedAccumulator empty() {
    return new KeyedAccumulator(keyless.empty());
  }

  @Override
  public void merge(Accumulator other) {
    KeyedAccumulator that = (KeyedAccumulator) other;
    keyless.merge(that.keyless);
    for (int key = 0; key < that.keys.size(); key++) {
      int place = place(that.keys.data(), that.keys.start(key), that.keys.length(key));
      accumulators.get(place).merge(that.accumulators.get(key));
    }
  }

  @Override
  public void write(DataOutput out) throws IOException {
    Accumulator.write(keyless, out);
    out.writeInt(keys.size());
    for (int key = 0; key < keys.size(); key++) {
      out.writeInt(keys.length(key));
      out.write(keys.data(), keys.start(key), keys.length(key));
      Accumulator.write(accumulators.get(key), out);
    }
  }

  static KeyedAccumulator readState(DataInput in) throws IOException {
    KeyedAccumulator read = new KeyedAccumulator(Accumulator.read(in));
    int size = in.readInt();
    for (int i = 0; i < size; i++) {
      byte[] key = new byte[in.readInt()];
      in.readFully(key);
      read.accumulators.get(read.place(key, 0, key.length)).merge(Accumulator.read(in));
    }
    return read;
  }
}
