package io.pergola.run.internal;

import io.pergola.metadata.ArtifactFilter;
import io.pergola.metadata.ArtifactState;
import io.pergola.metadata.EventKind;
import io.pergola.metadata.Lease;
import io.pergola.metadata.MetadataStore;
import io.pergola.metadata.Paging;
import io.pergola.metadata.PropertyValue;
import io.pergola.metadata.RunFilter;
import io.pergola.metadata.StoredArtifact;
import io.pergola.metadata.StoredEvent;
import io.pergola.metadata.StoredExecution;
import io.pergola.metadata.StoredNode;
import io.pergola.metadata.StoredRun;
import io.pergola.run.ArtifactRecord;
import io.pergola.run.ExitRecord;
import io.pergola.run.NodeRecord;
import io.pergola.run.RunAttributes;
import io.pergola.run.RunDifference;
import io.pergola.run.RunHistory;
import io.pergola.run.RunProcess;
import io.pergola.run.RunRecord;
import io.pergola.run.RunRefusedException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads runs and artifacts back from the metadata store. */
public final class StoredHistory implements RunHistory {
  private final MetadataStore store;
  private final Catalog catalog;
  private final Path home;

  public StoredHistory(MetadataStore store, Path home) {
    this.store = store;
    this.catalog = new Catalog(store, home);
    this.home = home.toAbsolutePath().normalize();
  }

  @Override
  public List<RunRecord> runs(int limit) {
    return store.runs().list(RunFilter.newest(limit)).stream().map(this::record).toList();
  }

  @Override
  public List<RunRecord> runs(String pipeline, int limit) {
    return store.runs().list(RunFilter.newest(limit).pipeline(pipeline)).stream()
        .map(this::record)
        .toList();
  }

  @Override
  public Optional<RunRecord> run(String runId) {
    return store.runs().find(runId).map(this::record);
  }

  @Override
  public List<NodeRecord> nodes(String runId) {
    return store.runs().nodes(runId).stream().map(this::record).toList();
  }

  @Override
  public List<ExitRecord> exits(String runId) {
    return store.runs().find(runId).map(ExitCalls::of).orElse(List.of());
  }

  @Override
  public List<ArtifactRecord> artifactsOf(String runId) {
    List<Long> executions =
        store.runs().nodes(runId).stream()
            .map(StoredNode::executionId)
            .flatMap(Optional::stream)
            .toList();
    Set<Long> artifacts = new LinkedHashSet<>();
    for (StoredEvent event : store.eventsOfExecutions(executions)) {
      if (event.kind() == EventKind.OUTPUT) {
        artifacts.add(event.artifactId());
      }
    }
    return store.artifacts(artifacts).stream().map(catalog::record).toList();
  }

  @Override
  public List<ArtifactRecord> artifacts(int limit) {
    return artifacts(ArtifactFilter.all(), limit);
  }

  @Override
  public List<ArtifactRecord> artifacts(String type, int limit) {
    return artifacts(ArtifactFilter.all().type(type), limit);
  }

  @Override
  public Optional<ArtifactRecord> artifact(long id) {
    return store.artifact(id).map(catalog::record);
  }

  @Override
  public RunDifference difference(String beforeRunId, String afterRunId) {
    return new RunComparison(store, catalog, this)
        .between(require(beforeRunId), require(afterRunId));
  }

  @Override
  public List<Path> filesOf(long executionId) {
    return store
        .execution(executionId)
        .flatMap(execution -> execution.property(Catalog.KEY_PARTS))
        .flatMap(json -> KeyParts.parse(json.text()))
        .map(KeyParts::files)
        .orElse(List.of());
  }

  private RunRecord require(String runId) {
    return run(runId)
        .orElseThrow(
            () ->
                new RunRefusedException(
                    "Cannot compare run %s: there is no such run. List them with: pergola runs"
                        .formatted(runId)));
  }

  @Override
  public SortedMap<Long, Long> superseded(Collection<Long> artifactIds) {
    return new Attempts(store).superseded(artifactIds);
  }

  @Override
  public Optional<ArtifactRecord> artifactIn(Path directory) {
    Path absolute = directory.toAbsolutePath().normalize();
    String uri =
        (absolute.startsWith(home) ? home.relativize(absolute) : absolute)
            .toString()
            .replace('\\', '/');
    return artifacts(ArtifactFilter.all().uri(uri), 1).stream().findFirst();
  }

  private List<ArtifactRecord> artifacts(ArtifactFilter filter, int limit) {
    List<StoredArtifact> found =
        store.artifacts(filter.state(ArtifactState.LIVE), Paging.newest(limit)).items();
    return found.stream().map(catalog::record).toList();
  }

  private RunRecord record(StoredRun run) {
    SortedMap<String, String> parameters = new TreeMap<>();
    SortedMap<String, String> own = new TreeMap<>();
    run.attributes()
        .forEach(
            (name, value) -> {
              if (name.startsWith(RunAttributes.PARAMETER)) {
                parameters.put(name.substring(RunAttributes.PARAMETER.length()), value);
              } else if (name.startsWith(RunAttributes.OWN)) {
                own.put(name.substring(RunAttributes.OWN.length()), value);
              }
            });
    return new RunRecord(
        run.id(),
        run.pipeline(),
        state(run),
        run.attribute(RunAttributes.ENGINE).orElse("none"),
        run.created(),
        run.finished(),
        run.reason(),
        parameters,
        own,
        run.graph(),
        RunTimes.of(run));
  }

  private RunRecord.State state(StoredRun run) {
    return switch (run.state()) {
      case CREATED, RUNNING ->
          isDriven(run.id()) ? RunRecord.State.RUNNING : RunRecord.State.INTERRUPTED;
      case SUCCEEDED -> RunRecord.State.SUCCEEDED;
      case STOPPED -> RunRecord.State.STOPPED;
      case FAILED -> RunRecord.State.FAILED;
      case CANCELLED -> RunRecord.State.CANCELLED;
    };
  }

  private boolean isDriven(String runId) {
    Optional<Lease> lease = store.leases().current(Lease.ofRun(runId));
    return lease.isPresent()
        && lease.get().expires().isAfter(Instant.now())
        && !RunProcess.parse(lease.get().holder()).map(RunProcess::isDead).orElse(false);
  }

  private NodeRecord record(StoredNode node) {
    SortedMap<String, Double> metrics = new TreeMap<>();
    Optional<StoredExecution> execution = node.executionId().flatMap(store::execution);
    if (execution.isPresent()) {
      for (Map.Entry<String, PropertyValue> property :
          execution.get().customProperties().entrySet()) {
        if (property.getKey().startsWith(Catalog.METRIC)) {
          metrics.put(
              property.getKey().substring(Catalog.METRIC.length()),
              Double.parseDouble(property.getValue().text()));
        }
      }
    }
    boolean resolver =
        execution.isPresent() && execution.get().property(Catalog.KEY_PARTS).isEmpty();
    return new NodeRecord(
        node.id(),
        node.component(),
        state(node, resolver),
        node.attempt(),
        node.started(),
        node.finished(),
        node.rows(),
        node.executionId(),
        node.reason(),
        metrics);
  }

  private static NodeRecord.State state(StoredNode node, boolean resolver) {
    return switch (node.state()) {
      case PENDING -> NodeRecord.State.WAITING;
      case RUNNING -> NodeRecord.State.RUNNING;
      case COMPLETE -> resolver ? NodeRecord.State.RESOLVED : NodeRecord.State.COMPLETED;
      case CACHED -> NodeRecord.State.CACHED;
      case SKIPPED, BLOCKED -> NodeRecord.State.SKIPPED;
      case FAILED -> NodeRecord.State.FAILED;
      case CANCELLED -> NodeRecord.State.CANCELLED;
    };
  }
}
