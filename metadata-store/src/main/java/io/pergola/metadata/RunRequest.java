package io.pergola.metadata;

import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A run that is asked for now and driven later, by whoever claims it: its graph is not known yet.
 *
 * @param id unique among all runs
 * @param pipeline the pipeline's name, by which runs are counted and limited
 * @param attributes what the driver must know: definition, parameters, deployment, engine, reason
 * @param slot the interval that the run is for, which at most one run can have
 */
public record RunRequest(
    String id,
    String pipeline,
    SortedMap<String, String> attributes,
    Optional<RunRequest.Slot> slot) {
  public RunRequest {
    Names.check("run id", id);
    Names.check("pipeline name", pipeline);
    attributes = Collections.unmodifiableSortedMap(new TreeMap<>(attributes));
  }

  /** A run without an interval. */
  public static RunRequest of(String id, String pipeline, SortedMap<String, String> attributes) {
    return new RunRequest(id, pipeline, attributes, Optional.empty());
  }

  /** The same for an interval. */
  public RunRequest slot(Slot slot) {
    return new RunRequest(id, pipeline, attributes, Optional.of(slot));
  }

  /**
   * What makes two runs of a pipeline the same one.
   *
   * @param schedule whose interval it is; empty text for an interval given by hand
   * @param start of the data interval, inclusive
   * @param end of the data interval, exclusive
   * @param attempt from 1; a re-run of the interval has the next one
   */
  public record Slot(String schedule, Instant start, Instant end, int attempt) {
    public Slot {
      if (!end.isAfter(start)) {
        throw new IllegalArgumentException(
            "Invalid interval: from %s to %s (the end must be after the start)"
                .formatted(start, end));
      }
      if (attempt < 1) {
        throw new IllegalArgumentException("Invalid attempt: %d (from 1)".formatted(attempt));
      }
    }

    /** The same interval in another attempt. */
    public Slot attempt(int number) {
      return new Slot(schedule, start, end, number);
    }
  }
}
