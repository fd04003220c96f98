package io.pergola.validation.internal;

import io.pergola.beam.ColumnType;
import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleColumn;
import io.pergola.validation.CrossStatistics;
import io.pergola.validation.FeatureStatistics;
import io.pergola.validation.OtherSlices;
import io.pergola.validation.SliceStatistics;
import io.pergola.validation.SplitStatistics;
import io.pergola.validation.StatisticGenerator;
import io.pergola.validation.TokenStatistics;
import io.pergola.validation.Tokens;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** Everything that the statistics of some examples are made from. Not thread-safe. */
final class ExamplesAccumulator {
  private long examples;
  private double weight;
  private boolean isWeighted;
  private final Map<String, FeatureAccumulator> features = new LinkedHashMap<>();
  private final Map<String, TokenAccumulator> tokens = new LinkedHashMap<>();
  private @Nullable PairMoments pairs;
  private CustomNumbers custom = CustomNumbers.none();

  /** Scans that keep their arrays. One per thread. */
  static final class Scans {
    private final ColumnScan plain = new ColumnScan();
    private final WeightedScan weighted = new WeightedScan();
  }

  long examples() {
    return examples;
  }

  Map<String, FeatureAccumulator> features() {
    return features;
  }

  void declare(String feature, ColumnType type) {
    features.computeIfAbsent(feature, name -> FeatureAccumulator.of(type));
  }

  /**
   * Adds examples.
   *
   * @param weights of them; null where no weight feature is named
   */
  void add(ExampleBatch batch, double @Nullable [] weights, Scans scans, StatisticsRecipe recipe) {
    addFeatures(batch, weights, scans, recipe);
    if (recipe.crossing() != null) {
      PairMoments moments = pairs == null ? new PairMoments() : pairs;
      pairs = moments;
      moments.add(batch, recipe.crossing().features());
    }
    for (Tokens how : recipe.tokens()) {
      tokens
          .computeIfAbsent(how.feature(), feature -> new TokenAccumulator())
          .add(batch.column(how.feature()), how);
    }
    custom = custom.with(recipe.exampleGenerators(), batch);
  }

  /** Adds examples to what is known of their features, and to nothing else. */
  void addFeatures(
      ExampleBatch batch, double @Nullable [] weights, Scans scans, StatisticsRecipe recipe) {
    examples += batch.rows();
    if (weights != null) {
      isWeighted = true;
      for (double one : weights) {
        weight += one;
      }
    }
    for (ExampleColumn column : batch.columns()) {
      FeatureAccumulator feature =
          features.computeIfAbsent(column.name(), name -> FeatureAccumulator.of(column.type()));
      feature.add(column, scans.plain);
      if (weights != null) {
        feature.addWeighted(column, scans.weighted, weights);
      }
      if (!recipe.generators().isEmpty()) {
        feature.custom(feature.custom().with(recipe.generatorsOf(column.name()), column));
      }
    }
  }

  void merge(ExamplesAccumulator other) {
    examples += other.examples;
    weight += other.weight;
    isWeighted |= other.isWeighted;
    other.features.forEach(this::merge);
    other.tokens.forEach(
        (feature, theirs) -> {
          TokenAccumulator ours = tokens.putIfAbsent(feature, theirs);
          if (ours != null) {
            ours.merge(theirs);
          }
        });
    if (pairs == null) {
      pairs = other.pairs;
    } else if (other.pairs != null) {
      pairs.merge(other.pairs);
    }
    custom = custom.merged(other.custom);
  }

  private void merge(String feature, FeatureAccumulator accumulator) {
    FeatureAccumulator known = features.putIfAbsent(feature, accumulator);
    if (known != null) {
      known.merge(accumulator);
    }
  }

  /** Some of the features, by their positions; the first part has all that is of no feature. */
  ExamplesAccumulator part(int from, int to) {
    ExamplesAccumulator part = new ExamplesAccumulator();
    int at = 0;
    for (Map.Entry<String, FeatureAccumulator> feature : features.entrySet()) {
      if (at >= from && at < to) {
        part.features.put(feature.getKey(), feature.getValue());
        TokenAccumulator ofFeature = tokens.get(feature.getKey());
        if (ofFeature != null) {
          part.tokens.put(feature.getKey(), ofFeature);
        }
      }
      at++;
    }
    part.isWeighted = isWeighted;
    if (from == 0) {
      part.examples = examples;
      part.weight = weight;
      part.pairs = pairs;
      part.custom = custom;
    }
    return part;
  }

  SplitStatistics statistics(
      String split,
      List<SliceStatistics> slices,
      List<OtherSlices> others,
      Optional<String> label,
      List<CrossStatistics.Association> associations) {
    List<FeatureStatistics> found = new ArrayList<>();
    List<TokenStatistics> ofTokens = new ArrayList<>();
    features.forEach(
        (name, feature) -> {
          found.add(feature.statistics(name));
          TokenAccumulator ofFeature = tokens.get(name);
          if (ofFeature != null) {
            ofTokens.add(ofFeature.statistics(name));
          }
        });
    return new SplitStatistics(
        split,
        examples,
        isWeighted ? OptionalDouble.of(weight) : OptionalDouble.empty(),
        found,
        slices,
        others,
        Optional.ofNullable(pairs)
            .map(moments -> new CrossStatistics(moments.statistics(), label, associations)),
        custom.statistics(),
        ofTokens);
  }

  void write(DataOutput out) throws IOException {
    out.writeLong(examples);
    out.writeDouble(weight);
    out.writeBoolean(isWeighted);
    out.writeInt(features.size());
    for (Map.Entry<String, FeatureAccumulator> feature : features.entrySet()) {
      out.writeUTF(feature.getKey());
      feature.getValue().write(out);
    }
    out.writeInt(tokens.size());
    for (Map.Entry<String, TokenAccumulator> each : tokens.entrySet()) {
      out.writeUTF(each.getKey());
      each.getValue().write(out);
    }
    out.writeBoolean(pairs != null);
    if (pairs != null) {
      pairs.write(out);
    }
    custom.write(out);
  }

  static ExamplesAccumulator read(DataInput in, List<StatisticGenerator<?, ?>> generators)
      throws IOException {
    ExamplesAccumulator accumulator = new ExamplesAccumulator();
    accumulator.examples = in.readLong();
    accumulator.weight = in.readDouble();
    accumulator.isWeighted = in.readBoolean();
    int size = in.readInt();
    for (int i = 0; i < size; i++) {
      accumulator.features.put(in.readUTF(), FeatureAccumulator.read(in, generators));
    }
    int tokenized = in.readInt();
    for (int i = 0; i < tokenized; i++) {
      accumulator.tokens.put(in.readUTF(), TokenAccumulator.read(in));
    }
    if (in.readBoolean()) {
      accumulator.pairs = PairMoments.read(in);
    }
    accumulator.custom = CustomNumbers.read(in, generators);
    return accumulator;
  }
}
