package io.pergola.training;

import io.pergola.training.internal.FeatureWeightsLayer;
import io.pergola.training.internal.FlatParameters;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * A linear model over features: [n, d + k] becomes [n, width], the sum of a bias, each dense value
 * times its weight, and one weight for each id. All weights start at 0; no activation.
 */
public final class FeatureWeights extends FeatureLayer {
  private static final long serialVersionUID = 1L;

  @SuppressWarnings("unused") // For JSON.
  private FeatureWeights() {}

  private FeatureWeights(int denseSize, int[] tableRows, int[] tableWidths, int width) {
    super(denseSize, tableRows, tableWidths, width);
  }

  /**
   * A linear model with {@code width} outputs.
   *
   * @param sizes the number of ids of each categorical feature, missing not counted
   */
  public static FeatureWeights of(int denseSize, List<Integer> sizes, int width) {
    int[] rows = sizes.stream().mapToInt(size -> Math.addExact(size, 1)).toArray();
    int[] widths = new int[rows.length];
    Arrays.fill(widths, width);
    return new FeatureWeights(denseSize, rows, widths, width);
  }

  @Override
  FlatParameters parameters() {
    return new FlatParameters(denseSize() * nOut + tableLength(), nOut, 0);
  }

  @Override
  Layer computing(NeuralNetConfiguration conf, DataType dataType) {
    return new FeatureWeightsLayer(conf, dataType);
  }
}
