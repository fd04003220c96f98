package io.pergola.run.internal;

import io.pergola.metadata.MetadataStore;
import io.pergola.metadata.RunRequest;
import io.pergola.metadata.StoredRun;
import io.pergola.pipeline.DataInterval;
import io.pergola.pipeline.RunContext;
import io.pergola.run.RunOptions;
import java.util.Optional;

/** Which attempt of which interval a run that is started by hand is. */
final class RunSlots {
  private RunSlots() {}

  /**
   * The next attempt of the interval that a run is for; empty if it is for none.
   *
   * @param again the run that it does again, whose schedule it keeps
   */
  static Optional<RunRequest.Slot> next(
      MetadataStore store, String pipeline, RunOptions options, Optional<StoredRun> again) {
    Optional<DataInterval> interval = options.context().flatMap(RunContext::interval);
    if (interval.isEmpty()) {
      return Optional.empty();
    }
    String schedule =
        again.flatMap(run -> store.runs().slot(run.id())).map(RunRequest.Slot::schedule).orElse("");
    int attempt = options.context().map(RunContext::attempt).orElse(1);
    for (StoredRun earlier :
        store.runs().attempts(pipeline, schedule, interval.get().start(), interval.get().end())) {
      int taken = store.runs().slot(earlier.id()).map(RunRequest.Slot::attempt).orElse(0);
      attempt = Math.max(attempt, taken + 1);
    }
    return Optional.of(
        new RunRequest.Slot(schedule, interval.get().start(), interval.get().end(), attempt));
  }

  static RunContext attempt(RunContext context, int attempt) {
    return new RunContext(context.interval(), context.asOf(), attempt);
  }
}
