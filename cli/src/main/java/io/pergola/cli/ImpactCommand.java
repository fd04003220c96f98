package io.pergola.cli;

import io.pergola.metadata.Impact;
import io.pergola.metadata.Lineage;
import io.pergola.metadata.Marks;
import io.pergola.run.ArtifactRecord;
import io.pergola.run.Workspace;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows what depends on an artifact. */
@Command(
    name = "impact",
    description = "Show everything made from an artifact, and where it is in use.",
    footer = {"", "Keep all of it out of use: pergola quarantine ARTIFACT --reason=..."})
final class ImpactCommand implements Callable<Integer> {
  private final Console console;

  @Mixin HomeOption home = new HomeOption();

  @Mixin ArtifactArgument argument = new ArtifactArgument();

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  ImpactCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    try (Workspace workspace = home.existing()) {
      ArtifactRecord start = new Finder(workspace.history()).artifact(argument.word());
      Impact impact = workspace.store().impact(start.id()).orElseThrow();
      List<ArtifactRecord> made = new ArrayList<>();
      for (Lineage.Relative relative : impact.lineage().relatives()) {
        workspace.history().artifact(relative.artifact().id()).ifPresent(made::add);
      }
      if (json) {
        Json.print(console, json(start, made, impact));
      } else {
        show(start, made, impact, ArtifactNotes.of(workspace, made));
      }
    }
    return ExitCode.OK.code();
  }

  private void show(
      ArtifactRecord start, List<ArtifactRecord> made, Impact impact, ArtifactNotes notes) {
    console.line(
        "%s %d (%s.%s of %s)"
            .formatted(start.type(), start.id(), start.node(), start.output(), start.pipeline()));
    Marks.Quarantine own = impact.quarantined().get(start.id());
    if (own != null) {
      console.line("in quarantine: %s".formatted(own.reason()));
    }
    if (made.isEmpty()) {
      console.line("Nothing was made from it.");
    } else {
      List<String> counts = new ArrayList<>();
      impact.counts().forEach((type, count) -> counts.add(count + " " + type));
      console.line("made from it: " + String.join(", ", counts));
      console.lines(ArtifactsCommand.table(made, notes).lines());
    }
    for (Marks.Served served : impact.served()) {
      console.line(
          "being served: version %d in %s (artifact %d)"
              .formatted(served.version(), served.directory(), served.artifactId()));
    }
    long replaced = impact.pushed().size() - (long) impact.served().size();
    if (replaced > 0) {
      console.line("pushed and replaced since: %d".formatted(replaced));
    }
    for (Marks.Alias alias : impact.aliases()) {
      console.line(
          "named: %s of %s points at %d"
              .formatted(alias.name(), alias.pipeline(), alias.artifactId()));
    }
  }

  private static Object json(ArtifactRecord start, List<ArtifactRecord> made, Impact impact) {
    return Json.object(
        "artifact", ArtifactsCommand.json(start),
        "made", made.stream().map(ArtifactsCommand::json).toList(),
        "served",
            impact.served().stream()
                .map(
                    served ->
                        Json.object(
                            "artifact", served.artifactId(),
                            "directory", served.directory(),
                            "destination", served.destination(),
                            "version", served.version()))
                .toList(),
        "aliases", impact.aliases().stream().map(AliasCommand::json).toList(),
        "quarantined", impact.quarantined().keySet().stream().sorted().toList());
  }
}
