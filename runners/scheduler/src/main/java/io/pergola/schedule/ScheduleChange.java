package io.pergola.schedule;

import io.pergola.pipeline.Schedule;
import java.util.List;

/**
 * What applying a schedule changes.
 *
 * @param differences one for each value that changes, {@code when: 0 2 * * * -> 0 3 * * *}
 * @param next the first ticks afterwards
 */
public record ScheduleChange(
    Schedule schedule,
    String pipeline,
    ScheduleChange.Kind kind,
    List<String> differences,
    List<Upcoming> next) {
  public ScheduleChange {
    differences = List.copyOf(differences);
    next = List.copyOf(next);
  }

  /** Whether there is something to change. */
  public enum Kind {
    NEW,
    CHANGED,
    UNCHANGED
  }
}
