package io.pergola.cli;

import io.pergola.cli.render.Table;
import io.pergola.cli.render.Text;
import io.pergola.pipeline.BuiltPipeline;
import io.pergola.run.ArtifactRecord;
import io.pergola.run.Engine;
import io.pergola.run.Reason;
import io.pergola.run.Reproduction;
import io.pergola.run.RunListener;
import io.pergola.run.RunRecord;
import io.pergola.run.RunResult;
import io.pergola.run.Workspace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs what an artifact was made by again, and says whether the same comes out. */
@Command(
    name = "reproduce",
    description = {
      "Run what an artifact was made by again, in a workspace of its own, and compare content",
      "node by node: the recorded pipeline, jar, parameters, interval and inputs."
    },
    footer = {
      "",
      "Exit code 0: every node gave the same content. 1: one did not; the table says which and",
      "why it may."
    })
final class ReproduceCommand implements Callable<Integer> {
  private final Console console;

  @Mixin HomeOption home = new HomeOption();

  @Mixin ArtifactArgument argument = new ArtifactArgument();

  @Mixin EngineOptions engine = new EngineOptions();

  @Option(names = "--keep", description = "Keep the workspace of the repeated run, to look into.")
  boolean keep;

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  ReproduceCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    try (Workspace workspace = home.existing()) {
      Finder finder = new Finder(workspace.history());
      ArtifactRecord artifact =
          argument.word().isPresent()
              ? finder.artifact(argument.word())
              : finder.artifact(Optional.empty(), "Model");
      if (artifact.type().equals("PushedModel")) {
        throw new UsageException(
            "Cannot reproduce artifact %d: it is a push, which would be done again. Reproduce the model that was pushed: pergola lineage %d."
                .formatted(artifact.id(), artifact.id()));
      }
      RunRecord run = finder.run(Optional.of(artifact.runId()));
      engine.continueOn(workspace, run);
      Origin origin = Origin.of(workspace, run);
      BuiltPipeline pipeline = PipelineLoader.build(origin, workspace.home());
      Path folder =
          workspace.home().resolve("reproductions").resolve(artifact.id() + "-" + newId());
      try {
        Reproduction reproduction = repeat(workspace, folder, artifact, origin, pipeline);
        print(artifact, reproduction, folder);
        return (reproduction.isExact() ? ExitCode.OK : ExitCode.FAILED).code();
      } finally {
        if (!keep) {
          Workspace.delete(folder);
          deleteIfEmpty(workspace.home().resolve("reproductions"));
        }
      }
    }
  }

  private static String newId() {
    return Long.toString(System.currentTimeMillis(), Character.MAX_RADIX);
  }

  private Reproduction repeat(
      Workspace workspace,
      Path folder,
      ArtifactRecord artifact,
      Origin origin,
      BuiltPipeline pipeline) {
    try (Workspace scratch = Workspace.open(folder);
        LogFile log = LogFile.start(workspace.logs(), pipeline.graph().name());
        Engine beam = engine.open(origin.jar(), scratch.artifacts())) {
      if (json) {
        return workspace.reproduce(scratch, artifact, pipeline, beam, RunListener.none());
      }
      try (Progress progress = Progress.on(console)) {
        return workspace.reproduce(scratch, artifact, pipeline, beam, progress);
      }
    }
  }

  private void print(ArtifactRecord artifact, Reproduction reproduction, Path folder) {
    if (json) {
      Json.print(console, json(artifact, reproduction));
      return;
    }
    Table table = new Table("NODE", "CONTENT", "WHY");
    for (Reproduction.Node node : reproduction.nodes()) {
      List<String> why = new ArrayList<>(node.reasons().stream().map(Reason::text).toList());
      why.addAll(node.why());
      table.add(node.id(), word(node.same()), why.isEmpty() ? "" : why.get(0));
      why.stream().skip(1).forEach(more -> table.add("", "", more));
    }
    console.line("");
    console.lines(table.lines());
    console.line("");
    Optional<Reproduction.Node> first = reproduction.firstDifference();
    if (reproduction.isExact()) {
      console.line(
          "%s %d is reproduced: every node gave the same content again."
              .formatted(artifact.type(), artifact.id()));
    } else if (first.isPresent()) {
      console.line(
          "%s %d is not reproduced: '%s' is the first node that gave other content."
              .formatted(artifact.type(), artifact.id(), first.get().id()));
    } else {
      console.line(
          "%s %d could not be compared: %s"
              .formatted(artifact.type(), artifact.id(), Text.plain(why(reproduction.run()))));
    }
    if (keep) {
      console.line("the repeated run: pergola show --home=" + folder);
    }
  }

  private static String why(RunResult result) {
    return result.match(
        succeeded -> "outputs of a node are not on record",
        stopped -> stopped.reason(),
        failed -> failed.cause().line(),
        cancelled -> "cancelled");
  }

  private static String word(Reproduction.Same same) {
    return switch (same) {
      case SAME -> "same";
      case DIFFERENT -> "different";
      case UNKNOWN -> "not compared";
    };
  }

  private static Object json(ArtifactRecord artifact, Reproduction reproduction) {
    List<Object> nodes = new ArrayList<>();
    for (Reproduction.Node node : reproduction.nodes()) {
      nodes.add(
          Json.object(
              "node", node.id(),
              "content", node.same().name(),
              "outputs", List.copyOf(node.outputs().keySet()),
              "reasons", node.reasons().stream().map(Reason::text).toList(),
              "why", node.why()));
    }
    return Json.object(
        "artifact", ArtifactsCommand.json(artifact),
        "exact", reproduction.isExact(),
        "nodes", nodes);
  }

  private static void deleteIfEmpty(Path folder) {
    try {
      Files.deleteIfExists(folder);
    } catch (DirectoryNotEmptyException e) {
      return; // another one is at work, or was kept
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
