package io.pergola.validation.internal;

import io.pergola.beam.ExampleBatch;
import io.pergola.validation.SliceKey;
import io.pergola.validation.SliceRows;
import io.pergola.validation.Slicing;
import io.pergola.validation.StatisticGenerator;
import io.pergola.validation.sketch.FrequentValues;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The slices of one slicing, within bounds: all examples are counted by slice, but only so many
 * slices have accumulators. A slice is complete if its accumulator has seen as many examples as
 * were counted; only complete ones are reported, so that no number of a slice is ever too small.
 */
final class SliceGroup {
  /** So many times as many slices are accumulated as reported, for those that grow later. */
  private static final int ROOM = 4;

  private FrequentValues counts = new FrequentValues();
  private final TreeMap<SliceKey, ExamplesAccumulator> slices = new TreeMap<>();

  /**
   * The slices that are reported.
   *
   * @param slices in key order
   * @param unreported how many there are besides
   */
  record Reported(TreeMap<SliceKey, ExamplesAccumulator> slices, long unreported) {}

  void add(
      Slicing slicing,
      int most,
      ExampleBatch batch,
      double @Nullable [] weights,
      ExamplesAccumulator.Scans scans,
      StatisticsRecipe recipe) {
    SliceRows cut = SliceRows.of(slicing, batch);
    int[][] rows = cut.rowsBySlice();
    TreeMap<SliceKey, int[]> byKey = new TreeMap<>();
    for (int slice = 0; slice < rows.length; slice++) {
      byKey.put(cut.keys().get(slice), rows[slice]);
    }
    List<Map.Entry<SliceKey, int[]>> bySize = new ArrayList<>(byKey.entrySet());
    bySize.sort(Comparator.comparingInt(slice -> -slice.getValue().length));
    for (Map.Entry<SliceKey, int[]> slice : bySize) {
      byte[] name = name(slice.getKey());
      counts.add(name, 0, name.length, slice.getValue().length);
      ExamplesAccumulator accumulator = slices.get(slice.getKey());
      if (accumulator == null && slices.size() < ROOM * most) {
        accumulator = new ExamplesAccumulator();
        slices.put(slice.getKey(), accumulator);
      }
      if (accumulator != null) {
        accumulator.add(
            Gather.rows(batch, slice.getValue()),
            Gather.weights(weights, slice.getValue()),
            scans,
            recipe);
      }
    }
  }

  void merge(SliceGroup other) {
    counts.merge(other.counts);
    other.slices.forEach(
        (key, theirs) -> {
          ExamplesAccumulator ours = slices.putIfAbsent(key, theirs);
          if (ours != null) {
            ours.merge(theirs);
          }
        });
  }

  SliceGroup part(int from, int to) {
    SliceGroup part = new SliceGroup();
    slices.forEach((key, slice) -> part.slices.put(key, slice.part(from, to)));
    if (from == 0) {
      part.counts = counts;
    }
    return part;
  }

  /** Forgets the slices that are not complete: nothing that is merged later can complete them. */
  void settle() {
    TreeMap<SliceKey, ExamplesAccumulator> complete = reported(Integer.MAX_VALUE).slices();
    slices.keySet().retainAll(complete.keySet());
  }

  /** The complete slices with the most examples. */
  Reported reported(int most) {
    Map<String, Long> counted = new HashMap<>();
    for (int i = 0; i < counts.size(); i++) {
      counted.put(new String(counts.value(i), StandardCharsets.UTF_8), counts.count(i));
    }
    List<Map.Entry<SliceKey, ExamplesAccumulator>> complete = new ArrayList<>();
    slices
        .entrySet()
        .forEach(
            slice -> {
              String name = new String(name(slice.getKey()), StandardCharsets.UTF_8);
              if (counts.error() == 0
                  && slice.getValue().examples() == counted.getOrDefault(name, -1L)) {
                complete.add(slice);
              }
            });
    complete.sort(Comparator.comparingLong(slice -> -slice.getValue().examples()));
    TreeMap<SliceKey, ExamplesAccumulator> reported = new TreeMap<>();
    complete.stream().limit(most).forEach(slice -> reported.put(slice.getKey(), slice.getValue()));
    return new Reported(reported, counts.distinct() - reported.size());
  }

  private static byte[] name(SliceKey key) {
    return key.toString().getBytes(StandardCharsets.UTF_8);
  }

  void write(DataOutput out) throws IOException {
    counts.write(out);
    out.writeInt(slices.size());
    for (Map.Entry<SliceKey, ExamplesAccumulator> slice : slices.entrySet()) {
      Map<String, String> values = slice.getKey().values();
      out.writeInt(values.size());
      for (Map.Entry<String, String> value : values.entrySet()) {
        writeText(out, value.getKey());
        writeText(out, value.getValue());
      }
      slice.getValue().write(out);
    }
  }

  static SliceGroup read(DataInput in, List<StatisticGenerator<?, ?>> generators)
      throws IOException {
    SliceGroup group = new SliceGroup();
    group.counts = FrequentValues.read(in);
    int size = in.readInt();
    for (int s = 0; s < size; s++) {
      TreeMap<String, String> values = new TreeMap<>();
      int terms = in.readInt();
      for (int t = 0; t < terms; t++) {
        values.put(readText(in), readText(in));
      }
      group.slices.put(new SliceKey(values), ExamplesAccumulator.read(in, generators));
    }
    return group;
  }

  private static void writeText(DataOutput out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static String readText(DataInput in) throws IOException {
    byte[] bytes = new byte[in.readInt()];
    in.readFully(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
