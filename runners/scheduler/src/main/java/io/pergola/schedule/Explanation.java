package io.pergola.schedule;

import io.pergola.metadata.StoredSchedule;
import io.pergola.metadata.StoredTick;
import io.pergola.pipeline.DataInterval;
import io.pergola.pipeline.Schedule;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Why a schedule does what it does: for the command line and for pages.
 *
 * @param at the moment that is explained
 * @param next the ticks after it, soonest first
 * @param last the ticks at or before it, newest first, and what became of them
 * @param remarks what holds the schedule back, in sentences; mostly nothing
 */
public record Explanation(
    StoredSchedule stored,
    Schedule schedule,
    Instant at,
    List<Upcoming> next,
    List<Explanation.Past> last,
    List<String> remarks) {
  public Explanation {
    next = List.copyOf(next);
    last = List.copyOf(last);
    remarks = List.copyOf(remarks);
  }

  /**
   * A tick and its runs. A run has three times: the interval it has data for, when it was due, and
   * when it started.
   *
   * @param runs every attempt of the interval, first attempt first
   */
  public record Past(StoredTick tick, DataInterval interval, List<Attempt> runs) {
    public Past {
      runs = List.copyOf(runs);
    }

    /** When the newest attempt started. */
    public Optional<Instant> started() {
      return runs.isEmpty() ? Optional.empty() : runs.get(runs.size() - 1).run().started();
    }
  }
}
