package io.pergola.openlineage;

import io.openlineage.client.OpenLineage.RunEvent.EventType;
import io.pergola.openlineage.internal.LineageSender;
import io.pergola.openlineage.internal.RunEvents;
import io.pergola.run.NodeOutcome;
import io.pergola.run.RunListener;
import io.pergola.run.RunPlan;
import io.pergola.run.RunResult;
import io.pergola.run.Workspace;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Sends an OpenLineage event when a run and each of its nodes starts and ends; runs of nodes are
 * children of the pipeline's run. Events are sent in order by a thread of their own. A consumer
 * that does not answer never delays or fails a run: what it did not take stands in {@code
 * logs/openlineage-unsent.ndjson} of the workspace.
 *
 * <p>Close it after the run: that waits for outstanding events, up to 10 seconds.
 */
public final class OpenLineageListener implements RunListener, AutoCloseable {
  private final Workspace workspace;
  private final LineageTarget target;
  private final DataQuality quality;
  private final LineageSender sender;
  private final Map<String, Integer> attempts = new HashMap<>();
  private @Nullable RunEvents events;

  public OpenLineageListener(Workspace workspace, LineageTarget target, DataQuality quality) {
    this.workspace = workspace;
    this.target = target;
    this.quality = quality;
    this.sender =
        new LineageSender(target.sink(), workspace.logs().resolve("openlineage-unsent.ndjson"));
  }

  @Override
  public synchronized void planned(String runId, RunPlan plan) {
    RunEvents made = new RunEvents(workspace, target.namespace(), quality, runId);
    events = made;
    sender.send(made.run(EventType.START, Optional.empty()));
  }

  @Override
  public synchronized void nodeStarted(String node, int attempt) {
    attempts.put(node, attempt);
    if (events != null && attempt == 1) {
      sender.send(events.nodeStarted(node));
    }
  }

  @Override
  public synchronized void nodeFinished(NodeOutcome outcome) {
    RunEvents made = events;
    if (made != null) {
      made.nodeFinished(outcome, attempts.containsKey(outcome.node())).forEach(sender::send);
    }
  }

  @Override
  public synchronized void runFinished(RunResult result) {
    RunEvents made = events;
    if (made != null) {
      sender.send(
          result.match(
              succeeded -> made.run(EventType.COMPLETE, Optional.empty()),
              stopped -> made.run(EventType.ABORT, Optional.of(stopped.reason())),
              failed -> made.run(EventType.FAIL, Optional.of(failed.cause().line())),
              cancelled -> made.run(EventType.ABORT, Optional.of("cancelled"))));
    }
  }

  /** How many events were not taken, and stand in the file of unsent ones. */
  public long unsent() {
    return sender.unsent();
  }

  @Override
  public void close() {
    sender.close();
  }
}
