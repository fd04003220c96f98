package io.pergola.examplegen;

import io.pergola.artifact.Examples;
import io.pergola.artifact.Row;
import io.pergola.beam.BeamComponent;
import io.pergola.beam.ExampleFiles;
import io.pergola.examplegen.internal.JoinJob;
import io.pergola.examplegen.internal.JoinPlan;
import io.pergola.examplegen.internal.PartitionedJoin;
import io.pergola.feature.Accessor;
import io.pergola.feature.Column;
import io.pergola.feature.Columns;
import io.pergola.fingerprint.BuiltIn;
import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.Channel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.beam.sdk.Pipeline;

/**
 * Adds the features of other examples by a key: to each trip what is known of its company. Every
 * example of the left side stays in its split, in its order. {@code docs/reference/join.md} says
 * what becomes of keys that are missing, or there twice.
 *
 * @param left the examples that get features
 * @param right the examples that have them, of all splits and of any size
 * @param on the columns of the key, which both sides have
 * @param unmatched what becomes of examples whose key the right side lacks
 * @param duplicates what becomes of keys that the right side has more than once
 * @param inMemory the most examples of the right side that each worker process has in memory
 */
@BuiltIn
public record ExamplesJoin<L, R>(
    Channel<Examples<L>> left,
    Channel<Examples<R>> right,
    List<String> on,
    ExamplesJoin.Unmatched unmatched,
    ExamplesJoin.Duplicates duplicates,
    long inMemory)
    implements BeamComponent<Channel<Examples<Row>>> {

  /** What becomes of examples whose key the right side lacks. */
  public enum Unmatched {
    /** They stay, and lack the features of the right side: a left join. */
    KEPT,
    /** They are left out: an inner join. */
    DROPPED
  }

  /** What becomes of keys that the right side has more than once. */
  public enum Duplicates {
    /** They fail the node. */
    REFUSED,
    /** The first example counts, in the order of splits, files and rows. */
    FIRST_WINS
  }

  /** How many examples of the right side are in memory by default. */
  public static final long IN_MEMORY = 4_000_000;

  public ExamplesJoin {
    on = List.copyOf(on);
    if (inMemory < 1) {
      throw new IllegalArgumentException(
          "Invalid number of examples in memory: %d (must be 1 or more)".formatted(inMemory));
    }
  }

  /** Joins two sets of examples. */
  public static <L, R> On<L, R> of(Channel<Examples<L>> left, Channel<Examples<R>> right) {
    return new On<>(left, right);
  }

  /** The key. */
  public static final class On<L, R> {
    private final Channel<Examples<L>> left;
    private final Channel<Examples<R>> right;

    private On(Channel<Examples<L>> left, Channel<Examples<R>> right) {
      this.left = left;
      this.right = right;
    }

    /** Joins by a feature that both sides have. */
    public ExamplesJoin<L, R> on(Accessor<L, ?> key) {
      return on(List.of(Columns.name(key)));
    }

    /** Joins by two features that both sides have. */
    public ExamplesJoin<L, R> on(Accessor<L, ?> first, Accessor<L, ?> second) {
      return on(List.of(Columns.name(first), Columns.name(second)));
    }

    /** Joins by features, named by hand, that both sides have. */
    public ExamplesJoin<L, R> on(Column<?>... keys) {
      return on(Stream.of(keys).map(Column::name).toList());
    }

    private ExamplesJoin<L, R> on(List<String> keys) {
      return new ExamplesJoin<>(left, right, keys, Unmatched.KEPT, Duplicates.REFUSED, IN_MEMORY);
    }
  }

  /** Leaves examples out whose key the right side lacks; default they stay. */
  public ExamplesJoin<L, R> inner() {
    return new ExamplesJoin<>(left, right, on, Unmatched.DROPPED, duplicates, inMemory);
  }

  /** Takes the first example of a key that the right side has more than once; default refused. */
  public ExamplesJoin<L, R> firstWins() {
    return new ExamplesJoin<>(left, right, on, unmatched, Duplicates.FIRST_WINS, inMemory);
  }

  /**
   * Joins partition by partition, over files beside the result, where the right side has more
   * examples than this; default {@value #IN_MEMORY}. The result is the same.
   *
   * @param examples 1 or more, each taken to have 128 bytes; larger ones count for more
   */
  public ExamplesJoin<L, R> inMemoryUpTo(long examples) {
    return new ExamplesJoin<>(left, right, on, unmatched, duplicates, examples);
  }

  @Override
  public void expand(Pipeline beam, Artifacts artifacts, Channel<Examples<Row>> joined) {
    Path from = artifacts.of(left).directory();
    JoinPlan plan =
        JoinPlan.of(
            from,
            artifacts.of(right).directory(),
            on,
            unmatched == Unmatched.KEPT,
            duplicates == Duplicates.FIRST_WINS,
            inMemory);
    JoinJob.build(beam, from, plan, artifacts.of(joined).directory());
    artifacts
        .execution()
        .property(
            joined,
            "split_names",
            ExampleFiles.splits(from).stream()
                .map(split -> "\"" + split + "\"")
                .collect(Collectors.joining(",", "[", "]")));
  }

  @Override
  public void finish(Artifacts artifacts, Channel<Examples<Row>> joined) throws IOException {
    PartitionedJoin.cleanUp(artifacts.of(joined).directory());
  }
}
