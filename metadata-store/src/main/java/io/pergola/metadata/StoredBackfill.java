package io.pergola.metadata;

import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A backfill as it stands in the store.
 *
 * @param revision grows with each change
 * @param counts how many of its intervals are in each state
 */
public record StoredBackfill(
    String id,
    String schedule,
    Instant from,
    Instant to,
    BackfillOrder order,
    int maxParallel,
    BackfillChoice choice,
    BackfillState state,
    long revision,
    Instant created,
    Optional<Instant> finished,
    SortedMap<BackfillInterval.State, Integer> counts) {
  public StoredBackfill {
    counts = Collections.unmodifiableSortedMap(new TreeMap<>(counts));
  }

  /** How many of its intervals are in a state. */
  public int count(BackfillInterval.State of) {
    return counts.getOrDefault(of, 0);
  }

  /** How many intervals it has. */
  public int size() {
    return counts.values().stream().mapToInt(Integer::intValue).sum();
  }
}
