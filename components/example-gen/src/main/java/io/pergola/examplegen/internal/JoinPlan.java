package io.pergola.examplegen.internal;

import io.pergola.beam.ColumnType;
import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleColumn;
import io.pergola.beam.ExampleFiles;
import io.pergola.beam.ExampleSchema;
import io.pergola.beam.LongColumn;
import io.pergola.beam.RowGroup;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * What a join does.
 *
 * @param right the folder of the examples that are added
 * @param keys the columns that both sides have
 * @param theirs all columns of the right side
 * @param added the columns that the right side adds
 * @param joined the columns of the result: the left side's, then those added
 * @param keepsUnmatched whether examples without a match stay
 * @param firstWins whether a key may be there more than once
 * @param partitions by key, that are joined one by one; 1 if the right side is in memory as a whole
 */
public record JoinPlan(
    String right,
    List<String> keys,
    ExampleSchema theirs,
    ExampleSchema added,
    ExampleSchema joined,
    boolean keepsUnmatched,
    boolean firstWins,
    int partitions)
    implements Serializable {
  /** The column that has the number of a row in its row group; no other has such a name. */
  private static final String ROW = "\0row";

  private static final ExampleSchema.Field ROW_FIELD = ExampleSchema.Field.of(ROW, ColumnType.INT);

  /** How much larger files are taken to be when they are read. */
  private static final long EXPANSION = 4;

  private static final long ROW_BYTES = 128;

  /** A worker has one partition in memory, and there may be several workers. */
  private static final long PARTITIONS_IN_MEMORY = 8;

  private static final long MOST_PARTITIONS = 4_096;

  /**
   * Looks at the columns of both sides.
   *
   * @param inMemory how many examples of the right side may be in memory, each of {@link
   *     #ROW_BYTES}; larger ones count for more
   * @throws IllegalArgumentException if the key or the names of columns do not fit together
   */
  public static JoinPlan of(
      Path left,
      Path right,
      List<String> keys,
      boolean keepsUnmatched,
      boolean firstWins,
      long inMemory) {
    ExampleSchema ours = ExampleFiles.schema(left);
    ExampleSchema theirs = ExampleFiles.schema(right);
    List<String> problems = new ArrayList<>();
    for (String key : keys) {
      Optional<ExampleSchema.Field> one = ours.find(key);
      Optional<ExampleSchema.Field> other = theirs.find(key);
      if (one.isEmpty() || other.isEmpty()) {
        problems.add("the %s side has no '%s'".formatted(one.isEmpty() ? "left" : "right", key));
      } else if (one.get().multivalent() || other.get().multivalent()) {
        problems.add("'%s' has any number of values, and a key has one".formatted(key));
      } else if (one.get().type().isNumber() != other.get().type().isNumber()) {
        problems.add(
            "'%s' is %s on the left, but %s on the right"
                .formatted(key, one.get().type(), other.get().type()));
      }
    }
    List<ExampleSchema.Field> added =
        theirs.columns().stream().filter(column -> !keys.contains(column.name())).toList();
    for (ExampleSchema.Field column : added) {
      if (ours.find(column.name()).isPresent()) {
        problems.add("both sides have '%s', which is no part of the key".formatted(column.name()));
      }
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          "Cannot join examples on %s: %s. Name other keys, or keep other columns with only(...)."
              .formatted(String.join(", ", keys), String.join("; ", problems)));
    }
    List<ExampleSchema.Field> all = new ArrayList<>(ours.columns());
    all.addAll(added);
    return new JoinPlan(
        right.toString(),
        List.copyOf(keys),
        theirs,
        new ExampleSchema(added),
        new ExampleSchema(all),
        keepsUnmatched,
        firstWins,
        partitions(right, inMemory));
  }

  private static int partitions(Path right, long inMemory) {
    List<RowGroup> groups = ExampleFiles.rowGroups(right);
    long rows = groups.stream().mapToLong(RowGroup::rows).sum();
    long bytes =
        groups.stream().map(RowGroup::path).distinct().mapToLong(f -> f.toFile().length()).sum();
    long size = Math.max(rows, EXPANSION * bytes / ROW_BYTES);
    if (size <= inMemory) {
      return 1;
    }
    long partitionRows = Math.max(1, inMemory / PARTITIONS_IN_MEMORY);
    return (int) Math.min(size / partitionRows + 1, MOST_PARTITIONS);
  }

  /** The partition of a key, by its hash. */
  int partitionOf(long hash) {
    return (int) ((hash >>> 33) * partitions >>> 31); // A table tells keys apart by the lower bits.
  }

  /** What is put aside of the left side: keys, and which rows have them. */
  ExampleSchema spilledLeft() {
    List<ExampleSchema.Field> columns = new ArrayList<>(List.of(ROW_FIELD));
    joined.columns().stream().filter(c -> keys.contains(c.name())).forEach(columns::add);
    return new ExampleSchema(columns);
  }

  /** What is put aside of a partition that is joined: rows of the left side, and what they get. */
  ExampleSchema spilledMatches() {
    List<ExampleSchema.Field> columns = new ArrayList<>(List.of(ROW_FIELD));
    columns.addAll(added.columns());
    return new ExampleSchema(columns);
  }

  /** Rows of the left side with their numbers, for what is put aside. */
  static ExampleBatch numbered(ExampleBatch left, ExampleSchema schema) {
    long[] numbers = LongStream.range(0, left.rows()).toArray();
    List<ExampleColumn> columns = new ArrayList<>();
    for (ExampleSchema.Field column : schema.columns()) {
      columns.add(
          column.equals(ROW_FIELD)
              ? new LongColumn(ROW, left.rows(), numbers, null, null, null)
              : left.column(column.name()));
    }
    return ExampleBatch.of(left.rows(), columns);
  }

  /** The number of a row of what was put aside. */
  static int rowOf(ExampleBatch spilled, int row) {
    return (int) ((LongColumn) spilled.column(ROW)).value(row);
  }
}
