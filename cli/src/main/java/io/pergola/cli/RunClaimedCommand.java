package io.pergola.cli;

import io.pergola.metadata.Lease;
import io.pergola.metadata.MetadataStore;
import io.pergola.metadata.RunState;
import io.pergola.pipeline.BuiltPipeline;
import io.pergola.pipeline.PipelineException;
import io.pergola.run.Causes;
import io.pergola.run.Engine;
import io.pergola.run.PipelineRunner;
import io.pergola.run.RunListener;
import io.pergola.run.RunOptions;
import io.pergola.run.RunProcess;
import io.pergola.run.RunRecord;
import io.pergola.run.RunRefusedException;
import io.pergola.run.RunResult;
import io.pergola.run.Workspace;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What {@code serve} starts for each run: takes the run's lease over and drives it to its end. */
@Command(
    name = "run-claimed",
    hidden = true,
    description = "Drive a run that a daemon claimed. Started by 'pergola serve', not by people.")
final class RunClaimedCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(RunClaimedCommand.class);

  private final Console console;

  @Parameters(index = "0", paramLabel = "RUN", description = "The run's id.")
  String run = "";

  @Option(names = "--holder", paramLabel = "HOLDER", description = "Who claimed it.")
  String holder = "";

  @Option(names = "--epoch", paramLabel = "N", description = "The epoch of the claim.")
  long epoch;

  @Mixin HomeOption home = new HomeOption();

  RunClaimedCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    try (Workspace workspace = home.open();
        LogFile log = LogFile.start(workspace.logs(), run)) {
      MetadataStore store = workspace.store();
      Duration term = RunOptions.defaults().lease();
      Optional<Lease> lease =
          store
              .leases()
              .handOver(
                  new Lease(Lease.ofRun(run), holder, epoch, Instant.EPOCH),
                  RunProcess.current().holder(),
                  term);
      if (lease.isEmpty()) {
        LOG.info("Another process took run {} over", run);
        return ExitCode.OK.code();
      }
      try (ScheduledExecutorServiceCloser renewal = renew(store, lease.get(), term)) {
        return drive(workspace, lease.get(), log.path()).code();
      }
    }
  }

  /** Building and planning may take longer than a lease lasts; driving renews it itself. */
  private static ScheduledExecutorServiceCloser renew(
      MetadataStore store, Lease lease, Duration term) {
    ScheduledExecutorService timer =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "pergola-claim");
              thread.setDaemon(true);
              return thread;
            });
    long every = term.toMillis() / 4;
    var unused =
        timer.scheduleWithFixedDelay(
            () -> {
              try {
                store.leases().renew(lease, term);
              } catch (RuntimeException e) {
                LOG.warn("Cannot renew the claim of {} yet", lease.name(), e);
              }
            },
            every,
            every,
            TimeUnit.MILLISECONDS);
    return timer::shutdownNow;
  }

  private interface ScheduledExecutorServiceCloser extends AutoCloseable {
    @Override
    void close();
  }

  private ExitCode drive(Workspace workspace, Lease lease, Path log) {
    RunRecord record = workspace.history().run(run).orElseThrow();
    BuiltPipeline pipeline;
    Origin origin;
    EngineOptions options = new EngineOptions();
    try {
      origin = Origin.of(workspace, record);
      options.continueOn(workspace, record);
      pipeline = PipelineLoader.build(origin, workspace.home());
    } catch (UsageException | PipelineException e) {
      return fail(workspace, lease, e);
    }
    RunOptions recorded =
        origin.recordIn(options.runOptions()).attribute(Origin.LOG, log.toString());
    try (Engine engine = options.open(origin.jar(), workspace.artifacts())) {
      RunResult result =
          PipelineRunner.in(workspace)
              .on(engine)
              .drive(run, lease, pipeline, recorded, RunListener.none());
      return result.match(
          succeeded -> ExitCode.OK,
          stopped -> ExitCode.FAILED,
          failed -> ExitCode.FAILED,
          cancelled -> ExitCode.CANCELLED);
    } catch (RunRefusedException e) {
      return fail(workspace, lease, e);
    } catch (RuntimeException e) {
      LOG.error("The run goes on in another process, or not at all", e);
      return Failures.report(console, e, Optional.of(log));
    }
  }

  /** What cannot be built now cannot be built the next time either. */
  private ExitCode fail(Workspace workspace, Lease lease, RuntimeException problem) {
    LOG.error("Run {} cannot be driven", run, problem);
    workspace.store().runs().move(lease, run, RunState.FAILED, Optional.of(Causes.line(problem)));
    workspace.store().leases().release(lease);
    return Failures.report(console, problem, Optional.empty());
  }
}
