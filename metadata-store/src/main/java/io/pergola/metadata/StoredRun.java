package io.pergola.metadata;

import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A run as it stands in the store.
 *
 * @param number grows with each run of the store: the order in which they were created
 * @param graph the pipeline's graph as JSON
 * @param attributes what was recorded about the run
 * @param reason why it failed, stopped or was cancelled
 * @param started when it first became RUNNING
 * @param finished when it reached its present, final state
 * @param cancelRequested when somebody asked for its end
 */
public record StoredRun(
    long number,
    String id,
    String pipeline,
    RunState state,
    String graph,
    SortedMap<String, String> attributes,
    Optional<String> reason,
    Instant created,
    Optional<Instant> started,
    Optional<Instant> finished,
    Optional<Instant> cancelRequested) {
  /**
   * The attribute that says when a run failed that was claimed again since, the last time: an
   * ISO-8601 instant. {@link #finished} no longer says so.
   */
  public static final String FAILED = "failed";

  public StoredRun {
    attributes = Collections.unmodifiableSortedMap(new TreeMap<>(attributes));
  }

  /** What was recorded under a name. */
  public Optional<String> attribute(String name) {
    return Optional.ofNullable(attributes.get(name));
  }
}
