package io.pergola.run.local;

import io.pergola.pipeline.NodeOptions;
import io.pergola.run.Engine;
import io.pergola.run.JobListener;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.runners.direct.DirectRunner;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.metrics.MetricNameFilter;
import org.apache.beam.sdk.metrics.MetricResult;
import org.apache.beam.sdk.metrics.MetricsFilter;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.joda.time.Duration;

/**
 * Beam's DirectRunner on all cores of this machine, without its checks for tests (they cost 5 times
 * the run time). Fastest to start; a job's intermediate state must fit in memory.
 */
public final class LocalEngine implements Engine {
  private static final Duration POLL = Duration.millis(250);

  private final int parallelism;

  private LocalEngine(int parallelism) {
    this.parallelism = parallelism;
  }

  /** An engine on all cores. */
  public static LocalEngine create() {
    return create(Runtime.getRuntime().availableProcessors());
  }

  /**
   * An engine with a given number of threads a job, unless its node says otherwise.
   *
   * @param parallelism at least 1
   */
  public static LocalEngine create(int parallelism) {
    if (parallelism < 1) {
      throw new IllegalArgumentException(
          "Invalid parallelism: %s (must be at least 1)".formatted(parallelism));
    }
    return new LocalEngine(parallelism);
  }

  @Override
  public String name() {
    return "local";
  }

  @Override
  public Pipeline newJob(String name, NodeOptions node) {
    DirectOptions options = PipelineOptionsFactory.as(DirectOptions.class);
    options.setJobName(name);
    options.setTargetParallelism(node.threads().orElse(parallelism));
    configure(options);
    return Pipeline.create(options);
  }

  @Override
  public void run(Pipeline job, JobListener listener) throws Exception {
    PipelineOptions given = job.getOptions();
    DirectOptions options = given.as(DirectOptions.class);
    configure(options);
    ThreadGroup threads = new ThreadGroup("pergola-job");
    PipelineResult result = start(job, options, threads);
    try {
      listener.submitted(given.getJobName() + "/" + UUID.randomUUID());
      while (result.waitUntilFinish(POLL) == null || !result.getState().isTerminal()) {
        listener.rows(rows(result));
        if (Thread.interrupted()) {
          throw new InterruptedException("job " + given.getJobName() + " was cancelled");
        }
      }
      listener.rows(rows(result));
    } finally {
      if (!result.getState().isTerminal()) {
        result.cancel();
        threads.interrupt();
      }
    }
  }

  /**
   * Starts a job whose threads all belong to the given group: the DirectRunner's own cancel lets
   * elements that are being processed run to their end, however long that takes.
   */
  private static PipelineResult start(Pipeline job, DirectOptions options, ThreadGroup threads)
      throws Exception {
    FutureTask<PipelineResult> started =
        new FutureTask<>(() -> DirectRunner.fromOptions(options).run(job));
    Thread starter = new Thread(threads, started, "pergola-job-start");
    starter.setDaemon(true);
    starter.start();
    try {
      return started.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    } catch (InterruptedException e) {
      threads.interrupt();
      throw e;
    }
  }

  @Override
  public void close() {}

  private static void configure(DirectOptions options) {
    options.setRunner(DirectRunner.class);
    options.setBlockOnRun(false);
    options.setEnforceEncodability(false);
    options.setEnforceImmutability(false);
  }

  private static long rows(PipelineResult result) {
    long rows = 0;
    MetricsFilter filter =
        MetricsFilter.builder().addNameFilter(MetricNameFilter.named("pergola", "rows")).build();
    for (MetricResult<Long> counter : result.metrics().queryMetrics(filter).getCounters()) {
      Long attempted = counter.getAttempted();
      rows += attempted == null ? 0 : attempted;
    }
    return rows;
  }
}
