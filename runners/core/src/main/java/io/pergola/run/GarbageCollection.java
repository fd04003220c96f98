package io.pergola.run;

import io.pergola.metadata.Marks;
import io.pergola.metadata.StoredArtifact;
import io.pergola.run.internal.ArtifactFolder;
import io.pergola.run.internal.Catalog;
import io.pergola.run.internal.DiskTrouble;
import io.pergola.run.internal.FaultPoint;
import io.pergola.run.internal.GcSelection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes artifacts that are no longer needed, in two steps: marking, which hides them from caches
 * and resolvers and can be undone, and deleting, which takes their files. What a live run uses, an
 * alias points at, is being served or in quarantine is neither marked nor deleted. Lineage stays.
 * Several processes may collect at once, and any may die at any time: the next one finishes.
 */
public final class GarbageCollection {
  private static final Logger LOG = LoggerFactory.getLogger(GarbageCollection.class);
  private static final int BATCH = 200;

  private final Workspace workspace;
  private final Clock clock;
  private final Catalog catalog;

  private GarbageCollection(Workspace workspace, Clock clock) {
    this.workspace = workspace;
    this.clock = clock;
    this.catalog = new Catalog(workspace.store(), workspace.home());
  }

  /**
   * What came of marking or deleting.
   *
   * @param done what was marked or deleted
   * @param kept what had become protected, by id, and why
   */
  public record Outcome(List<ArtifactRecord> done, Map<Long, String> kept) {
    public Outcome {
      done = List.copyOf(done);
      kept = Map.copyOf(kept);
    }

    /** Size of what was marked or deleted. */
    public long bytes() {
      return done.stream().mapToLong(ArtifactRecord::bytes).sum();
    }
  }

  /** An artifact that is marked. */
  public record Marked(ArtifactRecord artifact, String why, Instant since) {}

  /** Collects the garbage of a workspace. */
  public static GarbageCollection in(Workspace workspace) {
    return in(workspace, Clock.systemUTC());
  }

  /** Collects the garbage of a workspace; ages and graces end by the given clock. */
  public static GarbageCollection in(Workspace workspace, Clock clock) {
    return new GarbageCollection(workspace, clock);
  }

  /** What {@link #mark} would mark. Changes nothing. */
  public GcPlan plan(GcPolicy policy) {
    return new GcSelection(workspace, policy, clock.instant()).plan();
  }

  /** Marks for deletion what a policy says is no longer needed. */
  public Outcome mark(GcPolicy policy) {
    GcPlan plan = plan(policy);
    List<ArtifactRecord> done = new ArrayList<>();
    Map<Long, String> kept = new TreeMap<>();
    for (List<GcPlan.Item> batch : batches(plan.remove())) {
      Map<Long, String> reasons = new TreeMap<>();
      Map<Long, ArtifactRecord> records = new TreeMap<>();
      for (GcPlan.Item item : batch) {
        reasons.put(item.artifact().id(), item.why());
        records.put(item.artifact().id(), item.artifact());
      }
      FaultPoint.BEFORE_GC_MARK.reached("");
      Marks.Sweep sweep = marks().markForDeletion(reasons);
      FaultPoint.AFTER_GC_MARK.reached("");
      records.keySet().retainAll(sweep.done());
      done.addAll(records.values());
      sweep.kept().forEach((id, protection) -> kept.put(id, protection.text()));
    }
    return new Outcome(done, kept);
  }

  /** What is marked and not yet deleted, oldest first. */
  public List<Marked> marked() {
    List<Marked> marked = new ArrayList<>();
    for (Marks.Deletion deletion : marks().markedForDeletion()) {
      workspace
          .history()
          .artifact(deletion.artifactId())
          .ifPresent(
              artifact -> marked.add(new Marked(artifact, deletion.reason(), deletion.marked())));
    }
    return marked;
  }

  /** Takes back all marks that were not carried out; returns the artifacts that are live again. */
  public List<Long> undo() {
    return undo(marks().markedForDeletion().stream().map(Marks.Deletion::artifactId).toList());
  }

  /** Takes back the marks of these artifacts; returns those that are live again. */
  public List<Long> undo(Collection<Long> artifactIds) {
    return marks().undoDeletion(artifactIds);
  }

  /**
   * Deletes what has been marked for at least the grace period, and the files that an earlier
   * collection, ended half way, left.
   *
   * @throws IOException if files cannot be deleted; asking again goes on
   */
  public Outcome delete(Duration grace) throws IOException {
    for (Marks.Deletion unfinished : marks().deletedWithFiles()) {
      remove(unfinished.artifactId());
    }
    Instant latest = clock.instant().minus(grace);
    List<Long> due =
        marks().markedForDeletion().stream()
            .filter(deletion -> !deletion.marked().isAfter(latest))
            .map(Marks.Deletion::artifactId)
            .toList();
    List<ArtifactRecord> done = new ArrayList<>();
    Map<Long, String> kept = new TreeMap<>();
    for (List<Long> batch : batches(due)) {
      FaultPoint.BEFORE_GC_DELETE.reached("");
      Marks.Sweep sweep = marks().delete(batch);
      FaultPoint.AFTER_GC_DELETE.reached("");
      sweep.kept().forEach((id, protection) -> kept.put(id, protection.text()));
      for (StoredArtifact artifact : workspace.store().artifacts(sweep.done())) {
        done.add(catalog.record(artifact));
        remove(artifact.id());
      }
    }
    return new Outcome(done, kept);
  }

  private void remove(long artifactId) throws IOException {
    try {
      removeFiles(artifactId);
    } catch (IOException e) {
      throw new IOException(
          "Cannot delete the files of artifact %d: %s. Mend that and collect again: the rest goes then."
              .formatted(
                  artifactId, DiskTrouble.line(e, workspace.home()).replaceFirst("\\.$", "")),
          e);
    }
  }

  /** Renames a folder before its files go, so that half an artifact never has its name. */
  private void removeFiles(long artifactId) throws IOException {
    StoredArtifact artifact = workspace.store().artifact(artifactId).orElseThrow();
    Path folder = catalog.record(artifact).directory();
    Path parent = folder.getParent();
    if (artifact.uri().isPresent()
        && parent != null
        && folder.startsWith(workspace.artifacts())
        && GcSelection.sharers(workspace.store(), artifact).isEmpty()) {
      Path hidden = parent.resolve(ArtifactFolder.DELETED + folder.getFileName());
      hide(folder, parent, hidden);
      FaultPoint.AFTER_GC_RENAME.reached("");
      ArtifactFolder.delete(hidden);
      FaultPoint.AFTER_GC_REMOVE.reached("");
    }
    marks().filesGone(List.of(artifactId));
  }

  private static void hide(Path folder, Path parent, Path hidden) throws IOException {
    if (Files.notExists(folder)) {
      return;
    }
    ArtifactFolder.delete(hidden);
    try {
      Files.move(folder, hidden, StandardCopyOption.ATOMIC_MOVE);
      ArtifactFolder.syncFolder(parent);
    } catch (NoSuchFileException e) {
      LOG.debug("Another collection was faster with {}", folder);
    }
  }

  private Marks marks() {
    return workspace.store().marks();
  }

  private static <T> List<List<T>> batches(List<T> all) {
    List<List<T>> batches = new ArrayList<>();
    for (int from = 0; from < all.size(); from += BATCH) {
      batches.add(all.subList(from, Math.min(all.size(), from + BATCH)));
    }
    return batches;
  }
}
