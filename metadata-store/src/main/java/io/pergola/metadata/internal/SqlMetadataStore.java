package io.pergola.metadata.internal;

import io.pergola.metadata.ArtifactDraft;
import io.pergola.metadata.ArtifactFilter;
import io.pergola.metadata.ArtifactState;
import io.pergola.metadata.BackfillLedger;
import io.pergola.metadata.ContextDraft;
import io.pergola.metadata.ContextFilter;
import io.pergola.metadata.DeploymentLedger;
import io.pergola.metadata.DigestMemo;
import io.pergola.metadata.EventKind;
import io.pergola.metadata.ExecutionDraft;
import io.pergola.metadata.ExecutionFilter;
import io.pergola.metadata.ExecutionState;
import io.pergola.metadata.Impact;
import io.pergola.metadata.Leases;
import io.pergola.metadata.Lineage;
import io.pergola.metadata.LineageQuery;
import io.pergola.metadata.Marks;
import io.pergola.metadata.MetadataStatus;
import io.pergola.metadata.MetadataStore;
import io.pergola.metadata.MetadataStoreException;
import io.pergola.metadata.MetadataType;
import io.pergola.metadata.NotificationLedger;
import io.pergola.metadata.Page;
import io.pergola.metadata.Paging;
import io.pergola.metadata.PropertyKind;
import io.pergola.metadata.PropertyValue;
import io.pergola.metadata.Publication;
import io.pergola.metadata.Published;
import io.pergola.metadata.RunLedger;
import io.pergola.metadata.ScheduleLedger;
import io.pergola.metadata.StoredArtifact;
import io.pergola.metadata.StoredContext;
import io.pergola.metadata.StoredEvent;
import io.pergola.metadata.StoredExecution;
import io.pergola.metadata.TypeKind;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** The store over JDBC; each verb is one transaction. */
public final class SqlMetadataStore implements MetadataStore {
  private final Connections connections;
  private final Clock clock;
  private final RunLedger runs;
  private final Leases leases;
  private final DigestMemo digests;
  private final DeploymentLedger deployments;
  private final NotificationLedger notifications;
  private final Marks marks;
  private final ScheduleLedger schedules;
  private final BackfillLedger backfills;

  private SqlMetadataStore(Connections connections, Clock clock) {
    this.connections = connections;
    this.clock = clock;
    this.runs = new RunRows(connections, clock);
    this.leases = new LeaseRows(connections, clock);
    this.digests = new DigestRows(connections);
    this.deployments = new DeploymentRows(connections, clock);
    this.notifications = new NotificationRows(connections, clock);
    this.marks = new MarkRows(connections, clock);
    this.schedules = new ScheduleRows(connections, clock);
    this.backfills = new BackfillRows(connections, clock);
  }

  /** Opens a SQLite file, creating or upgrading its tables. */
  public static MetadataStore sqlite(Path file, Clock clock) {
    return open(new SqliteDialect(file), clock);
  }

  /** Opens the database at a path or JDBC URL, creating or upgrading its tables. */
  public static MetadataStore open(String location, Clock clock) {
    return open(StoreLocation.dialect(location), clock);
  }

  static MetadataStore open(Dialect dialect, Clock clock) {
    return new SqlMetadataStore(connect(dialect, clock), clock);
  }

  /** Connections to a database whose tables are those of this release. */
  static Connections connect(Dialect dialect, Clock clock) {
    Connections connections = new Connections(dialect);
    boolean opened = false;
    try {
      new Migrator(connections, clock).migrate();
      connections.rememberCommits(clock);
      opened = true;
      return connections;
    } finally {
      if (!opened) {
        connections.close();
      }
    }
  }

  @Override
  public MetadataStatus status() {
    return read(
        db -> {
          TreeMap<String, Long> rows = new TreeMap<>();
          for (String table : StoreTables.all()) {
            rows.put(
                table,
                db.first(row -> row.getLong(1), "SELECT COUNT(*) FROM \"" + table + "\"")
                    .orElse(0L));
          }
          return new MetadataStatus(
              connections.dialect().name(), Migrator.MLMD_VERSION, Migrator.PERGOLA_VERSION, rows);
        });
  }

  @Override
  public long putType(MetadataType type) {
    return write(db -> TypeRows.put(db, type));
  }

  @Override
  public Optional<MetadataType> type(TypeKind kind, String name) {
    return read(db -> TypeRows.find(db, kind, name, Optional.empty()));
  }

  @Override
  public Optional<MetadataType> type(TypeKind kind, String name, String version) {
    return read(db -> TypeRows.find(db, kind, name, Optional.of(version)));
  }

  @Override
  public Optional<MetadataType> type(long typeId) {
    return read(db -> TypeRows.find(db, typeId));
  }

  @Override
  public Optional<MetadataType> typeByExternalId(String externalId) {
    return read(db -> TypeRows.findByExternalId(db, externalId));
  }

  @Override
  public List<MetadataType> types(TypeKind kind) {
    return read(db -> TypeRows.all(db, kind));
  }

  @Override
  public void putParentType(long typeId, long parentTypeId) {
    connections.change(db -> TypeRows.putParent(db, typeId, parentTypeId));
  }

  @Override
  public SortedMap<String, PropertyKind> inheritedProperties(long typeId) {
    return read(db -> TypeRows.withInherited(db, typeId));
  }

  @Override
  public List<Long> parentTypes(long typeId) {
    return read(db -> Links.PARENT_TYPE.of(db, typeId));
  }

  @Override
  public long putArtifact(ArtifactDraft draft) {
    return write(db -> EntityRows.ARTIFACTS.put(db, draft, clock.instant()));
  }

  @Override
  public void updateArtifact(long artifactId, ArtifactDraft draft) {
    connections.change(
        db ->
            EntityRows.ARTIFACTS.update(db, artifactId, draft, Optional.empty(), clock.instant()));
  }

  @Override
  public void updateArtifact(StoredArtifact read, ArtifactDraft draft) {
    connections.change(
        db ->
            EntityRows.ARTIFACTS.update(
                db, read.id(), draft, Optional.of(read.updated()), clock.instant()));
  }

  @Override
  public Optional<StoredArtifact> artifact(long artifactId) {
    return read(db -> EntityRows.ARTIFACTS.find(db, artifactId));
  }

  @Override
  public List<StoredArtifact> artifacts(Collection<Long> artifactIds) {
    return read(db -> EntityRows.ARTIFACTS.find(db, artifactIds));
  }

  @Override
  public Page<StoredArtifact> artifacts(ArtifactFilter filter, Paging paging) {
    return read(db -> Listing.artifacts(db, filter, paging));
  }

  @Override
  public long putExecution(ExecutionDraft draft) {
    return write(db -> EntityRows.EXECUTIONS.put(db, draft, clock.instant()));
  }

  @Override
  public void updateExecution(long executionId, ExecutionDraft draft) {
    connections.change(
        db ->
            EntityRows.EXECUTIONS.update(
                db, executionId, draft, Optional.empty(), clock.instant()));
  }

  @Override
  public void updateExecution(StoredExecution read, ExecutionDraft draft) {
    connections.change(
        db ->
            EntityRows.EXECUTIONS.update(
                db, read.id(), draft, Optional.of(read.updated()), clock.instant()));
  }

  @Override
  public Optional<StoredExecution> execution(long executionId) {
    return read(db -> EntityRows.EXECUTIONS.find(db, executionId));
  }

  @Override
  public List<StoredExecution> executions(Collection<Long> executionIds) {
    return read(db -> EntityRows.EXECUTIONS.find(db, executionIds));
  }

  @Override
  public Page<StoredExecution> executions(ExecutionFilter filter, Paging paging) {
    return read(db -> Listing.executions(db, filter, paging));
  }

  @Override
  public long putContext(ContextDraft draft) {
    return write(db -> put(db, draft, clock.instant()));
  }

  @Override
  public void updateContext(long contextId, ContextDraft draft) {
    connections.change(
        db -> EntityRows.CONTEXTS.update(db, contextId, draft, Optional.empty(), clock.instant()));
  }

  @Override
  public void updateContext(StoredContext read, ContextDraft draft) {
    connections.change(
        db ->
            EntityRows.CONTEXTS.update(
                db, read.id(), draft, Optional.of(read.updated()), clock.instant()));
  }

  @Override
  public Optional<StoredContext> context(long contextId) {
    return read(db -> EntityRows.CONTEXTS.find(db, contextId));
  }

  @Override
  public Optional<StoredContext> context(String type, String name) {
    return contexts(ContextFilter.all().type(type).name(name), Paging.newest(1)).first();
  }

  @Override
  public Page<StoredContext> contexts(ContextFilter filter, Paging paging) {
    return read(db -> Listing.contexts(db, filter, paging));
  }

  @Override
  public void putParentContext(long contextId, long parentContextId) {
    connections.change(db -> Links.PARENT_CONTEXT.put(db, contextId, parentContextId));
  }

  @Override
  public List<Long> parentContexts(long contextId) {
    return read(db -> Links.PARENT_CONTEXT.of(db, contextId));
  }

  @Override
  public void putEvent(StoredEvent event) {
    connections.change(db -> EventRows.put(db, event, clock.instant()));
  }

  @Override
  public List<StoredEvent> eventsOfExecutions(Collection<Long> executionIds) {
    return read(db -> EventRows.ofExecutions(db, executionIds));
  }

  @Override
  public List<StoredEvent> eventsOfArtifacts(Collection<Long> artifactIds) {
    return read(db -> EventRows.ofArtifacts(db, artifactIds));
  }

  @Override
  public void putAssociation(long contextId, long executionId) {
    connections.change(db -> Links.ASSOCIATION.put(db, contextId, executionId));
  }

  @Override
  public void putAttribution(long contextId, long artifactId) {
    connections.change(db -> Links.ATTRIBUTION.put(db, contextId, artifactId));
  }

  @Override
  public Published publish(Publication publication) {
    return write(db -> publish(db, publication, clock.instant()));
  }

  private static Published publish(Db db, Publication publication, Instant now)
      throws SQLException {
    if (publication.lease().isPresent()) {
      LeaseRows.require(db, publication.lease().get());
    }
    if (publication.claim().isPresent()) {
      if (publication.state() == ExecutionState.COMPLETE) {
        LeaseRows.require(db, publication.claim().get());
      }
      LeaseRows.release(db, publication.claim().get());
    }
    long execution = execution(db, publication, now);
    for (Map.Entry<String, PropertyValue> property : publication.properties().entrySet()) {
      EntityRows.EXECUTIONS
          .properties()
          .setCustom(db, execution, property.getKey(), property.getValue());
    }
    for (Publication.Input input : publication.inputs()) {
      EventRows.put(
          db,
          StoredEvent.of(
              input.artifactId(), execution, EventKind.INPUT, input.key(), input.index()),
          now);
    }
    List<Long> outputs = new ArrayList<>();
    for (Publication.Output output : publication.outputs()) {
      long artifact =
          output.draft().isPresent()
              ? EntityRows.ARTIFACTS.put(db, output.draft().get(), now)
              : takenOver(db, output.artifactId().orElseThrow(), now);
      outputs.add(artifact);
      EventRows.put(
          db,
          StoredEvent.of(artifact, execution, EventKind.OUTPUT, output.key(), output.index()),
          now);
    }
    List<Long> contexts = new ArrayList<>();
    for (ContextDraft draft : publication.contexts()) {
      long context = put(db, draft, now);
      contexts.add(context);
      Links.ASSOCIATION.put(db, context, execution);
      for (long artifact : outputs) {
        Links.ATTRIBUTION.put(db, context, artifact);
      }
    }
    if (publication.node().isPresent()) {
      Publication.NodeUpdate node = publication.node().get();
      RunRows.change(db, node.runId(), node.change().execution(execution), now);
    }
    return new Published(execution, outputs, contexts);
  }

  /** A context of this type and name is put once. */
  private static long put(Db db, ContextDraft draft, Instant now) throws SQLException {
    Optional<Long> known = EntityRows.CONTEXTS.id(db, draft, draft.name());
    return known.isPresent() ? known.get() : EntityRows.CONTEXTS.put(db, draft, now);
  }

  /** An artifact that is used again is not deleted; one that was deleted is not used again. */
  private static long takenOver(Db db, long artifact, Instant now) throws SQLException {
    int state =
        db.first(
                row -> row.getInt(1),
                "SELECT \"state\" FROM \"Artifact\" WHERE \"id\" = ?",
                artifact)
            .orElse(ArtifactState.DELETED.code());
    if (state == ArtifactState.DELETED.code()) {
      throw new MetadataStoreException(
          "Cannot use artifact %d: it was deleted meanwhile. Run again.".formatted(artifact));
    }
    if (state == ArtifactState.MARKED_FOR_DELETION.code()) {
      DeletionRows.unmark(db, artifact, now);
    }
    return artifact;
  }

  private static long execution(Db db, Publication publication, Instant now) throws SQLException {
    if (publication.execution().draft().isPresent()) {
      return EntityRows.EXECUTIONS.put(db, publication.execution().draft().get(), now);
    }
    long id = publication.execution().id().orElseThrow();
    int updated =
        db.update(
            "UPDATE \"Execution\" SET \"last_known_state\" = ?, "
                + EntityRows.TOUCH
                + " WHERE \"id\" = ?",
            publication.state().code(),
            now,
            now,
            id);
    if (updated == 0) {
      throw new MetadataStoreException(
          "Cannot publish execution %d: there is none. Put it first.".formatted(id));
    }
    return id;
  }

  @Override
  public Optional<Lineage> lineage(long artifactId, LineageQuery query) {
    return read(db -> LineageRows.find(db, artifactId, query));
  }

  @Override
  public Optional<Impact> impact(long artifactId) {
    return lineage(artifactId, LineageQuery.down()).map(this::impact);
  }

  private Impact impact(Lineage lineage) {
    Set<Long> ids = Impact.ids(lineage);
    return new Impact(
        lineage,
        marks.aliases().stream().filter(alias -> ids.contains(alias.artifactId())).toList(),
        marks.served().stream().filter(served -> ids.contains(served.artifactId())).toList(),
        marks.quarantined(ids));
  }

  @Override
  public RunLedger runs() {
    return runs;
  }

  @Override
  public Leases leases() {
    return leases;
  }

  @Override
  public DeploymentLedger deployments() {
    return deployments;
  }

  @Override
  public NotificationLedger notifications() {
    return notifications;
  }

  @Override
  public DigestMemo digests() {
    return digests;
  }

  @Override
  public ScheduleLedger schedules() {
    return schedules;
  }

  @Override
  public BackfillLedger backfills() {
    return backfills;
  }

  @Override
  public Marks marks() {
    return marks;
  }

  @Override
  public void close() {
    connections.close();
  }

  private <T> T read(Connections.Work<T> work) {
    return connections.read(work);
  }

  private <T> T write(Connections.Work<T> work) {
    return connections.write(work);
  }
}
