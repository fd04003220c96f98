package io.pergola.run.internal;

import org.jspecify.annotations.Nullable;

/**
 * The instants at which a test ends this JVM as {@code kill -9} would: the system property {@code
 * pergola.fault=AFTER_RENAME} or {@code AFTER_RENAME@trainer}. Without it they cost nothing.
 */
public enum FaultPoint {
  BEFORE_RUN_INSERT,
  /** The store has the run, and this process its lease. */
  AFTER_RUN_INSERT,
  /** A run that is not new, and its lease. */
  AFTER_LEASE,
  BEFORE_NODE_START,
  AFTER_NODE_START,
  /** The engine has the job; the store does not know its id. */
  AFTER_JOB_SUBMIT,
  /** The store knows the job's id; nobody waits for it yet. */
  AFTER_JOB_STORED,
  /** The component wrote some or all of its files; nothing is synced. */
  AFTER_WRITE,
  /** All files and the manifest are synced, still under the temporary name. */
  AFTER_FSYNC,
  /** The first of several outputs has its final name. */
  AFTER_FIRST_RENAME,
  /** All outputs have their final names; the store does not know. */
  AFTER_RENAME,
  /** The store has the execution and its artifacts. */
  AFTER_PUBLISH,
  BEFORE_RUN_END,
  AFTER_RUN_END,
  BEFORE_ALIAS_MOVE,
  AFTER_ALIAS_MOVE,
  BEFORE_GC_MARK,
  AFTER_GC_MARK,
  BEFORE_GC_DELETE,
  /** The store has the artifacts as deleted; their folders have their names. */
  AFTER_GC_DELETE,
  /** A folder has its hidden name and all its files. */
  AFTER_GC_RENAME,
  /** A folder is gone; the store does not know. */
  AFTER_GC_REMOVE;

  private static final @Nullable String ARMED = System.getProperty("pergola.fault");

  /** Whether runs pass here; the others are of aliases and garbage collection. */
  public boolean isOfRuns() {
    return compareTo(AFTER_RUN_END) <= 0;
  }

  /** Ends the JVM here if this is the point that the test named. */
  public void reached(String node) {
    if (ARMED != null && (ARMED.equals(name()) || ARMED.equals(name() + "@" + node))) {
      Runtime.getRuntime().halt(137);
    }
  }
}
