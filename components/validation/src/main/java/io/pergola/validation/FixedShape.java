package io.pergola.validation;

import java.util.Arrays;
import java.util.List;

/**
 * The fixed number of values of a feature that every example has, as sizes of the axes of a tensor.
 *
 * @param sizes at least 1 each, outermost first; none for a single value
 */
public record FixedShape(List<Long> sizes) {
  public FixedShape {
    sizes = List.copyOf(sizes);
    for (long size : sizes) {
      if (size < 1) {
        throw new IllegalArgumentException(
            "Invalid size of an axis: %d (must be above 0)".formatted(size));
      }
    }
  }

  /** A shape of these sizes. */
  public static FixedShape of(long... sizes) {
    return new FixedShape(Arrays.stream(sizes).boxed().toList());
  }

  /** The number of values: the product of the sizes. */
  public long values() {
    return sizes.stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact);
  }
}
