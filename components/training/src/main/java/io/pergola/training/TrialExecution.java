package io.pergola.training;

import io.pergola.pipeline.Channel;
import io.pergola.pipeline.Execution;
import io.pergola.pipeline.RunContext;
import java.nio.file.Path;
import java.util.function.LongConsumer;

/** What a trial's training sees of its execution: a folder, and a count of examples. */
final class TrialExecution implements Execution {
  private final Path folder;
  private final LongConsumer rows;

  /**
   * An execution in a worker.
   *
   * @param folder survives crashes
   */
  TrialExecution(Path folder, LongConsumer rows) {
    this.folder = folder;
    this.rows = rows;
  }

  @Override
  public String runId() {
    throw unknown();
  }

  @Override
  public String node() {
    throw unknown();
  }

  @Override
  public int attempt() {
    throw unknown();
  }

  @Override
  public RunContext context() {
    throw unknown();
  }

  @Override
  public Path scratch() {
    throw unknown();
  }

  @Override
  public Path checkpoints() {
    return folder;
  }

  @Override
  public void addRows(long more) {
    rows.accept(more);
  }

  /** Shown nowhere: of a tuner, trials are shown. */
  @Override
  public void progress(String message) {}

  @Override
  public void metric(String name, double value) {}

  @Override
  public void property(Channel<?> output, String name, Object value) {}

  @Override
  public void throwIfCancelled() throws InterruptedException {
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedException("trial was cancelled");
    }
  }

  @Override
  public void stopRun(String reason) {
    throw unknown();
  }

  private static IllegalStateException unknown() {
    return new IllegalStateException(
        "A trial knows its folder of checkpoints only, as it may run on another machine.");
  }
}
