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
 * @param order why it runs, which of its nodes, and what if it has to wait
 */
public record RunOptions(
    int parallelNodes,
    Cache cache,
    RetryPolicy retries,
    Duration lease,
    Optional<RunContext> context,
    SortedMap<String, String> attributes,
    RunOptions.Order order) {

  /**
   * What else was asked for when the run was ordered.
   *
   * @param reason why, in the words of whoever did
   * @param busy what happens if the pipeline's limit of live runs is reached
   * @param selection which nodes the run executes
   * @param rerun the run that this one does again: it takes its interval, in the next attempt
   */
  public record Order(
      Optional<String> reason, Busy busy, RunSelection selection, Optional<Rerun> rerun) {}

  /** What a run does if its pipeline's limit of live runs is reached. */
  public enum Busy {
    /** It is queued, and starts in its turn. */
    WAIT,
    /** It does not start. */
    REFUSE
  }

  /**
   * A run that is done again.
   *
   * @param reuse where unchanged nodes come from
   */
  public record Rerun(String runId, Reuse reuse) {}

  /** Where a repeated run takes nodes whose code and inputs are unchanged from. */
  public enum Reuse {
    /** From the cache, as any run. */
    CACHE,
    /** From the run that is repeated, even where a node's cache is off; else from the cache. */
    COMPLETED_NODES
  }

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
        new TreeMap<>(),
        new Order(Optional.empty(), Busy.WAIT, RunSelection.all(), Optional.empty()));
  }

  public RunOptions parallelNodes(int nodes) {
    return new RunOptions(nodes, cache, retries, lease, context, attributes, order);
  }

  /** Every node runs, whatever earlier runs left; its results serve later runs. */
  public RunOptions withoutCache() {
    return new RunOptions(parallelNodes, Cache.OFF, retries, lease, context, attributes, order);
  }

  public RunOptions retries(RetryPolicy policy) {
    return new RunOptions(parallelNodes, cache, policy, lease, context, attributes, order);
  }

  public RunOptions lease(Duration time) {
    return new RunOptions(parallelNodes, cache, retries, time, context, attributes, order);
  }

  /** What the run knows of time; components see it as {@code execution.context()}. */
  public RunOptions context(RunContext time) {
    return new RunOptions(
        parallelNodes, cache, retries, lease, Optional.of(time), attributes, order);
  }

  /** Adds one attribute. */
  public RunOptions attribute(String name, String value) {
    Map<String, String> more = new TreeMap<>(attributes);
    more.put(name, value);
    return new RunOptions(
        parallelNodes, cache, retries, lease, context, new TreeMap<>(more), order);
  }

  /** Why the run is asked for; recorded with it. */
  public RunOptions reason(String text) {
    return order(new Order(Optional.of(text), order.busy(), order.selection(), order.rerun()));
  }

  /** Refuses to start rather than wait for other runs of the pipeline. */
  public RunOptions refusingToWait() {
    return order(new Order(order.reason(), Busy.REFUSE, order.selection(), order.rerun()));
  }

  /** Executes these nodes only. */
  public RunOptions select(RunSelection nodes) {
    return order(new Order(order.reason(), order.busy(), nodes, order.rerun()));
  }

  /** Does a run again, as the next attempt of its interval. */
  public RunOptions rerun(String runId, Reuse reuse) {
    Optional<Rerun> again = Optional.of(new Rerun(runId, reuse));
    return order(new Order(order.reason(), order.busy(), order.selection(), again));
  }

  private RunOptions order(Order changed) {
    return new RunOptions(parallelNodes, cache, retries, lease, context, attributes, changed);
  }
}
