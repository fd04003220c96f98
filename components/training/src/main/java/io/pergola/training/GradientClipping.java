package io.pergola.training;

import org.deeplearning4j.nn.conf.GradientNormalization;

/**
 * A limit of gradients: those of a batch's mean loss, before the updater sees them.
 *
 * @param limit above 0
 */
public record GradientClipping(By by, double limit) {
  /** What is limited. */
  public enum By {
    /** The L2 norm of all gradients of a layer together: they keep their direction. */
    LAYER_NORM,
    /** The size of every element. */
    VALUE
  }

  public GradientClipping {
    if (!(limit > 0 && Double.isFinite(limit))) {
      throw new IllegalArgumentException(
          "Invalid limit of gradients: %s (must be above 0)".formatted(limit));
    }
  }

  GradientNormalization normalization() {
    return switch (by) {
      case LAYER_NORM -> GradientNormalization.ClipL2PerLayer;
      case VALUE -> GradientNormalization.ClipElementWiseAbsoluteValue;
    };
  }
}
