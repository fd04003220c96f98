package io.pergola.pipeline;

/**
 * A component whose output is an artifact that is there already. The runner finds it; nothing is
 * computed.
 *
 * @param <O> a {@link Channel} if the artifact must exist, else an {@link OptionalChannel}
 */
public interface QueryComponent<O> extends Component<O> {
  /** What to look for. */
  ArtifactQuery query();
}
