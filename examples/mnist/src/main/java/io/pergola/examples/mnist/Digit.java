package io.pergola.examples.mnist;

import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One image of a digit, as it stands in the TFRecord file.
 *
 * @param imageFloats 28 x 28 values, row by row, from -0.5 (paper) to 0.5 (ink)
 * @param imageClass the digit, 0 to 9
 */
public record Digit(@Nullable List<Float> imageFloats, @Nullable Long imageClass)
    implements Serializable {
  /** The height and the width of an image. */
  static final int SIDE = 28;
}
