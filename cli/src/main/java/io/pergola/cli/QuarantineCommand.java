package io.pergola.cli;

import io.pergola.cli.render.Table;
import io.pergola.cli.render.Text;
import io.pergola.metadata.Impact;
import io.pergola.metadata.Marks;
import io.pergola.run.ArtifactRecord;
import io.pergola.run.Workspace;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Keeps artifacts, and what was made from them, out of use. */
@Command(
    name = "quarantine",
    description = "Keep an artifact, and all made from it, out of caches and resolvers.",
    footer = {"", "What was made from it, and where that is in use: pergola impact ARTIFACT"})
final class QuarantineCommand implements Callable<Integer> {
  private final Console console;

  @Mixin HomeOption home = new HomeOption();

  @Parameters(
      arity = "0..1",
      paramLabel = "ARTIFACT",
      defaultValue = "list",
      description = "Its id, directory or URI; or 'list', the default")
  String word = "list";

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why. Needed to begin with it.")
  @Nullable String reason;

  @Option(names = "--lift", description = "Lift it.")
  boolean lift;

  @Option(names = "--all", description = "With 'list': those that were lifted as well.")
  boolean all;

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  QuarantineCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    try (Workspace workspace = home.existing()) {
      if (word.equals("list")) {
        list(workspace);
        return ExitCode.OK.code();
      }
      ArtifactRecord artifact = new Finder(workspace.history()).artifact(Optional.of(word));
      if (lift) {
        lift(workspace, artifact);
      } else {
        begin(workspace, artifact);
      }
    }
    return ExitCode.OK.code();
  }

  private void begin(Workspace workspace, ArtifactRecord artifact) {
    if (reason == null || reason.isBlank()) {
      throw new UsageException(
          "Cannot quarantine artifact %d: --reason is missing. Say why, for whoever finds it."
              .formatted(artifact.id()));
    }
    Marks.Quarantine quarantine =
        workspace.store().marks().quarantine(artifact.id(), reason, AliasCommand.user());
    if (json) {
      Json.print(console, json(quarantine));
      return;
    }
    Impact impact = workspace.store().impact(artifact.id()).orElseThrow();
    console.line(
        "%s %d and the %s artifacts made from it are in quarantine: %s"
            .formatted(
                artifact.type(),
                artifact.id(),
                Text.count(impact.lineage().relatives().size()),
                quarantine.reason()));
    for (Marks.Served served : impact.served()) {
      console.line("still being served: %s".formatted(served.destination()));
    }
    for (Marks.Alias alias : impact.aliases()) {
      console.line(
          "still named: %s of %s points at %d"
              .formatted(alias.name(), alias.pipeline(), alias.artifactId()));
    }
  }

  private void lift(Workspace workspace, ArtifactRecord artifact) {
    Marks.Quarantine lifted =
        workspace
            .store()
            .marks()
            .lift(artifact.id(), AliasCommand.user())
            .orElseThrow(
                () ->
                    new UsageException(
                        "Cannot lift the quarantine of artifact %d: it has none of its own. List them: pergola quarantine list%s"
                            .formatted(artifact.id(), home.flag())));
    if (json) {
      Json.print(console, json(lifted));
    } else {
      console.line("%s %d is in use again".formatted(artifact.type(), artifact.id()));
    }
  }

  private void list(Workspace workspace) {
    Marks marks = workspace.store().marks();
    List<Marks.Quarantine> quarantines = all ? marks.quarantineHistory() : marks.quarantines();
    if (json) {
      Json.print(console, quarantines.stream().map(QuarantineCommand::json).toList());
    } else if (quarantines.isEmpty()) {
      console.line("Nothing is in quarantine.");
    } else {
      Table table = new Table(">ARTIFACT", "TYPE", "SINCE", "BY", "LIFTED", "REASON");
      for (Marks.Quarantine quarantine : quarantines) {
        table.add(
            Long.toString(quarantine.artifactId()),
            workspace
                .history()
                .artifact(quarantine.artifactId())
                .map(ArtifactRecord::type)
                .orElse(""),
            Text.time(quarantine.since()),
            quarantine.by(),
            quarantine.lifted().map(Text::time).orElse(""),
            quarantine.reason());
      }
      console.lines(table.lines());
    }
  }

  static Object json(Marks.Quarantine quarantine) {
    return Json.object(
        "artifact", quarantine.artifactId(),
        "reason", quarantine.reason(),
        "since", quarantine.since().toString(),
        "by", quarantine.by(),
        "lifted", quarantine.lifted().map(Instant::toString),
        "liftedBy", quarantine.liftedBy());
  }
}
