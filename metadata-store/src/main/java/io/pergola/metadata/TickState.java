package io.pergola.metadata;

/** What became of a tick of a schedule. */
public enum TickState {
  /** Due, and waiting until its run may be created; the only state that changes. */
  WAITING,
  /** Its run was created. */
  FIRED,
  /** Left out on purpose: the schedule was paused, or an earlier run was live. */
  SKIPPED,
  /** Not run, although it should have been: the scheduler was down, or it could not start. */
  MISSED,
  /** A later interval took its place, or it stands for many intervals that were not run. */
  MERGED
}
