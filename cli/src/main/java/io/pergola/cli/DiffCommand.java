package io.pergola.cli;

import io.pergola.run.ArtifactRecord;
import io.pergola.run.RunHistory;
import io.pergola.run.Workspace;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what is different about two runs or two artifacts. */
@Command(
    name = "diff",
    description = "Show what is different about two runs, or about two artifacts of a type.",
    footer = {
      "",
      "Runs: parameters, code, inputs, outcomes and metrics of their nodes. Statistics: distances",
      "of each feature, largest first. Schemas, evaluations, feature plans: what changed in them.",
      "",
      "  pergola diff 20261119-0210 20261120-0210",
      "  pergola diff 17 42"
    })
final class DiffCommand implements Callable<Integer> {
  private final Console console;

  @Mixin HomeOption home = new HomeOption();

  @Parameters(index = "0", paramLabel = "BEFORE", description = "A run, or an artifact")
  String before = "";

  @Parameters(index = "1", paramLabel = "AFTER", description = "Another of the same kind")
  String after = "";

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  DiffCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    try (Workspace workspace = home.existing()) {
      Finder finder = new Finder(workspace.history());
      if (isArtifact(workspace.history(), before) && isArtifact(workspace.history(), after)) {
        ArtifactRecord left = finder.artifact(Optional.of(before));
        ArtifactRecord right = finder.artifact(Optional.of(after));
        new ArtifactDifferences(console, left, right).print(json);
      } else {
        RunDifferences.print(
            console,
            workspace
                .history()
                .difference(
                    finder.run(Optional.of(before)).id(), finder.run(Optional.of(after)).id()),
            json);
      }
    }
    return ExitCode.OK.code();
  }

  /** A number is an artifact's id, unless there is none and it can be the beginning of a run's. */
  private static boolean isArtifact(RunHistory history, String word) {
    if (word.matches("\\d{1,18}")) {
      return history.artifact(Long.parseLong(word)).isPresent();
    }
    return word.contains("/") || word.startsWith("file:");
  }
}
