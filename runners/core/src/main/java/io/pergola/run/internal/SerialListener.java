package io.pergola.run.internal;

import io.pergola.run.NodeOutcome;
import io.pergola.run.RunListener;
import io.pergola.run.RunPlan;
import io.pergola.run.RunResult;
import java.time.Duration;
import java.util.List;

/** Passes calls on one at a time. */
final class SerialListener implements RunListener {
  private final RunListener listener;

  SerialListener(RunListener listener) {
    this.listener = listener;
  }

  @Override
  public synchronized void queued(String runId, List<String> behind) {
    listener.queued(runId, behind);
  }

  @Override
  public synchronized void planned(String runId, RunPlan plan) {
    listener.planned(runId, plan);
  }

  @Override
  public synchronized void nodeStarted(String node, int attempt) {
    listener.nodeStarted(node, attempt);
  }

  @Override
  public synchronized void nodeProgress(
      String node, long rows, double rowsPerSecond, String message) {
    listener.nodeProgress(node, rows, rowsPerSecond, message);
  }

  @Override
  public synchronized void nodeRetried(
      String node, int failedAttempt, Throwable cause, Duration delay) {
    listener.nodeRetried(node, failedAttempt, cause, delay);
  }

  @Override
  public synchronized void nodeFinished(NodeOutcome outcome) {
    listener.nodeFinished(outcome);
  }

  @Override
  public synchronized void runFinished(RunResult result) {
    listener.runFinished(result);
  }
}
