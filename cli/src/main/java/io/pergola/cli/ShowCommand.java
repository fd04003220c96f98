package io.pergola.cli;

import io.pergola.cli.render.Table;
import io.pergola.cli.render.Text;
import io.pergola.run.ArtifactRecord;
import io.pergola.run.ExitRecord;
import io.pergola.run.NodeRecord;
import io.pergola.run.RunRecord;
import io.pergola.run.Workspace;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows one run: its nodes, what they made, and why it ended. */
@Command(
    name = "show",
    description = "Show a run: its nodes, their times and rows, and what it produced.")
final class ShowCommand implements Callable<Integer> {
  private final Console console;

  @Mixin HomeOption home = new HomeOption();

  @Parameters(
      arity = "0..1",
      paramLabel = "RUN",
      description = "Its id, or the beginning of it. Default: the newest run")
  @Nullable String run;

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  ShowCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    try (Workspace workspace = home.existing()) {
      RunRecord record = new Finder(workspace.history()).run(Optional.ofNullable(run));
      List<NodeRecord> nodes = workspace.history().nodes(record.id());
      List<ExitRecord> exits = workspace.history().exits(record.id());
      List<ArtifactRecord> artifacts = workspace.history().artifactsOf(record.id());
      ArtifactNotes notes = ArtifactNotes.of(workspace, artifacts);
      if (json) {
        Json.print(
            console,
            Json.object(
                "run", RunsCommand.json(record),
                "nodes", nodes.stream().map(ShowCommand::json).toList(),
                "exits", exits.stream().map(ShowCommand::json).toList(),
                "artifacts",
                    artifacts.stream().map(one -> ArtifactsCommand.json(one, notes)).toList()));
      } else {
        print(record, nodes, exits, artifacts, notes);
      }
    }
    return ExitCode.OK.code();
  }

  private void print(
      RunRecord record,
      List<NodeRecord> nodes,
      List<ExitRecord> exits,
      List<ArtifactRecord> artifacts,
      ArtifactNotes notes) {
    console.line("%s: %s".formatted(record.id(), record.state()));
    console.line(
        "%s on %s, %s, %s"
            .formatted(
                record.pipeline(),
                record.engine(),
                Text.time(record.started()),
                Text.duration(RunsCommand.duration(record))));
    record
        .context()
        .interval()
        .ifPresent(
            interval ->
                console.line(
                    "data for %s to %s (%s), attempt %d"
                        .formatted(
                            interval.start().atZone(interval.zone()).toLocalDateTime(),
                            interval.end().atZone(interval.zone()).toLocalDateTime(),
                            interval.zone(),
                            record.context().attempt())));
    record.cause().ifPresent(cause -> console.line("because: " + Text.plain(cause)));
    record
        .parameters()
        .forEach((name, value) -> console.line("  %s = %s".formatted(name, Text.plain(value))));
    console.line("");
    Table table = new Table("NODE", "STATE", ">TIME", ">ROWS", ">TRIES", "WHY");
    for (NodeRecord node : nodes) {
      table.add(
          node.node(),
          node.state().name(),
          duration(node).map(Text::duration).orElse(""),
          node.rows() == 0 ? "" : Text.count(node.rows()),
          node.attempts() == 0 ? "" : Integer.toString(node.attempts()),
          node.cause().orElse(""));
    }
    console.lines(table.lines());
    for (ExitRecord exit : exits) {
      console.line(
          "  at the exit: %s %s"
              .formatted(
                  exit.handler(),
                  exit.problem().map(why -> "failed: " + Text.plain(why)).orElse("was called")));
    }
    for (NodeRecord node : nodes) {
      node.metrics()
          .forEach(
              (name, value) ->
                  console.line("  %s: %s = %s".formatted(node.node(), name, Text.number(value))));
    }
    if (!artifacts.isEmpty()) {
      console.line("");
      console.lines(ArtifactsCommand.table(artifacts, notes).lines());
    }
    if (record.attributes().containsKey(Origin.LOG)) {
      console.line("");
      console.line("log: " + Path.of(record.attributes().getOrDefault(Origin.LOG, "")));
    }
    if (record.state() == RunRecord.State.INTERRUPTED || record.state() == RunRecord.State.FAILED) {
      console.line("go on with it: pergola resume " + record.id() + home.flag());
    }
  }

  private static Optional<Duration> duration(NodeRecord node) {
    return node.started()
        .map(
            started ->
                Duration.between(
                    started,
                    node.finished()
                        .orElseGet(
                            () ->
                                node.state() == NodeRecord.State.RUNNING
                                    ? Instant.now()
                                    : started)));
  }

  private static Object json(ExitRecord exit) {
    return Json.object("handler", exit.handler(), "problem", exit.problem());
  }

  private static Object json(NodeRecord node) {
    return Json.object(
        "node", node.node(),
        "component", node.component(),
        "state", node.state().name(),
        "attempts", node.attempts(),
        "started", node.started().map(Instant::toString),
        "finished", node.finished().map(Instant::toString),
        "seconds", duration(node).map(time -> time.toMillis() / 1000.0),
        "rows", node.rows(),
        "cause", node.cause(),
        "metrics", node.metrics());
  }
}
