package io.pergola.training.internal;

import java.util.List;
import java.util.stream.IntStream;

/**
 * One worker's share of the examples: whole parts where there are several for each worker,
 * otherwise every so many examples of each part.
 *
 * @param index of the worker, from 0
 * @param workers how many there are
 * @param byParts whether parts are dealt out whole
 */
record Shard(int index, int workers, boolean byParts) {
  /** All examples. */
  static final Shard WHOLE = new Shard(0, 1, true);

  /** With fewer parts than this for each worker, shares would differ too much in size. */
  private static final int PARTS_EACH = 8;

  /** The share of a worker. */
  static Shard of(int index, int workers, List<Part> parts) {
    return new Shard(index, workers, parts.size() >= PARTS_EACH * workers);
  }

  /** The parts that have examples of this share. */
  List<Part> of(List<Part> parts) {
    return byParts
        ? IntStream.range(0, parts.size())
            .filter(i -> i % workers == index)
            .mapToObj(parts::get)
            .toList()
        : List.copyOf(parts);
  }

  /** The examples of a part that are of this share. */
  ExampleRows of(Part part, ExampleRows rows) {
    return byParts
        ? rows
        : rows.every(workers, (int) Math.floorMod(index - part.firstRow(), (long) workers));
  }
}
