package io.pergola.cli;

import io.pergola.cli.render.Table;
import io.pergola.cli.render.Text;
import io.pergola.run.NodeRecord;
import io.pergola.run.Reason;
import io.pergola.run.RunDifference;
import io.pergola.run.RunRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How two runs differ, for people and as JSON. */
final class RunDifferences {
  private RunDifferences() {}

  static void print(Console console, RunDifference difference, boolean json) {
    if (json) {
      Json.print(console, json(difference));
      return;
    }
    console.line("before  " + headline(difference.before()));
    console.line("after   " + headline(difference.after()));
    if (difference.isEmpty()) {
      console.line("");
      console.line("No difference: same settings, same code, same inputs, same outputs.");
    }
    if (!difference.settings().isEmpty()) {
      console.line("");
      Table settings = new Table("SETTING", "BEFORE", "AFTER");
      difference
          .settings()
          .forEach(
              (name, change) ->
                  settings.add(name, change.before().orElse("-"), change.after().orElse("-")));
      console.lines(settings.lines());
    }
    console.line("");
    Table nodes = new Table("NODE", "BEFORE", "AFTER", ">TIME", ">TIME", "OUTPUTS", "WHY");
    for (RunDifference.Node node : difference.nodes()) {
      nodes.add(
          node.id(),
          node.before().map(n -> n.state().name()).orElse("-"),
          node.after().map(n -> n.state().name()).orElse("-"),
          node.before().flatMap(RunDifferences::time).map(Text::duration).orElse(""),
          node.after().flatMap(RunDifferences::time).map(Text::duration).orElse(""),
          outputs(node.outputs()),
          String.join("; ", node.reasons().stream().map(Reason::text).toList()));
    }
    console.lines(nodes.lines());
    Table metrics = new Table("METRIC", ">BEFORE", ">AFTER", ">CHANGE");
    for (RunDifference.Node node : difference.nodes()) {
      node.metrics()
          .forEach(
              (name, change) ->
                  metrics.add(
                      node.id() + " " + name,
                      change.before().map(RunDifferences::number).orElse("-"),
                      change.after().map(RunDifferences::number).orElse("-"),
                      change(change)));
    }
    if (!metrics.isEmpty()) {
      console.line("");
      console.lines(metrics.lines());
    }
  }

  private static String headline(RunRecord run) {
    return "%s  %s  %s  %s%s"
        .formatted(
            run.id(),
            run.pipeline(),
            run.state(),
            Text.time(run.started()),
            run.cause().map(cause -> "  " + Text.plain(cause)).orElse(""));
  }

  private static String outputs(RunDifference.Outputs outputs) {
    return switch (outputs) {
      case SAME -> "same";
      case DIFFERENT -> "different";
      case UNKNOWN -> "";
    };
  }

  private static Optional<Duration> time(NodeRecord node) {
    return node.started().isPresent() && node.finished().isPresent()
        ? Optional.of(Duration.between(node.started().get(), node.finished().get()))
        : Optional.empty();
  }

  private static String number(String value) {
    return Text.number(Double.parseDouble(value));
  }

  private static String change(RunDifference.Change change) {
    if (change.before().isEmpty() || change.after().isEmpty()) {
      return "";
    }
    double by =
        Double.parseDouble(change.after().get()) - Double.parseDouble(change.before().get());
    return (by > 0 ? "+" : "") + Text.number(by);
  }

  private static Object json(RunDifference difference) {
    List<Object> settings = new ArrayList<>();
    difference.settings().forEach((name, change) -> settings.add(json(name, change)));
    List<Object> nodes = new ArrayList<>();
    for (RunDifference.Node node : difference.nodes()) {
      List<Object> metrics = new ArrayList<>();
      for (Map.Entry<String, RunDifference.Change> metric : node.metrics().entrySet()) {
        metrics.add(json(metric.getKey(), metric.getValue()));
      }
      nodes.add(
          Json.object(
              "node", node.id(),
              "before", node.before().map(n -> n.state().name()),
              "after", node.after().map(n -> n.state().name()),
              "outputs", node.outputs().name(),
              "reasons", node.reasons().stream().map(Reason::text).toList(),
              "metrics", metrics));
    }
    return Json.object(
        "before",
        RunsCommand.json(difference.before()),
        "after",
        RunsCommand.json(difference.after()),
        "settings",
        settings,
        "nodes",
        nodes);
  }

  private static Object json(String name, RunDifference.Change change) {
    return Json.object("name", name, "before", change.before(), "after", change.after());
  }
}
