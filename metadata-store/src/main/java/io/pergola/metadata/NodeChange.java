package io.pergola.metadata;

import java.util.Optional;

/** What to change of a node within one run; what is not given stays. */
public record NodeChange(
    String nodeId,
    Optional<NodeState> state,
    Optional<Integer> attempt,
    Optional<Long> executionId,
    Optional<String> cacheKey,
    Optional<String> jobId,
    Optional<Long> rows,
    Optional<String> reason) {

  /** No change yet. */
  public static NodeChange of(String nodeId) {
    return new NodeChange(
        nodeId,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** The node reaches a state; the store adds the time. */
  public NodeChange to(NodeState state) {
    return new NodeChange(
        nodeId, Optional.of(state), attempt, executionId, cacheKey, jobId, rows, reason);
  }

  /** The node is in its n-th attempt, which has no job of the engine yet. */
  public NodeChange attempt(int attempt) {
    return new NodeChange(
        nodeId, state, Optional.of(attempt), executionId, cacheKey, jobId, rows, reason);
  }

  /** The node has this execution. */
  public NodeChange execution(long executionId) {
    return new NodeChange(
        nodeId, state, attempt, Optional.of(executionId), cacheKey, jobId, rows, reason);
  }

  /** The node has this cache key. */
  public NodeChange cacheKey(String cacheKey) {
    return new NodeChange(
        nodeId, state, attempt, executionId, Optional.of(cacheKey), jobId, rows, reason);
  }

  /** The node waits for this job of the engine. */
  public NodeChange job(String jobId) {
    return new NodeChange(
        nodeId, state, attempt, executionId, cacheKey, Optional.of(jobId), rows, reason);
  }

  /** The node has done this many examples. */
  public NodeChange rows(long rows) {
    return new NodeChange(
        nodeId, state, attempt, executionId, cacheKey, jobId, Optional.of(rows), reason);
  }

  /** The node is in its state because of this. */
  public NodeChange because(String reason) {
    return new NodeChange(
        nodeId, state, attempt, executionId, cacheKey, jobId, rows, Optional.of(reason));
  }
}
