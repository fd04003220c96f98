package io.pergola.examplegen;

import io.pergola.artifact.Examples;
import io.pergola.beam.BeamComponent;
import io.pergola.examplegen.internal.RowsFile;
import io.pergola.feature.Accessor;
import io.pergola.feature.Column;
import io.pergola.feature.Columns;
import io.pergola.feature.FilterColumns;
import io.pergola.feature.RowFilter;
import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.Channel;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What brings examples into a pipeline, from wherever: what all sources let choose. The same
 * example always lands in the same split, whatever the source, the order of rows, the number of
 * workers and the engine.
 *
 * @param <R> the record whose components are the features
 * @param <G> the ExampleGen itself
 */
public interface ExampleGen<R extends Record, G extends ExampleGen<R, G>>
    extends BeamComponent<Channel<Examples<R>>> {

  /** The record whose components are the features. */
  Class<R> row();

  /** What was chosen. */
  InputOptions options();

  /** A copy with other choices. */
  G with(InputOptions chosen);

  /** Divides examples into {@code train} and {@code eval} by these weights; default 2 to 1. */
  default G trainToEval(int train, int eval) {
    return splits(Split.of("train", train), Split.of("eval", eval));
  }

  /** Divides examples into these splits; default {@code train} 2 and {@code eval} 1. */
  default G splits(Split... splits) {
    return with(options().withSplits(List.of(splits)));
  }

  /**
   * Keeps examples that agree in this feature in one split, as all trips of one taxi; default all
   * features, which spreads examples evenly.
   */
  default G partitionedBy(Accessor<R, ?> feature) {
    return with(options().withPartition(List.of(Columns.name(feature))));
  }

  /** Keeps examples that agree in both features in one split. */
  default G partitionedBy(Accessor<R, ?> first, Accessor<R, ?> second) {
    return with(options().withPartition(List.of(Columns.name(first), Columns.name(second))));
  }

  /** Keeps examples that agree in all three features in one split. */
  default G partitionedBy(Accessor<R, ?> first, Accessor<R, ?> second, Accessor<R, ?> third) {
    return with(
        options()
            .withPartition(
                List.of(Columns.name(first), Columns.name(second), Columns.name(third))));
  }

  /** Keeps examples that agree in these features, named by hand, in one split. */
  default G partitionedBy(Column<?>... features) {
    return with(options().withPartition(Stream.of(features).map(Column::name).toList()));
  }

  /**
   * Leaves bad rows out and counts them; default the first one fails the node.
   *
   * @param upTo the largest share of all rows that may be bad, above 0 and at most 1; more fail the
   *     node
   */
  default G skipBadRowsUpTo(double upTo) {
    return with(options().withBadRows(BadRowPolicy.skip(upTo)));
  }

  /**
   * Leaves bad rows out, counts them, and keeps each in the artifact's folder {@code _bad_rows},
   * with the reason and its place; where the format allows, as a file that can be read again.
   *
   * @param upTo the largest share of all rows that may be bad, above 0 and at most 1; more fail the
   *     node
   */
  default G deadLettersUpTo(double upTo) {
    return with(options().withBadRows(BadRowPolicy.deadLetter(upTo)));
  }

  /**
   * Reads only the rows that this is true of; default all. Given more than once, all have to be
   * true.
   *
   * @param filter {@code trip -> trip.number(Trip::fare).greaterThan(5)}; called once, now
   */
  default G where(Function<FilterColumns<R>, RowFilter> filter) {
    RowFilter chosen = filter.apply(FilterColumns.of());
    return with(options().withRows(options().rows().withWhere(chosen)));
  }

  /**
   * The same, as text: {@code fare > 5 and company in ('A', 'B')}.
   *
   * @throws IllegalArgumentException if it cannot be read, saying where
   */
  default G where(String filter) {
    return with(options().withRows(options().rows().withWhere(RowFilter.parse(filter))));
  }

  /**
   * Keeps about this share of the rows, chosen by the values of each: the same ones whatever the
   * format, the order of rows, the number of workers and the engine. Equal rows are all kept or
   * none is.
   *
   * @param share above 0 and at most 1
   * @param seed another one gives another sample
   */
  default G sample(double share, long seed) {
    return with(options().withRows(options().rows().withSample(share, seed)));
  }

  /**
   * Keeps only these columns; default all. Rows can be filtered and partitioned by others. The
   * example that decides on split and sample is what is kept.
   */
  default G only(Column<?>... columns) {
    List<String> names = Stream.of(columns).map(Column::name).toList();
    return with(options().withRows(options().rows().withOnly(names)));
  }

  @Override
  default void finish(Artifacts artifacts, Channel<Examples<R>> examples) {
    RowsFile.finish(options(), artifacts, examples);
  }
}
