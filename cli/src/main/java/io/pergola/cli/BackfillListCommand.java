package io.pergola.cli;

import io.pergola.cli.render.Table;
import io.pergola.metadata.BackfillInterval;
import io.pergola.metadata.StoredBackfill;
import io.pergola.run.Workspace;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists backfills. */
@Command(name = "list", description = "List the backfills and how far they are, newest first.")
final class BackfillListCommand implements Callable<Integer> {
  private final Console console;

  @Mixin HomeOption home = new HomeOption();

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  BackfillListCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    try (Workspace workspace = home.existing()) {
      List<StoredBackfill> all = workspace.store().backfills().list();
      if (json) {
        Json.print(
            console,
            all.stream()
                .map(one -> json(one, workspace.store().backfills().intervals(one.id())))
                .toList());
      } else if (all.isEmpty()) {
        console.line(
            "No backfills yet. Create one: pergola backfill create SCHEDULE --from=TIME --to=TIME");
      } else {
        console.lines(table(all).lines());
      }
    }
    return ExitCode.OK.code();
  }

  private static Table table(List<StoredBackfill> all) {
    Table table =
        new Table("BACKFILL", "SCHEDULE", "STATE", ">DONE", ">FAILED", ">LIVE", ">LEFT", ">OF");
    for (StoredBackfill one : all) {
      table.add(
          one.id(),
          one.schedule(),
          one.state().name(),
          number(
              one.count(BackfillInterval.State.SUCCEEDED)
                  + one.count(BackfillInterval.State.NEEDLESS)),
          number(one.count(BackfillInterval.State.FAILED)),
          number(one.count(BackfillInterval.State.STARTED)),
          number(one.count(BackfillInterval.State.PENDING)),
          number(one.size()));
    }
    return table;
  }

  private static String number(int count) {
    return Integer.toString(count);
  }

  private static Object json(StoredBackfill one, List<BackfillInterval> intervals) {
    return Json.object(
        "id", one.id(),
        "schedule", one.schedule(),
        "state", one.state().name(),
        "from", one.from().toString(),
        "to", one.to().toString(),
        "order", one.order().name(),
        "which", one.choice().name(),
        "maxParallel", one.maxParallel(),
        "intervals",
            intervals.stream()
                .map(
                    interval ->
                        Json.object(
                            "start", interval.start().toString(),
                            "end", interval.end().toString(),
                            "state", interval.state().name(),
                            "run", interval.runId(),
                            "reason", interval.reason()))
                .toList());
  }
}
