package io.pergola.schedule.daemon;

import java.time.Duration;

/**
 * How a daemon goes about its work.
 *
 * @param name unique among the daemons of a database; the runs it started bear it
 * @param maxRuns how many runs it drives at once, from 1
 * @param interval the longest pause between two passes
 * @param lease how long its name is kept after it was last heard of
 * @param claim how long a claimed run is this daemon's after its last pass, until the run's driver
 *     has taken over: so long the run waits if the daemon dies in between
 * @param attempts how often the driver of a run may die without getting further
 */
public record DaemonSettings(
    String name, int maxRuns, Duration interval, Duration lease, Duration claim, int attempts) {
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
    if (claim.compareTo(interval) <= 0) {
      throw new IllegalArgumentException(
          "Invalid claim: %s (longer than the interval between passes, %s)"
              .formatted(claim, interval));
    }
    if (attempts < 1) {
      throw new IllegalArgumentException("Invalid attempts: %d (from 1)".formatted(attempts));
    }
  }

  /** Two runs at once, a pass each second, leases of 20 s, claims of 5 s, five attempts. */
  public static DaemonSettings named(String name) {
    return new DaemonSettings(
        name, 2, Duration.ofSeconds(1), Duration.ofSeconds(20), Duration.ofSeconds(5), 5);
  }

  public DaemonSettings maxRuns(int runs) {
    return new DaemonSettings(name, runs, interval, lease, claim, attempts);
  }

  public DaemonSettings interval(Duration pause) {
    return new DaemonSettings(name, maxRuns, pause, lease, claim, attempts);
  }

  public DaemonSettings lease(Duration term) {
    return new DaemonSettings(name, maxRuns, interval, term, claim, attempts);
  }

  public DaemonSettings claim(Duration term) {
    return new DaemonSettings(name, maxRuns, interval, lease, term, attempts);
  }

  /** The lease that keeps a second daemon of this name out. */
  String leaseName() {
    return "daemon/" + name;
  }
}
