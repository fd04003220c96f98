package io.pergola.metadata.internal;

import io.pergola.metadata.ArtifactFilter;
import io.pergola.metadata.ArtifactState;
import io.pergola.metadata.ContextFilter;
import io.pergola.metadata.ExecutionFilter;
import io.pergola.metadata.ExecutionState;
import io.pergola.metadata.FilterQuery;
import io.pergola.metadata.Page;
import io.pergola.metadata.Paging;
import io.pergola.metadata.PropertyValue;
import io.pergola.metadata.StoredArtifact;
import io.pergola.metadata.StoredContext;
import io.pergola.metadata.StoredExecution;
import io.pergola.metadata.TypeKind;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/** Pages of artifacts, executions and contexts that agree with a filter. */
final class Listing {
  private Listing() {}

  static Page<StoredArtifact> artifacts(Db db, ArtifactFilter filter, Paging paging)
      throws SQLException {
    Conditions conditions = new Conditions();
    type(db, conditions, TypeKind.ARTIFACT, filter.type());
    conditions.andIf(filter.name(), "n.\"name\" = ?");
    conditions.andIf(filter.externalId(), "n.\"external_id\" = ?");
    conditions.andIf(filter.uri(), "n.\"uri\" = ?");
    conditions.andIf(filter.state().map(ArtifactState::code), "n.\"state\" = ?");
    conditions.andIf(
        filter.contextId(),
        "n.\"id\" IN (SELECT \"artifact_id\" FROM \"Attribution\" WHERE \"context_id\" = ?)");
    properties(
        conditions,
        EntityRows.ARTIFACTS.properties(),
        filter.properties(),
        filter.customProperties());
    where(conditions, filter.where());
    return EntityRows.ARTIFACTS.list(db, conditions, filter.toString(), paging);
  }

  static Page<StoredExecution> executions(Db db, ExecutionFilter filter, Paging paging)
      throws SQLException {
    Conditions conditions = new Conditions();
    type(db, conditions, TypeKind.EXECUTION, filter.type());
    conditions.andIf(filter.name(), "n.\"name\" = ?");
    conditions.andIf(filter.externalId(), "n.\"external_id\" = ?");
    conditions.andIf(filter.state().map(ExecutionState::code), "n.\"last_known_state\" = ?");
    conditions.andIf(
        filter.contextId(),
        "n.\"id\" IN (SELECT \"execution_id\" FROM \"Association\" WHERE \"context_id\" = ?)");
    properties(
        conditions,
        EntityRows.EXECUTIONS.properties(),
        filter.properties(),
        filter.customProperties());
    where(conditions, filter.where());
    return EntityRows.EXECUTIONS.list(db, conditions, filter.toString(), paging);
  }

  static Page<StoredContext> contexts(Db db, ContextFilter filter, Paging paging)
      throws SQLException {
    Conditions conditions = new Conditions();
    type(db, conditions, TypeKind.CONTEXT, filter.type());
    conditions.andIf(filter.name(), "n.\"name\" = ?");
    conditions.andIf(filter.externalId(), "n.\"external_id\" = ?");
    conditions.andIf(
        filter.parentId(),
        "n.\"id\" IN (SELECT \"context_id\" FROM \"ParentContext\" WHERE \"parent_context_id\" = ?)");
    conditions.andIf(
        filter.artifactId(),
        "n.\"id\" IN (SELECT \"context_id\" FROM \"Attribution\" WHERE \"artifact_id\" = ?)");
    conditions.andIf(
        filter.executionId(),
        "n.\"id\" IN (SELECT \"context_id\" FROM \"Association\" WHERE \"execution_id\" = ?)");
    properties(
        conditions,
        EntityRows.CONTEXTS.properties(),
        filter.properties(),
        filter.customProperties());
    where(conditions, filter.where());
    return EntityRows.CONTEXTS.list(db, conditions, filter.toString(), paging);
  }

  private static void type(Db db, Conditions conditions, TypeKind kind, Optional<String> name)
      throws SQLException {
    if (name.isPresent()) {
      List<Long> ids = TypeRows.idsWithSubtypes(db, kind, name.get());
      conditions.and(
          ids.isEmpty() ? "1 = 0" : "n.\"type_id\" IN (" + Db.marks(ids.size()) + ")",
          ids.toArray());
    }
  }

  private static void properties(
      Conditions conditions,
      PropertyRows rows,
      SortedMap<String, PropertyValue> declared,
      SortedMap<String, PropertyValue> custom) {
    for (Map.Entry<String, PropertyValue> property : declared.entrySet()) {
      rows.require(conditions, property.getKey(), false, property.getValue());
    }
    for (Map.Entry<String, PropertyValue> property : custom.entrySet()) {
      rows.require(conditions, property.getKey(), true, property.getValue());
    }
  }

  private static void where(Conditions conditions, Optional<FilterQuery> query) {
    if (query.isPresent()) {
      FilterSql.Bound bound = FilterSql.of(query.get(), "n");
      conditions.and(bound.sql(), bound.arguments().toArray());
    }
  }
}
