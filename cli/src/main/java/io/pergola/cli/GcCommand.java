package io.pergola.cli;

import io.pergola.cli.render.Table;
import io.pergola.cli.render.Text;
import io.pergola.metadata.RunState;
import io.pergola.run.ArtifactRecord;
import io.pergola.run.GarbageCollection;
import io.pergola.run.GcPlan;
import io.pergola.run.GcPolicy;
import io.pergola.run.Workspace;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Deletes artifacts that nobody needs. */
@Command(
    name = "gc",
    description = "Delete artifacts that nobody needs, in two steps that begin with a dry run.",
    footer = {
      "",
      "pergola gc           say what would go and what stays, and why; changes nothing",
      "pergola gc mark      hide it from caches and resolvers",
      "pergola gc undo [ARTIFACT ...]     take that back",
      "pergola gc delete    delete the files of what has been marked for --grace"
    })
final class GcCommand implements Callable<Integer> {
  private final Console console;

  @Mixin HomeOption home = new HomeOption();

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "ACTION",
      defaultValue = "plan",
      description = "plan, mark, undo or delete. Default: plan")
  Action action = Action.PLAN;

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "ARTIFACT",
      description = "With undo: only these ids.")
  List<Long> artifacts = new ArrayList<>();

  @Option(
      names = "--older-than",
      paramLabel = "AGE",
      defaultValue = "30d",
      converter = AgeConverter.class,
      description = "What nobody wrote, read or reused for so long. Default: 30d")
  Duration olderThan = Duration.ofDays(30);

  @Option(
      names = "--keep",
      paramLabel = "N",
      defaultValue = "5",
      description = "Keep what the newest N successful runs of a pipeline use. Default: 5")
  int keep = 5;

  @Option(
      names = "--state",
      paramLabel = "STATE",
      split = ",",
      description = "Only what runs that ended so use, and no others: FAILED,CANCELLED")
  Set<RunState> states = Set.of();

  @Option(names = "--pipeline", paramLabel = "NAME", description = "Only what it produced.")
  @Nullable String pipeline;

  @Option(
      names = "--grace",
      paramLabel = "AGE",
      defaultValue = "24h",
      converter = AgeConverter.class,
      description = "With delete: only what was marked so long ago. Default: 24h")
  Duration grace = Duration.ofDays(1);

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  enum Action {
    PLAN,
    MARK,
    UNDO,
    DELETE;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  GcCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    if (!artifacts.isEmpty() && action != Action.UNDO) {
      throw new UsageException(
          "Cannot name artifacts to 'gc %s': it goes by age and runs. See: pergola gc --help"
              .formatted(action));
    }
    try (Workspace workspace = home.existing()) {
      GarbageCollection gc = GarbageCollection.in(workspace);
      switch (action) {
        case PLAN -> plan(gc);
        case MARK ->
            outcome(gc.mark(policy()), "marked", "Delete them: pergola gc delete" + home.flag());
        case UNDO -> undo(gc);
        case DELETE -> outcome(gc.delete(grace), "deleted", waiting(gc));
      }
    }
    return ExitCode.OK.code();
  }

  private GcPolicy policy() {
    GcPolicy policy = GcPolicy.olderThan(olderThan).keepRuns(keep).states(states);
    return pipeline == null ? policy : policy.pipeline(pipeline);
  }

  private void plan(GarbageCollection gc) {
    GcPlan plan = gc.plan(policy());
    List<GarbageCollection.Marked> marked = gc.marked();
    if (json) {
      Json.print(
          console,
          Json.object(
              "remove", plan.remove().stream().map(GcCommand::json).toList(),
              "keep", plan.keep().stream().map(GcCommand::json).toList(),
              "marked",
                  marked.stream()
                      .map(
                          mark ->
                              Json.object(
                                  "artifact", ArtifactsCommand.json(mark.artifact()),
                                  "why", mark.why(),
                                  "since", mark.since().toString()))
                      .toList(),
              "bytes", plan.bytes()));
      return;
    }
    if (!plan.remove().isEmpty()) {
      Table table = new Table(">ID", "TYPE", "PIPELINE", "FROM", ">SIZE", "WHY");
      plan.remove().forEach(item -> add(table, item));
      console.lines(table.lines());
    }
    console.line(
        "%s artifacts would go, %s; %s stay."
            .formatted(
                Text.count(plan.remove().size()),
                Text.size(plan.bytes()),
                Text.count(plan.keep().size())));
    Map<String, Integer> kept = new TreeMap<>();
    plan.keep().forEach(item -> kept.merge(item.why(), 1, Integer::sum));
    kept.entrySet().stream()
        .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
        .limit(10)
        .forEach(
            entry ->
                console.line(
                    "  %s stay: %s"
                        .formatted(Text.count(entry.getValue()), Text.plain(entry.getKey()))));
    if (!marked.isEmpty()) {
      console.line(
          "%s are marked. Delete them: pergola gc delete%s. Take that back: pergola gc undo%s."
              .formatted(Text.count(marked.size()), home.flag(), home.flag()));
    }
    if (!plan.remove().isEmpty()) {
      console.line("Nothing is changed yet. Mark them: pergola gc mark" + home.flag());
    }
  }

  private static void add(Table table, GcPlan.Item item) {
    ArtifactRecord artifact = item.artifact();
    table.add(
        Long.toString(artifact.id()),
        artifact.type(),
        artifact.pipeline(),
        artifact.node() + "." + artifact.output(),
        Text.size(artifact.bytes()),
        item.why());
  }

  private void undo(GarbageCollection gc) {
    List<Long> undone = artifacts.isEmpty() ? gc.undo() : gc.undo(artifacts);
    if (json) {
      Json.print(console, undone);
    } else {
      console.line("%s artifacts are live again.".formatted(Text.count(undone.size())));
    }
  }

  private void outcome(GarbageCollection.Outcome outcome, String verb, String next) {
    if (json) {
      Json.print(
          console,
          Json.object(
              verb,
              outcome.done().stream().map(ArtifactsCommand::json).toList(),
              "kept",
              outcome.kept(),
              "bytes",
              outcome.bytes()));
      return;
    }
    console.line(
        "%s artifacts are %s, %s."
            .formatted(Text.count(outcome.done().size()), verb, Text.size(outcome.bytes())));
    outcome
        .kept()
        .forEach((id, why) -> console.line("  %d stays: %s".formatted(id, Text.plain(why))));
    if (!next.isEmpty()) {
      console.line(next);
    }
  }

  private String waiting(GarbageCollection gc) {
    return Optional.of(gc.marked().size())
        .filter(count -> count > 0)
        .map(count -> "%s more are within their grace.".formatted(Text.count(count)))
        .orElse("");
  }

  private static Object json(GcPlan.Item item) {
    return Json.object("artifact", ArtifactsCommand.json(item.artifact()), "why", item.why());
  }
}
