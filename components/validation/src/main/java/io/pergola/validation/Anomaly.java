package io.pergola.validation;

import java.util.Optional;

/**
 * One way in which the examples of a split break their schema.
 *
 * @param split the split
 * @param slice the slice of it; empty if all of its examples are meant
 * @param feature the feature; empty if the split as a whole is meant
 * @param type the kind
 * @param severity how bad it is
 * @param title a few words, without numbers
 * @param description one sentence with the numbers
 * @param edit the change of the schema after which it accepts the examples in this respect; empty
 *     if no schema does
 */
public record Anomaly(
    String split,
    Optional<SliceKey> slice,
    Optional<String> feature,
    AnomalyType type,
    Severity severity,
    String title,
    String description,
    Optional<SchemaEdit> edit) {
  /** An anomaly of all examples of a split. */
  public Anomaly(
      String split,
      Optional<String> feature,
      AnomalyType type,
      Severity severity,
      String title,
      String description,
      Optional<SchemaEdit> edit) {
    this(split, Optional.empty(), feature, type, severity, title, description, edit);
  }
}
