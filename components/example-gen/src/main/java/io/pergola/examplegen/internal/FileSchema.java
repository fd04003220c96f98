package io.pergola.examplegen.internal;

import io.pergola.examplegen.InputException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The features of a file that says itself what it has.
 *
 * @param file its name, for messages
 * @param features by path
 * @param refused what it has that no feature can be, by path, and why
 */
public record FileSchema(
    String file, Map<String, InputColumn> features, Map<String, String> refused) {

  /** The columns to read, and how many features of the files are none of them. */
  public record Chosen(List<InputColumn> columns, int ignored) {}

  /**
   * The columns of files together: those declared, or all.
   *
   * @throws InputException if files have types that no column can have, or nobody has a column
   */
  public static Chosen choose(List<FileSchema> files, List<InputColumn> declared) {
    return declared.isEmpty() ? all(files) : declared(files, declared);
  }

  private static Chosen all(List<FileSchema> files) {
    Map<String, InputColumn> columns = new LinkedHashMap<>();
    Map<String, String> firstFile = new LinkedHashMap<>();
    for (FileSchema schema : files) {
      if (!schema.refused().isEmpty()) {
        throw refused(schema);
      }
      for (InputColumn found : schema.features().values()) {
        String first = firstFile.putIfAbsent(found.name(), schema.file());
        InputColumn earlier = columns.putIfAbsent(found.name(), found);
        if (earlier != null && first != null) {
          columns.put(found.name(), together(earlier, first, found, schema.file()));
        }
      }
    }
    if (columns.isEmpty()) {
      throw new InputException(
          files.get(0).file(),
          0,
          "Cannot read %s: it has no feature. Give it at least one."
              .formatted(files.get(0).file()));
    }
    return new Chosen(List.copyOf(columns.values()), 0);
  }

  private static InputColumn together(
      InputColumn one, String oneFile, InputColumn other, String otherFile) {
    CellType type =
        wider(one.type(), other.type())
            .orElseThrow(
                () ->
                    new InputException(
                        otherFile,
                        0,
                        "Cannot read %s together with %s: feature '%s' is %s there, but %s here. Give all files the same types, or declare a record without it."
                            .formatted(
                                otherFile,
                                oneFile,
                                one.name(),
                                one.type().columnType(),
                                other.type().columnType())));
    return InputColumn.found(one.name(), type, one.multivalent() || other.multivalent());
  }

  /** The narrowest type that holds the values of two types that were found; none if none does. */
  public static Optional<CellType> wider(CellType one, CellType other) {
    List<CellType> numbers = List.of(CellType.LONG, CellType.FLOAT, CellType.DOUBLE);
    List<CellType> texts = List.of(CellType.TEXT, CellType.BYTES);
    for (List<CellType> family : List.of(numbers, texts)) {
      if (family.contains(one) && family.contains(other)) {
        return Optional.of(family.get(Math.max(family.indexOf(one), family.indexOf(other))));
      }
    }
    return Optional.empty();
  }

  private static Chosen declared(List<FileSchema> files, List<InputColumn> declared) {
    Set<String> somewhere = new LinkedHashSet<>();
    Set<String> ignored = new LinkedHashSet<>();
    List<String> problems = new ArrayList<>();
    for (FileSchema schema : files) {
      Map<String, String> names = schema.resolve(declared);
      somewhere.addAll(names.keySet());
      ignored.addAll(schema.features().keySet());
      ignored.removeAll(names.values());
      for (InputColumn column : declared) {
        String feature = names.get(column.name());
        InputColumn found = feature == null ? null : schema.features().get(feature);
        if (found == null && column.required()) {
          problems.add("%s lacks %s".formatted(schema.file(), described(column)));
        } else if (found != null
            && found.type().columnType().isNumber() != column.type().columnType().isNumber()) {
          problems.add(
              "%s of %s is %s, not %s"
                  .formatted(
                      described(column),
                      schema.file(),
                      found.type().columnType(),
                      column.type().columnType()));
        }
      }
    }
    for (InputColumn column : declared) {
      if (!somewhere.contains(column.name()) && !column.required()) {
        problems.add(nowhere(files.get(0), column));
      }
    }
    if (!problems.isEmpty()) {
      throw new InputException(
          files.get(0).file(),
          0,
          "Cannot read %s: %s. Change the components of the record, or the files."
              .formatted(files.get(0).file(), String.join("; ", problems)));
    }
    return new Chosen(declared, ignored.size());
  }

  private static String nowhere(FileSchema schema, InputColumn column) {
    String reason = schema.refused().get(column.name());
    return reason != null
        ? "%s %s".formatted(described(column), reason)
        : "there is no feature %s%s"
            .formatted(
                described(column),
                CsvLayout.nearest(column.name(), schema.features().keySet())
                    .map(" - did you mean '%s'?"::formatted)
                    .orElse(""));
  }

  private static String described(InputColumn column) {
    return "'%s' (%s)".formatted(column.name(), column.declaredBy());
  }

  private static InputException refused(FileSchema schema) {
    Map.Entry<String, String> first = schema.refused().entrySet().iterator().next();
    int more = schema.refused().size() - 1;
    return new InputException(
        schema.file(),
        0,
        "Cannot read feature '%s' of %s: %s%s. Declare a record without it, or write it in another form."
            .formatted(
                first.getKey(),
                schema.file(),
                first.getValue(),
                more == 0 ? "" : " (and so for %d more)".formatted(more)));
  }

  /** The feature of this file that each column is: column name to path. */
  public Map<String, String> resolve(List<InputColumn> columns) {
    return FeatureNames.resolve(columns, features.keySet(), file);
  }
}
