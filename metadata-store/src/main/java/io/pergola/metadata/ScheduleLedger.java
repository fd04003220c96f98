package io.pergola.metadata;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Schedules, their versions, pauses and ticks. Times are those of the store's clock. */
public interface ScheduleLedger {
  /**
   * Puts a schedule. The same definition again is no change; another one is a new version, which
   * lays out the intervals from now on. One that was deleted comes back paused no more, and the
   * time it was gone counts as a pause.
   *
   * @throws MetadataStoreException if it has ticked for another pipeline
   */
  StoredSchedule put(ScheduleDraft draft);

  /** A schedule by its id; deleted ones are not there. */
  Optional<StoredSchedule> find(String id);

  /** All schedules, by id. */
  List<StoredSchedule> list();

  /** The versions of a schedule, oldest first. */
  List<ScheduleVersion> versions(String id);

  /** Deletes a schedule; its ticks and runs stay on record. False if there is none. */
  boolean delete(String id);

  /** Pauses a schedule; false if it is paused already, or there is none. */
  boolean pause(String id, String reason);

  /** Ends a schedule's pause; false if it is not paused, or there is none. */
  boolean unpause(String id);

  /** The newest ticks of a schedule, newest first; also of one that was deleted. */
  List<StoredTick> ticks(String id, int limit);

  /** The newest ticks of a schedule at or before an instant, newest first. */
  List<StoredTick> ticksUntil(String id, Instant end, int limit);

  /** The ticks of a schedule that were given up at or after a time, the longest ago first. */
  List<StoredTick> missedSince(String id, Instant time, int limit);

  /** The tick of a schedule at an instant. */
  Optional<StoredTick> tick(String id, Instant end);

  /** Whether a run of the interval that ends at an instant has succeeded. */
  boolean hasSucceeded(String id, Instant end);

  /** The schedules that a scheduler has to look at, the longest due first. */
  List<String> due(Instant now);

  /** All that decides about a schedule's next step. */
  Optional<ScheduleView> view(String id);

  /**
   * Writes steps, all of them in one transaction: ticks, their runs, and the cursors. A step whose
   * schedule has changed since it was read is left out; so is nothing else. A run whose slot is
   * taken is not created again; its tick names the run that is there.
   *
   * @param steps of as many schedules
   * @return the runs that were created, by schedule; without those that have changed
   */
  Map<String, List<StoredRun>> advance(List<ScheduleStep> steps);

  /** The latest time at which a scheduler has worked. */
  Optional<Instant> highWater();

  /** Raises the high-water mark; it never falls. */
  void raiseHighWater(Instant now);
}
