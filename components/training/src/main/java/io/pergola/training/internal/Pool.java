package io.pergola.training.internal;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Examples in memory that are handed out in a random order. Not thread-safe. */
final class Pool {
  private final List<ExampleRows> parts;
  private final int[] starts;
  private final int[] order;
  private int next;

  Pool(List<ExampleRows> parts) {
    this.parts = parts.stream().filter(part -> part.rows() > 0).toList();
    this.starts = new int[this.parts.size()];
    int rows = 0;
    for (int i = 0; i < starts.length; i++) {
      starts[i] = rows;
      rows = Math.addExact(rows, this.parts.get(i).rows());
    }
    this.order = new int[rows];
  }

  int rows() {
    return order.length;
  }

  int left() {
    return order.length - next;
  }

  /** Starts again, in the order that the seed gives (Fisher-Yates). */
  void shuffle(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < order.length; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    next = 0;
  }

  void skip(int rows) {
    next += rows;
  }

  /** Copies the next examples behind the first {@code at} of {@code to}. */
  void copy(ExampleRows to, int at, int rows) {
    for (int i = at; i < at + rows; i++) {
      int row = order[next++];
      int found = Arrays.binarySearch(starts, row);
      int part = found >= 0 ? found : -found - 2;
      parts.get(part).copy(row - starts[part], to, i);
    }
  }
}
