package io.pergola.metadata.internal;

import io.pergola.metadata.EntityDraft;
import io.pergola.metadata.PropertyValue;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The properties of artifacts, of executions or of contexts. */
final class PropertyRows {
  private final String table;
  private final String owner;

  PropertyRows(String node) {
    this.table = "\"" + node + "Property\"";
    this.owner = "\"" + node.toLowerCase(Locale.ROOT) + "_id\"";
  }

  /** The declared and the custom properties of one node. */
  record Both(SortedMap<String, PropertyValue> declared, SortedMap<String, PropertyValue> custom) {
    Both() {
      this(new TreeMap<>(), new TreeMap<>());
    }

    static Both of(EntityDraft draft) {
      return new Both(draft.properties(), draft.customProperties());
    }
  }

  private record Read(long owner, String name, boolean custom, PropertyValue value) {}

  /** The column of a value, and the value as it stands there. */
  private record Column(String name, Object value) {}

  void replace(Db db, long id, Both properties) throws SQLException {
    db.update("DELETE FROM " + table + " WHERE " + owner + " = ?", id);
    insert(db, id, properties);
  }

  void insert(Db db, long id, Both properties) throws SQLException {
    for (Map.Entry<String, PropertyValue> property : properties.declared().entrySet()) {
      insert(db, id, property.getKey(), false, property.getValue());
    }
    for (Map.Entry<String, PropertyValue> property : properties.custom().entrySet()) {
      insert(db, id, property.getKey(), true, property.getValue());
    }
  }

  /** Sets one custom property, in place of an earlier value. */
  void setCustom(Db db, long id, String name, PropertyValue value) throws SQLException {
    db.update(
        "DELETE FROM "
            + table
            + " WHERE "
            + owner
            + " = ? AND \"name\" = ?"
            + " AND \"is_custom_property\" = ?",
        id,
        name,
        true);
    insert(db, id, name, true, value);
  }

  private void insert(Db db, long id, String name, boolean custom, PropertyValue value)
      throws SQLException {
    Column column = column(value);
    db.update(
        "INSERT INTO "
            + table
            + " ("
            + owner
            + ", \"name\", \"is_custom_property\", \""
            + column.name()
            + "\") VALUES (?, ?, ?, ?)",
        id,
        name,
        custom,
        column.value());
  }

  Map<Long, Both> load(Db db, Collection<Long> ids) throws SQLException {
    Map<Long, Both> all = new HashMap<>();
    ids.forEach(id -> all.put(id, new Both()));
    for (Optional<Read> row :
        db.listIn(this::read, "SELECT * FROM " + table + " WHERE " + owner + " IN (%s)", ids)) {
      row.ifPresent(
          property -> {
            Both both = all.computeIfAbsent(property.owner(), id -> new Both());
            (property.custom() ? both.custom() : both.declared())
                .put(property.name(), property.value());
          });
    }
    return all;
  }

  /** The condition that a node {@code n} has a property with this value. */
  void require(Conditions conditions, String name, boolean custom, PropertyValue value) {
    Column column = column(value);
    conditions.and(
        "n.\"id\" IN (SELECT "
            + owner
            + " FROM "
            + table
            + " WHERE \"name\" = ? AND \"is_custom_property\" = ? AND \""
            + column.name()
            + "\" = ?)",
        name,
        custom,
        column.value());
  }

  private static Column column(PropertyValue value) {
    if (value instanceof PropertyValue.IntValue number) {
      return new Column("int_value", number.value());
    }
    if (value instanceof PropertyValue.DoubleValue number) {
      return new Column("double_value", number.value());
    }
    if (value instanceof PropertyValue.BoolValue truth) {
      return new Column("bool_value", truth.value());
    }
    if (value instanceof PropertyValue.StructValue struct) {
      return new Column("string_value", ProtoText.encode(struct));
    }
    if (value instanceof PropertyValue.ProtoValue proto) {
      return new Column("proto_value", ProtoText.encode(proto));
    }
    String text = ((PropertyValue.StringValue) value).value();
    if (text.startsWith(ProtoText.STRUCT_PREFIX)) {
      throw new IllegalArgumentException(
          "Cannot store a text property that starts with '%s': ML Metadata reads it as a struct."
                  .formatted(ProtoText.STRUCT_PREFIX)
              + " Put something before it.");
    }
    return new Column("string_value", text);
  }

  private Optional<Read> read(ResultSet row) throws SQLException {
    PropertyValue value = value(row);
    return value == null
        ? Optional.empty()
        : Optional.of(
            new Read(
                row.getLong(owner.substring(1, owner.length() - 1)),
                row.getString("name"),
                row.getBoolean("is_custom_property"),
                value));
  }

  private static @Nullable PropertyValue value(ResultSet row) throws SQLException {
    long number = row.getLong("int_value");
    if (!row.wasNull()) {
      return new PropertyValue.IntValue(number);
    }
    double real = row.getDouble("double_value");
    if (!row.wasNull()) {
      return new PropertyValue.DoubleValue(real);
    }
    String text = row.getString("string_value");
    if (text != null) {
      return text.startsWith(ProtoText.STRUCT_PREFIX)
          ? ProtoText.decodeStruct(text)
          : new PropertyValue.StringValue(text);
    }
    boolean truth = row.getBoolean("bool_value");
    if (!row.wasNull()) {
      return new PropertyValue.BoolValue(truth);
    }
    Object proto = row.getObject("proto_value");
    return proto == null ? null : ProtoText.decodeProto(proto);
  }
}
