package io.pergola.pipeline;

import io.pergola.artifact.Artifact;
import java.io.Serializable;

/**
 * The promise of one artifact: which node will produce it, under which output name, of which type.
 *
 * @param node id of the producing node, scoped with {@code /} inside composite parts
 * @param output name of the output
 * @param type what the artifact is
 */
public record Channel<A extends Artifact>(String node, String output, Class<A> type)
    implements Serializable {

  /** The same promise for readers that can do without the artifact. */
  public OptionalChannel<A> optional() {
    return new OptionalChannel<>(this);
  }

  @Override
  public String toString() {
    return node + "." + output;
  }
}
