package io.pergola.cli;

import io.pergola.cli.render.Text;
import io.pergola.run.Causes;
import io.pergola.run.NodeOutcome;
import io.pergola.run.RunPlan;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A line when a node starts and ends, and every ten seconds in between. */
final class PlainProgress implements Progress {
  private static final long PERIOD_SECONDS = 10;

  private final Console console;
  private final Board board = new Board();
  private final Map<String, Long> said = new HashMap<>();

  PlainProgress(Console console) {
    this.console = console;
  }

  @Override
  public synchronized void queued(String runId, List<String> behind) {
    console.line("run %s is queued behind run %s".formatted(runId, String.join(", ", behind)));
    console.out().flush();
  }

  @Override
  public synchronized void planned(String runId, RunPlan plan) {
    board.plan(plan);
    console.line("run " + runId);
  }

  @Override
  public synchronized void nodeStarted(String node, int attempt) {
    board.started(node, attempt);
    said.put(node, System.nanoTime());
    console.line("%s: started%s".formatted(name(node), attempt > 1 ? ", attempt " + attempt : ""));
  }

  @Override
  public synchronized void nodeProgress(
      String node, long rows, double rowsPerSecond, String message) {
    board.progress(node, rows, rowsPerSecond, message);
    if (Board.passed(said.getOrDefault(node, System.nanoTime()), PERIOD_SECONDS)) {
      said.put(node, System.nanoTime());
      console.line("%s: %s".formatted(name(node), board.sentence(node)));
    }
  }

  @Override
  public synchronized void nodeRetried(
      String node, int failedAttempt, Throwable cause, Duration delay) {
    console.line(
        "%s: attempt %d failed, again in %s: %s"
            .formatted(
                name(node), failedAttempt, Text.duration(delay), Text.plain(Causes.line(cause))));
  }

  @Override
  public synchronized void nodeFinished(NodeOutcome outcome) {
    Board.State state = board.finished(outcome);
    String what = board.sentence(outcome.node());
    console.line(
        "%s: %s"
            .formatted(
                name(outcome.node()), state == Board.State.COMPLETED ? "done, " + what : what));
  }

  @Override
  public void close() {
    console.out().flush();
  }

  private String name(String node) {
    return "[%d/%d] %s".formatted(board.done(), board.size(), Text.plain(node));
  }
}
