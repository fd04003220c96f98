package io.pergola.pipeline;

import io.pergola.artifact.Artifact;
import io.pergola.artifact.Examples;
import io.pergola.artifact.Model;
import io.pergola.artifact.Statistics;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Components to build pipelines of; none of them runs. */
final class Steps {
  private Steps() {}

  record Trip(Float fare) {}

  record Import<R>(Class<R> row, Path from) implements Runs<Channel<Examples<R>>> {}

  record Summarise(Channel<? extends Examples<?>> examples) implements Runs<Channel<Statistics>> {}

  record Learn(
      Channel<Examples<Trip>> examples, Optional<Channel<Statistics>> statistics, int steps)
      implements Runs<Learn.Outputs> {
    record Outputs(Channel<Model> model, OptionalChannel<Model> bestModel) {}
  }

  record Repeat(Learn learn, int times) implements Runs<Channel<Model>> {}

  record Compare(
      List<Channel<Model>> models, Map<String, Channel<Model>> named, OptionalChannel<Model> last)
      implements Runs<OptionalChannel<Model>> {}

  record Continue(Learn.Outputs learnt) implements Runs<Channel<Model>> {}

  /** A sub-interface between, as BeamComponent and InlineComponent are. */
  interface Runs<O> extends InlineComponent<O> {
    @Override
    default void run(Artifacts artifacts, O out) {}
  }

  /** The escape hatch: the artifact type is a parameter. */
  record Fetch<A extends Artifact>(Class<A> type) implements Runs<Channel<A>> {
    @Override
    public Optional<Channel<A>> outputs(OutputChannels outputs) {
      return Optional.of(outputs.channel("fetched", type));
    }
  }

  /** What Fetch would be without its override. */
  record Guess<A extends Artifact>(Class<A> type) implements Runs<Channel<A>> {}

  static final class NotARecord implements Runs<Channel<Model>> {
    private static final long serialVersionUID = 1L;
  }
}
