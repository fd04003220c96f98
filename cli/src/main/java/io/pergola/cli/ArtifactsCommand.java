package io.pergola.cli;

import io.pergola.cli.render.Table;
import io.pergola.cli.render.Text;
import io.pergola.run.ArtifactRecord;
import io.pergola.run.Workspace;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists artifacts. */
@Command(
    name = "artifacts",
    description = "List published artifacts, newest first.",
    footer = {"", "Where one came from, and what was made from it: pergola lineage ID"})
final class ArtifactsCommand implements Callable<Integer> {
  private final Console console;

  @Mixin HomeOption home = new HomeOption();

  @Option(
      names = "--type",
      paramLabel = "TYPE",
      description = "Only those of this type: Examples, ExampleStatistics, Schema, Model, ...")
  @Nullable String type;

  @Option(
      names = "--run",
      paramLabel = "RUN",
      description = "Only those that this run produced or took from the cache.")
  @Nullable String run;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "20",
      description = "At most so many. Default: 20")
  int limit = 20;

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  ArtifactsCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    try (Workspace workspace = home.existing()) {
      List<ArtifactRecord> artifacts = find(workspace);
      ArtifactNotes notes = ArtifactNotes.of(workspace, artifacts);
      if (json) {
        Json.print(console, artifacts.stream().map(one -> json(one, notes)).toList());
      } else if (artifacts.isEmpty()) {
        console.line("No such artifacts. Runs produce them: pergola runs" + home.flag());
      } else {
        console.lines(table(artifacts, notes).lines());
      }
    }
    return ExitCode.OK.code();
  }

  private List<ArtifactRecord> find(Workspace workspace) {
    String wanted = type;
    if (run != null) {
      String id = new Finder(workspace.history()).run(Optional.of(run)).id();
      return workspace.history().artifactsOf(id).stream()
          .filter(artifact -> wanted == null || artifact.type().equals(wanted))
          .limit(limit)
          .toList();
    }
    return wanted == null
        ? workspace.history().artifacts(limit)
        : workspace.history().artifacts(wanted, limit);
  }

  static Table table(List<ArtifactRecord> artifacts, ArtifactNotes notes) {
    Table table = new Table(">ID", "TYPE", "FROM", ">SIZE", "CREATED", "PROPERTIES");
    for (ArtifactRecord artifact : artifacts) {
      table.add(
          Long.toString(artifact.id()),
          artifact.type(),
          artifact.node() + "." + artifact.output(),
          Text.size(artifact.bytes()),
          Text.time(artifact.created()),
          Stream.concat(
                  Stream.of(notes.text(artifact.id())).filter(note -> !note.isEmpty()),
                  artifact.properties().entrySet().stream()
                      .map(property -> property.getKey() + "=" + property.getValue()))
              .collect(Collectors.joining(", ")));
    }
    return table;
  }

  static Object json(ArtifactRecord artifact) {
    return json(artifact, ArtifactNotes.none());
  }

  static Object json(ArtifactRecord artifact, ArtifactNotes notes) {
    return Json.object(
        "id", artifact.id(),
        "type", artifact.type(),
        "pipeline", artifact.pipeline(),
        "node", artifact.node(),
        "output", artifact.output(),
        "run", artifact.runId(),
        "directory", artifact.directory().toString(),
        "contentHash", artifact.contentHash(),
        "bytes", artifact.bytes(),
        "created", artifact.created().toString(),
        "properties", artifact.properties(),
        "stale", notes.staleBecause(artifact.id()),
        "supersededBy", notes.supersededBy(artifact.id()));
  }
}
