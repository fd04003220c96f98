package io.pergola.cli;

import io.pergola.cli.render.Text;
import io.pergola.run.NodeOutcome;
import io.pergola.run.RunPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What is known of the nodes of a run, as lines: state, time, rows, rows/s. Not thread-safe. */
final class Board {
  /** How a node stands. */
  enum State {
    WAITING("·", "waiting"),
    RUNNING("▸", "running"),
    COMPLETED("✔", "done"),
    CACHED("=", "cached"),
    RESOLVED("✔", "found"),
    STOPPED("■", "stopped the run"),
    FAILED("✘", "failed"),
    CANCELLED("✘", "cancelled"),
    SKIPPED("-", "not run");

    private final String mark;
    private final String words;

    State(String mark, String words) {
      this.mark = mark;
      this.words = words;
    }

    String mark() {
      return mark;
    }

    String words() {
      return words;
    }
  }

  private static final class Line {
    private State state = State.WAITING;
    private long started;
    private @Nullable Duration time;
    private long rows;
    private double rate;
    private String note = "";
  }

  private final Map<String, Line> lines = new LinkedHashMap<>();

  void plan(RunPlan plan) {
    for (RunPlan.Node node : plan.nodes()) {
      Line line = new Line();
      if (node.value() instanceof RunPlan.Skipped skipped && skipped.isDoneBefore()) {
        line.state = State.COMPLETED;
        line.note = "before";
      }
      lines.put(node.id(), line);
    }
  }

  void started(String node, int attempt) {
    Line line = line(node);
    line.state = State.RUNNING;
    line.started = System.nanoTime();
    line.rows = 0;
    line.rate = 0;
    line.note = attempt > 1 ? "attempt " + attempt : "";
  }

  void progress(String node, long rows, double rate, String message) {
    Line line = line(node);
    line.rows = rows;
    line.rate = rate;
    if (!message.isEmpty()) {
      line.note = message;
    }
  }

  void retried(String node, String cause) {
    line(node).note = "trying again: " + cause;
  }

  /** Takes in how a node ended, and returns what it says about it. */
  State finished(NodeOutcome outcome) {
    Line line = line(outcome.node());
    line.note = "";
    if (outcome instanceof NodeOutcome.Completed completed) {
      line.state = completed.stop().isPresent() ? State.STOPPED : State.COMPLETED;
      line.time = completed.duration();
      line.rows = completed.rows();
      double seconds = completed.duration().toMillis() / 1000.0;
      line.rate = seconds > 0 ? completed.rows() / seconds : 0;
    } else if (outcome instanceof NodeOutcome.Cached cached) {
      line.state = cached.stop().isPresent() ? State.STOPPED : State.CACHED;
    } else if (outcome instanceof NodeOutcome.Resolved resolved) {
      line.state = State.RESOLVED;
      line.note =
          resolved
              .artifact()
              .map(artifact -> "%s %d".formatted(artifact.type(), artifact.id()))
              .orElse("none yet");
    } else if (outcome instanceof NodeOutcome.Failed failed) {
      line.state = State.FAILED;
      line.time = failed.duration();
      line.note = String.valueOf(failed.cause().getMessage());
    } else if (outcome instanceof NodeOutcome.Exited exited) {
      line.state = exited.problem().isPresent() ? State.FAILED : State.COMPLETED;
      line.time = exited.duration();
      line.note = exited.problem().orElse("at the exit");
    } else if (outcome instanceof NodeOutcome.Skipped skipped) {
      line.state = State.SKIPPED;
      line.note = skipped.reason();
    } else {
      line.state = State.CANCELLED;
    }
    return line.state;
  }

  /** One line a node, at most {@code width} characters each. */
  List<String> lines(int width) {
    int widest = lines.keySet().stream().mapToInt(String::length).max().orElse(0);
    List<String> text = new ArrayList<>();
    lines.forEach(
        (id, line) -> {
          String pad = " ".repeat(widest - id.length());
          text.add(
              Text.clip(
                  (line.state.mark() + " " + Text.plain(id) + pad + "  " + describe(id))
                      .stripTrailing(),
                  width));
        });
    return text;
  }

  /** What is known of a node: {@code 3.2 s 15,000 rows 4,688 rows/s}. */
  String describe(String node) {
    Line line = line(node);
    Duration time = line.time;
    if (time == null && line.state == State.RUNNING) {
      time = Duration.ofNanos(System.nanoTime() - line.started);
    }
    StringBuilder text = new StringBuilder();
    if (line.state != State.RUNNING && line.state != State.COMPLETED) {
      text.append("%-10s".formatted(line.state == State.WAITING ? "" : line.state.words()));
    }
    if (time != null) {
      text.append("%10s".formatted(Text.duration(time)));
    }
    if (line.rows > 0) {
      text.append("%14s rows".formatted(Text.count(line.rows)));
      if (line.rate > 0) {
        text.append("%12s rows/s".formatted(Text.count(Math.round(line.rate))));
      }
    }
    if (!line.note.isEmpty()) {
      text.append("  ").append(Text.plain(line.note));
    }
    return text.toString().stripTrailing();
  }

  /** The same without padding, for a line of its own. */
  String sentence(String node) {
    return describe(node).strip().replaceAll(" {2,}", ", ");
  }

  State state(String node) {
    return line(node).state;
  }

  /** How many nodes have ended. */
  long done() {
    return lines.values().stream()
        .filter(line -> line.state != State.WAITING && line.state != State.RUNNING)
        .count();
  }

  int size() {
    return lines.size();
  }

  /** Whether at least this much time has passed since {@code nanos}. */
  static boolean passed(long nanos, long seconds) {
    return System.nanoTime() - nanos >= TimeUnit.SECONDS.toNanos(seconds);
  }

  private Line line(String node) {
    return lines.computeIfAbsent(node, id -> new Line());
  }
}
