package io.pergola.cli;

import io.pergola.run.Causes;
import io.pergola.run.NodeOutcome;
import io.pergola.run.RunPlan;
import java.time.Duration;
import java.util.List;
import java.util.Timer;
import java.util.TimerTask;

/** A line a node, redrawn in place eight times a second. */
final class LiveProgress implements Progress {
  private static final long PERIOD_MILLIS = 125;
  private static final String ESCAPE = "\u001b[";

  private final Console console;
  private final Board board = new Board();
  private final Timer timer = new Timer("pergola-progress", true);
  private int drawn;

  LiveProgress(Console console) {
    this.console = console;
    timer.schedule(
        new TimerTask() {
          @Override
          public void run() {
            draw();
          }
        },
        PERIOD_MILLIS,
        PERIOD_MILLIS);
  }

  @Override
  public synchronized void queued(String runId, List<String> behind) {
    console.line("run %s is queued behind run %s".formatted(runId, String.join(", ", behind)));
    console.out().flush();
  }

  @Override
  public synchronized void planned(String runId, RunPlan plan) {
    console.line("run " + runId);
    board.plan(plan);
    draw();
  }

  @Override
  public synchronized void nodeStarted(String node, int attempt) {
    board.started(node, attempt);
  }

  @Override
  public synchronized void nodeProgress(
      String node, long rows, double rowsPerSecond, String message) {
    board.progress(node, rows, rowsPerSecond, message);
  }

  @Override
  public synchronized void nodeRetried(
      String node, int failedAttempt, Throwable cause, Duration delay) {
    board.retried(node, Causes.line(cause));
  }

  @Override
  public synchronized void nodeFinished(NodeOutcome outcome) {
    board.finished(outcome);
  }

  private synchronized void draw() {
    List<String> lines = board.lines(console.width() - 1);
    StringBuilder frame = new StringBuilder();
    if (drawn > 0) {
      frame.append(ESCAPE).append(drawn).append('A');
    }
    for (String line : lines) {
      frame.append('\r').append(ESCAPE).append('K').append(line).append('\n');
    }
    drawn = lines.size();
    console.out().print(frame);
    console.out().flush();
  }

  @Override
  public void close() {
    timer.cancel();
    draw();
  }
}
