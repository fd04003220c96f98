package io.pergola.run.internal;

import io.pergola.beam.BeamComponent;
import io.pergola.beam.DrivingComponent;
import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.NodeOptions;
import io.pergola.run.Engine;
import io.pergola.run.JobListener;
import io.pergola.run.RunningJob;
import java.io.IOException;
import java.util.function.Supplier;
import org.apache.beam.sdk.Pipeline;

/** Runs a component's Beam job. Apart from other code, so that cached runs load none of Beam. */
final class BeamJob {
  private BeamJob() {}

  static <O> void run(
      BeamComponent<O> component,
      O out,
      Artifacts artifacts,
      Engine engine,
      String name,
      NodeOptions options,
      JobListener listener)
      throws Exception {
    Pipeline job = engine.newJob(name, options);
    component.expand(job, artifacts, out);
    engine.run(job, listener);
    component.finish(artifacts, out);
  }

  /** Runs a component that runs jobs of its own; each has a listener of its own. */
  static <O> void drive(
      DrivingComponent<O> component,
      O out,
      Artifacts artifacts,
      Supplier<Engine> engines,
      String name,
      NodeOptions options,
      Supplier<JobListener> listeners)
      throws Exception {
    component.run(
        (suffix, build) -> {
          Engine engine = engines.get();
          Pipeline job = engine.newJob(name + "-" + suffix, options);
          build.accept(job);
          engine.run(job, listeners.get());
        },
        artifacts,
        out);
  }

  /**
   * Goes on with a job that another process submitted. The component describes its job once more,
   * because it may tell the execution something while it does; that description is not run.
   *
   * @param claim called once the job is over: makes its outputs this process's own
   */
  static <O> void reattach(
      BeamComponent<O> component,
      O out,
      Artifacts artifacts,
      Claim claim,
      Engine engine,
      String name,
      RunningJob job,
      JobListener listener)
      throws Exception {
    component.expand(engine.newJob(name), artifacts, out);
    job.await(listener);
    component.finish(claim.outputs(), out);
  }

  /** Takes over what a job wrote. */
  interface Claim {
    Artifacts outputs() throws IOException;
  }
}
