package io.pergola.schedule.daemon;

import java.time.Instant;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** One pass of the scheduler, as the daemon sees it. */
public interface Ticks {
  /** Fires what is due. */
  Report tick();

  /** No schedules at all. */
  static Ticks none() {
    return () -> new Report(new TreeMap<>(), Optional.empty(), Optional.empty(), Optional.empty());
  }

  /**
   * What a pass did.
   *
   * @param outcomes how many ticks came out how: {@code FIRED}, {@code MISSED} and so on
   * @param oldest when the oldest of the ticks that fired was due
   * @param highWater the latest instant that any scheduler of the database has seen
   * @param problem why nothing was done, in one line: the clock went back
   */
  record Report(
      SortedMap<String, Integer> outcomes,
      Optional<Instant> oldest,
      Optional<Instant> highWater,
      Optional<String> problem) {}
}
