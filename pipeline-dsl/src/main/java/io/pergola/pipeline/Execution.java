package io.pergola.pipeline;

import io.pergola.span.SpanSelection;
import java.nio.file.Path;
import java.util.Optional;

/** What a running component may know of its execution, and what it may report. Thread-safe. */
public interface Execution {
  /** The id of the run, unique in the metadata store. */
  String runId();

  /** The node's id. */
  String node();

  /** 1 for the first attempt of this node in this run, 2 after one failure. */
  int attempt();

  /**
   * What the run knows of time: its data interval if it has one, its "now", and which attempt at
   * the interval it is. Components never read the clock.
   */
  RunContext context();

  /**
   * What a {@link io.pergola.span.SpanSource} reads in this run, chosen before its first attempt;
   * empty for other components, and where there is no runner to choose.
   */
  default Optional<SpanSelection> spans() {
    return Optional.empty();
  }

  /** A folder for temporary files, deleted when the attempt ends. */
  Path scratch();

  /** A folder that survives failed attempts and crashes until the node completes: checkpoints. */
  Path checkpoints();

  /**
   * A folder where a {@link io.pergola.span.SpanMerging} component keeps what it computed of parts
   * of its input, for later runs of its node; only where that input is a window of several spans.
   * It is no part of the output, other runs may use it at the same time, and it may vanish at any
   * moment: entries are named by what they were made from, written aside and renamed.
   */
  default Optional<Path> memo() {
    return Optional.empty();
  }

  /** Adds to the number of examples (or rows, or steps) done, for progress display. */
  void addRows(long rows);

  /** One short line for progress display, such as {@code step 1,200 of 10,000, loss 0.3121}. */
  void progress(String message);

  /** Records a number as a property of this execution in the metadata store. */
  void metric(String name, double value);

  /**
   * Records a property of an output artifact in the metadata store.
   *
   * @param value a String, Integer, Long, Double or Boolean, or a Map of names to these, to Maps or
   *     to Lists of them
   */
  void property(Channel<?> output, String name, Object value);

  /** Throws if the run was cancelled; long loops call it now and then. */
  void throwIfCancelled() throws InterruptedException;

  /**
   * Asks the runner to publish this node's outputs and then start no further node: an outcome, not
   * a failure of the node. Only for a {@linkplain Component#isGate gate}.
   *
   * @param reason one sentence of fact and one of remedy
   */
  void stopRun(String reason);
}
