package io.pergola.run;

import io.pergola.metadata.RunState;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * Which artifacts are no longer needed.
 *
 * @param olderThan what was written, read or taken from the cache more recently is kept
 * @param keepRuns what the newest so many successful runs of each pipeline use is kept; the newest
 *     run of a pipeline always keeps what it uses, however it ended
 * @param states only what is used by runs that ended so, and by no others, goes; empty for any
 * @param pipeline only what this pipeline produced goes
 */
public record GcPolicy(
    Duration olderThan, int keepRuns, Set<RunState> states, Optional<String> pipeline) {
  public GcPolicy {
    states = Set.copyOf(states);
    if (olderThan.isNegative()) {
      throw new IllegalArgumentException("Invalid age: %s (0 or more)".formatted(olderThan));
    }
    if (keepRuns < 0 || keepRuns > 10_000) {
      throw new IllegalArgumentException(
          "Invalid number of runs to keep: %d (0 to 10,000)".formatted(keepRuns));
    }
  }

  /** What nobody used for so long, and none of the newest five successful runs uses. */
  public static GcPolicy olderThan(Duration age) {
    return new GcPolicy(age, 5, Set.of(), Optional.empty());
  }

  /** Keeping what this many newest successful runs of each pipeline use. */
  public GcPolicy keepRuns(int keepRuns) {
    return new GcPolicy(olderThan, keepRuns, states, pipeline);
  }

  /** Only what runs that ended in these states use. */
  public GcPolicy states(Set<RunState> states) {
    return new GcPolicy(olderThan, keepRuns, states, pipeline);
  }

  /** Only what a pipeline produced. */
  public GcPolicy pipeline(String pipeline) {
    return new GcPolicy(olderThan, keepRuns, states, Optional.of(pipeline));
  }
}
