package io.pergola.metadata;

import io.pergola.metadata.internal.SqlMetadataStore;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * The record of what happened. Thread-safe; several processes may have the same database open.
 * Every verb is one transaction: it happens as a whole or not at all, and once it returns it
 * survives the process.
 *
 * <p>What is asked for by id and is not there is left out of the answer.
 */
public interface MetadataStore extends AutoCloseable {
  /**
   * Opens a SQLite database, and creates or upgrades it as needed.
   *
   * @throws MetadataStoreException if the file is not such a database, or a newer one
   */
  static MetadataStore open(Path database) {
    return open(database, Clock.systemUTC());
  }

  /** Opens a SQLite database whose times, leases included, are those of the given clock. */
  static MetadataStore open(Path database, Clock clock) {
    return SqlMetadataStore.sqlite(database, clock);
  }

  /**
   * Opens a database by its location, and creates or upgrades its tables as needed.
   *
   * @param location the path of a SQLite file, {@code jdbc:sqlite:PATH}, or {@code
   *     jdbc:postgresql://HOST[:PORT]/DATABASE} with parameters that docs/how-to/postgresql.md
   *     lists; without {@code password} among them it is taken from the environment variable {@code
   *     PERGOLA_METADATA_PASSWORD}, or from where PostgreSQL's driver looks
   * @throws MetadataStoreException if there is no such database, or a newer one, or if the location
   *     is none of these
   */
  static MetadataStore open(String location) {
    return open(location, Clock.systemUTC());
  }

  /** Opens a database whose times, leases included, are those of the given clock. */
  static MetadataStore open(String location, Clock clock) {
    return SqlMetadataStore.open(location, clock);
  }

  /**
   * Puts a type. One of the same kind, name and version gets the properties it lacks.
   *
   * @return its id
   * @throws MetadataStoreException if a property is declared there with another type
   */
  long putType(MetadataType type);

  /** A type without a version, by name. */
  Optional<MetadataType> type(TypeKind kind, String name);

  /** A type by name and version. */
  Optional<MetadataType> type(TypeKind kind, String name, String version);

  /** A type by its id. */
  Optional<MetadataType> type(long typeId);

  /** A type by its external id. */
  Optional<MetadataType> typeByExternalId(String externalId);

  /** All types of a kind, by name, then version. */
  List<MetadataType> types(TypeKind kind);

  /**
   * Makes one type the parent of another; again is no change. A type inherits the properties of its
   * parents, and whoever asks for the parent finds the instances of the type as well.
   *
   * @throws MetadataStoreException if they are of different kinds, if the type would descend from
   *     itself, or if they declare a property with different types
   */
  void putParentType(long typeId, long parentTypeId);

  /** The properties that instances of a type may have: its own and those of its ancestors. */
  SortedMap<String, PropertyKind> inheritedProperties(long typeId);

  /** The ids of a type's parents, ascending. */
  List<Long> parentTypes(long typeId);

  /**
   * Puts an artifact.
   *
   * @return its id
   * @throws MetadataStoreException if its type is not there, does not declare its properties so, or
   *     has an artifact of this name
   */
  long putArtifact(ArtifactDraft draft);

  /** Replaces everything about an artifact but its id and type. */
  void updateArtifact(long artifactId, ArtifactDraft draft);

  /**
   * Replaces everything about an artifact but its id and type, if it stands as it was read.
   *
   * @throws ConcurrentUpdateException if it was updated since
   */
  void updateArtifact(StoredArtifact read, ArtifactDraft draft);

  Optional<StoredArtifact> artifact(long artifactId);

  /** Artifacts by ids, in the order of the ids given. */
  List<StoredArtifact> artifacts(Collection<Long> artifactIds);

  Page<StoredArtifact> artifacts(ArtifactFilter filter, Paging paging);

  /**
   * Puts an execution.
   *
   * @return its id
   * @throws MetadataStoreException as {@link #putArtifact}
   */
  long putExecution(ExecutionDraft draft);

  /** Replaces everything about an execution but its id and type. */
  void updateExecution(long executionId, ExecutionDraft draft);

  /**
   * Replaces everything about an execution but its id and type, if it stands as it was read.
   *
   * @throws ConcurrentUpdateException if it was updated since
   */
  void updateExecution(StoredExecution read, ExecutionDraft draft);

  Optional<StoredExecution> execution(long executionId);

  /** Executions by ids, in the order of the ids given. */
  List<StoredExecution> executions(Collection<Long> executionIds);

  Page<StoredExecution> executions(ExecutionFilter filter, Paging paging);

  /**
   * Puts a context, unless one of this type and name is there.
   *
   * @return its id; properties of one that is there stay as they are
   */
  long putContext(ContextDraft draft);

  /** Replaces everything about a context but its id and type. */
  void updateContext(long contextId, ContextDraft draft);

  /**
   * Replaces everything about a context but its id and type, if it stands as it was read.
   *
   * @throws ConcurrentUpdateException if it was updated since
   */
  void updateContext(StoredContext read, ContextDraft draft);

  Optional<StoredContext> context(long contextId);

  /** A context by type and name. */
  Optional<StoredContext> context(String type, String name);

  Page<StoredContext> contexts(ContextFilter filter, Paging paging);

  /** Makes one context the parent of another; again is no change. */
  void putParentContext(long contextId, long parentContextId);

  /** The ids of a context's parents, ascending. */
  List<Long> parentContexts(long contextId);

  /** Puts an event; one of the same artifact, execution and kind gets the path appended. */
  void putEvent(StoredEvent event);

  /** The events of these executions, in the order they were put. */
  List<StoredEvent> eventsOfExecutions(Collection<Long> executionIds);

  /** The events of these artifacts, in the order they were put. */
  List<StoredEvent> eventsOfArtifacts(Collection<Long> artifactIds);

  /** Says that an execution belongs to a context; again is no change. */
  void putAssociation(long contextId, long executionId);

  /** Says that an artifact belongs to a context; again is no change. */
  void putAttribution(long contextId, long artifactId);

  /**
   * Makes an execution with all that belongs to it visible in one transaction. Outputs are
   * attributed to, and the execution is associated with, all contexts given.
   *
   * @throws LeaseLostException if the publication names a lease that is over; nothing is changed
   * @throws MetadataStoreException if it names a node whose run is finished; nothing is changed
   */
  Published publish(Publication publication);

  /** Follows lineage from an artifact; empty if there is no such artifact. */
  Optional<Lineage> lineage(long artifactId, LineageQuery query);

  /** What depends on an artifact; empty if there is no such artifact. */
  Optional<Impact> impact(long artifactId);

  /** Runs and their nodes. */
  RunLedger runs();

  /** Leases, of runs and anything else. */
  Leases leases();

  /** Versions of pipelines that were deployed. */
  DeploymentLedger deployments();

  /** What people are to be told, and whether they were. */
  NotificationLedger notifications();

  /** Digests of files outside the store. */
  DigestMemo digests();

  /** Schedules and their ticks. */
  ScheduleLedger schedules();

  /** Backfills of schedules. */
  BackfillLedger backfills();

  /** Aliases, quarantines and other marks on artifacts. */
  Marks marks();

  /** What the database is and how much is in it; counts every row. */
  MetadataStatus status();

  @Override
  void close();
}
