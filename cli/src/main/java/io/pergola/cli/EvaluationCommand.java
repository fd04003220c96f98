package io.pergola.cli;

import io.pergola.cli.render.Table;
import io.pergola.cli.render.Text;
import io.pergola.evaluation.EvaluationFile;
import io.pergola.evaluation.EvaluationResult;
import io.pergola.evaluation.Metric;
import io.pergola.evaluation.Verdict;
import io.pergola.model.Task;
import io.pergola.run.ArtifactRecord;
import io.pergola.run.Workspace;
import io.pergola.validation.SliceKey;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows the metrics of a model by slice, and the verdict. */
@Command(
    name = "evaluation",
    description = "Show a model's metrics by slice, and whether it is blessed.")
final class EvaluationCommand implements Callable<Integer> {
  static final String TYPE = "ModelEvaluation";
  static final String BLESSING = "ModelBlessing";

  /** The largest number of classes whose confusion matrix fits a terminal. */
  private static final int MOST_SHOWN = 10;

  private final Console console;

  @Mixin HomeOption home = new HomeOption();

  @Mixin ArtifactArgument argument = new ArtifactArgument();

  @Option(
      names = "--slice",
      paramLabel = "TEXT",
      description = "Only slices whose name contains this, such as 'trip_start_hour=12'.")
  @Nullable String slice;

  @Option(names = "--json", description = "Print metrics by slice and name as JSON.")
  boolean json;

  EvaluationCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Path directory = argument.directory(home, TYPE, "evaluation.json");
    EvaluationResult result = EvaluationFile.read(directory);
    Optional<Verdict> verdict = verdict(directory);
    List<EvaluationResult.Slice> slices =
        result.slices().stream()
            .filter(part -> slice == null || part.key().toString().contains(slice))
            .toList();
    if (json) {
      Json.print(console, json(result, slices, verdict));
      return ExitCode.OK.code();
    }
    console.line(
        "%s of %s examples (%s), label %s"
            .formatted(
                result.task().name().toLowerCase(Locale.ROOT),
                Text.count(result.examples()),
                String.join(", ", result.splits()),
                Text.plain(result.label())));
    console.line("");
    console.lines(table(slices, result.hasBaseline()).lines());
    slices.stream()
        .filter(part -> part.key().equals(SliceKey.OVERALL))
        .filter(part -> !part.confusion().isEmpty() && part.confusion().size() <= MOST_SHOWN)
        .forEach(
            part -> {
              console.line("");
              console.lines(confusion(result.task(), part.confusion()).lines());
            });
    verdict.ifPresent(
        found -> {
          console.line("");
          console.lines(lines(found));
        });
    return ExitCode.OK.code();
  }

  /** A row a slice; the change against the baseline stands behind a value. */
  private static Table table(List<EvaluationResult.Slice> slices, boolean hasBaseline) {
    List<Metric.Kind> kinds = kinds(slices);
    List<String> header = new ArrayList<>(List.of("SLICE"));
    kinds.forEach(kind -> header.add(">" + kind.key()));
    Table table = new Table(header.toArray(new String[0]));
    for (EvaluationResult.Slice slice : slices) {
      List<String> row = new ArrayList<>(List.of(slice.key().toString()));
      for (Metric.Kind kind : kinds) {
        row.add(cell(slice, kind, hasBaseline));
      }
      table.add(row.toArray(new String[0]));
    }
    return table;
  }

  /** A row for each class of labels, a column for each class of predictions. */
  private static Table confusion(Task task, List<List<Long>> counts) {
    List<String> header = new ArrayList<>(List.of("LABEL"));
    for (int predicted = 0; predicted < counts.size(); predicted++) {
      header.add(">predicted " + name(task, predicted));
    }
    Table table = new Table(header.toArray(new String[0]));
    for (int label = 0; label < counts.size(); label++) {
      List<String> row = new ArrayList<>(List.of(name(task, label)));
      counts.get(label).forEach(count -> row.add(Text.count(count)));
      table.add(row.toArray(new String[0]));
    }
    return table;
  }

  private static String name(Task task, int classId) {
    return task == Task.BINARY ? Boolean.toString(classId == 1) : Integer.toString(classId);
  }

  private static String cell(EvaluationResult.Slice slice, Metric.Kind kind, boolean hasBaseline) {
    Double value = slice.metrics().get(kind);
    if (value == null) {
      return "-";
    }
    if (kind == Metric.Kind.EXAMPLE_COUNT) {
      return Text.count(Math.round(value));
    }
    Double before = slice.baseline().get(kind);
    String text = "%.4f".formatted(value);
    return hasBaseline && before != null ? "%s (%+.4f)".formatted(text, value - before) : text;
  }

  static List<Metric.Kind> kinds(List<EvaluationResult.Slice> slices) {
    List<Metric.Kind> kinds = new ArrayList<>();
    for (Metric.Kind kind : Metric.Kind.values()) {
      if (slices.stream().anyMatch(slice -> slice.metrics().containsKey(kind))) {
        kinds.add(kind);
      }
    }
    return kinds;
  }

  /** What thresholds say, one line each. */
  static List<String> lines(Verdict verdict) {
    List<String> lines = new ArrayList<>();
    if (verdict instanceof Verdict.NotBlessed notBlessed) {
      lines.add("not blessed:");
      notBlessed.failures().forEach(failure -> lines.add("  " + Text.plain(failure.sentence())));
    } else {
      lines.add("blessed");
    }
    verdict.skipped().forEach(reason -> lines.add("  skipped: " + Text.plain(reason)));
    return lines;
  }

  /** The verdict that the same execution gave; it stands beside the evaluation. */
  private Optional<Verdict> verdict(Path evaluation) {
    if (!home.exists()) {
      return Optional.empty();
    }
    try (Workspace workspace = home.existing()) {
      Optional<ArtifactRecord> record =
          workspace.history().artifacts(TYPE, 1_000).stream()
              .filter(artifact -> artifact.directory().equals(evaluation))
              .findFirst();
      return record.flatMap(
          found ->
              workspace.history().artifactsOf(found.runId()).stream()
                  .filter(artifact -> artifact.type().equals(BLESSING))
                  .filter(artifact -> artifact.node().equals(found.node()))
                  .findFirst()
                  .map(artifact -> EvaluationFile.readVerdict(artifact.directory())));
    }
  }

  private static Object json(
      EvaluationResult result, List<EvaluationResult.Slice> slices, Optional<Verdict> verdict) {
    Map<String, Object> bySlice = new LinkedHashMap<>();
    for (EvaluationResult.Slice slice : slices) {
      Map<String, Object> of = new LinkedHashMap<>();
      of.put("metrics", byName(slice.metrics()));
      if (result.hasBaseline()) {
        of.put("baseline", byName(slice.baseline()));
      }
      if (!slice.confusion().isEmpty()) {
        of.put("confusion", slice.confusion());
      }
      bySlice.put(slice.key().toString(), of);
    }
    return Json.object(
        "task", result.task().name(),
        "label", result.label(),
        "examples", result.examples(),
        "blessed", verdict.map(Verdict::isBlessed),
        "failures",
            verdict
                .filter(Verdict.NotBlessed.class::isInstance)
                .map(
                    found ->
                        ((Verdict.NotBlessed) found)
                            .failures().stream().map(Verdict.Failure::sentence).toList()),
        "slices", bySlice);
  }

  private static Map<String, Double> byName(Map<Metric.Kind, Double> metrics) {
    Map<String, Double> byName = new LinkedHashMap<>();
    for (Metric.Kind kind : Metric.Kind.values()) {
      Double value = metrics.get(kind);
      if (value != null) {
        byName.put(kind.key(), value);
      }
    }
    return byName;
  }
}
