package io.pergola.run;

import io.pergola.metadata.Lease;
import io.pergola.pipeline.BuiltPipeline;
import io.pergola.run.internal.LateSpans;
import io.pergola.run.internal.RunCanceller;
import io.pergola.run.internal.RunStarter;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Plans, runs and resumes pipelines in one workspace. Immutable and thread-safe. */
public final class PipelineRunner {
  private final Workspace workspace;
  private final Optional<Engine> engine;

  private PipelineRunner(Workspace workspace, Optional<Engine> engine) {
    this.workspace = workspace;
    this.engine = engine;
  }

  /** A runner that can plan, and run pipelines without Beam jobs. */
  public static PipelineRunner in(Workspace workspace) {
    return new PipelineRunner(workspace, Optional.empty());
  }

  /** The same runner with an engine for Beam jobs; the caller closes it after use. */
  public PipelineRunner on(Engine beamEngine) {
    return new PipelineRunner(workspace, Optional.of(beamEngine));
  }

  /** What {@link #run} would do now. Changes nothing. */
  public RunPlan plan(BuiltPipeline pipeline, RunOptions options) {
    return starter().plan(pipeline, options);
  }

  /**
   * Runs a pipeline to its end. An interrupt of the calling thread cancels the run: running nodes
   * and their Beam jobs are cancelled, the run is recorded as cancelled, and the result says so.
   *
   * @throws InfrastructureException if the store fails; the run can then be resumed
   */
  public RunResult run(BuiltPipeline pipeline, RunOptions options, RunListener listener) {
    return starter().start(pipeline, options, listener);
  }

  /**
   * Goes on with a run that was interrupted (its process is gone) or has failed. Completed nodes
   * are not run again; a node that was running starts another attempt with its checkpoints.
   *
   * @param pipeline the same pipeline with the same parameters, built again
   * @throws RunRefusedException if there is no such run, if it is live or finished, or if the
   *     pipeline is not the one it started with
   */
  public RunResult resume(
      String runId, BuiltPipeline pipeline, RunOptions options, RunListener listener) {
    return starter().resume(runId, pipeline, options, listener);
  }

  /**
   * Drives a run that was queued by {@link io.pergola.metadata.RunLedger#enqueue} and claimed by
   * the caller. One that an earlier holder of its lease began goes on like in {@link #resume}.
   *
   * @param lease from {@link io.pergola.metadata.RunLedger#claim}; renewed and released from here
   *     on
   * @param pipeline built from the run's definition and parameters
   * @throws RunRefusedException if the run began with another pipeline
   */
  public RunResult drive(
      String runId, Lease lease, BuiltPipeline pipeline, RunOptions options, RunListener listener) {
    return starter().drive(runId, lease, pipeline, options, listener);
  }

  /**
   * Ends a run, whoever drives it: its nodes and their Beam jobs are cancelled, on a cluster too. A
   * run whose process is gone is ended here; a queued one at once.
   *
   * @param patience how long to wait for the end; a process that drives the run ends it within 20
   *     seconds, whether or not its nodes listen
   * @return whether the run has ended
   * @throws RunRefusedException if there is no such run, or it is over
   */
  public boolean cancel(String runId, Duration patience) throws InterruptedException {
    return new RunCanceller(workspace.store(), workspace.home(), engine).cancel(runId, patience);
  }

  /**
   * Looks for data in spans that came, or changed, after runs of this pipeline had read them, and
   * marks what these runs made of them as stale. Every new run does so for the newest 100
   * executions of each node; this looks at the newest 10,000.
   *
   * @throws IOException if the data cannot be read
   */
  public List<LateData> markLateData(BuiltPipeline pipeline) throws IOException {
    return new LateSpans(workspace.store()).mark(pipeline, 10_000);
  }

  private RunStarter starter() {
    return new RunStarter(workspace.store(), workspace.home(), engine);
  }
}
