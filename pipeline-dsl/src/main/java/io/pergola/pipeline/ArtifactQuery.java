package io.pergola.pipeline;

import java.util.List;

/** What a {@link QueryComponent} looks for. */
public sealed interface ArtifactQuery {
  /** The newest model that an Evaluator of this pipeline has blessed. */
  record LatestBlessedModel() implements ArtifactQuery {}

  /**
   * The first of the component's own inputs that is there.
   *
   * @param inputs names of inputs, at least one
   */
  record FirstPresent(List<String> inputs) implements ArtifactQuery {
    public FirstPresent {
      inputs = List.copyOf(inputs);
    }
  }
}
