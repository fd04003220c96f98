package io.pergola.run;

import io.pergola.pipeline.RunContext;
import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A run as the metadata store has it.
 *
 * @param started when it was first recorded
 * @param finished empty while it runs or is interrupted
 * @param cause why it failed or was stopped, in one line
 * @param parameters the pipeline's run parameters
 * @param attributes {@link RunOptions#attributes()} of its start
 * @param graph the pipeline graph's JSON
 * @param context the interval it works on, if it has one, its "now", and which attempt it is
 */
public record RunRecord(
    String id,
    String pipeline,
    RunRecord.State state,
    String engine,
    Instant started,
    Optional<Instant> finished,
    Optional<String> cause,
    SortedMap<String, String> parameters,
    SortedMap<String, String> attributes,
    String graph,
    RunContext context) {
  public RunRecord {
    parameters = Collections.unmodifiableSortedMap(new TreeMap<>(parameters));
    attributes = Collections.unmodifiableSortedMap(new TreeMap<>(attributes));
  }

  /** Where a run stands. */
  public enum State {
    /** Its process lives and renews its lease. */
    RUNNING,
    /** Its process is gone; {@link PipelineRunner#resume} goes on with it. */
    INTERRUPTED,
    SUCCEEDED,
    /** A gate stopped it. */
    STOPPED,
    FAILED,
    CANCELLED
  }
}
