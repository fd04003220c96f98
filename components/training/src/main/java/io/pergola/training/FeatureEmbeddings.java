package io.pergola.training;

import io.pergola.training.internal.FeatureEmbeddingsLayer;
import io.pergola.training.internal.FlatParameters;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Passes dense features through and replaces each id by its embedding: [n, d + k] becomes [n, d +
 * sum of widths]. Initial embeddings are uniform in -0.05..0.05.
 *
 * <p>It does in one pass what an embedding layer per feature and a merge vertex do, without their
 * fixed cost per operation.
 */
public final class FeatureEmbeddings extends FeatureLayer {
  private static final long serialVersionUID = 1L;
  private static final double SCALE = 0.05;

  @SuppressWarnings("unused") // For JSON.
  private FeatureEmbeddings() {}

  private FeatureEmbeddings(int denseSize, int[] tableRows, int[] tableWidths, long nOut) {
    super(denseSize, tableRows, tableWidths, nOut);
  }

  /**
   * Embeddings of the given widths, one for each categorical feature.
   *
   * @param sizes the number of ids of each categorical feature, missing not counted
   * @param widths the length of each feature's embedding
   */
  public static FeatureEmbeddings of(int denseSize, List<Integer> sizes, List<Integer> widths) {
    if (sizes.size() != widths.size()) {
      throw new IllegalArgumentException(
          "Invalid widths: %d of them (%d categorical features)"
              .formatted(widths.size(), sizes.size()));
    }
    int[] rows = sizes.stream().mapToInt(size -> Math.addExact(size, 1)).toArray();
    int[] columns = widths.stream().mapToInt(Integer::intValue).toArray();
    long out = denseSize;
    for (int width : columns) {
      if (width < 1) {
        throw new IllegalArgumentException(
            "Invalid width of an embedding: %d (must be 1 or more)".formatted(width));
      }
      out += width;
    }
    return new FeatureEmbeddings(denseSize, rows, columns, out);
  }

  @Override
  FlatParameters parameters() {
    return new FlatParameters(tableLength(), 0, SCALE);
  }

  @Override
  Layer computing(NeuralNetConfiguration conf, DataType dataType) {
    return new FeatureEmbeddingsLayer(conf, dataType);
  }
}
