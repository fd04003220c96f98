package io.pergola.run.internal;

import io.pergola.artifact.Artifact;
import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.Execution;
import io.pergola.pipeline.OptionalChannel;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** The artifacts of one attempt: published inputs, and outputs under their temporary names. */
final class ArtifactLookup implements Artifacts {
  private final Execution execution;
  private final Map<String, Optional<Path>> directories;

  /**
   * @param directories {@code node.output} to directory; empty for an absent optional input
   */
  ArtifactLookup(Execution execution, Map<String, Optional<Path>> directories) {
    this.execution = execution;
    this.directories = Map.copyOf(directories);
  }

  @Override
  public <A extends Artifact> A of(Channel<A> channel) {
    return find(channel)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "Cannot look up %s: it is absent in this run. Use an OptionalChannel."
                        .formatted(channel)));
  }

  @Override
  public <A extends Artifact> Optional<A> of(OptionalChannel<A> channel) {
    return find(channel.channel());
  }

  @Override
  public Execution execution() {
    return execution;
  }

  private <A extends Artifact> Optional<A> find(Channel<A> channel) {
    Optional<Path> directory = directories.get(channel.node() + "." + channel.output());
    if (directory == null) {
      throw new IllegalArgumentException(
          "Cannot look up %s: it is neither an input nor an output of node '%s'. Make it a component of the record."
              .formatted(channel, execution.node()));
    }
    return directory.map(path -> artifact(channel.type(), path));
  }

  /** The artifact of this type in a directory. */
  static <A extends Artifact> A artifact(Class<A> type, Path directory) {
    try {
      return type.getConstructor(Path.class).newInstance(directory);
    } catch (InvocationTargetException e) {
      throw new IllegalStateException(
          "Cannot make a %s for %s: its constructor failed.".formatted(type.getName(), directory),
          e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          "Cannot make a %s: it needs a public constructor that takes the directory. Add one."
              .formatted(type.getName()),
          e);
    }
  }
}
