package io.pergola.beam;

import java.util.function.Consumer;
import org.apache.beam.sdk.Pipeline;

/** Runs the Beam jobs of a {@link DrivingComponent}. */
public interface BeamJobs {
  /**
   * Runs a job to its end.
   *
   * @param name what the engine shows for it, beside run and node: letters, digits and dashes
   * @param build adds transforms to an empty Beam pipeline
   * @throws InterruptedException if the run was cancelled; the job is then cancelled
   * @throws Exception what ended the job, as the engine reports it
   */
  void run(String name, Consumer<Pipeline> build) throws Exception;
}
