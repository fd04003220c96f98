package io.pergola.schedule.daemon;

import io.pergola.metadata.MetadataStore;
import io.pergola.metadata.StoredTick;
import io.pergola.metadata.TickState;
import io.pergola.schedule.Scheduler;
import io.pergola.schedule.TickReport;
import java.time.Instant;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The passes of a {@link Scheduler}. */
public final class SchedulerTicks implements Ticks {
  private final Scheduler scheduler;
  private final MetadataStore store;

  public SchedulerTicks(Scheduler scheduler, MetadataStore store) {
    this.scheduler = scheduler;
    this.store = store;
  }

  @Override
  public Report tick() {
    TickReport report = scheduler.tick();
    SortedMap<String, Integer> outcomes = new TreeMap<>();
    Optional<Instant> oldest = Optional.empty();
    for (StoredTick tick : report.ticks()) {
      outcomes.merge(tick.state().name(), 1, Integer::sum);
      if (tick.state() == TickState.FIRED
          && oldest.filter(one -> !one.isAfter(tick.due())).isEmpty()) {
        oldest = Optional.of(tick.due());
      }
    }
    return new Report(
        outcomes,
        oldest,
        store.schedules().highWater(),
        report
            .behind()
            .map("the clock went back by %s: nothing fires until that has passed"::formatted));
  }
}
