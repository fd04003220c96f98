package io.pergola.run;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** How a node of a run ended. */
public sealed interface NodeOutcome {
  /** The node's id. */
  String node();

  /**
   * The node ran and its outputs are published.
   *
   * @param attempts 1 if the first one succeeded
   * @param rows what the node counted, 0 if it does not count
   * @param stop why it stopped the run, if it is a gate that did
   */
  record Completed(
      String node,
      long executionId,
      Duration duration,
      int attempts,
      long rows,
      List<ArtifactRecord> outputs,
      Optional<String> stop)
      implements NodeOutcome {
    public Completed {
      outputs = List.copyOf(outputs);
    }
  }

  /**
   * An earlier execution's outputs are used again.
   *
   * @param executionId the execution that records the reuse
   * @param reusedExecutionId the execution that published the outputs
   * @param reusedRunId the run it belonged to
   * @param stop why the reused execution stopped its run, and now this one
   */
  record Cached(
      String node,
      long executionId,
      long reusedExecutionId,
      String reusedRunId,
      List<ArtifactRecord> outputs,
      Optional<String> stop)
      implements NodeOutcome {
    public Cached {
      outputs = List.copyOf(outputs);
    }
  }

  /** A resolver looked for an artifact. */
  record Resolved(String node, long executionId, Optional<ArtifactRecord> artifact)
      implements NodeOutcome {}

  /** The last attempt failed; nothing of it is published. */
  record Failed(String node, Duration duration, int attempts, NodeFailedException cause)
      implements NodeOutcome {}

  /** The run was cancelled while the node ran; nothing of it is published. */
  record Cancelled(String node) implements NodeOutcome {}

  /**
   * An exit handler was called at the end of the run.
   *
   * @param node the handler's id
   * @param problem why it failed, in one line; that leaves the run's outcome as it is
   */
  record Exited(String node, Duration duration, Optional<String> problem) implements NodeOutcome {}

  /** The node was not started. */
  record Skipped(String node, String reason) implements NodeOutcome {}
}
