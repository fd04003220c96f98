package io.pergola.metadata;

import java.time.Instant;
import java.util.Optional;

/**
 * A tick of a schedule and what became of it.
 *
 * @param start of its data interval, inclusive
 * @param end of its data interval, exclusive: the tick itself
 * @param reason one sentence, for people
 * @param due when its run was to be created: the tick with the schedule's lag and jitter
 * @param decided when the scheduler first dealt with it; if MISSED, when it was given up
 * @param intervals how many intervals it stands for; more than 1 only if MERGED
 * @param version of the schedule that it belongs to
 * @param runId of its run; empty unless FIRED, or MISSED after it was fired
 */
public record StoredTick(
    String schedule,
    Instant start,
    Instant end,
    TickState state,
    TickCause cause,
    String reason,
    Instant due,
    Instant decided,
    long intervals,
    long version,
    Optional<String> runId) {
  /** The same tick in another state. */
  public StoredTick becomes(TickState next, TickCause why, String sentence) {
    return new StoredTick(
        schedule, start, end, next, why, sentence, due, decided, intervals, version, runId);
  }

  /** The same tick, dealt with at a time. */
  public StoredTick decided(Instant time) {
    return new StoredTick(
        schedule, start, end, state, cause, reason, due, time, intervals, version, runId);
  }

  /** The same tick with its run. */
  public StoredTick run(String id) {
    return new StoredTick(
        schedule,
        start,
        end,
        state,
        cause,
        reason,
        due,
        decided,
        intervals,
        version,
        Optional.of(id));
  }
}
