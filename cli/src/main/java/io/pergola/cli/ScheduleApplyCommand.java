package io.pergola.cli;

import io.pergola.pipeline.Schedule;
import io.pergola.run.Workspace;
import io.pergola.schedule.ScheduleChange;
import io.pergola.schedule.ScheduleFile;
import io.pergola.schedule.Schedules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Puts the schedules of a file or a jar. */
@Command(
    name = "apply",
    description =
        "Put the schedules of a YAML file, or those that a jar declares. Again is no change; an edit"
            + " affects only the future.",
    footer = {
      "",
      "  pergola schedule apply schedules.yaml --dry-run",
      "  pergola schedule apply --from-jar=churn.jar"
    })
final class ScheduleApplyCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(index = "0", arity = "0..1", paramLabel = "FILE", description = "A YAML file.")
  @Nullable Path file;

  @Option(
      names = "--from-jar",
      paramLabel = "JAR",
      description = "A jar whose classes declare schedules (PipelineSchedules).")
  @Nullable Path jar;

  @Option(
      names = "--dry-run",
      description = "Show what would change, and the next 5 ticks. Change nothing.")
  boolean dryRun;

  @Mixin HomeOption home = new HomeOption();

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  ScheduleApplyCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    List<Schedule> declared = declared();
    try (Workspace workspace = home.open()) {
      Schedules schedules = Schedules.over(workspace.store(), Clock.systemUTC());
      List<ScheduleChange> changes = new ArrayList<>();
      for (Schedule schedule : declared) {
        changes.add(plan(schedules, schedule));
      }
      if (!dryRun) {
        changes.forEach(change -> schedules.apply(change.schedule(), change.pipeline()));
      }
      if (json) {
        Json.print(console, changes.stream().map(this::json).toList());
      } else {
        changes.forEach(this::show);
      }
    }
    return ExitCode.OK.code();
  }

  private List<Schedule> declared() throws IOException {
    Path yaml = file;
    Path archive = jar;
    List<Schedule> declared;
    if (yaml != null && archive == null) {
      declared = fromFile(yaml);
    } else if (yaml == null && archive != null) {
      declared = JarSchedules.of(archive);
    } else {
      throw new UsageException(
          "Name one source of schedules: a YAML file, or --from-jar=JAR. For example: pergola"
              + " schedule apply schedules.yaml");
    }
    if (declared.isEmpty()) {
      throw new UsageException(
          "Cannot apply %s: it declares no schedule. Add one."
              .formatted(yaml == null ? archive : yaml));
    }
    Set<String> ids = new LinkedHashSet<>();
    for (Schedule schedule : declared) {
      if (!ids.add(schedule.id())) {
        throw new UsageException(
            "Schedule '%s' is declared twice. Give each an id of its own."
                .formatted(schedule.id()));
      }
    }
    return declared;
  }

  private static List<Schedule> fromFile(Path yaml) throws IOException {
    if (!Files.isRegularFile(yaml)) {
      throw new UsageException(
          "Cannot read %s: there is no such file. Write one: docs/reference/schedules.md."
              .formatted(yaml));
    }
    try {
      return ScheduleFile.read(yaml);
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  private static ScheduleChange plan(Schedules schedules, Schedule schedule) {
    try {
      return schedules.plan(schedule, ScheduleWords.pipelineName(schedule.pipeline()));
    } catch (IllegalArgumentException e) {
      throw new UsageException(
          "Cannot apply schedule '%s': %s".formatted(schedule.id(), e.getMessage()));
    }
  }

  private void show(ScheduleChange change) {
    console.line(
        "%s: %s%s"
            .formatted(
                change.schedule().id(),
                ScheduleWords.word(change.kind()),
                dryRun && change.kind() != ScheduleChange.Kind.UNCHANGED
                    ? " (dry run: nothing is changed)"
                    : ""));
    change.differences().forEach(difference -> console.line("  " + difference));
    if (dryRun || change.kind() != ScheduleChange.Kind.UNCHANGED) {
      console.lines(ScheduleWords.lines(change.next()).stream().map("  "::concat).toList());
    }
  }

  private Object json(ScheduleChange change) {
    return Json.object(
        "id", change.schedule().id(),
        "pipeline", change.pipeline(),
        "kind", change.kind().name(),
        "applied", !dryRun,
        "differences", change.differences(),
        "next", change.next().stream().map(ScheduleWords::json).toList(),
        "from", Optional.ofNullable(jar).or(() -> Optional.ofNullable(file)).map(Path::toString));
  }
}
