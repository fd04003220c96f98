package io.pergola.metadata.internal;

import io.pergola.metadata.MetadataStoreException;
import io.pergola.metadata.MetadataType;
import io.pergola.metadata.PropertyKind;
import io.pergola.metadata.PropertyValue;
import io.pergola.metadata.TypeKind;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Types and the properties they declare. */
final class TypeRows {
  private static final String SELECT =
      "SELECT \"id\", \"name\", \"version\", \"type_kind\", \"description\", \"external_id\""
          + " FROM \"Type\" ";

  private TypeRows() {}

  private record Found(long id, MetadataType type) {}

  static long put(Db db, MetadataType type) throws SQLException {
    Optional<Long> known = id(db, type.kind(), type.name(), type.version());
    long id =
        known.isPresent()
            ? known.get()
            : db.insert(
                "INSERT INTO \"Type\" (\"name\", \"version\", \"type_kind\", \"description\","
                    + " \"external_id\") VALUES (?, ?, ?, ?, ?)",
                type.name(),
                type.version(),
                type.kind().code(),
                type.description(),
                type.externalId());
    SortedMap<String, PropertyKind> declared = declared(db, id);
    for (Map.Entry<String, PropertyKind> property : type.properties().entrySet()) {
      PropertyKind before = declared.get(property.getKey());
      if (before == null) {
        db.update(
            "INSERT INTO \"TypeProperty\" (\"type_id\", \"name\", \"data_type\") VALUES (?, ?, ?)",
            id,
            property.getKey(),
            property.getValue().code());
      } else if (before != property.getValue()) {
        throw new MetadataStoreException(
            "Cannot put type '%s': its property '%s' is %s in the store, not %s. Use another name."
                .formatted(type.name(), property.getKey(), before, property.getValue()));
      }
    }
    return id;
  }

  private static Optional<Long> id(Db db, TypeKind kind, String name, Optional<String> version)
      throws SQLException {
    return version.isPresent()
        ? db.first(
            row -> row.getLong(1),
            "SELECT \"id\" FROM \"Type\" WHERE \"type_kind\" = ? AND \"name\" = ?"
                + " AND \"version\" = ?",
            kind.code(),
            name,
            version)
        : db.first(
            row -> row.getLong(1),
            "SELECT \"id\" FROM \"Type\" WHERE \"type_kind\" = ? AND \"name\" = ?"
                + " AND \"version\" IS NULL",
            kind.code(),
            name);
  }

  /** The id of the type that a draft names: the one without version, or else the newest. */
  static long require(
      Db db, TypeKind kind, String name, SortedMap<String, PropertyValue> properties)
      throws SQLException {
    Optional<Long> id = id(db, kind, name, Optional.empty());
    if (id.isEmpty()) {
      id =
          db.first(
              row -> row.getLong(1),
              "SELECT \"id\" FROM \"Type\" WHERE \"type_kind\" = ? AND \"name\" = ?"
                  + " ORDER BY \"id\" DESC LIMIT 1",
              kind.code(),
              name);
    }
    if (id.isEmpty()) {
      throw new MetadataStoreException(
          "Cannot put an %s of type '%s': there is no such type. Put the type first."
              .formatted(kind.name().toLowerCase(Locale.ROOT), name)
              .replace("an context", "a context"));
    }
    if (!properties.isEmpty()) {
      SortedMap<String, PropertyKind> declared = withInherited(db, id.get());
      properties.forEach((property, value) -> check(name, property, value, declared));
    }
    return id.get();
  }

  private static void check(
      String type, String property, PropertyValue value, Map<String, PropertyKind> declared) {
    PropertyKind kind = declared.get(property);
    if (kind == null) {
      throw new MetadataStoreException(
          ("Cannot put property '%s': type '%s' does not declare it. Declare it, or make it a custom"
                  + " property.")
              .formatted(property, type));
    }
    if (kind != value.kind()) {
      throw new MetadataStoreException(
          "Cannot put property '%s' of type '%s': it is declared as %s, and %s is %s. Convert it."
              .formatted(property, type, kind, value.text(), value.kind()));
    }
  }

  private static SortedMap<String, PropertyKind> declared(Db db, long typeId) throws SQLException {
    TreeMap<String, PropertyKind> properties = new TreeMap<>();
    db.list(
            row -> Map.entry(row.getString(1), PropertyKind.ofCode(row.getInt(2))),
            "SELECT \"name\", \"data_type\" FROM \"TypeProperty\" WHERE \"type_id\" = ?",
            typeId)
        .forEach(property -> properties.put(property.getKey(), property.getValue()));
    return properties;
  }

  /** The properties of a type and of all its ancestors. */
  static SortedMap<String, PropertyKind> withInherited(Db db, long typeId) throws SQLException {
    TreeMap<String, PropertyKind> properties = new TreeMap<>();
    db.list(
            row -> Map.entry(row.getString(1), PropertyKind.ofCode(row.getInt(2))),
            "WITH RECURSIVE a(\"id\") AS (SELECT CAST(? AS BIGINT) UNION"
                + " SELECT p.\"parent_type_id\" FROM a JOIN \"ParentType\" p"
                + " ON p.\"type_id\" = a.\"id\") SELECT t.\"name\", t.\"data_type\" FROM a"
                + " JOIN \"TypeProperty\" t ON t.\"type_id\" = a.\"id\"",
            typeId)
        .forEach(property -> properties.put(property.getKey(), property.getValue()));
    return properties;
  }

  /** The ids of types by kind and name, and of all their subtypes; takes the kind and the names. */
  static String withSubtypes(int names) {
    return "WITH RECURSIVE s(\"id\") AS (SELECT \"id\" FROM \"Type\" WHERE \"type_kind\" = ?"
        + " AND \"name\" IN ("
        + Db.marks(names)
        + ") UNION SELECT p.\"type_id\" FROM s JOIN \"ParentType\" p"
        + " ON p.\"parent_type_id\" = s.\"id\") SELECT \"id\" FROM s";
  }

  /** The ids of a type, in all versions, and of its subtypes. */
  static List<Long> idsWithSubtypes(Db db, TypeKind kind, String name) throws SQLException {
    return db.list(row -> row.getLong(1), withSubtypes(1), kind.code(), name);
  }

  /** Makes one type the parent of another. */
  static void putParent(Db db, long typeId, long parentId) throws SQLException {
    MetadataType type = requireById(db, typeId);
    MetadataType parent = requireById(db, parentId);
    if (type.kind() != parent.kind()) {
      throw new MetadataStoreException(
          "Cannot make type '%s' (%s) the parent of '%s' (%s). Choose one of the same kind."
              .formatted(parent.name(), parent.kind(), type.name(), type.kind()));
    }
    if (ancestors(db, parentId).contains(typeId)) {
      throw new MetadataStoreException(
          "Cannot make type '%s' the parent of '%s': it would descend from itself. Choose another."
              .formatted(parent.name(), type.name()));
    }
    SortedMap<String, PropertyKind> inherited = withInherited(db, parentId);
    for (Map.Entry<String, PropertyKind> own : withInherited(db, typeId).entrySet()) {
      PropertyKind other = inherited.get(own.getKey());
      if (other != null && other != own.getValue()) {
        throw new MetadataStoreException(
            "Cannot make type '%s' the parent of '%s': property '%s' is %s in one and %s in the other. Use another name."
                .formatted(parent.name(), type.name(), own.getKey(), other, own.getValue()));
      }
    }
    Links.PARENT_TYPE.put(db, typeId, parentId);
  }

  private static List<Long> ancestors(Db db, long typeId) throws SQLException {
    return db.list(
        row -> row.getLong(1),
        "WITH RECURSIVE a(\"id\") AS (SELECT CAST(? AS BIGINT) UNION"
            + " SELECT p.\"parent_type_id\" FROM a JOIN \"ParentType\" p"
            + " ON p.\"type_id\" = a.\"id\") SELECT \"id\" FROM a",
        typeId);
  }

  private static MetadataType requireById(Db db, long typeId) throws SQLException {
    return find(db, typeId)
        .orElseThrow(
            () ->
                new MetadataStoreException(
                    "Cannot relate type %d: there is none. Put it first.".formatted(typeId)));
  }

  static Optional<MetadataType> find(Db db, TypeKind kind, String name, Optional<String> version)
      throws SQLException {
    Optional<Long> id = id(db, kind, name, version);
    return id.isEmpty() ? Optional.empty() : find(db, id.get());
  }

  static Optional<MetadataType> find(Db db, long id) throws SQLException {
    return select(db, "WHERE \"id\" = ?", id).stream().findFirst();
  }

  static Optional<MetadataType> findByExternalId(Db db, String externalId) throws SQLException {
    return select(db, "WHERE \"external_id\" = ?", externalId).stream().findFirst();
  }

  static List<MetadataType> all(Db db, TypeKind kind) throws SQLException {
    return select(
        db,
        "WHERE \"type_kind\" = ? ORDER BY \"name\", \"version\" NULLS FIRST, \"id\"",
        kind.code());
  }

  private static List<MetadataType> select(Db db, String where, Object argument)
      throws SQLException {
    List<MetadataType> types = new ArrayList<>();
    for (Found found :
        db.list(
            row ->
                new Found(
                    row.getLong("id"),
                    new MetadataType(
                        kind(row.getInt("type_kind")),
                        row.getString("name"),
                        Db.text(row, "version"),
                        Db.text(row, "description"),
                        Db.text(row, "external_id"),
                        new TreeMap<>())),
            SELECT + where,
            argument)) {
      MetadataType type = found.type();
      types.add(
          new MetadataType(
              type.kind(),
              type.name(),
              type.version(),
              type.description(),
              type.externalId(),
              declared(db, found.id())));
    }
    return types;
  }

  private static TypeKind kind(int code) {
    return code == 0 ? TypeKind.EXECUTION : code == 1 ? TypeKind.ARTIFACT : TypeKind.CONTEXT;
  }
}
