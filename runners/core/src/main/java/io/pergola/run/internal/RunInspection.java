package io.pergola.run.internal;

import io.pergola.metadata.Lease;
import io.pergola.metadata.MetadataStore;
import io.pergola.metadata.RunFilter;
import io.pergola.metadata.RunState;
import io.pergola.metadata.StoredRun;
import io.pergola.run.RunProcess;
import io.pergola.run.WorkspaceCheck.Finding;
import io.pergola.run.WorkspaceCheck.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds runs that nobody drives, and leases that nobody gives back. */
public final class RunInspection {
  private static final int MOST = 10_000;
  private static final Duration TERM = Duration.ofMinutes(1);

  private final MetadataStore store;

  public RunInspection(MetadataStore store) {
    this.store = store;
  }

  public List<Finding> findings() {
    List<Finding> findings = new ArrayList<>();
    for (StoredRun run : store.runs().list(RunFilter.newest(MOST).states(RunState.RUNNING))) {
      Optional<Lease> lease = store.leases().current(Lease.ofRun(run.id()));
      if (lease.isPresent() && isStuck(lease.get())) {
        findings.add(
            new Finding(
                Kind.STUCK_LEASE,
                run.id(),
                "run %s is held until %s by %s, which is gone"
                    .formatted(run.id(), lease.get().expires(), holder(lease.get())),
                "its lease is taken back and the run becomes FAILED, so that it can be resumed"));
      } else if (lease.isEmpty() || !lease.get().expires().isAfter(Instant.now())) {
        findings.add(
            new Finding(
                Kind.ABANDONED_RUN,
                run.id(),
                "run %s is RUNNING, and nobody drives it".formatted(run.id()),
                "it becomes FAILED, so that it can be resumed"));
      }
    }
    return findings;
  }

  private static boolean isStuck(Lease lease) {
    return lease.expires().isAfter(Instant.now())
        && RunProcess.parse(lease.holder()).map(RunProcess::isDead).orElse(false);
  }

  private static String holder(Lease lease) {
    return RunProcess.parse(lease.holder()).map(RunProcess::toString).orElse(lease.holder());
  }

  /** Ends a run that nobody drives. */
  public String end(Finding finding) {
    String run = finding.subject();
    String name = Lease.ofRun(run);
    String self = RunProcess.current().holder();
    Optional<Lease> current = store.leases().current(name);
    Optional<Lease> taken =
        current.isPresent() && isStuck(current.get())
            ? Optional.of(store.leases().steal(name, self, TERM))
            : store.leases().acquire(name, self, TERM);
    if (taken.isEmpty()) {
      return "run %s is driven again by now".formatted(run);
    }
    try {
      if (store.runs().find(run).map(StoredRun::state).equals(Optional.of(RunState.RUNNING))) {
        store
            .runs()
            .move(
                taken.get(),
                run,
                RunState.FAILED,
                Optional.of(
                    "the process that drove it is gone; go on with: pergola resume " + run));
      }
      return "run %s is FAILED now; go on with: pergola resume %s".formatted(run, run);
    } finally {
      store.leases().release(taken.get());
    }
  }
}
