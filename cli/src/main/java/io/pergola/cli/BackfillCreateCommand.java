package io.pergola.cli;

import io.pergola.metadata.BackfillChoice;
import io.pergola.metadata.BackfillOrder;
import io.pergola.metadata.StoredBackfill;
import io.pergola.pipeline.DataInterval;
import io.pergola.run.Workspace;
import io.pergola.schedule.Backfills;
import io.pergola.schedule.Schedules;
import java.time.Clock;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs a schedule's intervals of the past. */
@Command(
    name = "create",
    description = "Run a schedule's intervals that start in a range of the past.",
    footer = {
      "",
      "  pergola backfill create nightly-taxi --from=2026-03-01 --to=2026-04-01 --preview"
    })
final class BackfillCreateCommand implements Callable<Integer> {
  private static final int SHOWN = 10;

  private final Console console;

  @Parameters(index = "0", paramLabel = "SCHEDULE", description = "The schedule's id.")
  String schedule = "";

  @Option(
      names = "--from",
      required = true,
      paramLabel = "TIME",
      description = "Intervals that start at or after this date or time in the schedule's zone.")
  String from = "";

  @Option(
      names = "--to",
      required = true,
      paramLabel = "TIME",
      description = "And before this one.")
  String to = "";

  @Option(
      names = "--order",
      paramLabel = "ORDER",
      defaultValue = "ascending",
      description = "ascending or descending: the oldest or the newest first. Default: ascending")
  String order = "ascending";

  @Option(
      names = "--max-parallel",
      paramLabel = "N",
      defaultValue = "1",
      description = "So many runs at once. Default: 1")
  int maxParallel = 1;

  @Option(
      names = "--which",
      paramLabel = "WHICH",
      defaultValue = "missing",
      description =
          "missing (never run), failed (whose newest run failed or was cancelled) or all (again as"
              + " a new attempt). Default: missing")
  String which = "missing";

  @Option(
      names = "--name",
      paramLabel = "ID",
      description = "The backfill's id. Default: made of the schedule and the range")
  @Nullable String name;

  @Option(names = "--preview", description = "Show what would run, and how many. Change nothing.")
  boolean preview;

  @Mixin HomeOption home = new HomeOption();

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  BackfillCreateCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    try (Workspace workspace = home.existing()) {
      ZoneId zone =
          ZoneId.of(
              Schedules.declaration(ScheduleWords.require(workspace.store(), schedule))
                  .timing()
                  .zone());
      Backfills backfills = Backfills.over(workspace.store(), Clock.systemUTC());
      Backfills.Wish wish =
          new Backfills.Wish(
              schedule,
              ScheduleWords.time(from, zone),
              ScheduleWords.time(to, zone),
              one("--order", order, BackfillOrder.values()),
              maxParallel,
              one("--which", which, BackfillChoice.values()));
      Backfills.Preview plan = backfills.preview(wish);
      Optional<StoredBackfill> created =
          preview ? Optional.empty() : Optional.of(backfills.create(id(), wish));
      if (json) {
        Json.print(console, json(plan, created));
      } else {
        show(plan, created);
      }
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
    return ExitCode.OK.code();
  }

  private String id() {
    String range = (from + "-" + to).replaceAll("[^0-9-]", "");
    return name == null ? schedule + "-" + range : name;
  }

  private static <E extends Enum<E>> E one(String option, String word, E[] all) {
    for (E one : all) {
      if (ScheduleWords.word(one).equals(word)) {
        return one;
      }
    }
    throw new UsageException(
        "Invalid %s: '%s' (%s)"
            .formatted(
                option,
                word,
                String.join(", ", List.of(all).stream().map(ScheduleWords::word).toList())));
  }

  private void show(Backfills.Preview plan, Optional<StoredBackfill> created) {
    console.line(
        "%s%d %s of %s%s%s"
            .formatted(
                created
                    .map(backfill -> "Created %s: ".formatted(backfill.id()))
                    .orElse("Would run "),
                plan.intervals().size(),
                plan.intervals().size() == 1 ? "interval" : "intervals",
                schedule,
                plan.leftOut() == 0 ? "" : ", %d left out".formatted(plan.leftOut()),
                plan.open() == 0 ? "" : ", %d not ended yet".formatted(plan.open())));
    for (DataInterval interval :
        plan.intervals().subList(0, Math.min(SHOWN, plan.intervals().size()))) {
      console.line("  " + ScheduleWords.interval(interval));
    }
    if (plan.intervals().size() > SHOWN) {
      console.line("  and %d more".formatted(plan.intervals().size() - SHOWN));
    }
  }

  private static Object json(Backfills.Preview plan, Optional<StoredBackfill> created) {
    return Json.object(
        "id", created.map(StoredBackfill::id),
        "schedule", plan.wish().schedule(),
        "from", plan.wish().from().toString(),
        "to", plan.wish().to().toString(),
        "count", plan.intervals().size(),
        "leftOut", plan.leftOut(),
        "notEnded", plan.open(),
        "intervals",
            plan.intervals().stream()
                .map(
                    interval ->
                        Json.object(
                            "start", interval.start().toString(),
                            "end", interval.end().toString()))
                .toList());
  }
}
