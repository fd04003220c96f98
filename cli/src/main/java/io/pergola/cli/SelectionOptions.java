package io.pergola.cli;

import io.pergola.run.RunOptions;
import io.pergola.run.RunSelection;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which nodes a run executes. */
final class SelectionOptions {
  @Option(
      names = "--only",
      split = ",",
      paramLabel = "NODE",
      description = "Run these nodes only, on earlier outputs of the others.")
  List<String> only = new ArrayList<>();

  @Option(
      names = "--from",
      split = ",",
      paramLabel = "NODE",
      description = "Run these nodes and all that read from them.")
  List<String> from = new ArrayList<>();

  @Option(
      names = "--to",
      split = ",",
      paramLabel = "NODE",
      description = "Run these nodes and all that they read from.")
  List<String> to = new ArrayList<>();

  @Option(
      names = "--skip",
      split = ",",
      paramLabel = "NODE",
      description = "Run none of these nodes; earlier outputs of them are used.")
  List<String> skip = new ArrayList<>();

  @Option(
      names = "--using",
      paramLabel = "RUN",
      description = "Take what is left out from this run. Default: the newest outputs")
  @Nullable String using;

  RunOptions in(RunOptions options, Finder finder) {
    RunSelection selection =
        RunSelection.all().only(set(only)).from(set(from)).to(set(to)).skip(set(skip));
    String run = using;
    if (run == null) {
      return selection.isAll() ? options : options.select(selection);
    }
    if (selection.isAll()) {
      throw new UsageException(
          "--using=%s says nothing without --only, --from, --to or --skip. Add one of them."
              .formatted(run));
    }
    return options.select(selection.using(finder.run(java.util.Optional.of(run)).id()));
  }

  private static Set<String> set(List<String> nodes) {
    return new TreeSet<>(nodes);
  }
}
