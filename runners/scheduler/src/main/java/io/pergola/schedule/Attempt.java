package io.pergola.schedule;

import io.pergola.metadata.RunState;
import io.pergola.metadata.StoredRun;
import java.util.ArrayList;
import java.util.List;

/**
 * A run of an interval. Of several, the outputs of the newest one that succeeded count; those of
 * earlier ones stay in the lineage as superseded.
 *
 * @param number from 1
 */
public record Attempt(int number, StoredRun run, Attempt.Standing standing) {
  /** What an attempt's outputs are worth. */
  public enum Standing {
    /** It is the newest that succeeded: its outputs count. */
    EFFECTIVE,
    /** It succeeded, and so did a newer one. */
    SUPERSEDED,
    /** It did not succeed, or not yet. */
    WITHOUT_RESULT
  }

  /** Attempts of one interval, first attempt first. */
  static List<Attempt> of(List<StoredRun> runs) {
    int effective = -1;
    for (int i = 0; i < runs.size(); i++) {
      effective = runs.get(i).state() == RunState.SUCCEEDED ? i : effective;
    }
    List<Attempt> attempts = new ArrayList<>();
    for (int i = 0; i < runs.size(); i++) {
      boolean succeeded = runs.get(i).state() == RunState.SUCCEEDED;
      Standing standing =
          i == effective
              ? Standing.EFFECTIVE
              : succeeded ? Standing.SUPERSEDED : Standing.WITHOUT_RESULT;
      attempts.add(new Attempt(i + 1, runs.get(i), standing));
    }
    return attempts;
  }
}
