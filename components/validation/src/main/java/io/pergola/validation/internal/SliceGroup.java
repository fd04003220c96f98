package io.pergola.validation.internal;

import io.pergola.beam.ExampleBatch;
import io.pergola.validation.SliceKey;
import io.pergola.validation.SliceRows;
import io.pergola.validation.SliceStatistics;
import io.pergola.validation.Slicing;
import io.pergola.validation.StatisticGenerator;
import io.pergola.validation.StatisticsGen.Crossing;
import io.pergola.validation.sketch.FrequentValues;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The slices of one slicing, within bounds: all examples are counted by slice, but only so many
 * slices have accumulators. A slice is complete if its accumulator has seen as many examples as
 * were counted; only complete ones are reported, so that no number of a slice is ever too small.
 * What is kept for merging is bounded as well, by slices and by bytes, the largest slices first.
 */
final class SliceGroup {
  /** So many times as many slices are accumulated as reported, for those that grow later. */
  private static final int ROOM = 4;

  /** So many times as many slices are kept for merging as reported, at most. */
  private static final int KEPT = 2;

  /** The slices of one slicing and split take no more in a file. */
  static final int MOST_BYTES = 8 << 20;

  private FrequentValues counts = new FrequentValues();
  private final TreeMap<SliceKey, ExamplesAccumulator> slices = new TreeMap<>();
  private final TreeMap<SliceKey, Labelled> labelled = new TreeMap<>();

  /** The slices of a slice by a label, and how many examples they have seen. */
  private static final class Labelled {
    private long examples;
    private SliceGroup byLabel = new SliceGroup();
  }

  /**
   * The slices that are reported.
   *
   * @param slices in key order
   * @param unreported how many there are besides
   * @param unreportedExamples how many examples these have together
   */
  record Reported(
      TreeMap<SliceKey, ExamplesAccumulator> slices, long unreported, long unreportedExamples) {}

  /** One slice for each value of a label. */
  static Slicing byLabel(String label) {
    return new Slicing(List.of(new Slicing.Term(label, null)));
  }

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
        ExampleBatch ofSlice = Gather.rows(batch, slice.getValue());
        accumulator.add(ofSlice, Gather.weights(weights, slice.getValue()), scans, recipe);
        addLabelled(slice.getKey(), ofSlice, scans, recipe.crossing());
      }
    }
  }

  private void addLabelled(
      SliceKey slice,
      ExampleBatch batch,
      ExamplesAccumulator.Scans scans,
      @Nullable Crossing crossing) {
    if (crossing == null || crossing.label() == null) {
      return;
    }
    Labelled known = labelled.get(slice);
    if (known == null && labelled.size() < ROOM * crossing.labelledSlices()) {
      known = new Labelled();
      labelled.put(slice, known);
    }
    if (known != null) {
      known.examples += batch.rows();
      known.byLabel.add(
          byLabel(crossing.label()),
          Associations.MOST_LABELS,
          batch,
          null,
          scans,
          StatisticsRecipe.PLAIN);
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
    other.labelled.forEach(
        (key, theirs) -> {
          Labelled ours = labelled.putIfAbsent(key, theirs);
          if (ours != null) {
            ours.examples += theirs.examples;
            ours.byLabel.merge(theirs.byLabel);
          }
        });
  }

  SliceGroup part(int from, int to) {
    SliceGroup part = new SliceGroup();
    slices.forEach((key, slice) -> part.slices.put(key, slice.part(from, to)));
    labelled.forEach(
        (key, slice) -> {
          Labelled ofPart = new Labelled();
          ofPart.examples = from == 0 ? slice.examples : 0;
          ofPart.byLabel = slice.byLabel.part(from, to);
          part.labelled.put(key, ofPart);
        });
    if (from == 0) {
      part.counts = counts;
    }
    return part;
  }

  /**
   * Forgets the slices that are not complete, because nothing that is merged later can complete
   * them, and of the others the smallest that are too many or too large to keep: after a merge they
   * are not reported.
   */
  void settle(int most) {
    Set<SliceKey> kept = new HashSet<>();
    long bytes = 0;
    for (Map.Entry<SliceKey, ExamplesAccumulator> slice : complete()) {
      bytes += size(slice.getKey(), slice.getValue());
      if (kept.size() == KEPT * most || bytes > MOST_BYTES) {
        break;
      }
      kept.add(slice.getKey());
    }
    slices.keySet().retainAll(kept);
    labelled.keySet().retainAll(kept);
  }

  private long size(SliceKey key, ExamplesAccumulator slice) {
    DataOutputStream counter = new DataOutputStream(OutputStream.nullOutputStream());
    try {
      slice.write(counter);
      Labelled ofSlice = labelled.get(key);
      if (ofSlice != null) {
        ofSlice.byLabel.write(counter);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return counter.size();
  }

  /** The complete slices with the most examples. */
  Reported reported(int most) {
    TreeMap<SliceKey, ExamplesAccumulator> reported = new TreeMap<>();
    long examples = 0;
    for (int i = 0; i < counts.size(); i++) {
      examples += counts.count(i);
    }
    for (Map.Entry<SliceKey, ExamplesAccumulator> slice : complete()) {
      if (reported.size() < most) {
        reported.put(slice.getKey(), slice.getValue());
        examples -= slice.getValue().examples();
      }
    }
    return new Reported(reported, counts.distinct() - reported.size(), examples);
  }

  /** The slices whose accumulators have seen all of their examples, the largest first. */
  private List<Map.Entry<SliceKey, ExamplesAccumulator>> complete() {
    if (counts.error() > 0) {
      return List.of();
    }
    Map<String, Long> counted = new HashMap<>();
    for (int i = 0; i < counts.size(); i++) {
      counted.put(new String(counts.value(i), StandardCharsets.UTF_8), counts.count(i));
    }
    return slices.entrySet().stream()
        .filter(
            slice ->
                slice.getValue().examples() == counted.getOrDefault(slice.getKey().toString(), -1L))
        .sorted(Comparator.comparingLong(slice -> -slice.getValue().examples()))
        .toList();
  }

  /** The statistics of slices, and of how their features go with the label of the settings. */
  TreeMap<SliceKey, SliceStatistics> statistics(
      String split, Reported reported, StatisticsSettings settings) {
    Set<SliceKey> withLabel =
        reported.slices().entrySet().stream()
            .sorted(Comparator.comparingLong(slice -> -slice.getValue().examples()))
            .map(Map.Entry::getKey)
            .filter(key -> hasLabel(key, reported.slices().get(key)))
            .limit(settings.labelledSlices())
            .collect(Collectors.toSet());
    TreeMap<SliceKey, SliceStatistics> found = new TreeMap<>();
    reported
        .slices()
        .forEach(
            (key, slice) -> {
              Labelled ofSlice = withLabel.contains(key) ? labelled.get(key) : null;
              found.put(
                  key,
                  new SliceStatistics(
                      key,
                      ofSlice == null
                          ? slice.statistics(
                              split, List.of(), List.of(), Optional.empty(), List.of())
                          : slice.statistics(
                              split,
                              List.of(),
                              List.of(),
                              settings.labelFeature(),
                              Associations.of(
                                  settings.label(), slice.features(), ofSlice.byLabel))));
            });
    return found;
  }

  private boolean hasLabel(SliceKey key, @Nullable ExamplesAccumulator slice) {
    Labelled ofSlice = labelled.get(key);
    return ofSlice != null && slice != null && ofSlice.examples == slice.examples();
  }

  private static byte[] name(SliceKey key) {
    return key.toString().getBytes(StandardCharsets.UTF_8);
  }

  void write(DataOutput out) throws IOException {
    counts.write(out);
    out.writeInt(slices.size());
    for (Map.Entry<SliceKey, ExamplesAccumulator> slice : slices.entrySet()) {
      write(slice.getKey(), out);
      slice.getValue().write(out);
    }
    out.writeInt(labelled.size());
    for (Map.Entry<SliceKey, Labelled> slice : labelled.entrySet()) {
      write(slice.getKey(), out);
      out.writeLong(slice.getValue().examples);
      slice.getValue().byLabel.write(out);
    }
  }

  private static void write(SliceKey key, DataOutput out) throws IOException {
    out.writeInt(key.values().size());
    for (Map.Entry<String, String> value : key.values().entrySet()) {
      writeText(out, value.getKey());
      writeText(out, value.getValue());
    }
  }

  static SliceGroup read(DataInput in, List<StatisticGenerator<?, ?>> generators)
      throws IOException {
    SliceGroup group = new SliceGroup();
    group.counts = FrequentValues.read(in);
    int size = in.readInt();
    for (int s = 0; s < size; s++) {
      group.slices.put(readKey(in), ExamplesAccumulator.read(in, generators));
    }
    int withLabel = in.readInt();
    for (int s = 0; s < withLabel; s++) {
      Labelled slice = new Labelled();
      group.labelled.put(readKey(in), slice);
      slice.examples = in.readLong();
      slice.byLabel = read(in, generators);
    }
    return group;
  }

  private static SliceKey readKey(DataInput in) throws IOException {
    TreeMap<String, String> values = new TreeMap<>();
    int terms = in.readInt();
    for (int t = 0; t < terms; t++) {
      values.put(readText(in), readText(in));
    }
    return new SliceKey(values);
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
