package io.pergola.pipeline;

import java.time.Instant;
import java.util.Optional;

/**
 * What a run knows of time. Components never read the clock: a repeated run of the same interval
 * then gives the same outputs.
 *
 * @param interval the data the run works on; empty for a run by hand that was given none
 * @param asOf the run's one and only "now": the end of the interval, or when the run was asked for
 * @param attempt 1 for the first run of the interval, 2 for the first re-run of it
 */
public record RunContext(Optional<DataInterval> interval, Instant asOf, int attempt) {
  public RunContext {
    if (attempt < 1) {
      throw new IllegalArgumentException("Invalid attempt: %d (from 1)".formatted(attempt));
    }
  }

  /** A run without an interval. */
  public static RunContext asOf(Instant asOf) {
    return new RunContext(Optional.empty(), asOf, 1);
  }

  /** The first run of an interval, as of its end. */
  public static RunContext of(DataInterval interval) {
    return new RunContext(Optional.of(interval), interval.end(), 1);
  }
}
