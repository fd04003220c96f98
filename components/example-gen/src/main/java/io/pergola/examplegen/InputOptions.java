package io.pergola.examplegen;

import java.io.Serializable;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What all ExampleGens of files let choose.
 *
 * @param splits with distinct names
 * @param partition the features whose values decide on the split; all if empty
 * @param splitPaths where each split's examples are, if the input was divided before; then {@code
 *     splits} has the same names, and values decide nothing
 * @param badRows what happens to rows that cannot be read
 * @param rows which of the others become examples, and with which columns
 */
public record InputOptions(
    List<Split> splits,
    List<String> partition,
    List<SplitPath> splitPaths,
    BadRowPolicy badRows,
    RowChoice rows)
    implements Serializable {
  public InputOptions {
    splits = List.copyOf(splits);
    partition = List.copyOf(partition);
    splitPaths = List.copyOf(splitPaths);
    if (splits.isEmpty()) {
      throw new IllegalArgumentException("Invalid splits: none (at least one is needed)");
    }
    Set<String> names = new HashSet<>();
    for (Split split : splits) {
      if (!names.add(split.name())) {
        throw new IllegalArgumentException(
            "Invalid splits: '%s' occurs twice (names must be distinct)".formatted(split.name()));
      }
    }
    if (!splitPaths.isEmpty()) {
      if (!splitPaths.stream()
          .map(SplitPath::name)
          .toList()
          .equals(splits.stream().map(Split::name).toList())) {
        throw new IllegalArgumentException(
            "Invalid splits: %s, but the paths are of %s (the same names)"
                .formatted(
                    splits.stream().map(Split::name).toList(),
                    splitPaths.stream().map(SplitPath::name).toList()));
      }
      if (!partition.isEmpty()) {
        throw new IllegalArgumentException(
            "Cannot partition by %s: the input was divided before, a path for each split. Name no features, or no paths."
                .formatted(String.join(", ", partition)));
      }
    }
  }

  /** {@code train} 2 and {@code eval} 1, by all features. */
  public static InputOptions defaults() {
    return new InputOptions(
        List.of(Split.of("train", 2), Split.of("eval", 1)),
        List.of(),
        List.of(),
        BadRowPolicy.fail(),
        RowChoice.all());
  }

  InputOptions withSplits(List<Split> chosen) {
    return new InputOptions(chosen, partition, List.of(), badRows, rows);
  }

  InputOptions withPaths(List<SplitPath> paths) {
    Stream<Split> names = paths.stream().map(path -> Split.of(path.name(), 1));
    return new InputOptions(names.toList(), partition, paths, badRows, rows);
  }

  InputOptions withPartition(List<String> features) {
    return new InputOptions(splits, features, splitPaths, badRows, rows);
  }

  InputOptions withBadRows(BadRowPolicy policy) {
    return new InputOptions(splits, partition, splitPaths, policy, rows);
  }

  InputOptions withRows(RowChoice chosen) {
    return new InputOptions(splits, partition, splitPaths, badRows, chosen);
  }

  /** Whether the rows that do not become examples are counted: there may be some. */
  public boolean countsRows() {
    return badRows.treatment() != BadRowPolicy.Treatment.FAIL || rows.leavesRowsOut();
  }
}
