package io.pergola.training.internal;

import io.pergola.beam.ExampleBatch;
import io.pergola.beam.RowGroup;
import java.util.stream.IntStream;

/**
 * Some examples of a row group that stand together: what is read at once.
 *
 * @param from the first, counted in the row group from 0
 * @param to the one after the last
 */
record Part(RowGroup group, int from, int to) {
  /** All examples of a row group. */
  static Part whole(RowGroup group) {
    return new Part(group, 0, Math.toIntExact(group.rows()));
  }

  int rows() {
    return to - from;
  }

  /** The number of examples in the split before it. */
  long firstRow() {
    return group.firstRow() + from;
  }

  /** Its examples among those of its row group. */
  ExampleBatch of(ExampleBatch all) {
    return rows() == all.rows() ? all : all.select(IntStream.range(from, to).toArray());
  }
}
