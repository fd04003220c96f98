package io.pergola.schedule.daemon;

import java.time.Duration;

/**
 * How a daemon goes about its work.
 *
 * @param name unique among the daemons of a database; the runs it started bear it
 * @param maxRuns how many runs it drives at once, from 1
 * @param interval the longest pause between two passes
 * @param lease how long a claimed run is this daemon's before its driver has taken over
 * @param attempts how often the driver of a run may die without getting further
 */
public record DaemonSettings(
    String name, int maxRuns, Duration interval, Duration lease, int attempts) {
  public DaemonSettings {
    if (!name.matches("[A-Za-z0-9._-]{1,100}")) {
      throw new IllegalArgumentException(
          "Invalid name of a daemon: '%s' (1 to 100 letters, digits, '.', '_', '-')"
              .formatted(name));
    }
    if (maxRuns < 1) {
      throw new IllegalArgumentException("Invalid number of runs: %d (from 1)".formatted(maxRuns));
    }
    if (interval.isNegative() || interval.isZero()) {
      throw new IllegalArgumentException("Invalid interval: %s (above 0)".formatted(interval));
    }
    if (attempts < 1) {
      throw new IllegalArgumentException("Invalid attempts: %d (from 1)".formatted(attempts));
    }
  }

  /** Two runs at once, a pass each second, leases of 20 s, five attempts. */
  public static DaemonSettings named(String name) {
    return new DaemonSettings(name, 2, Duration.ofSeconds(1), Duration.ofSeconds(20), 5);
  }

  public DaemonSettings maxRuns(int runs) {
    return new DaemonSettings(name, runs, interval, lease, attempts);
  }

  public DaemonSettings interval(Duration pause) {
    return new DaemonSettings(name, maxRuns, pause, lease, attempts);
  }

  public DaemonSettings lease(Duration term) {
    return new DaemonSettings(name, maxRuns, interval, term, attempts);
  }

  /** The lease that keeps a second daemon of this name out. */
  String leaseName() {
    return "daemon/" + name;
  }
}
