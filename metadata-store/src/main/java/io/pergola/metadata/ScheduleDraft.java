package io.pergola.metadata;

import java.time.Instant;

/**
 * A schedule to put.
 *
 * @param pipeline the name of the pipeline that it runs
 * @param definition all that its author declared, as text
 * @param cursor where its first interval starts; a schedule that has ticked keeps its own
 */
public record ScheduleDraft(String id, String pipeline, String definition, Instant cursor) {
  public ScheduleDraft {
    Names.check("schedule id", id);
    Names.check("pipeline name", pipeline);
  }
}
