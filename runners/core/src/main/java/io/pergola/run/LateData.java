package io.pergola.run;

import java.util.List;

/**
 * Data that came, or changed, after something had been made without it.
 *
 * @param node whose data it is
 * @param runId the run that did without it
 * @param reasons what is newer, one line each
 * @param artifacts what is out of date because of it, ascending, earlier marks included; what the
 *     run shares with one that lacks nothing is not among them
 */
public record LateData(String node, String runId, List<String> reasons, List<Long> artifacts) {
  public LateData {
    reasons = List.copyOf(reasons);
    artifacts = List.copyOf(artifacts);
  }
}
