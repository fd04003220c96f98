package io.pergola.training.internal;

import io.pergola.beam.RowGroup;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One worker's part of the examples: whole row groups where there are several for each worker,
 * otherwise every so many examples of each row group.
 *
 * @param index of the worker, from 0
 * @param workers how many there are
 * @param byGroups whether row groups are dealt out whole
 */
record Shard(int index, int workers, boolean byGroups) {
  /** All examples. */
  static final Shard WHOLE = new Shard(0, 1, true);

  /** With fewer row groups than this for each worker, parts would differ too much in size. */
  private static final int GROUPS_EACH = 8;

  /** The part of a worker. */
  static Shard of(int index, int workers, List<RowGroup> groups) {
    return new Shard(index, workers, groups.size() >= GROUPS_EACH * workers);
  }

  /** The row groups that have examples of this part. */
  List<RowGroup> of(List<RowGroup> groups) {
    return byGroups
        ? IntStream.range(0, groups.size())
            .filter(i -> i % workers == index)
            .mapToObj(groups::get)
            .toList()
        : List.copyOf(groups);
  }

  /** The examples of a row group that are of this part. */
  ExampleRows of(RowGroup group, ExampleRows rows) {
    return byGroups
        ? rows
        : rows.every(workers, (int) Math.floorMod(index - group.firstRow(), (long) workers));
  }
}
