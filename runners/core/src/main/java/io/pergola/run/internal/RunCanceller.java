package io.pergola.run.internal;

import io.pergola.metadata.Lease;
import io.pergola.metadata.MetadataStore;
import io.pergola.metadata.NodeChange;
import io.pergola.metadata.NodeState;
import io.pergola.metadata.RunState;
import io.pergola.metadata.StoredNode;
import io.pergola.metadata.StoredRun;
import io.pergola.pipeline.PipelineGraph;
import io.pergola.run.Engine;
import io.pergola.run.InfrastructureException;
import io.pergola.run.RunProcess;
import io.pergola.run.RunRefusedException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Ends runs from any process: asks the one that drives it, or does it where there is none. */
public final class RunCanceller {
  private static final Duration TERM = Duration.ofSeconds(20);
  private static final long POLL_MILLIS = 100;

  private final MetadataStore store;
  private final Path home;
  private final Optional<Engine> engine;

  public RunCanceller(MetadataStore store, Path home, Optional<Engine> engine) {
    this.store = store;
    this.home = home;
    this.engine = engine;
  }

  /**
   * Asks for the run's end and waits for it.
   *
   * @return whether it ended in time
   * @throws RunRefusedException if there is no such run, or it is over
   */
  public boolean cancel(String runId, Duration patience) throws InterruptedException {
    StoredRun run = find(runId);
    if (run.state().isFinished()) {
      throw new RunRefusedException(
          "Cannot cancel run %s: it is over (%s).".formatted(runId, run.state()));
    }
    store.runs().requestCancel(runId);
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      run = find(runId);
      if (run.state().isFinished()) {
        return true;
      }
      Optional<Lease> lease = takeIfForsaken(runId);
      if (lease.isPresent()) {
        end(run, lease.get());
        return true;
      }
      if (System.nanoTime() > deadline) {
        return false;
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  private StoredRun find(String runId) {
    return store
        .runs()
        .find(runId)
        .orElseThrow(
            () ->
                new RunRefusedException(
                    "Cannot cancel run %s: there is no such run. List them with: pergola runs"
                        .formatted(runId)));
  }

  private Optional<Lease> takeIfForsaken(String runId) {
    String name = Lease.ofRun(runId);
    Optional<Lease> current = store.leases().current(name);
    boolean driven =
        current.filter(lease -> lease.expires().isAfter(Instant.now())).isPresent()
            && !current
                .flatMap(lease -> RunProcess.parse(lease.holder()))
                .map(RunProcess::isDead)
                .orElse(false);
    if (driven) {
      return Optional.empty();
    }
    current.ifPresent(store.leases()::release);
    return store.leases().acquire(name, RunProcess.current().holder(), TERM);
  }

  /** What its driver would have done: jobs, unpublished files, nodes, the run. */
  private void end(StoredRun run, Lease lease) {
    try {
      LeftoverJobs leftovers =
          new LeftoverJobs(store, home.resolve("artifacts"), run.pipeline(), engine);
      if (!run.graph().isEmpty()) {
        for (PipelineGraph.Node declared : PipelineGraph.fromJson(run.graph()).nodes()) {
          Optional<StoredNode> node = store.runs().node(run.id(), declared.id());
          if (node.isPresent() && !node.get().state().isFinished()) {
            end(run, lease, declared, node.get(), leftovers);
          }
        }
      }
      leftovers.abandonAll();
      ArtifactFolder.delete(home.resolve("scratch").resolve(run.id()));
      ArtifactFolder.delete(home.resolve("checkpoints").resolve(run.id()));
    } catch (IOException e) {
      throw new InfrastructureException(
          "Cannot cancel run %s: %s".formatted(run.id(), e.getMessage()), e);
    } finally {
      store.runs().move(lease, run.id(), RunState.CANCELLED, Optional.of("cancelled"));
      store.leases().release(lease);
    }
  }

  private void end(
      StoredRun run,
      Lease lease,
      PipelineGraph.Node declared,
      StoredNode node,
      LeftoverJobs leftovers)
      throws IOException {
    if (node.executionId().isPresent()) {
      leftovers.found(declared, node);
    }
    NodeState state = node.state() == NodeState.RUNNING ? NodeState.CANCELLED : NodeState.BLOCKED;
    store
        .runs()
        .change(
            lease,
            run.id(),
            NodeChange.of(declared.id()).to(state).because("the run was cancelled"));
  }
}
