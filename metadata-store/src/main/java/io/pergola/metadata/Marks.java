package io.pergola.metadata;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What people and pipelines say of artifacts after these were published: names for them, that they
 * must not be used, that they are out of date, that they may go. Every mark keeps its history.
 */
public interface Marks {
  /**
   * A name such as {@code production} that points at one artifact.
   *
   * @param pipeline whose name it is; the same name may be used by several pipelines
   * @param by who pointed it there
   * @param until when it was moved elsewhere or removed; empty while it points there
   */
  record Alias(
      String pipeline,
      String name,
      long artifactId,
      Instant since,
      String by,
      Optional<Instant> until) {}

  /**
   * The order that an artifact, and all that was or will be made from it, is not to be used.
   *
   * @param by who gave it
   * @param lifted when it was lifted; empty while it is in force
   * @param liftedBy who lifted it
   */
  record Quarantine(
      long artifactId,
      String reason,
      Instant since,
      String by,
      Optional<Instant> lifted,
      Optional<String> liftedBy) {}

  /** The fact that something newer should have gone into an artifact. */
  record Stale(long artifactId, String reason, Instant since) {}

  /**
   * The intent to delete an artifact.
   *
   * @param deleted when it was deleted; until then it can be undone
   */
  record Deletion(long artifactId, String reason, Instant marked, Optional<Instant> deleted) {}

  /**
   * A model that is being served: the newest version that was pushed into its directory.
   *
   * @param artifactId the {@code PushedModel}
   * @param modelId what was pushed, if that is on record
   * @param directory what the serving process watches
   * @param destination the version's own folder in it
   */
  record Served(
      long artifactId,
      Optional<Long> modelId,
      String directory,
      String destination,
      long version) {}

  /** Why an artifact must not be deleted. */
  record Protection(Protection.Kind kind, String text) {
    /** The grounds on which artifacts are protected, the strongest first. */
    public enum Kind {
      LIVE_RUN,
      ALIAS,
      SERVED,
      QUARANTINE
    }
  }

  /**
   * What came of a request to mark or delete.
   *
   * @param done the artifacts that were marked or deleted, ascending
   * @param kept the protected ones, and why
   */
  record Sweep(List<Long> done, Map<Long, Protection> kept) {
    public Sweep {
      done = List.copyOf(done);
      kept = Map.copyOf(kept);
    }
  }

  /**
   * Points an alias at an artifact, wherever it pointed before, in one step: whoever asks meanwhile
   * gets one or the other.
   *
   * @throws MetadataStoreException if the artifact is not there or not {@code LIVE}
   */
  Alias setAlias(String pipeline, String name, long artifactId, String by);

  /**
   * Moves an alias from one artifact to another.
   *
   * @throws MetadataStoreException if it does not point at {@code from} any more, or if {@code to}
   *     is not there or not {@code LIVE}
   */
  Alias moveAlias(String pipeline, String name, long from, long to, String by);

  /** Removes an alias; its history stays. Returns what it pointed at. */
  Optional<Alias> removeAlias(String pipeline, String name, String by);

  /** Where an alias points. */
  Optional<Alias> alias(String pipeline, String name);

  /** All aliases in force, by pipeline, then name. */
  List<Alias> aliases();

  /** Everything that an alias pointed at, newest first. */
  List<Alias> aliasHistory(String pipeline, String name);

  /**
   * Puts an artifact into quarantine. One that is in it already stays as it is.
   *
   * @throws MetadataStoreException if there is no such artifact
   */
  Quarantine quarantine(long artifactId, String reason, String by);

  /** Lifts the quarantine of an artifact; empty if it was in none of its own. */
  Optional<Quarantine> lift(long artifactId, String by);

  /** The quarantines in force, newest first. */
  List<Quarantine> quarantines();

  /** All quarantines of all times, newest first. */
  List<Quarantine> quarantineHistory();

  /**
   * Which of these artifacts are not to be used: those in quarantine, and those made, however
   * indirectly, from one that is.
   *
   * @return for each such artifact the quarantine that covers it: its own if it has one, else that
   *     of the ancestor with the smallest id
   */
  Map<Long, Quarantine> quarantined(Collection<Long> artifactIds);

  /** Says that an artifact is out of date. One that was said to be so keeps its first reason. */
  Stale markStale(long artifactId, String reason);

  /** Takes back that these artifacts are out of date. */
  void markFresh(Collection<Long> artifactIds);

  /** Which of these artifacts are out of date. */
  Map<Long, Stale> stale(Collection<Long> artifactIds);

  /** The newest version of each serving directory, by directory. */
  List<Served> served();

  /** Which of these artifacts must not be deleted, and the strongest ground for each. */
  Map<Long, Protection> protections(Collection<Long> artifactIds);

  /**
   * Marks live artifacts for deletion: from then on no cache and no resolver finds them. Protected
   * ones are kept; those that are not live are passed over.
   */
  Sweep markForDeletion(Map<Long, String> reasons);

  /** Takes back marks for deletion; those already deleted are passed over. Returns the others. */
  List<Long> undoDeletion(Collection<Long> artifactIds);

  /** The artifacts that are marked and not deleted, oldest mark first. */
  List<Deletion> markedForDeletion();

  /**
   * Deletes marked artifacts from the record's point of view: they become {@code DELETED}, their
   * lineage stays. One that has become protected since it was marked loses its mark instead.
   */
  Sweep delete(Collection<Long> artifactIds);

  /** Deleted artifacts whose files may still be there, because whoever deleted them did not end. */
  List<Deletion> deletedWithFiles();

  /** Records that the files of deleted artifacts are gone. */
  void filesGone(Collection<Long> artifactIds);
}
