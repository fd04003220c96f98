package io.pergola.training;

import io.pergola.artifact.Artifact;
import io.pergola.artifact.Examples;
import io.pergola.artifact.FeatureVector;
import io.pergola.artifact.Model;
import io.pergola.artifact.Schema;
import io.pergola.artifact.TransformGraph;
import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.Execution;
import io.pergola.pipeline.FakeExecution;
import io.pergola.pipeline.OptionalChannel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Runs a trainer on the artifacts of one folder and remembers what it reported. */
class FakeRun extends FakeExecution implements Artifacts {
  static final Channel<TransformGraph> GRAPH =
      new Channel<>("transform", "graph", TransformGraph.class);

  @SuppressWarnings({"unchecked", "rawtypes"})
  static final Channel<Examples<FeatureVector>> EXAMPLES =
      new Channel<>("transform", "examples", (Class) Examples.class);

  @SuppressWarnings({"unchecked", "rawtypes"})
  static final Channel<Examples<Object>> RAW =
      new Channel<>("example-gen", "examples", (Class) Examples.class);

  static final Channel<Model> EARLIER = new Channel<>("latest-model", "model", Model.class);

  static final Channel<Schema> SCHEMA = new Channel<>("schema-gen", "schema", Schema.class);

  static final Channel<Model> MODEL = new Channel<>("trainer", "model", Model.class);

  final Path model;
  long rows;
  long dieAfterRows = Long.MAX_VALUE;

  /** The directory of {@link #EARLIER}. */
  Optional<Path> earlier = Optional.empty();

  private final Path data;

  /** A run over {@code data}; its model and checkpoints go to {@code home}. */
  FakeRun(Path data, Path home) {
    super("trainer", home);
    this.data = data;
    this.model = home.resolve("model");
  }

  static Trainer.Of trainer() {
    return Trainer.of(GRAPH, EXAMPLES);
  }

  FakeRun run(Trainer trainer) throws Exception {
    Files.createDirectories(model);
    trainer.run(this, MODEL);
    return this;
  }

  byte[] file(String name) throws IOException {
    return Files.readAllBytes(model.resolve(name));
  }

  @Override
  public <A extends Artifact> A of(Channel<A> channel) {
    Object artifact =
        channel.equals(GRAPH)
            ? new TransformGraph(data.resolve("graph"))
            : channel.equals(SCHEMA)
                ? new Schema(data.resolve("schema"))
                : channel.equals(EXAMPLES)
                    ? new Examples<FeatureVector>(data.resolve("examples"))
                    : channel.equals(RAW)
                        ? new Examples<Object>(data.resolve("raw"))
                        : channel.equals(EARLIER)
                            ? new Model(earlier.orElseThrow())
                            : new Model(model);
    return channel.type().cast(artifact);
  }

  @Override
  public <A extends Artifact> Optional<A> of(OptionalChannel<A> channel) {
    return earlier.map(directory -> channel.channel().type().cast(new Model(directory)));
  }

  @Override
  public Execution execution() {
    return this;
  }

  @Override
  public void addRows(long more) {
    rows += more;
    if (rows > dieAfterRows) {
      throw new IllegalStateException("killed");
    }
  }
}
