package io.pergola.run;

import io.pergola.metadata.ArtifactState;
import io.pergola.metadata.EventKind;
import io.pergola.metadata.ExecutionFilter;
import io.pergola.metadata.ExecutionState;
import io.pergola.metadata.Lease;
import io.pergola.metadata.MetadataStore;
import io.pergola.metadata.NodeState;
import io.pergola.metadata.Paging;
import io.pergola.metadata.PropertyValue;
import io.pergola.metadata.RunFilter;
import io.pergola.metadata.RunRequest;
import io.pergola.metadata.RunState;
import io.pergola.metadata.StoredArtifact;
import io.pergola.metadata.StoredEvent;
import io.pergola.metadata.StoredExecution;
import io.pergola.metadata.StoredNode;
import io.pergola.metadata.StoredRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What holds of a workspace whatever was killed, failed or was late in it. Reads the files itself:
 * nothing here is shared with the code that writes them, but the manifest's format.
 */
public final class Invariants {
  private static final int ALL = 100_000;

  private final Workspace workspace;
  private final MetadataStore store;
  private final List<String> violations = new ArrayList<>();

  private Invariants(Workspace workspace) {
    this.workspace = workspace;
    this.store = workspace.store();
  }

  /** What is violated at any moment: P2, P3, P4, P7. */
  public static List<String> violations(Workspace workspace) {
    Invariants check = new Invariants(workspace);
    check.completeExecutionsAreWhole();
    check.artifactsAreProducedOnce();
    check.onlyTheNodesOwnExecutionIsPublished();
    check.oneLiveRunOfEachIdentity();
    return check.violations;
  }

  /** What is violated once nothing runs any more: no temporary files, no leases, nothing open. */
  public static List<String> violationsAtRest(Workspace workspace) {
    Invariants check = new Invariants(workspace);
    check.violations.addAll(violations(workspace));
    check.nothingTemporaryIsLeft();
    check.leasesAreFree();
    check.nothingIsOpenInRunsThatAreOver();
    return check.violations;
  }

  private List<StoredExecution> executions(ExecutionState state) {
    return store.executions(ExecutionFilter.all().state(state), Paging.all()).items();
  }

  private List<StoredRun> runs() {
    return store.runs().list(RunFilter.newest(ALL));
  }

  private void completeExecutionsAreWhole() {
    for (StoredExecution execution : executions(ExecutionState.COMPLETE)) {
      for (StoredEvent event : store.eventsOfExecutions(List.of(execution.id()))) {
        if (event.kind() != EventKind.OUTPUT) {
          continue;
        }
        Optional<StoredArtifact> artifact = store.artifact(event.artifactId());
        if (artifact.isEmpty()) {
          violations.add(
              "execution %d lacks artifact %d".formatted(execution.id(), event.artifactId()));
        } else if (artifact.get().state() == ArtifactState.LIVE) {
          whole(artifact.get());
        }
      }
    }
  }

  private void whole(StoredArtifact artifact) {
    Path folder = workspace.home().resolve(artifact.uri().orElse("?"));
    String what = "artifact %d in %s".formatted(artifact.id(), folder);
    try {
      Manifest manifest = Manifest.read(folder);
      String recorded =
          artifact.property("pergola.content_hash").map(PropertyValue::text).orElse("");
      if (!manifest.contentHash().equals(recorded)) {
        violations.add(what + ": manifest is not the one on record");
      }
      for (Manifest.Entry entry : manifest.files()) {
        byte[] bytes = Files.readAllBytes(folder.resolve(entry.path()));
        if (bytes.length != entry.size() || !sha256(bytes).equals(entry.sha256())) {
          violations.add(what + ": " + entry.path() + " is not what was published");
        }
      }
    } catch (IOException e) {
      violations.add(what + ": " + e);
    }
  }

  private void artifactsAreProducedOnce() {
    Map<Long, Long> producers = new HashMap<>();
    for (StoredExecution execution : executions(ExecutionState.COMPLETE)) {
      if (execution.property("cache_key").isEmpty()) {
        continue; // a resolver finds, and does not produce
      }
      for (StoredEvent event : store.eventsOfExecutions(List.of(execution.id()))) {
        if (event.kind() == EventKind.OUTPUT) {
          Long other = producers.put(event.artifactId(), execution.id());
          if (other != null) {
            violations.add(
                "artifact %d was produced by executions %d and %d"
                    .formatted(event.artifactId(), other, execution.id()));
          }
        }
      }
    }
  }

  /** A fenced-out process would have published beside the one that its node has on record. */
  private void onlyTheNodesOwnExecutionIsPublished() {
    for (StoredExecution execution : executions(ExecutionState.COMPLETE)) {
      String run = execution.property("run_id").map(PropertyValue::text).orElse("");
      String node = execution.property("node_id").map(PropertyValue::text).orElse("");
      Optional<StoredNode> stored = store.runs().node(run, node);
      if (stored.isEmpty()
          || !stored.get().executionId().equals(Optional.of(execution.id()))
          || stored.get().state() != NodeState.COMPLETE) {
        violations.add(
            "execution %d is complete, and node %s of run %s does not have it: %s"
                .formatted(execution.id(), node, run, stored));
      }
    }
  }

  private void oneLiveRunOfEachIdentity() {
    Map<String, String> live = new HashMap<>();
    for (StoredRun run : runs()) {
      Optional<RunRequest.Slot> slot = store.runs().slot(run.id());
      if (slot.isPresent() && !run.state().isFinished()) {
        String other = live.put(run.pipeline() + " " + slot.get(), run.id());
        if (other != null) {
          violations.add("runs %s and %s are both live for %s".formatted(other, run.id(), slot));
        }
      }
    }
  }

  private void nothingTemporaryIsLeft() {
    try (Stream<Path> files = Files.walk(workspace.artifacts())) {
      files
          .filter(path -> path.getFileName().toString().startsWith("."))
          .forEach(path -> violations.add("left over: " + path));
    } catch (IOException e) {
      violations.add(e.toString());
    }
  }

  private void leasesAreFree() {
    for (StoredRun run : runs()) {
      free(Lease.ofRun(run.id()));
      free(Lease.ofWaiting(run.id()));
      for (StoredNode node : store.runs().nodes(run.id())) {
        node.cacheKey().ifPresent(key -> free(Lease.ofNode(key)));
      }
    }
  }

  private void free(String lease) {
    store
        .leases()
        .current(lease)
        .filter(held -> held.expires().isAfter(Instant.now()))
        .ifPresent(held -> violations.add("held: " + held));
  }

  private void nothingIsOpenInRunsThatAreOver() {
    for (StoredRun run : runs()) {
      if (run.state() == RunState.CREATED || run.state() == RunState.RUNNING) {
        violations.add("run %s is %s".formatted(run.id(), run.state()));
      }
      for (StoredNode node : store.runs().nodes(run.id())) {
        if (!node.state().isFinished()) {
          violations.add("node %s of run %s is %s".formatted(node.id(), run.id(), node.state()));
        }
      }
    }
    for (StoredExecution execution : executions(ExecutionState.RUNNING)) {
      violations.add("execution %d is still RUNNING".formatted(execution.id()));
    }
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
