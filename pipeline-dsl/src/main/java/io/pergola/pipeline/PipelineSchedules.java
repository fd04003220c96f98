package io.pergola.pipeline;

import java.util.List;

/**
 * The schedules that an author ships with pipelines. A jar names its implementations in {@code
 * META-INF/services/io.pergola.pipeline.PipelineSchedules}; {@code pergola schedule apply
 * --from-jar} finds them there.
 */
@FunctionalInterface
public interface PipelineSchedules {
  /** The schedules, each with an id of its own. */
  List<Schedule> schedules();
}
