package io.pergola.metadata.internal;

import io.pergola.metadata.RunState;
import io.pergola.metadata.ScheduleStep;
import io.pergola.metadata.StoredRun;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a step of the scheduler writes, inside the transaction of whoever takes it. */
final class ScheduleSteps {
  private ScheduleSteps() {}

  /**
   * Whether the schedule is as the step saw it: what anybody writes about it raises its revision.
   */
  static boolean moved(Db db, ScheduleStep step) throws SQLException {
    return db.update(
            "UPDATE \"pergola_schedule\" SET \"cursor\" = ?, \"next_due\" = ?,"
                + " \"revision\" = \"revision\" + 1 WHERE \"id\" = ? AND \"revision\" = ?"
                + " AND \"deleted\" IS NULL",
            step.cursor(),
            step.nextDue(),
            step.seen().id(),
            step.seen().revision())
        == 1;
  }

  static List<StoredRun> write(Db db, ScheduleStep step) throws SQLException {
    List<StoredRun> created = new ArrayList<>();
    for (ScheduleStep.Decided decided : step.ticks()) {
      TickRows.write(db, decided, step.now(), created);
    }
    for (ScheduleStep.Cancel cancel : step.cancel()) {
      cancel(db, cancel.runId(), cancel.reason(), step.now());
    }
    return created;
  }

  /** Ends a run that nobody drives here and now; asks the driver of any other. */
  static void cancel(Db db, String runId, String reason, Instant now) throws SQLException {
    StoredRun run = RunRows.require(db, runId);
    if (run.state() == RunState.CREATED && !RunQueueRows.isDriven(db, runId, now)) {
      RunRows.move(db, runId, RunState.CANCELLED, Optional.of(reason), now);
    } else if (!run.state().isFinished()) {
      db.update(
          "UPDATE \"pergola_run\" SET \"cancel_requested\" = COALESCE(\"cancel_requested\", ?)"
              + " WHERE \"id\" = ?",
          now,
          runId);
    }
  }
}
