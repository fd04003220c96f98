package io.pergola.cli;

import io.pergola.cli.render.Table;
import io.pergola.metadata.MetadataStore;
import io.pergola.metadata.StoredSchedule;
import io.pergola.pipeline.Schedule;
import io.pergola.run.Workspace;
import io.pergola.schedule.Explanation;
import io.pergola.schedule.Schedules;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists schedules. */
@Command(
    name = "list",
    description = "List the schedules, with their next tick and what became of the last.",
    footer = {"", "Look at one of them: pergola schedule explain ID"})
final class ScheduleListCommand implements Callable<Integer> {
  private final Console console;

  @Mixin HomeOption home = new HomeOption();

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  ScheduleListCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    try (Workspace workspace = home.existing()) {
      MetadataStore store = workspace.store();
      Schedules schedules = Schedules.over(store, Clock.systemUTC());
      List<Explanation> all =
          store.schedules().list().stream()
              .map(StoredSchedule::id)
              .map(schedules::explain)
              .flatMap(Optional::stream)
              .toList();
      if (json) {
        Json.print(console, all.stream().map(one -> json(store, one)).toList());
      } else if (all.isEmpty()) {
        console.line("No schedules yet. Put one: pergola schedule apply schedules.yaml");
      } else {
        console.lines(table(all).lines());
      }
    }
    return ExitCode.OK.code();
  }

  private static Table table(List<Explanation> all) {
    Table table = new Table("SCHEDULE", "PIPELINE", "CODE", "WHEN", "ZONE", "NEXT", "LAST");
    for (Explanation one : all) {
      Schedule schedule = one.schedule();
      String next =
          one.next().stream()
              .findFirst()
              .map(tick -> ScheduleWords.local(tick.interval().end(), tick.interval().zone()))
              .orElse("-");
      table.add(
          schedule.id(),
          one.stored().pipeline(),
          schedule.driving().version().map(version -> "version " + version).orElse("newest"),
          schedule.timing().when().orElseThrow(),
          schedule.timing().zone(),
          one.stored().isPaused() ? "paused" : next,
          one.last().stream().findFirst().map(past -> past.tick().state().name()).orElse("-"));
    }
    return table;
  }

  /** What is said of a schedule in lists and on its own. */
  static Object json(MetadataStore store, Explanation one) {
    Schedule schedule = one.schedule();
    return Json.object(
        "id", schedule.id(),
        "pipeline", one.stored().pipeline(),
        "definition", schedule.pipeline(),
        "version", one.stored().version(),
        "deployment", ScheduleWords.deployment(store, schedule, one.stored().pipeline()),
        "when", schedule.timing().when(),
        "zone", schedule.timing().zone(),
        "paused", one.stored().isPaused(),
        "cursor", one.stored().cursor().toString(),
        "next", one.next().stream().map(ScheduleWords::json).toList(),
        "last", one.last().stream().map(ScheduleWords::json).toList(),
        "remarks", one.remarks());
  }
}
