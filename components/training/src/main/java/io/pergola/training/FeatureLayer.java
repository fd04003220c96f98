package io.pergola.training;

import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * A first layer over a plan's features: its input has the dense features' values followed by one id
 * per categorical feature, shape [n, d + k]. A feature of {@code s} ids has {@code s + 1} rows of
 * weights, the last for a missing id.
 */
@SuppressWarnings("EqualsHashCode") // Only what the superclass generates differs by fields.
public abstract sealed class FeatureLayer extends OwnLayer
    permits FeatureEmbeddings, FeatureWeights {
  private static final long serialVersionUID = 1L;

  /** All weights of a network lie in one native buffer, which is read in place up to 2 GB. */
  private static final long MAX_LENGTH = 400_000_000;

  @JsonProperty("denseSize")
  private int denseSize;

  @JsonProperty("tableRows")
  private int[] tableRows = {};

  @JsonProperty("tableWidths")
  private int[] tableWidths = {};

  FeatureLayer() {}

  FeatureLayer(int denseSize, int[] tableRows, int[] tableWidths, long nOut) {
    this.denseSize = denseSize;
    this.tableRows = tableRows;
    this.tableWidths = tableWidths;
    initialize(denseSize + tableRows.length, nOut);
    if (tableLength() > MAX_LENGTH) {
      throw new TrainingException(
          ("Cannot build the network: its categorical features need %,d weights, and the limit is"
                  + " %,d. Hash them to fewer ids, or make embeddings narrower.")
              .formatted(tableLength(), MAX_LENGTH));
    }
  }

  /** The number of dense features. */
  public int denseSize() {
    return denseSize;
  }

  /** The number of weight rows of each categorical feature: its size plus one. */
  public List<Integer> tableRows() {
    return Arrays.stream(tableRows).boxed().toList();
  }

  /** The number of weights in a row, for each categorical feature. */
  public List<Integer> tableWidths() {
    return Arrays.stream(tableWidths).boxed().toList();
  }

  /** The number of weights in all rows of all categorical features. */
  final long tableLength() {
    long length = 0;
    for (int i = 0; i < tableRows.length; i++) {
      length += (long) tableRows[i] * tableWidths[i];
    }
    return length;
  }

  @Override
  final InputType output() {
    return InputType.feedForward(nOut);
  }

  @Override
  public boolean equals(Object other) {
    return super.equals(other)
        && other instanceof FeatureLayer that
        && denseSize == that.denseSize
        && Arrays.equals(tableRows, that.tableRows)
        && Arrays.equals(tableWidths, that.tableWidths);
  }

  @Override
  public int hashCode() {
    return 31 * super.hashCode() + Arrays.hashCode(tableRows);
  }
}
