package io.pergola.cli;

import io.pergola.metadata.ScheduleVersion;
import io.pergola.metadata.StoredSchedule;
import io.pergola.pipeline.Schedule;
import io.pergola.run.Workspace;
import io.pergola.schedule.Durations;
import io.pergola.schedule.Schedules;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what a schedule declares. */
@Command(
    name = "show",
    description =
        "Show a schedule: all that it declares, defaults included, and its versions. Of the"
            + " environment, names only.",
    footer = {"", "What it does, and why: pergola schedule explain ID"})
final class ScheduleShowCommand implements Callable<Integer> {
  private static final String DEPLOYMENT = "deployment";

  private final Console console;

  @Parameters(index = "0", paramLabel = "ID", description = "The schedule's id.")
  String id = "";

  @Mixin HomeOption home = new HomeOption();

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  ScheduleShowCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    try (Workspace workspace = home.existing()) {
      StoredSchedule stored = ScheduleWords.require(workspace.store(), id);
      Schedule schedule = Schedules.declaration(stored);
      Map<String, Object> values = new LinkedHashMap<>(values(stored, schedule));
      List<ScheduleVersion> versions = workspace.store().schedules().versions(id);
      if (json) {
        values.put(
            DEPLOYMENT, ScheduleWords.deployment(workspace.store(), schedule, stored.pipeline()));
        values.put(
            "versions",
            versions.stream()
                .map(
                    version ->
                        Json.object(
                            "version", version.version(), "applied", version.applied().toString()))
                .toList());
        Json.print(console, values);
      } else {
        values.put(
            DEPLOYMENT,
            ScheduleWords.deploymentText(workspace.store(), schedule, stored.pipeline()));
        values.forEach((name, value) -> console.line("%-18s %s".formatted(name, value)));
        for (ScheduleVersion version : versions) {
          console.line(
              "%-18s %s".formatted("version " + version.version(), "applied " + version.applied()));
        }
      }
    }
    return ExitCode.OK.code();
  }

  private static Map<String, Object> values(StoredSchedule stored, Schedule schedule) {
    Schedule.Driving driving = schedule.driving();
    Schedule.Timing timing = schedule.timing();
    Schedule.Starting starting = schedule.starting();
    return Json.object(
        "id",
        schedule.id(),
        "pipeline",
        stored.pipeline(),
        "definition",
        schedule.pipeline(),
        "when",
        timing.when(),
        "zone",
        timing.zone(),
        "start",
        timing.start().map(Object::toString),
        "end",
        timing.end().map(Object::toString),
        "lag",
        Durations.text(timing.lag()),
        "jitter",
        Durations.text(timing.jitter()),
        "catch-up",
        ScheduleWords.word(schedule.catchUp().mode()),
        "catch-up-window",
        schedule.catchUp().window().map(Durations::text),
        "max-catch-up-runs",
        schedule.catchUp().maxRuns(),
        "overlap",
        ScheduleWords.word(starting.overlap()),
        "depends-on-past",
        starting.dependsOnPast(),
        "start-deadline",
        starting.deadline().map(Durations::text),
        "paused",
        stored.isPaused(),
        DEPLOYMENT,
        "",
        "engine",
        driving.engine(),
        "engine-options",
        driving.engineOptions(),
        "heap",
        driving.heap(),
        "environment",
        driving.environment().keySet(),
        "parameters",
        schedule.parameters());
  }
}
