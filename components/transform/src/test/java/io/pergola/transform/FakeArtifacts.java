package io.pergola.transform;

import io.pergola.artifact.Artifact;
import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.Execution;
import io.pergola.pipeline.FakeExecution;
import io.pergola.pipeline.OptionalChannel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The artifacts of one execution, and what was reported. */
class FakeArtifacts extends FakeExecution implements Artifacts {
  private final Map<Channel<?>, Artifact> artifacts = new HashMap<>();

  FakeArtifacts(Path folder) {
    super("transform", folder);
  }

  final FakeArtifacts put(Channel<?> channel, Artifact artifact) {
    artifacts.put(channel, artifact);
    return this;
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  static <A extends Artifact> Channel<A> channel(String name, Class type) {
    return new Channel("node", name, type);
  }

  @Override
  public <A extends Artifact> A of(Channel<A> channel) {
    return channel.type().cast(Objects.requireNonNull(artifacts.get(channel)));
  }

  @Override
  public <A extends Artifact> Optional<A> of(OptionalChannel<A> channel) {
    return Optional.of(of(channel.channel()));
  }

  @Override
  public Execution execution() {
    return this;
  }
}
