package io.pergola.metadata.internal;

import io.pergola.metadata.ArtifactDraft;
import io.pergola.metadata.ArtifactState;
import io.pergola.metadata.ContextDraft;
import io.pergola.metadata.EntityDraft;
import io.pergola.metadata.ExecutionDraft;
import io.pergola.metadata.ExecutionState;
import io.pergola.metadata.StoredArtifact;
import io.pergola.metadata.StoredContext;
import io.pergola.metadata.StoredEntity;
import io.pergola.metadata.StoredExecution;
import io.pergola.metadata.TypeKind;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/** What artifacts, executions and contexts have that the others have not. */
interface EntityShape<D extends EntityDraft, S extends StoredEntity> {
  TypeKind kind();

  /** The columns that a draft fills, in the order of {@link #values}. */
  List<String> columns();

  List<Object> values(D draft);

  /** A row without its properties. */
  S read(ResultSet row) throws SQLException;

  S with(S bare, PropertyRows.Both properties);

  /** {@code artifact} */
  default String word() {
    return kind().name().toLowerCase(Locale.ROOT);
  }

  /** {@code Artifact} */
  default String table() {
    return kind().name().charAt(0) + word().substring(1);
  }

  private static Instant time(ResultSet row, String column) throws SQLException {
    return Instant.ofEpochMilli(row.getLong(column));
  }

  /** Artifacts. */
  final class Artifacts implements EntityShape<ArtifactDraft, StoredArtifact> {
    @Override
    public TypeKind kind() {
      return TypeKind.ARTIFACT;
    }

    @Override
    public List<String> columns() {
      return List.of("uri", "state", "name", "external_id");
    }

    @Override
    public List<Object> values(ArtifactDraft draft) {
      return List.of(draft.uri(), draft.state().code(), draft.name(), draft.externalId());
    }

    @Override
    public StoredArtifact read(ResultSet row) throws SQLException {
      return new StoredArtifact(
          row.getLong("id"),
          row.getString("type_name"),
          Db.text(row, "name"),
          Db.text(row, "uri"),
          Db.text(row, "external_id"),
          ArtifactState.ofCode(row.getInt("state")),
          new TreeMap<>(),
          new TreeMap<>(),
          time(row, "create_time_since_epoch"),
          time(row, "last_update_time_since_epoch"));
    }

    @Override
    public StoredArtifact with(StoredArtifact bare, PropertyRows.Both properties) {
      return new StoredArtifact(
          bare.id(),
          bare.type(),
          bare.name(),
          bare.uri(),
          bare.externalId(),
          bare.state(),
          properties.declared(),
          properties.custom(),
          bare.created(),
          bare.updated());
    }
  }

  /** Executions. */
  final class Executions implements EntityShape<ExecutionDraft, StoredExecution> {
    @Override
    public TypeKind kind() {
      return TypeKind.EXECUTION;
    }

    @Override
    public List<String> columns() {
      return List.of("last_known_state", "name", "external_id");
    }

    @Override
    public List<Object> values(ExecutionDraft draft) {
      return List.of(draft.state().code(), draft.name(), draft.externalId());
    }

    @Override
    public StoredExecution read(ResultSet row) throws SQLException {
      return new StoredExecution(
          row.getLong("id"),
          row.getString("type_name"),
          Db.text(row, "name"),
          Db.text(row, "external_id"),
          ExecutionState.ofCode(row.getInt("last_known_state")),
          new TreeMap<>(),
          new TreeMap<>(),
          time(row, "create_time_since_epoch"),
          time(row, "last_update_time_since_epoch"));
    }

    @Override
    public StoredExecution with(StoredExecution bare, PropertyRows.Both properties) {
      return new StoredExecution(
          bare.id(),
          bare.type(),
          bare.name(),
          bare.externalId(),
          bare.state(),
          properties.declared(),
          properties.custom(),
          bare.created(),
          bare.updated());
    }
  }

  /** Contexts. */
  final class Contexts implements EntityShape<ContextDraft, StoredContext> {
    @Override
    public TypeKind kind() {
      return TypeKind.CONTEXT;
    }

    @Override
    public List<String> columns() {
      return List.of("name", "external_id");
    }

    @Override
    public List<Object> values(ContextDraft draft) {
      return List.of(draft.name(), draft.externalId());
    }

    @Override
    public StoredContext read(ResultSet row) throws SQLException {
      return new StoredContext(
          row.getLong("id"),
          row.getString("type_name"),
          row.getString("name"),
          Db.text(row, "external_id"),
          new TreeMap<>(),
          new TreeMap<>(),
          time(row, "create_time_since_epoch"),
          time(row, "last_update_time_since_epoch"));
    }

    @Override
    public StoredContext with(StoredContext bare, PropertyRows.Both properties) {
      return new StoredContext(
          bare.id(),
          bare.type(),
          bare.name(),
          bare.externalId(),
          properties.declared(),
          properties.custom(),
          bare.created(),
          bare.updated());
    }
  }
}
