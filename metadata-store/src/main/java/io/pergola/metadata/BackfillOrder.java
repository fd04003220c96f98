package io.pergola.metadata;

/** In which order a backfill runs its intervals. */
public enum BackfillOrder {
  /** The oldest first. */
  ASCENDING,
  /** The newest first. */
  DESCENDING
}
