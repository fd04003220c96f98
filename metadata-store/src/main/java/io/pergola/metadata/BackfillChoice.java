package io.pergola.metadata;

/** Which intervals a backfill runs. */
public enum BackfillChoice {
  /** Those that no run was ever created for. */
  MISSING,
  /** Those whose newest run failed or was cancelled. */
  FAILED,
  /** Each, as a new attempt where there was a run. */
  ALL
}
