package io.pergola.validation.internal;

import io.pergola.beam.ColumnType;
import io.pergola.beam.ExampleBatch;
import io.pergola.validation.SliceKey;
import io.pergola.validation.SliceStatistics;
import io.pergola.validation.Slicing;
import io.pergola.validation.SplitStatistics;
import io.pergola.validation.StatisticGenerator;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Everything that the statistics of a split and of its slices are made from. Not thread-safe. */
final class SplitAccumulator {
  private ExamplesAccumulator all = new ExamplesAccumulator();
  private final List<SliceGroup> groups = new ArrayList<>();
  private @Nullable SliceGroup labels;

  ExamplesAccumulator all() {
    return all;
  }

  void declare(String feature, ColumnType type) {
    all.declare(feature, type);
  }

  /** Adds examples. */
  void add(ExampleBatch batch, ExamplesAccumulator.Scans scans, StatisticsRecipe recipe) {
    double @Nullable [] weights =
        recipe.weight() == null ? null : Weights.of(batch, recipe.weight());
    all.add(batch, weights, scans, recipe);
    for (int i = 0; i < recipe.slicings().size(); i++) {
      if (i == groups.size()) {
        groups.add(new SliceGroup());
      }
      groups
          .get(i)
          .add(recipe.slicings().get(i), recipe.mostSlices(), batch, weights, scans, recipe);
    }
    if (recipe.crossing() != null && recipe.crossing().label() != null) {
      SliceGroup byLabel = labels == null ? new SliceGroup() : labels;
      labels = byLabel;
      byLabel.add(
          new Slicing(List.of(new Slicing.Term(recipe.crossing().label(), null))),
          Associations.MOST_LABELS,
          batch,
          null,
          scans,
          StatisticsRecipe.PLAIN);
    }
  }

  void merge(SplitAccumulator other) {
    all.merge(other.all);
    for (int i = 0; i < other.groups.size(); i++) {
      if (i == groups.size()) {
        groups.add(other.groups.get(i));
      } else {
        groups.get(i).merge(other.groups.get(i));
      }
    }
    if (labels == null) {
      labels = other.labels;
    } else if (other.labels != null) {
      labels.merge(other.labels);
    }
  }

  /** Some of the features, by their positions; the first part has all that is of no feature. */
  SplitAccumulator part(int from, int to) {
    SplitAccumulator part = new SplitAccumulator();
    part.all = all.part(from, to);
    groups.forEach(group -> part.groups.add(group.part(from, to)));
    part.labels = labels == null ? null : labels.part(from, to);
    return part;
  }

  /** Forgets what no merge can complete. */
  void settle() {
    groups.forEach(SliceGroup::settle);
  }

  SplitStatistics statistics(String split, int mostSlices, Optional<String> label) {
    TreeMap<SliceKey, ExamplesAccumulator> slices = new TreeMap<>();
    long unreported = 0;
    for (SliceGroup group : groups) {
      SliceGroup.Reported reported = group.reported(mostSlices);
      slices.putAll(reported.slices());
      unreported += reported.unreported();
    }
    List<SliceStatistics> found = new ArrayList<>();
    for (Map.Entry<SliceKey, ExamplesAccumulator> slice : slices.entrySet()) {
      found.add(
          new SliceStatistics(
              slice.getKey(),
              slice.getValue().statistics(split, List.of(), 0, Optional.empty(), List.of())));
    }
    return all.statistics(
        split,
        found,
        unreported,
        label,
        labels == null || label.isEmpty()
            ? List.of()
            : Associations.of(label.get(), all.features(), labels));
  }

  void write(DataOutput out) throws IOException {
    all.write(out);
    out.writeInt(groups.size());
    for (SliceGroup group : groups) {
      group.write(out);
    }
    out.writeBoolean(labels != null);
    if (labels != null) {
      labels.write(out);
    }
  }

  static SplitAccumulator read(DataInput in, List<StatisticGenerator<?, ?>> generators)
      throws IOException {
    SplitAccumulator accumulator = new SplitAccumulator();
    accumulator.all = ExamplesAccumulator.read(in, generators);
    int size = in.readInt();
    for (int i = 0; i < size; i++) {
      accumulator.groups.add(SliceGroup.read(in, generators));
    }
    if (in.readBoolean()) {
      accumulator.labels = SliceGroup.read(in, generators);
    }
    return accumulator;
  }
}
