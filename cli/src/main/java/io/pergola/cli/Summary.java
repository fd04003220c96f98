package io.pergola.cli;

import io.pergola.cli.render.Table;
import io.pergola.cli.render.Text;
import io.pergola.evaluation.EvaluationFile;
import io.pergola.evaluation.EvaluationResult;
import io.pergola.evaluation.Metric;
import io.pergola.run.ArtifactRecord;
import io.pergola.run.NodeOutcome;
import io.pergola.run.RunResult;
import io.pergola.validation.AnomaliesFile;
import io.pergola.validation.Anomaly;
import io.pergola.validation.DataAnomalies;
import io.pergola.validation.SliceKey;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What is printed last: how the run ended, what it produced, and what to type next. */
final class Summary {
  private static final int SHOWN_ANOMALIES = 12;

  private final Console console;
  private final Origin origin;
  private final String homeFlag;
  private Set<String> before = Set.of();

  /**
   * @param homeFlag what suggested commands need to work in the same workspace
   */
  Summary(Console console, Origin origin, String homeFlag) {
    this.console = console;
    this.origin = origin;
    this.homeFlag = homeFlag;
  }

  /**
   * Prints it.
   *
   * @param before nodes that an earlier process of the run has done
   */
  ExitCode print(RunResult result, Path log, Set<String> before) {
    this.before = before;
    console.line("");
    ExitCode code =
        result.match(
            succeeded -> succeeded(succeeded),
            stopped -> stopped(stopped, log),
            failed -> failed(failed, log),
            cancelled -> cancelled(cancelled, log));
    exits(result);
    console.out().flush();
    return code;
  }

  /** What a run's exit handlers could not do; it leaves the outcome as it is. */
  private void exits(RunResult result) {
    for (NodeOutcome outcome : result.outcomes()) {
      if (outcome instanceof NodeOutcome.Exited exited && exited.problem().isPresent()) {
        console.line(
            Text.plain(
                "exit handler %s failed: %s".formatted(exited.node(), exited.problem().get())));
      }
    }
  }

  private ExitCode succeeded(RunResult.Succeeded result) {
    console.line("succeeded in %s: %s".formatted(Text.duration(result.duration()), counts(result)));
    List<ArtifactRecord> artifacts = artifacts(result);
    console.line("");
    console.lines(table(artifacts).lines());
    console.line("");
    newest(artifacts, EvaluationCommand.TYPE).ifPresent(this::metrics);
    Optional<ArtifactRecord> blessing = newest(artifacts, EvaluationCommand.BLESSING);
    boolean blessed = true;
    if (blessing.isPresent()) {
      blessed = !Long.valueOf(0).equals(blessing.get().properties().get("blessed"));
      EvaluationCommand.lines(EvaluationFile.readVerdict(blessing.get().directory()))
          .forEach(line -> console.line("  " + line));
    }
    newest(artifacts, "PushedModel")
        .map(pushed -> pushed.properties().get("pushed_destination"))
        .ifPresent(where -> console.line("  pushed to " + Text.plain(String.valueOf(where))));
    next(
        List.of(
            new String[] {"statistics", "what the data looks like"},
            new String[] {"evaluation", "how good the model is, slice by slice"},
            new String[] {"lineage --type=Model", "what the model was made from"},
            new String[] {"plan " + origin.pipeline() + flags(), "what would run again, and why"}));
    return blessed ? ExitCode.OK : ExitCode.NOT_BLESSED;
  }

  private ExitCode stopped(RunResult.Stopped result, Path log) {
    console.line(
        "stopped by %s after %s: %s"
            .formatted(result.node(), Text.duration(result.duration()), counts(result)));
    console.line(Text.plain(result.reason()));
    newest(artifacts(result), AnomaliesCommand.TYPE)
        .ifPresent(
            artifact -> {
              List<Anomaly> all = AnomaliesFile.read(artifact.directory()).anomalies();
              console.line("");
              AnomaliesCommand.print(
                  console,
                  new DataAnomalies(all.subList(0, Math.min(SHOWN_ANOMALIES, all.size()))),
                  false);
              if (all.size() > SHOWN_ANOMALIES) {
                console.line("... and %d more".formatted(all.size() - SHOWN_ANOMALIES));
              }
            });
    console.line("log: " + log);
    next(
        List.of(
            new String[] {"anomalies --edits", "what the schema would have to say"},
            new String[] {"statistics", "what the data looks like"}));
    return ExitCode.FAILED;
  }

  private ExitCode failed(RunResult.Failed result, Path log) {
    console.line("failed after %s: %s".formatted(Text.duration(result.duration()), counts(result)));
    Failures.report(console, result.cause().line(), Optional.of(log));
    next(
        List.of(
            new String[] {"resume " + result.runId(), "go on where it failed"},
            new String[] {"show " + result.runId(), "what each node did"}));
    return result.cause().isInfrastructure() ? ExitCode.INFRASTRUCTURE : ExitCode.FAILED;
  }

  private ExitCode cancelled(RunResult.Cancelled result, Path log) {
    console.line(
        "cancelled after %s: %s".formatted(Text.duration(result.duration()), counts(result)));
    console.line("log: " + log);
    next(
        List.of(
            new String[][] {
              {"run " + origin.pipeline() + flags(), "start again; finished nodes are cached"}
            }));
    return ExitCode.CANCELLED;
  }

  private void metrics(ArtifactRecord evaluation) {
    EvaluationResult result = EvaluationFile.read(evaluation.directory());
    Optional<EvaluationResult.Slice> overall = result.slice(SliceKey.OVERALL);
    if (overall.isPresent()) {
      List<String> values = new ArrayList<>();
      for (Metric.Kind kind : EvaluationCommand.kinds(List.of(overall.get()))) {
        Double value = overall.get().metrics().get(kind);
        if (value != null && kind != Metric.Kind.EXAMPLE_COUNT) {
          values.add("%s %s".formatted(kind.key(), Text.number(value)));
        }
      }
      console.line(
          "  %s examples: %s"
              .formatted(Text.count(overall.get().examples()), String.join(", ", values)));
    }
  }

  private void next(List<String[]> commands) {
    console.line("");
    console.line("next:");
    int widest =
        commands.stream().mapToInt(command -> command[0].length()).max().orElse(0)
            + homeFlag.length();
    for (String[] command : commands) {
      String line = command[0] + homeFlag;
      console.line(
          "  pergola %s%s   %s".formatted(line, " ".repeat(widest - line.length()), command[1]));
    }
  }

  private String flags() {
    StringBuilder flags = new StringBuilder();
    origin.jar().ifPresent(jar -> flags.append(" --from-jar=").append(jar));
    origin.flags().forEach((name, value) -> flags.append(" --%s=%s".formatted(name, value)));
    return flags.toString();
  }

  private static Table table(List<ArtifactRecord> artifacts) {
    Table table = new Table(">ID", "PRODUCED", "FROM", ">SIZE", "WHERE");
    Path here = Path.of("").toAbsolutePath();
    for (ArtifactRecord artifact : artifacts) {
      Path directory = artifact.directory();
      table.add(
          Long.toString(artifact.id()),
          artifact.type(),
          artifact.node() + "." + artifact.output(),
          Text.size(artifact.bytes()),
          (directory.startsWith(here) ? here.relativize(directory) : directory).toString());
    }
    return table;
  }

  private String counts(RunResult result) {
    long ran = 0;
    long cached = 0;
    long rest = 0;
    long earlier = 0;
    for (NodeOutcome outcome : result.outcomes()) {
      if (before.contains(outcome.node())) {
        earlier++;
      } else if (outcome instanceof NodeOutcome.Completed
          || outcome instanceof NodeOutcome.Failed) {
        ran++;
      } else if (outcome instanceof NodeOutcome.Cached) {
        cached++;
      } else if (!(outcome instanceof NodeOutcome.Resolved
          || outcome instanceof NodeOutcome.Exited)) {
        rest++;
      }
    }
    return "%d nodes ran, %d cached%s%s"
        .formatted(
            ran,
            cached,
            earlier == 0 ? "" : ", %d done before".formatted(earlier),
            rest == 0 ? "" : ", %d not run".formatted(rest));
  }

  private static List<ArtifactRecord> artifacts(RunResult result) {
    List<ArtifactRecord> artifacts = new ArrayList<>();
    for (NodeOutcome outcome : result.outcomes()) {
      if (outcome instanceof NodeOutcome.Completed completed) {
        artifacts.addAll(completed.outputs());
      } else if (outcome instanceof NodeOutcome.Cached cached) {
        artifacts.addAll(cached.outputs());
      }
    }
    return artifacts;
  }

  private static Optional<ArtifactRecord> newest(List<ArtifactRecord> artifacts, String type) {
    return artifacts.stream()
        .filter(artifact -> artifact.type().equals(type))
        .reduce((first, second) -> second);
  }
}
