package io.pergola.beam.internal;

import io.pergola.beam.ExampleSchema;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;

/**
 * The leaves of a schema that others made, each a column named by its path: {@code rider.name}.
 * What stands only for a list or a map has no part in names; keys and values of a map are {@code
 * m.key} and {@code m.value}. By the rules of Parquet's specification for lists of old writers.
 */
public final class ParquetLeaves {
  private final MessageType schema;
  private final List<ParquetColumn> columns = new ArrayList<>();
  private final Map<String, String> refused = new LinkedHashMap<>();
  private final Set<String> names = new HashSet<>();

  /**
   * Where the walk stands.
   *
   * @param path of the physical schema
   * @param name of the column
   * @param level the definition level
   * @param listLevel the definition level from which the list around is present; -1 if there is
   *     none
   */
  private record Place(List<String> path, String name, int level, int listLevel) {
    Place into(Type type, String nextName) {
      List<String> longer = new ArrayList<>(path);
      longer.add(type.getName());
      int next = type.isRepetition(Repetition.REQUIRED) ? level : level + 1;
      int list = type.isRepetition(Repetition.REPEATED) ? next - 1 : listLevel;
      return new Place(longer, nextName, next, list);
    }
  }

  private ParquetLeaves(MessageType schema) {
    this.schema = schema;
  }

  /** The leaves of a schema. */
  public static ParquetLeaves of(MessageType schema) {
    ParquetLeaves leaves = new ParquetLeaves(schema);
    Place root = new Place(List.of(), "", 0, -1);
    for (Type type : schema.getFields()) {
      leaves.add(type, root, type.getName());
    }
    return leaves;
  }

  /** The columns, in the schema's order. */
  public List<ParquetColumn> columns() {
    return columns;
  }

  /** What no column can be, by its name, and why. */
  public Map<String, String> refused() {
    return refused;
  }

  private void add(Type type, Place parent, String name) {
    if (type.isRepetition(Repetition.REPEATED) && parent.listLevel() >= 0) {
      refused.put(name, "it is a list inside a list");
      return;
    }
    Place place = parent.into(type, name);
    if (type.isPrimitive()) {
      leaf(type.asPrimitiveType(), place);
      return;
    }
    GroupType group = type.asGroupType();
    if (isList(group)) {
      Type repeated = group.getType(0);
      if (isElement(repeated, group.getName())) {
        add(repeated, place, name);
      } else {
        wrapped(repeated.asGroupType(), place, name, List.of(""));
      }
    } else if (isMap(group)) {
      wrapped(group.getType(0).asGroupType(), place, name, List.of(".key", ".value"));
    } else {
      for (Type field : group.getFields()) {
        add(field, place, name + "." + field.getName());
      }
    }
  }

  /** The fields of a repeated group that only stands for the elements of a list or a map. */
  private void wrapped(GroupType repeated, Place list, String name, List<String> endings) {
    if (list.listLevel() >= 0) {
      refused.put(name, "it is a list inside a list");
      return;
    }
    Place inside = list.into(repeated, name);
    for (int i = 0; i < repeated.getFieldCount(); i++) {
      add(repeated.getType(i), inside, name + endings.get(i));
    }
  }

  private void leaf(PrimitiveType leaf, Place place) {
    if (!names.add(place.name())) {
      refused.put(place.name(), "there are two of this name");
      return;
    }
    boolean list = place.listLevel() >= 0;
    ColumnDescriptor descriptor = schema.getColumnDescription(place.path().toArray(new String[0]));
    columns.add(
        new ParquetColumn(
            new ExampleSchema.Field(place.name(), ParquetColumn.convertedType(leaf), list),
            descriptor,
            list ? place.listLevel() : descriptor.getMaxDefinitionLevel()));
  }

  private static boolean isList(GroupType group) {
    return group.getLogicalTypeAnnotation()
            instanceof LogicalTypeAnnotation.ListLogicalTypeAnnotation
        && group.getFieldCount() == 1
        && group.getType(0).isRepetition(Repetition.REPEATED);
  }

  /** Whether what is repeated is the element, and not a group around it. */
  private static boolean isElement(Type repeated, String list) {
    return repeated.isPrimitive()
        || repeated.asGroupType().getFieldCount() != 1
        || repeated.getName().equals("array")
        || repeated.getName().equals(list + "_tuple");
  }

  private static boolean isMap(GroupType group) {
    LogicalTypeAnnotation logical = group.getLogicalTypeAnnotation();
    return (logical instanceof LogicalTypeAnnotation.MapLogicalTypeAnnotation
            || logical instanceof LogicalTypeAnnotation.MapKeyValueTypeAnnotation)
        && group.getFieldCount() == 1
        && group.getType(0).isRepetition(Repetition.REPEATED)
        && !group.getType(0).isPrimitive()
        && group.getType(0).asGroupType().getFieldCount() <= 2;
  }
}
