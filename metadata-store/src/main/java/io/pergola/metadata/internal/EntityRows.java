package io.pergola.metadata.internal;

import io.pergola.metadata.ArtifactDraft;
import io.pergola.metadata.ConcurrentUpdateException;
import io.pergola.metadata.ContextDraft;
import io.pergola.metadata.EntityDraft;
import io.pergola.metadata.ExecutionDraft;
import io.pergola.metadata.MetadataStoreException;
import io.pergola.metadata.Page;
import io.pergola.metadata.Paging;
import io.pergola.metadata.StoredArtifact;
import io.pergola.metadata.StoredContext;
import io.pergola.metadata.StoredEntity;
import io.pergola.metadata.StoredExecution;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The rows of artifacts, of executions or of contexts: what has a type, a name, properties and
 * times. What differs between the three is their {@link EntityShape}.
 *
 * @param <D> what is put
 * @param <S> what is read back
 */
final class EntityRows<D extends EntityDraft, S extends StoredEntity> {
  static final EntityRows<ArtifactDraft, StoredArtifact> ARTIFACTS =
      new EntityRows<>(new EntityShape.Artifacts());
  static final EntityRows<ExecutionDraft, StoredExecution> EXECUTIONS =
      new EntityRows<>(new EntityShape.Executions());
  static final EntityRows<ContextDraft, StoredContext> CONTEXTS =
      new EntityRows<>(new EntityShape.Contexts());

  /**
   * Sets the time of an update, always to a later one than the last, so that two updates within a
   * millisecond are told apart. Takes the time twice.
   */
  static final String TOUCH =
      "\"last_update_time_since_epoch\" = CASE WHEN \"last_update_time_since_epoch\" < ? THEN ?"
          + " ELSE \"last_update_time_since_epoch\" + 1 END";

  private final EntityShape<D, S> shape;
  private final PropertyRows properties;
  private final String insert;
  private final String update;
  private final String select;

  private EntityRows(EntityShape<D, S> shape) {
    this.shape = shape;
    this.properties = new PropertyRows(shape.table());
    List<String> quoted = shape.columns().stream().map(name -> "\"" + name + "\"").toList();
    this.insert =
        "INSERT INTO \"%s\" (\"type_id\", %s, \"create_time_since_epoch\", \"last_update_time_since_epoch\") VALUES (%s)"
            .formatted(shape.table(), String.join(", ", quoted), Db.marks(quoted.size() + 3));
    this.update =
        "UPDATE \"%s\" SET %s, %s WHERE \"id\" = ?"
            .formatted(
                shape.table(),
                String.join(", ", quoted.stream().map(name -> name + " = ?").toList()),
                TOUCH);
    this.select =
        "SELECT n.*, t.\"name\" AS \"type_name\" FROM \"%s\" n JOIN \"Type\" t ON t.\"id\" = n.\"type_id\""
            .formatted(shape.table());
  }

  PropertyRows properties() {
    return properties;
  }

  long put(Db db, D draft, Instant now) throws SQLException {
    long typeId = typeId(db, draft);
    List<Object> values = new ArrayList<>();
    values.add(typeId);
    values.addAll(shape.values(draft));
    values.add(now);
    values.add(now);
    long id = db.insert(insert, values.toArray());
    properties.insert(db, id, PropertyRows.Both.of(draft));
    return id;
  }

  /** The id of the one of this type and name. */
  Optional<Long> id(Db db, D draft, String name) throws SQLException {
    return db.first(
        row -> row.getLong(1),
        "SELECT \"id\" FROM \"%s\" WHERE \"type_id\" = ? AND \"name\" = ?".formatted(shape.table()),
        typeId(db, draft),
        name);
  }

  private long typeId(Db db, D draft) throws SQLException {
    return TypeRows.require(db, shape.kind(), draft.type(), draft.properties());
  }

  /**
   * Replaces all but id, type and time of creation.
   *
   * @param expected the last update that the caller has seen; empty if any will do
   */
  void update(Db db, long id, D draft, Optional<Instant> expected, Instant now)
      throws SQLException {
    S before =
        find(db, id)
            .orElseThrow(
                () ->
                    new MetadataStoreException(
                        "Cannot update %s %d: there is none. Put it first."
                            .formatted(shape.word(), id)));
    if (!before.type().equals(draft.type())) {
      throw new MetadataStoreException(
          "Cannot make %s %d of type '%s' one of type '%s'. Put a new one."
              .formatted(shape.word(), id, before.type(), draft.type()));
    }
    Instant updated = before.updated();
    if (expected.filter(seen -> !seen.equals(updated)).isPresent()) {
      throw new ConcurrentUpdateException(shape.kind(), id, expected.get(), updated);
    }
    typeId(db, draft);
    List<Object> values = new ArrayList<>(shape.values(draft));
    values.add(now);
    values.add(now);
    values.add(id);
    db.update(update, values.toArray());
    properties.replace(db, id, PropertyRows.Both.of(draft));
  }

  Optional<S> find(Db db, long id) throws SQLException {
    return find(db, List.of(id)).stream().findFirst();
  }

  /** In the order of the ids; unknown ids are left out. */
  List<S> find(Db db, Collection<Long> ids) throws SQLException {
    Map<Long, S> byId = new HashMap<>();
    for (S found :
        withProperties(db, db.listIn(shape::read, select + " WHERE n.\"id\" IN (%s)", ids))) {
      byId.put(found.id(), found);
    }
    return ids.stream().distinct().map(byId::get).filter(Objects::nonNull).toList();
  }

  /**
   * One page.
   *
   * @param query identifies the filter, so that a token of another one is refused
   */
  Page<S> list(Db db, Conditions conditions, String query, Paging paging) throws SQLException {
    PageToken.Reader tokens = PageToken.reader(shape.table() + query, paging.order());
    if (paging.after().isPresent()) {
      conditions.after(paging.order(), tokens.read(paging.after().get()));
    }
    List<S> rows =
        db.list(
            shape::read,
            select
                + conditions.where()
                + Conditions.orderBy(paging.order())
                + " LIMIT "
                + (paging.limit() + 1),
            conditions.arguments());
    if (rows.size() <= paging.limit()) {
      return new Page<>(withProperties(db, rows), Optional.empty());
    }
    List<S> items = rows.subList(0, paging.limit());
    S last = items.get(items.size() - 1);
    long value =
        switch (paging.order()) {
          case ID, ID_DESCENDING -> last.id();
          case CREATED, CREATED_DESCENDING -> last.created().toEpochMilli();
          case UPDATED, UPDATED_DESCENDING -> last.updated().toEpochMilli();
        };
    return new Page<>(
        withProperties(db, items), Optional.of(tokens.write(new PageToken(value, last.id()))));
  }

  private List<S> withProperties(Db db, List<S> rows) throws SQLException {
    Map<Long, PropertyRows.Both> all =
        properties.load(db, rows.stream().map(StoredEntity::id).toList());
    return rows.stream()
        .map(bare -> shape.with(bare, all.getOrDefault(bare.id(), new PropertyRows.Both())))
        .toList();
  }
}
