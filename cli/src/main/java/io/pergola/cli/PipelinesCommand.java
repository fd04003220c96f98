package io.pergola.cli;

import io.pergola.cli.render.Table;
import io.pergola.cli.render.Text;
import io.pergola.metadata.RunFilter;
import io.pergola.metadata.RunLedger;
import io.pergola.metadata.RunState;
import io.pergola.metadata.StoredRun;
import io.pergola.run.Workspace;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists pipelines, and limits how many runs of one are live at once. */
@Command(
    name = "pipelines",
    customSynopsis = {
      "pergola pipelines [--json] [--home=DIR]",
      "pergola pipelines limit NAME N|none [--home=DIR]"
    },
    description =
        "List the pipelines that have run here, with their limits; or limit how many runs of one"
            + " are live at once, whoever starts them. Others wait in a queue.")
final class PipelinesCommand implements Callable<Integer> {
  private static final int RECENT = 1_000;

  private final Console console;

  @Parameters(
      arity = "0..3",
      paramLabel = "limit NAME N",
      description = "The pipeline, and the number of live runs, from 1, or none")
  List<String> words = new ArrayList<>();

  @Mixin HomeOption home = new HomeOption();

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  PipelinesCommand(Console console) {
    this.console = console;
  }

  private record Line(
      String name, Optional<Integer> limit, long live, long queued, @Nullable StoredRun newest) {}

  @Override
  public Integer call() {
    try (Workspace workspace = home.existing()) {
      if (words.isEmpty()) {
        list(lines(workspace.store().runs()));
      } else {
        limit(workspace.store().runs());
      }
    }
    return ExitCode.OK.code();
  }

  private void limit(RunLedger runs) {
    if (words.size() != 3 || !words.get(0).equals("limit")) {
      throw new UsageException(
          "Unexpected arguments: '%s'. Write: pergola pipelines limit NAME N"
              .formatted(String.join(" ", words)));
    }
    String name = words.get(1);
    String number = words.get(2);
    if (number.equals("none")) {
      runs.removeLimit(name);
      console.line("any number of runs of %s may be live".formatted(Text.plain(name)));
      return;
    }
    if (!number.matches("[1-9]\\d{0,5}")) {
      throw new UsageException(
          "Invalid limit of live runs: '%s' (from 1, or none)".formatted(number));
    }
    runs.limit(name, Integer.parseInt(number));
    console.line("at most %s runs of %s are live at once".formatted(number, Text.plain(name)));
  }

  private static List<Line> lines(RunLedger runs) {
    Map<String, StoredRun> newest = new TreeMap<>();
    for (StoredRun run : runs.list(RunFilter.newest(RECENT))) {
      newest.putIfAbsent(run.pipeline(), run);
    }
    List<StoredRun> open =
        runs.list(RunFilter.newest(RECENT).states(RunState.CREATED, RunState.RUNNING));
    Map<String, Integer> limits = runs.limits();
    Set<String> names = new TreeSet<>(newest.keySet());
    names.addAll(limits.keySet());
    List<Line> lines = new ArrayList<>();
    for (String name : names) {
      lines.add(
          new Line(
              name,
              Optional.ofNullable(limits.get(name)),
              count(open, name, RunState.RUNNING),
              count(open, name, RunState.CREATED),
              newest.get(name)));
    }
    return lines;
  }

  private static long count(List<StoredRun> runs, String pipeline, RunState state) {
    return runs.stream()
        .filter(run -> run.pipeline().equals(pipeline) && run.state() == state)
        .count();
  }

  private void list(List<Line> lines) {
    if (json) {
      Json.print(
          console,
          lines.stream()
              .map(
                  line ->
                      Json.object(
                          "pipeline", line.name(),
                          "limit", line.limit(),
                          "live", line.live(),
                          "queued", line.queued(),
                          "newest", Optional.ofNullable(line.newest()).map(StoredRun::id)))
              .toList());
      return;
    }
    if (lines.isEmpty()) {
      console.line("No pipelines yet. Run one: pergola quickstart");
      return;
    }
    Table table = new Table("PIPELINE", ">LIMIT", ">LIVE", ">QUEUED", "NEWEST RUN", "STATE");
    for (Line line : lines) {
      StoredRun newest = line.newest();
      table.add(
          line.name(),
          line.limit().map(String::valueOf).orElse("none"),
          Long.toString(line.live()),
          Long.toString(line.queued()),
          newest == null ? "" : newest.id(),
          newest == null ? "" : newest.state().name());
    }
    console.lines(table.lines());
  }
}
