package io.pergola.openlineage;

import io.openlineage.client.OpenLineage.RunEvent;
import io.openlineage.client.OpenLineage.RunEvent.EventType;
import io.pergola.openlineage.internal.LineageSender;
import io.pergola.openlineage.internal.RunEvents;
import io.pergola.run.NodeOutcome;
import io.pergola.run.RunListener;
import io.pergola.run.RunPlan;
import io.pergola.run.RunResult;
import io.pergola.run.Workspace;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
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
  private final Set<String> started = new HashSet<>();
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
    tell(
        at -> {
          events = new RunEvents(workspace, target.namespace(), quality, runId);
          return List.of(events.run(at, EventType.START, Optional.empty()));
        });
  }

  @Override
  public synchronized void nodeStarted(String node, int attempt) {
    started.add(node);
    if (attempt == 1) {
      tell(at -> List.of(made().nodeStarted(at, node)));
    }
  }

  @Override
  public synchronized void nodeFinished(NodeOutcome outcome) {
    boolean told = started.contains(outcome.node());
    tell(at -> made().nodeFinished(at, outcome, told));
  }

  @Override
  public synchronized void runFinished(RunResult result) {
    tell(
        at ->
            List.of(
                result.<RunEvent>match(
                    succeeded -> made().run(at, EventType.COMPLETE, Optional.empty()),
                    stopped -> made().run(at, EventType.ABORT, Optional.of(stopped.reason())),
                    failed -> made().run(at, EventType.FAIL, Optional.of(failed.cause().line())),
                    cancelled -> made().run(at, EventType.ABORT, Optional.of("cancelled")))));
  }

  /** Has events made later, with the time of now. */
  private void tell(Function<Instant, List<RunEvent>> maker) {
    Instant now = Instant.now();
    sender.send(() -> maker.apply(now));
  }

  /** Only the sending thread makes and reads it. */
  private RunEvents made() {
    return Objects.requireNonNull(events, "the run was not planned");
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
