package io.pergola.run.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.pergola.metadata.Lease;
import io.pergola.metadata.MetadataStore;
import io.pergola.metadata.RunDraft;
import io.pergola.metadata.RunState;
import io.pergola.metadata.StoredRun;
import io.pergola.run.RunProcess;
import io.pergola.run.WorkspaceCheck.Finding;
import io.pergola.run.WorkspaceCheck.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunInspectionTest {
  @TempDir Path folder;

  @Test
  void aLeaseOfADeadProcessIsFoundAndTakenBack() throws Exception {
    Process process = new ProcessBuilder("true").start();
    process.waitFor();
    RunProcess self = RunProcess.current();
    RunProcess gone = new RunProcess(self.host(), process.pid(), 1, self.scope());
    try (MetadataStore store = MetadataStore.open(folder.resolve("metadata.db"))) {
      Lease dead = run(store, "dead", gone);
      Lease alive = run(store, "alive", self);
      RunInspection inspection = new RunInspection(store);

      List<Finding> findings = inspection.findings();

      assertThat(findings).extracting(Finding::kind).containsExactly(Kind.STUCK_LEASE);
      assertThat(findings.get(0).text())
          .startsWith("run dead is held until ")
          .endsWith("which is gone");
      assertThat(inspection.end(findings.get(0)))
          .isEqualTo("run dead is FAILED now; go on with: pergola resume dead");
      assertThat(inspection.findings()).isEmpty();
      assertThat(store.leases().isHeld(dead)).isFalse();
      assertThat(store.leases().isHeld(alive)).isTrue();
      assertThat(store.runs().find("dead").map(StoredRun::state)).contains(RunState.FAILED);
      assertThat(store.runs().find("alive").map(StoredRun::state)).contains(RunState.RUNNING);
    }
  }

  private static Lease run(MetadataStore store, String id, RunProcess process) {
    Lease lease =
        store
            .runs()
            .create(
                new RunDraft(id, "product", "{}", new TreeMap<>(), List.of()),
                process.holder(),
                Duration.ofHours(5));
    store.runs().move(lease, id, RunState.RUNNING, Optional.empty());
    return lease;
  }
}
