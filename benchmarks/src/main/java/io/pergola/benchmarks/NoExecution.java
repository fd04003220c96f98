package io.pergola.benchmarks;

import io.pergola.pipeline.Channel;
import io.pergola.pipeline.Execution;
import io.pergola.pipeline.RunContext;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * There is no run to report to.
 *
 * @param checkpoints an existing folder
 */
record NoExecution(Optional<Path> memo, Path checkpoints) implements Execution {
  /** One that keeps nothing. */
  NoExecution() {
    this(Optional.empty(), Path.of(System.getProperty("java.io.tmpdir")));
  }

  @Override
  public String runId() {
    return "benchmark";
  }

  @Override
  public String node() {
    return "benchmark";
  }

  @Override
  public int attempt() {
    return 1;
  }

  @Override
  public RunContext context() {
    return RunContext.asOf(Instant.EPOCH);
  }

  @Override
  public Path scratch() {
    throw new UnsupportedOperationException("a benchmark has no scratch folder");
  }

  @Override
  public void addRows(long rows) {}

  @Override
  public void progress(String message) {}

  @Override
  public void metric(String name, double value) {}

  @Override
  public void property(Channel<?> output, String name, Object value) {}

  @Override
  public void throwIfCancelled() {}

  @Override
  public void stopRun(String reason) {}
}
