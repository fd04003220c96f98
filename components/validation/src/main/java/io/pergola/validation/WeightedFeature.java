package io.pergola.validation;

/**
 * A feature whose values have weights in another column. An example that has one of them must have
 * both, of the same length.
 *
 * @param name differs from those of the features and sparse features
 * @param stage only some are validated
 * @param feature the column of the values
 * @param weight the column of the weights
 */
public record WeightedFeature(String name, LifecycleStage stage, String feature, String weight) {
  public WeightedFeature {
    if (name.isEmpty()) {
      throw new IllegalArgumentException(
          "Invalid name of a weighted feature: '' (must not be empty)");
    }
  }

  /** One of values and their weights. */
  public static WeightedFeature of(String name, String feature, String weight) {
    return new WeightedFeature(name, LifecycleStage.UNKNOWN_STAGE, feature, weight);
  }

  /** With another stage. */
  public WeightedFeature stage(LifecycleStage stage) {
    return new WeightedFeature(name, stage, feature, weight);
  }
}
