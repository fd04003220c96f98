package io.pergola.cli;

import io.pergola.openlineage.OpenLineageListener;
import io.pergola.pipeline.BuiltPipeline;
import io.pergola.run.Engine;
import io.pergola.run.NodeRecord;
import io.pergola.run.PipelineRunner;
import io.pergola.run.RunListener;
import io.pergola.run.RunOptions;
import io.pergola.run.RunResult;
import io.pergola.run.Workspace;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run from the command line: log file, engine, progress, Ctrl-C, and what is said at the end.
 */
final class RunSession {
  private static final long PATIENCE_SECONDS = 30;

  private final Console console;
  private final Workspace workspace;
  private final Origin origin;
  private final String homeFlag;

  RunSession(Console console, Workspace workspace, Origin origin, String homeFlag) {
    this.console = console;
    this.workspace = workspace;
    this.origin = origin;
    this.homeFlag = homeFlag;
  }

  /** How a session ended. */
  record End(ExitCode code, Optional<RunResult> result) {}

  private interface Drive {
    RunResult run(PipelineRunner runner, BuiltPipeline pipeline, RunOptions options, RunListener l);
  }

  /** Runs the pipeline. */
  End run(EngineOptions engine) {
    return run(engine, options -> options);
  }

  /** Runs the pipeline as was asked for. */
  End run(EngineOptions engine, UnaryOperator<RunOptions> order) {
    return drive(
        engine,
        (runner, built, options, listener) -> runner.run(built, order.apply(options), listener));
  }

  /** Goes on with a run. */
  End resume(String runId, EngineOptions engine) {
    return drive(
        engine,
        (runner, built, options, listener) -> runner.resume(runId, built, options, listener));
  }

  private End drive(EngineOptions engineOptions, Drive drive) {
    RunOptions options = engineOptions.runOptions();
    BuiltPipeline pipeline = PipelineLoader.build(origin, workspace.home());
    try (LogFile log = LogFile.start(workspace.logs(), pipeline.graph().name());
        Engine engine = engineOptions.open(origin.jar(), workspace.artifacts())) {
      RunOptions recorded = origin.recordIn(options).attribute(Origin.LOG, log.path().toString());
      PipelineRunner runner = PipelineRunner.in(workspace).on(engine);
      CountDownLatch over = new CountDownLatch(1);
      Thread cancel = cancelOnShutdown(Thread.currentThread(), over);
      try {
        RunResult result;
        Instant begun = Instant.now();
        try (Progress progress = Progress.on(console)) {
          result = told(engineOptions, progress, l -> drive.run(runner, pipeline, recorded, l));
        }
        Thread.interrupted();
        ExitCode code =
            new Summary(console, origin, homeFlag)
                .print(result, log.path(), doneBefore(result, begun));
        return new End(code, Optional.of(result));
      } catch (RuntimeException e) {
        logger().error("The run ended with an exception", e);
        return new End(Failures.report(console, e, Optional.of(log.path())), Optional.empty());
      } finally {
        over.countDown();
        keepExitCode(cancel);
      }
    }
  }

  /** Tells OpenLineage consumers too, if they are wanted. */
  private RunResult told(
      EngineOptions options, Progress progress, Function<RunListener, RunResult> run) {
    Optional<OpenLineageListener> openLineage = options.lineage.listener(workspace);
    if (openLineage.isEmpty()) {
      return run.apply(progress);
    }
    RunResult result;
    try (OpenLineageListener listener = openLineage.get()) {
      result = run.apply(new Together(List.of(progress, listener)));
    }
    if (openLineage.get().unsent() > 0) {
      console
          .err()
          .println(
              "warning: %d OpenLineage events were not taken; they are kept in %s. Send them when the consumer is back."
                  .formatted(
                      openLineage.get().unsent(),
                      workspace.logs().resolve("openlineage-unsent.ndjson")));
    }
    return result;
  }

  /** Nodes that an earlier process of the same run has done. */
  private Set<String> doneBefore(RunResult result, Instant begun) {
    return workspace.history().nodes(result.runId()).stream()
        .filter(node -> node.finished().filter(begun::isAfter).isPresent())
        .map(NodeRecord::node)
        .collect(Collectors.toSet());
  }

  private static Logger logger() {
    return LoggerFactory.getLogger(RunSession.class);
  }

  /**
   * On Ctrl-C the JVM runs its shutdown hooks: this one interrupts the run, which cancels it, and
   * keeps the process alive until that is on record.
   */
  private static Thread cancelOnShutdown(Thread driver, CountDownLatch over) {
    Thread hook =
        new Thread(
            () -> {
              driver.interrupt();
              try {
                over.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "pergola-cancel");
    Runtime.getRuntime().addShutdownHook(hook);
    return hook;
  }

  private static void keepExitCode(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending by a signal, which decides its exit code: 130 after Ctrl-C.
      logger().info("Cancelled by a signal");
    }
  }
}
