package io.pergola.run;

import io.pergola.pipeline.RunContext;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How a run goes about its work; never part of a cache key.
 *
 * @param parallelNodes nodes that run at the same time, at least 1; default 2
 * @param cache whether results of earlier runs are used; default {@link Cache#USED}
 * @param retries what happens to a failed node; default {@link RetryPolicy#defaults()}
 * @param lease how long a run counts as live after its process was last heard of; default 20
 *     seconds, renewed every quarter of it
 * @param context the interval whose data the run works on, and its "now"; default no interval, as
 *     of the moment the run is asked for. A resumed run keeps its own
 * @param attributes stored with the run for whoever reads its history, such as the jar it came from
 */
public record RunOptions(
    int parallelNodes,
    Cache cache,
    RetryPolicy retries,
    Duration lease,
    Optional<RunContext> context,
    SortedMap<String, String> attributes) {

  /** Whether nodes may reuse what earlier executions published. */
  public enum Cache {
    USED,
    OFF
  }

  public RunOptions {
    if (parallelNodes < 1) {
      throw new IllegalArgumentException(
          "Invalid number of parallel nodes: %s (must be at least 1)".formatted(parallelNodes));
    }
    if (lease.compareTo(Duration.ofMillis(200)) < 0) {
      throw new IllegalArgumentException(
          "Invalid lease: %s (must be at least 200 ms)".formatted(lease));
    }
    attributes = Collections.unmodifiableSortedMap(new TreeMap<>(attributes));
  }

  /** Two nodes at once, cache used, infrastructure failures retried once. */
  public static RunOptions defaults() {
    return new RunOptions(
        2,
        Cache.USED,
        RetryPolicy.defaults(),
        Duration.ofSeconds(20),
        Optional.empty(),
        new TreeMap<>());
  }

  public RunOptions parallelNodes(int nodes) {
    return new RunOptions(nodes, cache, retries, lease, context, attributes);
  }

  /** Every node runs, whatever earlier runs left; its results serve later runs. */
  public RunOptions withoutCache() {
    return new RunOptions(parallelNodes, Cache.OFF, retries, lease, context, attributes);
  }

  public RunOptions retries(RetryPolicy policy) {
    return new RunOptions(parallelNodes, cache, policy, lease, context, attributes);
  }

  public RunOptions lease(Duration time) {
    return new RunOptions(parallelNodes, cache, retries, time, context, attributes);
  }

  /** What the run knows of time; components see it as {@code execution.context()}. */
  public RunOptions context(RunContext time) {
    return new RunOptions(parallelNodes, cache, retries, lease, Optional.of(time), attributes);
  }

  /** Adds one attribute. */
  public RunOptions attribute(String name, String value) {
    Map<String, String> more = new TreeMap<>(attributes);
    more.put(name, value);
    return new RunOptions(parallelNodes, cache, retries, lease, context, new TreeMap<>(more));
  }
}
