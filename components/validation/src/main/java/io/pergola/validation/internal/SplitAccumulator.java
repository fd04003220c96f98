package io.pergola.validation.internal;

import io.pergola.beam.ColumnType;
import io.pergola.beam.ExampleBatch;
import io.pergola.validation.OtherSlices;
import io.pergola.validation.SliceKey;
import io.pergola.validation.SliceStatistics;
import io.pergola.validation.SplitStatistics;
import io.pergola.validation.StatisticGenerator;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
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
          SliceGroup.byLabel(recipe.crossing().label()),
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

  /** Forgets what no merge can complete, and what is too large to keep. */
  void settle(StatisticsSettings settings) {
    groups.forEach(group -> group.settle(settings.mostSlices()));
  }

  SplitStatistics statistics(String split, StatisticsSettings settings) {
    Optional<String> label = settings.labelFeature();
    TreeMap<SliceKey, SliceStatistics> found = new TreeMap<>();
    List<OtherSlices> others = new ArrayList<>();
    for (int i = 0; i < groups.size(); i++) {
      SliceGroup.Reported reported = groups.get(i).reported(settings.mostSlices());
      found.putAll(groups.get(i).statistics(split, reported, settings));
      if (reported.unreported() > 0) {
        others.add(
            new OtherSlices(
                settings.slicings().get(i), reported.unreported(), reported.unreportedExamples()));
      }
    }
    return all.statistics(
        split,
        List.copyOf(found.values()),
        others,
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
