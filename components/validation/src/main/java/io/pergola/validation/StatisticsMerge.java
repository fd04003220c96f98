package io.pergola.validation;

import io.pergola.artifact.Statistics;
import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleColumn;
import io.pergola.fingerprint.BuiltIn;
import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.InlineComponent;
import io.pergola.pipeline.OptionalChannel;
import io.pergola.validation.internal.StatisticsState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Merges statistics of different examples: what {@link StatisticsGen} would have computed over all
 * of them, within the errors that the result states. No examples are read.
 *
 * @param statistics what is merged, in this order
 * @param earlier what is merged if it is there, after the others
 * @param generators of authors, whose numbers are merged too; those of others are left out
 * @param exampleGenerators the same, for whole examples
 */
@BuiltIn
public record StatisticsMerge(
    List<Channel<Statistics>> statistics,
    List<OptionalChannel<Statistics>> earlier,
    List<StatisticGenerator<ExampleColumn, ?>> generators,
    List<StatisticGenerator<ExampleBatch, ?>> exampleGenerators)
    implements InlineComponent<Channel<Statistics>> {
  public StatisticsMerge {
    statistics = List.copyOf(statistics);
    earlier = List.copyOf(earlier);
    generators = List.copyOf(generators);
    exampleGenerators = List.copyOf(exampleGenerators);
    if (statistics.isEmpty()) {
      throw new IllegalArgumentException("Invalid statistics to merge: none (at least one)");
    }
  }

  /** Merges these statistics. */
  public static StatisticsMerge of(List<Channel<Statistics>> statistics) {
    return new StatisticsMerge(statistics, List.of(), List.of(), List.of());
  }

  /** Merges those of earlier runs, too, if they are there. Default: none. */
  public StatisticsMerge with(List<OptionalChannel<Statistics>> more) {
    return new StatisticsMerge(statistics, more, generators, exampleGenerators);
  }

  /** Merges the numbers of these generators of features, too. Default: none. */
  public StatisticsMerge keeping(List<StatisticGenerator<ExampleColumn, ?>> of) {
    return new StatisticsMerge(statistics, earlier, of, exampleGenerators);
  }

  /** Merges the numbers of these generators of whole examples, too. Default: none. */
  public StatisticsMerge keepingOfExamples(List<StatisticGenerator<ExampleBatch, ?>> of) {
    return new StatisticsMerge(statistics, earlier, generators, of);
  }

  @Override
  public void run(Artifacts artifacts, Channel<Statistics> merged) {
    List<Path> found = new ArrayList<>();
    statistics.forEach(one -> found.add(artifacts.of(one).directory()));
    earlier.forEach(one -> artifacts.of(one).ifPresent(there -> found.add(there.directory())));
    List<StatisticGenerator<?, ?>> all = new ArrayList<>(generators);
    all.addAll(exampleGenerators);
    StatisticsState state = StatisticsState.merged(found, all);
    state.writeFiles(artifacts.of(merged).directory());
    artifacts.execution().property(merged, "examples", state.statistics().examples());
    artifacts.execution().property(merged, "merged", (long) found.size());
  }
}
