package io.pergola.cli;

import io.pergola.cli.render.Table;
import io.pergola.cli.render.Text;
import io.pergola.evaluation.EvaluationFile;
import io.pergola.evaluation.EvaluationResult;
import io.pergola.evaluation.Metric;
import io.pergola.metadata.ColumnLineage;
import io.pergola.metadata.StoredArtifact;
import io.pergola.run.ArtifactRecord;
import io.pergola.run.Workspace;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a raw column reaches, and which columns the features of an artifact come from. */
final class ColumnView {
  private final Console console;
  private final Workspace workspace;

  ColumnView(Console console, Workspace workspace) {
    this.console = console;
    this.workspace = workspace;
  }

  /** Features, models and slice metrics below an artifact that a raw column reaches. */
  void reach(ArtifactRecord from, String column, boolean json) {
    ColumnLineage.Reach reach =
        ColumnLineage.reach(workspace.store(), from.id(), column).orElseThrow();
    if (json) {
      Json.print(console, json(from, reach));
      return;
    }
    console.line("column '%s' of %s".formatted(Text.plain(column), label(from)));
    if (reach.transforms().isEmpty() && reach.slicings().isEmpty()) {
      console.line(
          "reaches no feature and no slice that is on record. Known columns: "
              + String.join(", ", known(from)));
      return;
    }
    Table features = new Table("FEATURE PLAN", "FEATURES THAT READ IT");
    reach
        .transforms()
        .forEach(t -> features.add(label(t.transformGraph()), String.join(", ", t.names())));
    print(features);
    Table models = new Table("MODEL", "RUN", "TRAINED");
    for (StoredArtifact model : reach.models()) {
      workspace
          .history()
          .artifact(model.id())
          .ifPresent(
              record -> models.add(label(record), record.runId(), Text.time(record.created())));
    }
    print(models);
    Table slices = new Table("EVALUATION", "SLICED BY", ">SLICES", "WORST ACCURACY");
    for (ColumnLineage.Slices sliced : reach.slicings()) {
      List<EvaluationResult.Slice> cut = slices(sliced.evaluation().id(), column);
      slices.add(
          label(sliced.evaluation()),
          String.join(", ", sliced.names()),
          Integer.toString(cut.size()),
          worst(cut));
    }
    print(slices);
  }

  /** The raw columns behind the features of an artifact, or behind one of them. */
  void features(ArtifactRecord of, Optional<String> feature, boolean json) {
    SortedMap<String, List<String>> features = ColumnLineage.features(workspace.store(), of.id());
    if (feature.isPresent()) {
      List<String> columns = features.get(feature.get());
      if (columns == null) {
        throw new UsageException(
            "Unknown feature of artifact %d: '%s' (%s)"
                .formatted(
                    of.id(),
                    feature.get(),
                    features.isEmpty()
                        ? "it was made from no feature plan"
                        : String.join(", ", features.keySet())));
      }
      features = new TreeMap<>(Map.of(feature.get(), columns));
    }
    if (json) {
      Json.print(console, features);
      return;
    }
    Table table = new Table("FEATURE", "RAW COLUMNS");
    for (Map.Entry<String, List<String>> entry : features.entrySet()) {
      table.add(entry.getKey(), String.join(", ", entry.getValue()));
    }
    console.line("features of " + label(of));
    console.line("");
    console.lines(table.lines());
  }

  private List<String> known(ArtifactRecord from) {
    return ColumnLineage.columns(workspace.store(), from.id());
  }

  private void print(Table table) {
    if (!table.isEmpty()) {
      console.line("");
      console.lines(table.lines());
    }
  }

  private List<EvaluationResult.Slice> slices(long evaluation, String column) {
    return workspace
        .history()
        .artifact(evaluation)
        .filter(record -> Files.isRegularFile(record.directory().resolve("evaluation.json")))
        .map(record -> EvaluationFile.read(record.directory()).slices())
        .orElse(List.of())
        .stream()
        .filter(slice -> slice.key().values().containsKey(column))
        .toList();
  }

  private static String worst(List<EvaluationResult.Slice> slices) {
    Metric accuracy = Metric.accuracy();
    return slices.stream()
        .filter(slice -> slice.value(accuracy).isPresent())
        .min(Comparator.comparingDouble(slice -> slice.value(accuracy).orElse(1.0)))
        .map(
            slice ->
                String.format(
                    Locale.ROOT, "%.4f (%s)", slice.value(accuracy).orElse(1.0), slice.key()))
        .orElse("");
  }

  private String label(StoredArtifact artifact) {
    return workspace
        .history()
        .artifact(artifact.id())
        .map(ColumnView::label)
        .orElse("%s %d".formatted(artifact.type(), artifact.id()));
  }

  private static String label(ArtifactRecord record) {
    return "%s %d (%s.%s)".formatted(record.type(), record.id(), record.node(), record.output());
  }

  private static Object json(ArtifactRecord from, ColumnLineage.Reach reach) {
    List<Object> transforms = new ArrayList<>();
    reach
        .transforms()
        .forEach(
            t ->
                transforms.add(
                    Json.object("artifact", t.transformGraph().id(), "features", t.names())));
    List<Object> slicings = new ArrayList<>();
    reach
        .slicings()
        .forEach(
            s -> slicings.add(Json.object("artifact", s.evaluation().id(), "slicings", s.names())));
    return Json.object(
        "artifact", from.id(),
        "column", reach.column(),
        "transforms", transforms,
        "models", reach.models().stream().map(StoredArtifact::id).toList(),
        "evaluations", slicings);
  }
}
