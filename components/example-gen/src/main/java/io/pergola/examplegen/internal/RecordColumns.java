package io.pergola.examplegen.internal;

import io.pergola.examplegen.FileFormat;
import io.pergola.pipeline.Names;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The columns that a record asks for: one a component, {@code tripMiles} being trip_miles. */
public final class RecordColumns {
  private static final Map<Class<?>, CellType> TYPES =
      Map.ofEntries(
          Map.entry(byte.class, CellType.BYTE),
          Map.entry(Byte.class, CellType.BYTE),
          Map.entry(short.class, CellType.SHORT),
          Map.entry(Short.class, CellType.SHORT),
          Map.entry(int.class, CellType.INT),
          Map.entry(Integer.class, CellType.INT),
          Map.entry(long.class, CellType.LONG),
          Map.entry(Long.class, CellType.LONG),
          Map.entry(boolean.class, CellType.BOOLEAN),
          Map.entry(Boolean.class, CellType.BOOLEAN),
          Map.entry(float.class, CellType.FLOAT),
          Map.entry(Float.class, CellType.FLOAT),
          Map.entry(double.class, CellType.DOUBLE),
          Map.entry(Double.class, CellType.DOUBLE),
          Map.entry(String.class, CellType.TEXT),
          Map.entry(byte[].class, CellType.BYTES));

  private RecordColumns() {}

  /** The columns as parameters of a component have them. */
  public static List<String> descriptions(List<InputColumn> columns) {
    return columns.stream()
        .map(
            c ->
                "%s %s%s%s"
                    .formatted(
                        c.name(),
                        c.type(),
                        c.multivalent() ? " list" : "",
                        c.required() ? " required" : ""))
        .toList();
  }

  /**
   * The columns of a record, in a format without lists.
   *
   * @throws IllegalArgumentException naming every component of a type that no cell has
   */
  public static List<InputColumn> univalent(Class<? extends Record> row) {
    return columns(row, "CSV", false);
  }

  /**
   * The columns of a record, in a format that has lists.
   *
   * @throws IllegalArgumentException naming every component of a type that no feature has
   */
  public static List<InputColumn> of(Class<? extends Record> row, FileFormat format) {
    return columns(row, format.title(), true);
  }

  /**
   * The columns of a record, in a source that has lists and is no file.
   *
   * @throws IllegalArgumentException naming every component of a type that no feature has
   */
  public static List<InputColumn> of(Class<? extends Record> row, String source) {
    return columns(row, source, true);
  }

  private static List<InputColumn> columns(
      Class<? extends Record> row, String format, boolean lists) {
    List<InputColumn> columns = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    for (RecordComponent component : row.getRecordComponents()) {
      boolean list = lists && component.getType() == List.class;
      Class<?> type = list ? element(component) : component.getType();
      CellType cell = type.isEnum() ? CellType.TEXT : TYPES.get(type);
      if (cell == null) {
        problems.add("'%s' is a %s".formatted(component.getName(), type.getSimpleName()));
      } else {
        columns.add(
            new InputColumn(
                Names.snake(component.getName()),
                cell,
                list,
                type.isPrimitive(),
                row.getSimpleName() + "." + component.getName()));
      }
    }
    if (columns.isEmpty() && problems.isEmpty()) {
      problems.add("it has no component");
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          "Cannot read %s as %s: %s. Declare numbers, boolean, String, an enum or byte[]%s."
              .formatted(
                  format,
                  row.getSimpleName(),
                  String.join(", ", problems),
                  lists ? ", or a List of these" : ""));
    }
    return columns;
  }

  private static Class<?> element(RecordComponent component) {
    return component.getGenericType() instanceof ParameterizedType list
            && list.getActualTypeArguments()[0] instanceof Class<?> element
        ? element
        : component.getType();
  }
}
