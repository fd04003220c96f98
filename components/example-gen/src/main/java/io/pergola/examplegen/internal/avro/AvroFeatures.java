package io.pergola.examplegen.internal.avro;

import io.pergola.examplegen.internal.CellType;
import io.pergola.examplegen.internal.FileSchema;
import io.pergola.examplegen.internal.InputColumn;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;

/** Finds the features that a schema has: one for each leaf, named by its path. */
final class AvroFeatures {
  /** The precision up to which decimals without a scale are whole numbers of 64 bits. */
  private static final int LONG_DIGITS = 18;

  static final String KEY = "key";
  static final String VALUE = "value";

  private final Map<String, InputColumn> features = new LinkedHashMap<>();
  private final Map<String, String> refused = new LinkedHashMap<>();
  private final Deque<String> records = new ArrayDeque<>();

  private AvroFeatures() {}

  static FileSchema of(String file, Schema schema) {
    AvroFeatures found = new AvroFeatures();
    found.fields(schema, "", false);
    found.features.keySet().removeAll(found.refused.keySet());
    return new FileSchema(file, found.features, found.refused);
  }

  static String path(String parent, String name) {
    return parent.isEmpty() ? name : parent + "." + name;
  }

  private void fields(Schema record, String path, boolean inList) {
    if (records.contains(record.getFullName())) {
      refused.put(path, "it is a record that contains itself");
      return;
    }
    records.push(record.getFullName());
    for (Schema.Field field : record.getFields()) {
      add(field.schema(), path(path, field.name()), inList);
    }
    records.pop();
  }

  private void add(Schema schema, String path, boolean inList) {
    switch (schema.getType()) {
      case RECORD -> fields(schema, path, inList);
      case UNION -> {
        for (Schema branch : schema.getTypes()) {
          add(branch, path, inList);
        }
      }
      case ARRAY, MAP -> {
        if (inList) {
          refused.put(path, "it is a list inside a list");
        } else if (schema.getType() == Schema.Type.ARRAY) {
          add(schema.getElementType(), path, true);
        } else {
          leaf(path(path, KEY), CellType.TEXT, true);
          add(schema.getValueType(), path(path, VALUE), true);
        }
      }
      case NULL -> {}
      default -> leaf(path, type(schema), inList);
    }
  }

  private void leaf(String path, CellType type, boolean list) {
    InputColumn earlier = features.get(path);
    if (earlier == null) {
      features.put(path, InputColumn.found(path, type, list));
      return;
    }
    Optional<CellType> both = FileSchema.wider(earlier.type(), type);
    if (both.isEmpty()) {
      refused.put(path, "it is a union of text and numbers");
    } else {
      features.put(path, InputColumn.found(path, both.get(), list || earlier.multivalent()));
    }
  }

  /** What the values of a leaf are. */
  static CellType type(Schema leaf) {
    if (leaf.getLogicalType() instanceof LogicalTypes.Decimal decimal) {
      return decimal.getScale() == 0 && decimal.getPrecision() <= LONG_DIGITS
          ? CellType.LONG
          : CellType.DOUBLE;
    }
    return switch (leaf.getType()) {
      case BOOLEAN, INT, LONG -> CellType.LONG;
      case FLOAT -> CellType.FLOAT;
      case DOUBLE -> CellType.DOUBLE;
      case STRING, ENUM -> CellType.TEXT;
      case BYTES, FIXED -> CellType.BYTES;
      default -> throw new IllegalArgumentException(leaf.toString());
    };
  }
}
