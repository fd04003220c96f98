package io.pergola.schedule.daemon;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How a daemon stands after its last pass.
 *
 * @param lastPass empty before the first
 * @param highWater the latest instant that any scheduler of the database has seen
 * @param problem why the last pass did nothing or not everything
 * @param adopted live runs that a daemon of this name started before it died
 * @param live runs that it drives
 */
public record DaemonStatus(
    String name,
    Instant started,
    Optional<Instant> lastPass,
    Optional<Instant> highWater,
    Optional<String> problem,
    boolean databaseReachable,
    int adopted,
    List<DaemonStatus.Live> live) {
  public DaemonStatus {
    live = List.copyOf(live);
  }

  /** A run and who drives it. */
  public record Live(String runId, String driver) {}

  static DaemonStatus starting(String name, Instant started) {
    return new DaemonStatus(
        name, started, Optional.empty(), Optional.empty(), Optional.empty(), true, 0, List.of());
  }

  DaemonStatus passed(
      Instant time, Ticks.Report report, int alreadyLive, List<RunLauncher.LiveRun> runs) {
    return new DaemonStatus(
        name,
        started,
        Optional.of(time),
        report.highWater().or(() -> highWater),
        report.problem(),
        true,
        alreadyLive,
        runs.stream().map(run -> new Live(run.runId(), run.driver())).toList());
  }

  DaemonStatus failed(String why) {
    return new DaemonStatus(
        name, started, lastPass, highWater, Optional.of(why), false, adopted, live);
  }
}
