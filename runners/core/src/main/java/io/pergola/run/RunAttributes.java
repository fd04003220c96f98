package io.pergola.run;

import io.pergola.metadata.StoredRun;

/** Names of what is recorded with a run: everything that whoever drives it must know. */
public final class RunAttributes {
  /** The pipeline's class name, or the name of a bundled one. */
  public static final String DEFINITION = "definition";

  /** Before the name of a run parameter. */
  public static final String PARAMETER = "parameter.";

  /** Content hash of the deployed jar that the pipeline comes from. */
  public static final String DEPLOYMENT = "deployment";

  /** The number of that version of the deployed pipeline. */
  public static final String DEPLOYMENT_VERSION = "deployment.version";

  /** Name of the engine. */
  public static final String ENGINE = "engine";

  /** The Java release that drove the run. */
  public static final String JAVA = "environment.java";

  /** Operating system and processor architecture of the machine that drove the run. */
  public static final String PLATFORM = "environment.platform";

  /** Why the run was asked for, in the words of whoever did. */
  public static final String REASON = "reason";

  /** Start of the data interval, an ISO-8601 instant; inclusive. */
  public static final String INTERVAL_START = "interval.start";

  /** End of the data interval, an ISO-8601 instant; exclusive. */
  public static final String INTERVAL_END = "interval.end";

  /** The IANA zone whose calendar names the interval's days. */
  public static final String INTERVAL_ZONE = "interval.zone";

  /** The run's only "now", an ISO-8601 instant. */
  public static final String AS_OF = "as-of";

  /** The attempt of the interval, from 1. */
  public static final String ATTEMPT = "attempt";

  /** Id of the schedule that asked for the run. */
  public static final String SCHEDULE = "schedule";

  /** Id of the backfill that asked for the run. */
  public static final String BACKFILL = "backfill";

  /** Id of the run that this one does again. */
  public static final String RERUN_OF = "rerun-of";

  /** {@code completed-nodes} where that run's results are taken even of nodes without cache. */
  public static final String REUSE = "rerun-of.reuse";

  /** {@code off} where the run was asked to execute every node. */
  public static final String CACHE = "cache";

  /** When the run failed before it was resumed, the last time, an ISO-8601 instant. */
  public static final String FAILED = StoredRun.FAILED;

  /** Which nodes the run executes, where not all: {@code --from=trainer}. */
  public static final String SELECTION = "selection";

  /** Before the name of one of {@link RunOptions#attributes}. */
  public static final String OWN = "own.";

  /** Before the name of an option of the engine, as the command line has it. */
  public static final String ENGINE_OPTION = OWN + "cli.";

  /** Digests of what was declared for each node, to refuse another pipeline on resume. */
  public static final String FINGERPRINTS = "node_fingerprints";

  /** Before the id of an exit handler: for which outcome it was called, and how that went. */
  public static final String EXIT = "exit.";

  /** After which failure the handlers were called that {@link #EXIT} names; see {@link #FAILED}. */
  public static final String EXITS_AFTER = "exits-after";

  private RunAttributes() {}
}
