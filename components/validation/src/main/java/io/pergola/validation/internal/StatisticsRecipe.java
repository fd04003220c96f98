package io.pergola.validation.internal;

import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleColumn;
import io.pergola.validation.Slicing;
import io.pergola.validation.StatisticGenerator;
import io.pergola.validation.StatisticsGen.Crossing;
import io.pergola.validation.StatisticsGen.ForFeatures;
import io.pergola.validation.Tokens;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is computed beside the ordinary statistics.
 *
 * @param weight the feature that says how much an example counts; null for none
 * @param slicings ways to cut the examples
 * @param mostSlices of each slicing
 * @param crossing whether and how features go together; null if nobody asks
 * @param generators of authors, for features
 * @param exampleGenerators of authors, for whole examples
 * @param tokens how values of features are looked at as tokens, one for a feature
 */
public record StatisticsRecipe(
    @Nullable String weight,
    List<Slicing> slicings,
    int mostSlices,
    @Nullable Crossing crossing,
    List<ForFeatures> generators,
    List<StatisticGenerator<ExampleBatch, ?>> exampleGenerators,
    List<Tokens> tokens)
    implements Serializable {
  /** The ordinary statistics. */
  public static final StatisticsRecipe PLAIN =
      new StatisticsRecipe(null, List.of(), 1, null, List.of(), List.of(), List.of());

  public StatisticsRecipe {
    slicings = List.copyOf(slicings);
    generators = List.copyOf(generators);
    exampleGenerators = List.copyOf(exampleGenerators);
    tokens = List.copyOf(tokens);
  }

  List<StatisticGenerator<ExampleColumn, ?>> generatorsOf(String feature) {
    List<StatisticGenerator<ExampleColumn, ?>> found = new ArrayList<>();
    for (ForFeatures one : generators) {
      if (one.features().isEmpty() || one.features().contains(feature)) {
        found.add(one.generator());
      }
    }
    return found;
  }

  /** Every generator by whatever it is for, to read accumulators with. */
  List<StatisticGenerator<?, ?>> allGenerators() {
    List<StatisticGenerator<?, ?>> all = new ArrayList<>(exampleGenerators);
    generators.forEach(one -> all.add(one.generator()));
    return all;
  }

  /** The columns by name that this recipe needs. */
  List<String> columns() {
    List<String> columns = new ArrayList<>();
    if (weight != null) {
      columns.add(weight);
    }
    slicings.forEach(slicing -> slicing.terms().forEach(term -> columns.add(term.column())));
    if (crossing != null) {
      columns.addAll(crossing.features());
      if (crossing.label() != null) {
        columns.add(crossing.label());
      }
    }
    generators.forEach(one -> columns.addAll(one.features()));
    tokens.forEach(one -> columns.add(one.feature()));
    return columns;
  }
}
