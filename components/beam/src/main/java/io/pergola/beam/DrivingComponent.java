package io.pergola.beam;

import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.Component;

/**
 * A component that runs in the JVM of its runner and submits Beam jobs from there, one after the
 * other, each built from what the last one gave: rounds of a distributed training.
 *
 * <p>Its jobs end with its process: a new attempt cancels the one that a dead process left behind,
 * and begins with what is kept in {@link io.pergola.pipeline.Execution#checkpoints}.
 */
public interface DrivingComponent<O> extends Component<O> {
  /**
   * Reads the inputs and writes the outputs.
   *
   * @param jobs runs jobs on whatever engine the run has; asks for an engine with the first one
   * @param artifacts looks up the artifact of a channel, input or output alike
   * @param out the channels of this component's outputs
   */
  void run(BeamJobs jobs, Artifacts artifacts, O out) throws Exception;
}
