package io.pergola.beam.internal;

import io.pergola.beam.ColumnType;
import io.pergola.beam.ExampleSchema;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;

/**
 * How one column of examples is stored in a Parquet file: one leaf, below at most one list.
 *
 * @param descriptor the leaf
 * @param presentLevel the definition level from which the feature is present, 0 if always
 */
public record ParquetColumn(
    ExampleSchema.Field field, ColumnDescriptor descriptor, int presentLevel) {

  /** The definition level of a value. */
  public int valueLevel() {
    return descriptor.getMaxDefinitionLevel();
  }

  /** The columns of a file, in its order. */
  public static List<ParquetColumn> of(MessageType schema) {
    List<ParquetColumn> columns = new ArrayList<>();
    for (Type type : schema.getFields()) {
      columns.add(of(schema, type));
    }
    return columns;
  }

  private static ParquetColumn of(MessageType schema, Type top) {
    List<String> path = new ArrayList<>();
    Type type = top;
    int lists = 0;
    int level = 0;
    int presentLevel = top.isRepetition(Repetition.OPTIONAL) ? 1 : 0;
    while (true) {
      path.add(type.getName());
      if (!type.isRepetition(Repetition.REQUIRED)) {
        level++;
      }
      if (type.isRepetition(Repetition.REPEATED)) {
        lists++;
        presentLevel = level - 1;
      }
      if (type.isPrimitive()) {
        break;
      }
      GroupType group = type.asGroupType();
      boolean list =
          group.getLogicalTypeAnnotation()
                  instanceof LogicalTypeAnnotation.ListLogicalTypeAnnotation
              || type.isRepetition(Repetition.REPEATED);
      if (group.getFieldCount() != 1 || !list) {
        throw unsupported(top, "it is a structure");
      }
      type = group.getType(0);
    }
    if (lists > 1) {
      throw unsupported(top, "it holds lists of lists");
    }
    return new ParquetColumn(
        new ExampleSchema.Field(top.getName(), typeOf(top, type.asPrimitiveType()), lists == 1),
        schema.getColumnDescription(path.toArray(new String[0])),
        presentLevel);
  }

  /** The type of a leaf's values, those included that have to be converted. */
  static ColumnType convertedType(PrimitiveType leaf) {
    return ConvertedValues.isConverted(leaf) ? ConvertedValues.type(leaf) : typeOf(leaf, leaf);
  }

  /** Whether its values are stored as something else than they mean. */
  boolean isConverted() {
    PrimitiveType type = descriptor.getPrimitiveType();
    return ConvertedValues.isConverted(type) && field.type() == ConvertedValues.type(type);
  }

  /** The name of the field of the schema that the leaf is, or is below of. */
  String topName() {
    return descriptor.getPath()[0];
  }

  private static ColumnType typeOf(Type top, PrimitiveType leaf) {
    LogicalTypeAnnotation logical = leaf.getLogicalTypeAnnotation();
    if (logical instanceof LogicalTypeAnnotation.DecimalLogicalTypeAnnotation) {
      throw unsupported(top, "it holds decimals");
    }
    return switch (leaf.getPrimitiveTypeName()) {
      case INT32, INT64, BOOLEAN -> ColumnType.INT;
      case FLOAT -> ColumnType.FLOAT;
      case DOUBLE -> ColumnType.DOUBLE;
      case FIXED_LEN_BYTE_ARRAY -> ColumnType.BYTES;
      case BINARY ->
          logical instanceof LogicalTypeAnnotation.StringLogicalTypeAnnotation
                  || logical instanceof LogicalTypeAnnotation.EnumLogicalTypeAnnotation
                  || logical instanceof LogicalTypeAnnotation.JsonLogicalTypeAnnotation
              ? ColumnType.TEXT
              : ColumnType.BYTES;
      case INT96 -> throw unsupported(top, "it holds 96-bit timestamps");
    };
  }

  private static IllegalArgumentException unsupported(Type column, String why) {
    return new IllegalArgumentException(
        "Cannot read column '%s' (%s): %s. Cast it to a number, text, or a list of these."
            .formatted(column.getName(), column.toString().replaceAll("\\s+", " "), why));
  }
}
