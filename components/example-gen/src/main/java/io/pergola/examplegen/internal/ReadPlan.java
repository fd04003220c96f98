package io.pergola.examplegen.internal;

import io.pergola.beam.BatchFilter;
import io.pergola.examplegen.InputOptions;
import io.pergola.examplegen.RowChoice;
import io.pergola.feature.RowFilter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which columns are read, and what is done with them.
 *
 * @param read the columns to read: those kept, and those that decide on rows and splits
 * @param kept the columns that are written
 * @param splitting those that decide on the split, among the columns read
 * @param whole those that tell one example from another, among the columns read
 * @param filter of rows, if not all are wanted
 */
record ReadPlan(
    List<InputColumn> read,
    List<InputColumn> kept,
    HashedColumns splitting,
    HashedColumns whole,
    Optional<BatchFilter> filter) {

  static ReadPlan of(List<InputColumn> columns, InputOptions options) {
    List<String> names = columns.stream().map(InputColumn::name).toList();
    requireKnown(options, names);
    RowChoice rows = options.rows();
    Set<String> keep = new HashSet<>(rows.only().isEmpty() ? names : rows.only());
    Set<String> need = new HashSet<>(keep);
    need.addAll(options.partition());
    Optional<RowFilter> where =
        rows.where().isEmpty() ? Optional.empty() : Optional.of(RowFilter.parse(rows.where()));
    where.ifPresent(filter -> need.addAll(filter.columns()));
    List<InputColumn> read = columns.stream().filter(c -> need.contains(c.name())).toList();
    List<InputColumn> kept = columns.stream().filter(c -> keep.contains(c.name())).toList();
    List<String> readNames = read.stream().map(InputColumn::name).toList();
    HashedColumns whole = HashedColumns.of(readNames, List.copyOf(keep));
    return new ReadPlan(
        read,
        kept,
        options.partition().isEmpty() ? whole : HashedColumns.of(readNames, options.partition()),
        whole,
        where.map(filter -> BatchFilter.of(filter, InputColumn.schema(read))));
  }

  /**
   * Checks the names of columns that were given by hand.
   *
   * @throws IllegalArgumentException if there is no such column
   */
  static void requireKnown(InputOptions options, List<String> columns) {
    HashedColumns.requireAll(options.partition(), columns);
    require("keep", options.rows().only(), columns);
    if (!options.rows().where().isEmpty()) {
      RowFilter filter = RowFilter.parse(options.rows().where());
      require("filter by", new ArrayList<>(filter.columns()), columns);
    }
  }

  private static void require(String verb, List<String> names, List<String> columns) {
    List<String> unknown = names.stream().filter(name -> !columns.contains(name)).toList();
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "Cannot %s %s: the columns are %s. Correct the name."
              .formatted(verb, String.join(", ", unknown), String.join(", ", columns)));
    }
  }

  /** Whether every row and column that is read is written. */
  boolean keepsAll(RowChoice choice) {
    return !choice.leavesRowsOut() && kept.size() == read.size();
  }
}
