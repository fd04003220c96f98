package io.pergola.metadata;

import java.util.List;

/**
 * All that decides about a schedule's next step, read at one moment.
 *
 * @param versions that laid out its intervals, oldest first
 * @param pauses oldest first
 * @param waiting the ticks that wait for their turn, oldest first
 * @param live the ticks whose run is queued or running, oldest first
 */
public record ScheduleView(
    StoredSchedule schedule,
    List<ScheduleVersion> versions,
    List<StoredPause> pauses,
    List<StoredTick> waiting,
    List<ScheduleView.Live> live) {
  public ScheduleView {
    versions = List.copyOf(versions);
    pauses = List.copyOf(pauses);
    waiting = List.copyOf(waiting);
    live = List.copyOf(live);
  }

  /**
   * A tick whose run has not ended.
   *
   * @param driven whether a process drives the run
   */
  public record Live(StoredTick tick, StoredRun run, boolean driven) {}
}
