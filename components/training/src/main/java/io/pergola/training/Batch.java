package io.pergola.training;

import io.pergola.training.internal.ExampleRows;
import io.pergola.training.internal.Network;
import io.pergola.transform.FittedPlan;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Some labelled examples, ready for a network: for authors who write their own loop. */
public final class Batch {
  private final ExampleRows rows;
  private final TrainingFeatures features;

  Batch(ExampleRows rows, TrainingFeatures features) {
    this.rows = rows;
    this.features = features;
  }

  /** The number of examples, n. */
  public int rows() {
    return rows.rows();
  }

  /**
   * One input of a network.
   *
   * @param name {@link Training#FEATURES} (shape [n, d + k + t]: dense values, an id for each
   *     categorical feature, the ids of each sequence), {@link Training#DENSE} (shape [n, d]), a
   *     number or categorical feature (shape [n, 1]), a vector (shape [n, width]) or a sequence
   *     (shape [n, length])
   */
  public INDArray input(String name) {
    TrainingFeatures.Range columns =
        features
            .columnsOf(name)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "Cannot find input '%s': there are '%s', '%s' and %s. Correct the name."
                            .formatted(
                                name, Training.FEATURES, Training.DENSE, features.inputs())));
    return Network.columns(rows, columns.from(), columns.to());
  }

  /**
   * The mask of a sequence: 1 for its ids, 0 for padding, and 1 for the first step in any case.
   *
   * @param sequence the name of a sequence
   * @return shape [n, length]
   */
  public INDArray mask(String sequence) {
    FittedPlan.SequenceFeature found = NetworkDraft.sequence(features, sequence);
    TrainingFeatures.Range columns = features.columnsOf(sequence).orElseThrow();
    return Network.mask(rows, columns.from(), columns.to(), found.size());
  }

  /** The weights of the examples, shape [n, 1]: a mask of labels; empty if the plan has none. */
  public Optional<INDArray> weights() {
    return Optional.ofNullable(Network.weights(rows));
  }

  /** The labels: shape [n, 1], or one-hot [n, classes] for a category. */
  public INDArray labels() {
    return Network.labels(rows, features);
  }
}
