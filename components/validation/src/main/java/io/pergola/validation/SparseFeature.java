package io.pergola.validation;

import java.util.List;
import java.util.Optional;

/**
 * A sparse tensor in several columns: lists of indexes, one for each dimension, and the list of the
 * values there. An example that has one of them must have all, of the same length.
 *
 * @param name differs from those of the features
 * @param stage only some are validated
 * @param indexes columns, one for each dimension; at least one
 * @param value column
 * @param order of the indexes in an example
 * @param denseShape of the tensor, if known
 */
public record SparseFeature(
    String name,
    LifecycleStage stage,
    List<String> indexes,
    String value,
    Order order,
    Optional<FixedShape> denseShape) {

  /** Whether the indexes of an example come in order. */
  public enum Order {
    SORTED,
    ANY
  }

  public SparseFeature {
    indexes = List.copyOf(indexes);
    if (name.isEmpty() || indexes.isEmpty()) {
      throw new IllegalArgumentException(
          "Invalid sparse feature '%s': %d indexes (needs a name and at least one index)"
              .formatted(name, indexes.size()));
    }
  }

  /** One of values at indexes. */
  public static SparseFeature of(String name, String value, String... indexes) {
    return new SparseFeature(
        name, LifecycleStage.UNKNOWN_STAGE, List.of(indexes), value, Order.ANY, Optional.empty());
  }

  /** With another stage. */
  public SparseFeature stage(LifecycleStage stage) {
    return new SparseFeature(name, stage, indexes, value, order, denseShape);
  }
}
