package io.pergola.schedule;

import io.pergola.pipeline.DataInterval;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.List;

/**
 * A tick that is to come.
 *
 * @param interval the data that its run works on
 * @param due when its run is created: the interval's end with lag and jitter
 * @param notes what changes of the clocks mean for it, in sentences
 */
public record Upcoming(DataInterval interval, Instant due, List<String> notes) {
  public Upcoming {
    notes = List.copyOf(notes);
  }

  /** The tick itself as clocks in the schedule's zone show it. */
  public ZonedDateTime local() {
    return interval.end().atZone(interval.zone());
  }
}
