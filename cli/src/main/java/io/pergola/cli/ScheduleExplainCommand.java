package io.pergola.cli;

import io.pergola.cli.render.Table;
import io.pergola.metadata.MetadataStore;
import io.pergola.run.Workspace;
import io.pergola.schedule.Attempt;
import io.pergola.schedule.Explanation;
import io.pergola.schedule.Schedules;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says when a schedule ticks, and why its last runs did or did not start. */
@Command(
    name = "explain",
    description =
        "Say when a schedule ticks next, in local time and UTC, and why it did or did not run the"
            + " last times.")
final class ScheduleExplainCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(index = "0", paramLabel = "ID", description = "The schedule's id.")
  String id = "";

  @Option(
      names = "--at",
      paramLabel = "TIME",
      description =
          "Explain this moment instead of now: 2026-03-28, 2026-03-28T02:00 in the schedule's zone,"
              + " or 2026-03-28T01:00:00Z.")
  @Nullable String at;

  @Mixin HomeOption home = new HomeOption();

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  ScheduleExplainCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    try (Workspace workspace = home.existing()) {
      String zone =
          Schedules.declaration(ScheduleWords.require(workspace.store(), id)).timing().zone();
      Instant moment = at == null ? Instant.now() : ScheduleWords.time(at, ZoneId.of(zone));
      Explanation explanation =
          Schedules.over(workspace.store(), Clock.systemUTC()).explain(id, moment).orElseThrow();
      if (json) {
        Json.print(console, ScheduleListCommand.json(workspace.store(), explanation));
      } else {
        show(workspace.store(), explanation, ZoneId.of(zone));
      }
    }
    return ExitCode.OK.code();
  }

  private void show(MetadataStore store, Explanation explanation, ZoneId zone) {
    console.line(
        "%s runs %s: %s in %s"
            .formatted(
                id,
                explanation.stored().pipeline(),
                explanation.schedule().timing().when().orElseThrow(),
                zone));
    console.line(
        "Deployment: %s"
            .formatted(
                ScheduleWords.deploymentText(
                    store, explanation.schedule(), explanation.stored().pipeline())));
    explanation.remarks().forEach(console::line);
    console.line("");
    console.line("Next, after %s:".formatted(ScheduleWords.local(explanation.at(), zone)));
    console.lines(ScheduleWords.lines(explanation.next()));
    console.line("");
    if (explanation.last().isEmpty()) {
      console.line("It has not ticked yet.");
      return;
    }
    console.line("Last:");
    console.lines(last(explanation.last()).lines());
    for (Explanation.Past past : explanation.last()) {
      console.line(
          "  %s: %s"
              .formatted(
                  ScheduleWords.local(past.interval().end(), past.interval().zone()),
                  past.tick().reason()));
      for (Attempt attempt : past.runs()) {
        console.line(
            "    attempt %d: run %s, %s%s"
                .formatted(
                    attempt.number(),
                    attempt.run().id(),
                    attempt.run().state(),
                    attempt.standing() == Attempt.Standing.SUPERSEDED ? ", superseded" : ""));
      }
    }
  }

  private static Table last(List<Explanation.Past> last) {
    Table table = new Table("DATA FOR", "DUE", "STARTED", "TICK", "WHY");
    for (Explanation.Past past : last) {
      ZoneId zone = past.interval().zone();
      table.add(
          ScheduleWords.interval(past.interval()),
          ScheduleWords.local(past.tick().due(), zone),
          ScheduleWords.started(past.started(), zone),
          past.tick().state().name(),
          ScheduleWords.word(past.tick().cause()));
    }
    return table;
  }
}
