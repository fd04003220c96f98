package io.pergola.run;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a run would do with each node, and why, as things stand when it is asked. A node planned to
 * run may still be served from the cache: if the nodes before it give the same content as an
 * earlier time, their readers need not run.
 *
 * @param pipeline the pipeline's name
 * @param nodes in the graph's order
 */
public record RunPlan(String pipeline, List<RunPlan.Node> nodes) {
  public RunPlan {
    nodes = List.copyOf(nodes);
  }

  /** The plan of one node. */
  public Optional<Node> node(String id) {
    return nodes.stream().filter(n -> n.id().equals(id)).findFirst();
  }

  /** Whether nothing needs to run. */
  public boolean fullyCached() {
    return nodes.stream()
        .allMatch(
            n ->
                n.value()
                    .match(c -> true, r -> false, l -> true, s -> true, u -> false, b -> false));
  }

  /**
   * One node of the plan.
   *
   * @param component simple class name of its component
   * @param spans what it reads of data that comes in spans, what is missing, and whether it waits
   */
  public record Node(String id, String component, Value value, List<String> spans) {
    public Node {
      spans = List.copyOf(spans);
    }

    /** A node whose data does not come in spans. */
    public Node(String id, String component, Value value) {
      this(id, component, value, List.of());
    }
  }

  /** What will happen to a node. */
  public sealed interface Value {
    /** Turns each case into a value; a new case fails to compile everywhere. */
    <T> T match(
        Function<Cached, T> cached,
        Function<ToRun, T> toRun,
        Function<Resolved, T> resolved,
        Function<Skipped, T> skipped,
        Function<Undecided, T> undecided,
        Function<Blocked, T> blocked);
  }

  /**
   * An earlier execution's outputs are used again.
   *
   * @param executionId the execution that published them
   * @param runId the run it belonged to
   */
  public record Cached(long executionId, String runId) implements Value {
    @Override
    public <T> T match(
        Function<Cached, T> cached,
        Function<ToRun, T> toRun,
        Function<Resolved, T> resolved,
        Function<Skipped, T> skipped,
        Function<Undecided, T> undecided,
        Function<Blocked, T> blocked) {
      return cached.apply(this);
    }
  }

  /** The node runs; there is at least one reason. */
  public record ToRun(List<Reason> reasons) implements Value {
    public ToRun {
      reasons = List.copyOf(reasons);
    }

    @Override
    public <T> T match(
        Function<Cached, T> cached,
        Function<ToRun, T> toRun,
        Function<Resolved, T> resolved,
        Function<Skipped, T> skipped,
        Function<Undecided, T> undecided,
        Function<Blocked, T> blocked) {
      return toRun.apply(this);
    }
  }

  /**
   * A resolver's answer.
   *
   * @param artifactId empty if there is no such artifact yet
   * @param why what was looked for, and which run made what was found
   */
  public record Resolved(Optional<Long> artifactId, String why) implements Value {
    @Override
    public <T> T match(
        Function<Cached, T> cached,
        Function<ToRun, T> toRun,
        Function<Resolved, T> resolved,
        Function<Skipped, T> skipped,
        Function<Undecided, T> undecided,
        Function<Blocked, T> blocked) {
      return resolved.apply(this);
    }
  }

  /**
   * The node is not needed: its condition does not hold, or the run that goes on has completed it
   * already.
   */
  public record Skipped(String reason) implements Value {
    private static final String DONE = "done already in this run";

    /** What a run that goes on says of a node it has completed. */
    public static Skipped doneBefore() {
      return new Skipped(DONE);
    }

    /** Whether the run that goes on has completed the node. */
    public boolean isDoneBefore() {
      return reason.equals(DONE);
    }

    @Override
    public <T> T match(
        Function<Cached, T> cached,
        Function<ToRun, T> toRun,
        Function<Resolved, T> resolved,
        Function<Skipped, T> skipped,
        Function<Undecided, T> undecided,
        Function<Blocked, T> blocked) {
      return skipped.apply(this);
    }
  }

  /**
   * Whether the node runs shows only in the run: its condition asks for what is not there yet.
   *
   * @param condition what must hold
   * @param when after which nodes it is decided
   */
  public record Undecided(String condition, String when) implements Value {
    @Override
    public <T> T match(
        Function<Cached, T> cached,
        Function<ToRun, T> toRun,
        Function<Resolved, T> resolved,
        Function<Skipped, T> skipped,
        Function<Undecided, T> undecided,
        Function<Blocked, T> blocked) {
      return undecided.apply(this);
    }
  }

  /** The node cannot run as things stand: a file is missing, or a gate is known to stop the run. */
  public record Blocked(String reason) implements Value {
    @Override
    public <T> T match(
        Function<Cached, T> cached,
        Function<ToRun, T> toRun,
        Function<Resolved, T> resolved,
        Function<Skipped, T> skipped,
        Function<Undecided, T> undecided,
        Function<Blocked, T> blocked) {
      return blocked.apply(this);
    }
  }
}
