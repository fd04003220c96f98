package io.pergola.metadata;

import java.util.List;
import java.util.Optional;

/** Backfills and their intervals. */
public interface BackfillLedger {
  /**
   * Creates a backfill; it is RUNNING.
   *
   * @throws MetadataStoreException if there is one of this id
   */
  StoredBackfill create(BackfillDraft draft);

  /** A backfill by its id. */
  Optional<StoredBackfill> find(String id);

  /** All backfills, newest first. */
  List<StoredBackfill> list();

  /** The intervals of a backfill in its order. */
  List<BackfillInterval> intervals(String id);

  /** Creates no more runs for now; false if it is not RUNNING. */
  boolean pause(String id);

  /** Goes on; false if it is not PAUSED. */
  boolean resume(String id);

  /** Ends it: pending intervals are not run, live runs are asked to end; false if it has ended. */
  boolean cancel(String id);

  /** The backfills that a scheduler has to look at, oldest first. */
  List<StoredBackfill> active();

  /**
   * Writes a step in one transaction; the last interval that is dealt with makes the backfill DONE.
   * An interval whose run cannot be created, because its slot was taken since, stays PENDING. Of
   * several schedulers that read the same state, the first one writes.
   *
   * @return the runs that were created; empty if the backfill has changed since it was read
   */
  Optional<List<StoredRun>> advance(BackfillStep step);
}
