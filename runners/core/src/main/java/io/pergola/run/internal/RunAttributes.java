package io.pergola.run.internal;

/** Names under which a run's attributes are stored. */
public final class RunAttributes {
  public static final String ENGINE = "engine";
  public static final String PARAMETER = "parameter.";
  public static final String OWN = "own.";

  /** The run's data interval: instants, and the zone whose calendar names its days. */
  public static final String INTERVAL_START = "interval.start";

  public static final String INTERVAL_END = "interval.end";
  public static final String INTERVAL_ZONE = "interval.zone";

  /** The run's "now", an instant. */
  public static final String AS_OF = "as-of";

  /** 1 for the first run of an interval, 2 for the first re-run of it. */
  public static final String ATTEMPT = "attempt";

  static final String FINGERPRINTS = "node_fingerprints";

  private RunAttributes() {}
}
