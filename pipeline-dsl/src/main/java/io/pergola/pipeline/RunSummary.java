package io.pergola.pipeline;

import io.pergola.artifact.Artifact;
import java.time.Duration;
import java.util.Optional;

/** How a run ended, for its {@link ExitHandler}s. */
public interface RunSummary {
  /** The id of the run, unique in the metadata store. */
  String runId();

  /** The pipeline's name, {@code taxi-pipeline}. */
  String pipeline();

  /** How it ended. */
  Outcome outcome();

  /** The node that failed, or the gate that stopped the run. */
  Optional<String> node();

  /** Why it failed, was stopped or cancelled, in one line. */
  Optional<String> reason();

  /** How long this process worked on the run. */
  Duration duration();

  /** The artifact of a channel, if the run came to have it. */
  <A extends Artifact> Optional<A> output(Channel<A> channel);

  /** The artifact of a channel, if the run came to have it. */
  default <A extends Artifact> Optional<A> output(OptionalChannel<A> channel) {
    return output(channel.channel());
  }

  /** The ends that a run can come to. */
  enum Outcome {
    SUCCEEDED,
    /** A gate stopped it. */
    STOPPED,
    FAILED,
    CANCELLED
  }
}
