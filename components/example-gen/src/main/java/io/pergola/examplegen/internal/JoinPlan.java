package io.pergola.examplegen.internal;

import io.pergola.beam.ExampleFiles;
import io.pergola.beam.ExampleSchema;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a join does.
 *
 * @param right the folder of the examples that are added
 * @param keys the columns that both sides have
 * @param added the columns that the right side adds
 * @param joined the columns of the result: the left side's, then those added
 * @param keepsUnmatched whether examples without a match stay
 * @param firstWins whether a key may be there more than once
 */
public record JoinPlan(
    String right,
    List<String> keys,
    ExampleSchema added,
    ExampleSchema joined,
    boolean keepsUnmatched,
    boolean firstWins)
    implements Serializable {
  /** The most examples that the right side can have. */
  static final long MAX_ROWS = 20_000_000;

  /**
   * Looks at the columns of both sides.
   *
   * @throws IllegalArgumentException if the key or the names of columns do not fit together
   */
  public static JoinPlan of(
      Path left, Path right, List<String> keys, boolean keepsUnmatched, boolean firstWins) {
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
    long rows =
        ExampleFiles.splits(right).stream().mapToLong(s -> ExampleFiles.rows(right, s)).sum();
    if (rows > MAX_ROWS) {
      problems.add("the right side has %d examples (at most %d)".formatted(rows, MAX_ROWS));
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
        new ExampleSchema(added),
        new ExampleSchema(all),
        keepsUnmatched,
        firstWins);
  }
}
