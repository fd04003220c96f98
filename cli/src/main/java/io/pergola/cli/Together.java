package io.pergola.cli;

import io.pergola.run.NodeOutcome;
import io.pergola.run.RunListener;
import io.pergola.run.RunPlan;
import io.pergola.run.RunResult;
import java.time.Duration;
import java.util.List;

/** Several listeners as one; each hears everything, in the order given. */
record Together(List<RunListener> listeners) implements RunListener {
  Together {
    listeners = List.copyOf(listeners);
  }

  @Override
  public void queued(String runId, List<String> behind) {
    listeners.forEach(listener -> listener.queued(runId, behind));
  }

  @Override
  public void planned(String runId, RunPlan plan) {
    listeners.forEach(listener -> listener.planned(runId, plan));
  }

  @Override
  public void nodeStarted(String node, int attempt) {
    listeners.forEach(listener -> listener.nodeStarted(node, attempt));
  }

  @Override
  public void nodeProgress(String node, long rows, double rowsPerSecond, String message) {
    listeners.forEach(listener -> listener.nodeProgress(node, rows, rowsPerSecond, message));
  }

  @Override
  public void nodeRetried(String node, int failedAttempt, Throwable cause, Duration delay) {
    listeners.forEach(listener -> listener.nodeRetried(node, failedAttempt, cause, delay));
  }

  @Override
  public void nodeFinished(NodeOutcome outcome) {
    listeners.forEach(listener -> listener.nodeFinished(outcome));
  }

  @Override
  public void runFinished(RunResult result) {
    listeners.forEach(listener -> listener.runFinished(result));
  }
}
