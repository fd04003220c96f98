package io.pergola.pipeline;

import io.pergola.artifact.Artifact;
import io.pergola.fingerprint.BuiltIn;
import java.util.List;
import java.util.Optional;

/** Hands on the artifact of the one of two ways that a run took. */
@BuiltIn
record Choice<A extends Artifact>(OptionalChannel<A> then, OptionalChannel<A> otherwise)
    implements QueryComponent<Channel<A>> {

  /** The node id of a choice: {@code trainer-or-importer}. */
  static String id(OptionalChannel<?> then, OptionalChannel<?> otherwise) {
    return last(then) + "-or-" + last(otherwise);
  }

  private static String last(OptionalChannel<?> channel) {
    String node = channel.channel().node();
    return node.substring(node.lastIndexOf('/') + 1);
  }

  @Override
  public Optional<Channel<A>> outputs(OutputChannels outputs) {
    Class<A> type = then.channel().type();
    return Optional.of(outputs.channel(Names.snake(type.getSimpleName()), type));
  }

  @Override
  public ArtifactQuery query() {
    return new ArtifactQuery.FirstPresent(List.of("then", "otherwise"));
  }
}
