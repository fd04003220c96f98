package io.pergola.beam;

import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.Component;
import org.apache.beam.sdk.Pipeline;

/**
 * A component that runs as one Beam job, on whatever engine the run has.
 *
 * <p>A job can outlive the process that submitted it. Whoever goes on then calls {@link #expand}
 * once more and throws that job away, waits for the one that runs, and calls {@link #finish}. So
 * the job writes all that the outputs need, except for what {@code finish} makes of the files it
 * finds.
 */
public interface BeamComponent<O> extends Component<O> {
  /**
   * Builds the job that reads the inputs and writes the outputs. Building writes no files.
   *
   * @param beam an empty Beam pipeline; the runner runs it and waits
   * @param artifacts looks up the artifact of a channel, input or output alike; not serializable,
   *     so that transforms capture artifacts, never this
   * @param out the channels of this component's outputs
   */
  void expand(Pipeline beam, Artifacts artifacts, O out);

  /**
   * Called in the runner's JVM after the job is done and before anything is published. It may find
   * the outputs under another path than {@link #expand} did.
   */
  default void finish(Artifacts artifacts, O out) throws Exception {}
}
