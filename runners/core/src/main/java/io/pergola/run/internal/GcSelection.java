package io.pergola.run.internal;

import io.pergola.metadata.ArtifactFilter;
import io.pergola.metadata.ArtifactState;
import io.pergola.metadata.Marks;
import io.pergola.metadata.MetadataStore;
import io.pergola.metadata.Order;
import io.pergola.metadata.Page;
import io.pergola.metadata.Paging;
import io.pergola.metadata.RunFilter;
import io.pergola.metadata.RunState;
import io.pergola.metadata.StoredArtifact;
import io.pergola.metadata.StoredEvent;
import io.pergola.metadata.StoredExecution;
import io.pergola.metadata.StoredRun;
import io.pergola.run.ArtifactRecord;
import io.pergola.run.GcPlan;
import io.pergola.run.GcPolicy;
import io.pergola.run.Workspace;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Decides for each live artifact whether a policy lets it go, and says why. */
public final class GcSelection {
  private static final int PAGE = 1_000;

  private final Workspace workspace;
  private final MetadataStore store;
  private final Catalog catalog;
  private final GcPolicy policy;
  private final Instant now;
  private final Map<String, Optional<StoredRun>> runs = new HashMap<>();
  private final Map<String, Set<String>> newest = new HashMap<>();
  private final List<GcPlan.Item> remove = new ArrayList<>();
  private final List<GcPlan.Item> keep = new ArrayList<>();

  public GcSelection(Workspace workspace, GcPolicy policy, Instant now) {
    this.workspace = workspace;
    this.store = workspace.store();
    this.catalog = new Catalog(store, workspace.home());
    this.policy = policy;
    this.now = now;
  }

  /** By whom and when an artifact was used last. */
  private record Use(Instant last, Set<String> runs) {}

  public GcPlan plan() {
    ArtifactFilter live = ArtifactFilter.all().state(ArtifactState.LIVE);
    Paging paging = Paging.first(PAGE, Order.ID);
    while (true) {
      Page<StoredArtifact> page = store.artifacts(live, paging);
      select(page.items());
      if (page.next().isEmpty()) {
        return new GcPlan(remove, keep);
      }
      paging = paging.after(page.next().get());
    }
  }

  private void select(List<StoredArtifact> artifacts) {
    List<Long> ids = artifacts.stream().map(StoredArtifact::id).toList();
    Map<Long, Marks.Protection> protections = store.marks().protections(ids);
    Map<Long, Use> uses = uses(ids);
    for (StoredArtifact artifact : artifacts) {
      ArtifactRecord record = catalog.record(artifact);
      Use use = uses.getOrDefault(artifact.id(), new Use(artifact.created(), Set.of()));
      Optional<String> reason =
          Optional.ofNullable(protections.get(artifact.id()))
              .map(Marks.Protection::text)
              .or(() -> foreign(artifact, record))
              .or(() -> needed(record, use))
              .or(() -> shared(artifact));
      if (reason.isPresent()) {
        keep.add(new GcPlan.Item(record, reason.get()));
      } else {
        remove.add(
            new GcPlan.Item(
                record,
                "last used %s%s"
                    .formatted(
                        use.last(), use.runs().isEmpty() ? "" : " by run " + lastOf(use.runs()))));
      }
    }
  }

  /** Why an artifact's files are not this workspace's to delete. */
  private Optional<String> foreign(StoredArtifact artifact, ArtifactRecord record) {
    if (artifact.uri().isEmpty() || !record.directory().startsWith(workspace.artifacts())) {
      return Optional.of("its files are not in this workspace");
    }
    return Optional.empty();
  }

  /** A query for each: asked last, of what would go otherwise. */
  private Optional<String> shared(StoredArtifact artifact) {
    return sharers(store, artifact).stream()
        .findFirst()
        .map("artifact %d has the same folder"::formatted);
  }

  /** Other artifacts with the same folder that are not deleted. */
  public static List<Long> sharers(MetadataStore store, StoredArtifact artifact) {
    return store
        .artifacts(ArtifactFilter.all().uri(artifact.uri().orElse("")), Paging.all())
        .items()
        .stream()
        .filter(other -> other.state() != ArtifactState.DELETED)
        .map(StoredArtifact::id)
        .filter(id -> id != artifact.id())
        .toList();
  }

  private Optional<String> needed(ArtifactRecord record, Use use) {
    if (policy.pipeline().filter(name -> !name.equals(record.pipeline())).isPresent()) {
      return Optional.of("it is of pipeline %s".formatted(record.pipeline()));
    }
    if (use.last().isAfter(now.minus(policy.olderThan()))) {
      return Optional.of("it was used at %s".formatted(use.last()));
    }
    for (String run : use.runs()) {
      Optional<StoredRun> stored = run(run);
      if (stored.isPresent() && newest(stored.get().pipeline()).contains(run)) {
        return Optional.of("run %s, one of the newest, uses it".formatted(run));
      }
      if (!policy.states().isEmpty()
          && stored.filter(found -> !policy.states().contains(found.state())).isPresent()) {
        return Optional.of("run %s uses it, and is %s".formatted(run, stored.get().state()));
      }
    }
    return policy.states().isEmpty() || !use.runs().isEmpty()
        ? Optional.empty()
        : Optional.of("no run on record uses it");
  }

  private Optional<StoredRun> run(String id) {
    return runs.computeIfAbsent(id, each -> store.runs().find(each));
  }

  private Set<String> newest(String pipeline) {
    return newest.computeIfAbsent(
        pipeline,
        name -> {
          Set<String> ids = new HashSet<>();
          store.runs().latest(name).map(StoredRun::id).ifPresent(ids::add);
          if (policy.keepRuns() > 0) {
            store
                .runs()
                .list(RunFilter.newest(policy.keepRuns()).pipeline(name).states(RunState.SUCCEEDED))
                .forEach(run -> ids.add(run.id()));
          }
          return ids;
        });
  }

  private Map<Long, Use> uses(Collection<Long> ids) {
    List<StoredEvent> events = store.eventsOfArtifacts(ids);
    Map<Long, String> runOf = new HashMap<>();
    for (StoredExecution execution :
        store.executions(events.stream().map(StoredEvent::executionId).distinct().toList())) {
      runOf.put(execution.id(), Catalog.text(execution, Catalog.RUN_ID));
    }
    Map<Long, Use> uses = new HashMap<>();
    for (StoredEvent event : events) {
      Set<String> run = new TreeSet<>();
      run.add(runOf.getOrDefault(event.executionId(), ""));
      run.remove("");
      Use use = new Use(event.time().orElse(now), run);
      uses.merge(
          event.artifactId(),
          use,
          (a, b) -> {
            a.runs().addAll(b.runs());
            return new Use(a.last().isAfter(b.last()) ? a.last() : b.last(), a.runs());
          });
    }
    return uses;
  }

  private static String lastOf(Set<String> runs) {
    return new TreeSet<>(runs).last();
  }
}
