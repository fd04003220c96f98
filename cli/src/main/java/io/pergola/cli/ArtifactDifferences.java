package io.pergola.cli;

import io.pergola.cli.render.Table;
import io.pergola.cli.render.Text;
import io.pergola.evaluation.EvaluationDifference;
import io.pergola.evaluation.EvaluationFile;
import io.pergola.evaluation.Metric;
import io.pergola.run.ArtifactRecord;
import io.pergola.run.Manifest;
import io.pergola.transform.FittedPlan;
import io.pergola.transform.PlanDifference;
import io.pergola.validation.FeatureSchema;
import io.pergola.validation.FeatureStatistics;
import io.pergola.validation.SchemaDifference;
import io.pergola.validation.SchemaFile;
import io.pergola.validation.StatisticsDifference;
import io.pergola.validation.StatisticsFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** How two artifacts of a type differ, for people and as JSON. */
final class ArtifactDifferences {
  private final Console console;
  private final ArtifactRecord before;
  private final ArtifactRecord after;

  ArtifactDifferences(Console console, ArtifactRecord before, ArtifactRecord after) {
    this.console = console;
    this.before = before;
    this.after = after;
    if (!before.type().equals(after.type())) {
      throw new UsageException(
          "Cannot compare artifact %d with %d: one is of type %s, the other of type %s. Name two of one type: pergola artifacts --type=%s."
              .formatted(before.id(), after.id(), before.type(), after.type(), before.type()));
    }
  }

  /** What one kind of artifact has to say: a table, and the same as JSON. */
  private record Part(String title, Table table, List<Object> json) {}

  void print(boolean json) {
    boolean same = before.contentHash().equals(after.contentHash());
    List<Part> parts = same ? List.of() : parts();
    if (json) {
      Map<String, Object> all = new LinkedHashMap<>();
      all.put("before", ArtifactsCommand.json(before));
      all.put("after", ArtifactsCommand.json(after));
      all.put("same", same);
      parts.forEach(part -> all.put(part.title(), part.json()));
      Json.print(console, all);
      return;
    }
    console.line("before  " + headline(before));
    console.line("after   " + headline(after));
    console.line("");
    if (same) {
      console.line("No difference: same content.");
    }
    String gap = "";
    for (Part part : parts) {
      if (!part.table().isEmpty()) {
        console.line(gap + part.title());
        console.lines(part.table().lines());
        gap = System.lineSeparator();
      }
    }
  }

  private static String headline(ArtifactRecord artifact) {
    return "%s %d  %s.%s  run %s  %s"
        .formatted(
            artifact.type(),
            artifact.id(),
            artifact.node(),
            artifact.output(),
            artifact.runId(),
            Text.time(artifact.created()));
  }

  private List<Part> parts() {
    List<Part> parts = new ArrayList<>();
    try {
      switch (before.type()) {
        case "ExampleStatistics" -> parts.add(statistics());
        case "Schema" -> parts.add(schemas());
        case "ModelEvaluation" -> parts.add(evaluations());
        default -> {
          if (has(FittedPlan.FILE)) {
            parts.add(plans());
          }
          parts.add(files());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return parts;
  }

  private boolean has(String file) {
    return Files.isRegularFile(before.directory().resolve(file))
        && Files.isRegularFile(after.directory().resolve(file));
  }

  private Part statistics() {
    Table table =
        new Table(
            "FEATURE", "SPLIT", ">DISTANCE", "MEASURE", "MISSING", "MEAN, OR DISTINCT VALUES");
    List<Object> json = new ArrayList<>();
    StatisticsDifference difference =
        StatisticsDifference.between(
            StatisticsFile.read(before.directory()), StatisticsFile.read(after.directory()));
    for (StatisticsDifference.Feature feature : difference.features()) {
      String measure =
          switch (feature.measure()) {
            case L_INFINITY -> "L-infinity";
            case JENSEN_SHANNON -> "Jensen-Shannon";
            case NONE -> why(feature);
          };
      table.add(
          feature.name(),
          feature.split(),
          String.format(Locale.ROOT, "%.4f", feature.distance()),
          measure,
          arrow(feature.before().map(this::missing), feature.after().map(this::missing)),
          arrow(feature.before().map(this::middle), feature.after().map(this::middle)));
      json.add(
          Json.object(
              "feature", feature.name(),
              "split", feature.split(),
              "distance", feature.distance(),
              "measure", feature.measure().name()));
    }
    return new Part("distances", table, json);
  }

  private static String why(StatisticsDifference.Feature feature) {
    if (feature.before().isEmpty()) {
      return "new";
    }
    if (feature.after().isEmpty()) {
      return "gone";
    }
    return feature.before().get().type() == feature.after().get().type() ? "" : "type changed";
  }

  private String missing(FeatureStatistics feature) {
    return Text.percent(1 - feature.common().fractionPresent());
  }

  private String middle(FeatureStatistics feature) {
    return feature.match(
        number -> Text.number(number.mean()),
        text -> Text.count(text.unique()),
        bytes -> Text.count(bytes.unique()));
  }

  private Part schemas() {
    Table table = new Table("FEATURE", "BEFORE", "AFTER");
    List<Object> json = new ArrayList<>();
    SchemaDifference difference =
        SchemaDifference.between(
            SchemaFile.read(before.directory()), SchemaFile.read(after.directory()));
    for (SchemaDifference.Feature feature : difference.features()) {
      Optional<String> was = feature.before().map(ArtifactDifferences::oneLine);
      Optional<String> is = feature.after().map(ArtifactDifferences::oneLine);
      table.add(feature.name(), was.orElse("-"), is.orElse("-"));
      json.add(Json.object("feature", feature.name(), "before", was, "after", is));
    }
    difference.others().forEach(key -> table.add("(schema)", key + " differs", ""));
    return new Part("features", table, json);
  }

  private static String oneLine(FeatureSchema feature) {
    return SchemaFile.print(feature).replaceAll("\\s+", " ").strip();
  }

  private Part evaluations() {
    Table table = new Table("SLICE", "METRIC", ">BEFORE", ">AFTER", ">CHANGE");
    List<Object> json = new ArrayList<>();
    EvaluationDifference difference =
        EvaluationDifference.between(
            EvaluationFile.read(before.directory()), EvaluationFile.read(after.directory()));
    for (EvaluationDifference.Value value : difference.values()) {
      table.add(
          value.slice().toString(),
          value.metric().key(),
          value.before().map(v -> metric(value.metric(), v)).orElse("-"),
          value.after().map(v -> metric(value.metric(), v)).orElse("-"),
          value.before().isPresent() && value.after().isPresent()
              ? (value.change() > 0 ? "+" : "") + metric(value.metric(), value.change())
              : "");
      json.add(
          Json.object(
              "slice", value.slice().toString(),
              "metric", value.metric().key(),
              "before", value.before(),
              "after", value.after()));
    }
    return new Part("metrics", table, json);
  }

  private static String metric(Metric.Kind kind, double value) {
    return kind == Metric.Kind.EXAMPLE_COUNT
        ? Text.count(Math.round(value))
        : String.format(Locale.ROOT, "%.4f", value);
  }

  private Part plans() throws IOException {
    Table table = new Table("FEATURE", "BEFORE", "AFTER");
    List<Object> json = new ArrayList<>();
    PlanDifference difference =
        PlanDifference.between(
            FittedPlan.read(before.directory()), FittedPlan.read(after.directory()));
    for (PlanDifference.Feature feature : difference.features()) {
      if (feature.constants().isEmpty()) {
        table.add(feature.name(), feature.before().orElse("-"), feature.after().orElse("-"));
      }
      feature.constants().forEach(constant -> table.add(feature.name(), "", constant));
      json.add(
          Json.object(
              "feature", feature.name(),
              "before", feature.before(),
              "after", feature.after(),
              "constants", feature.constants()));
    }
    return new Part("features", table, json);
  }

  private Part files() throws IOException {
    Map<String, Manifest.Entry> left = entries(before.directory());
    Map<String, Manifest.Entry> right = entries(after.directory());
    TreeSet<String> paths = new TreeSet<>(left.keySet());
    paths.addAll(right.keySet());
    Table table = new Table("FILE", ">BEFORE", ">AFTER");
    List<Object> json = new ArrayList<>();
    for (String path : paths) {
      Optional<Manifest.Entry> was = Optional.ofNullable(left.get(path));
      Optional<Manifest.Entry> is = Optional.ofNullable(right.get(path));
      if (!was.equals(is)) {
        table.add(
            path,
            was.map(entry -> Text.size(entry.size())).orElse("-"),
            is.map(entry -> Text.size(entry.size())).orElse("-"));
        json.add(
            Json.object(
                "file", path,
                "before", was.map(Manifest.Entry::sha256),
                "after", is.map(Manifest.Entry::sha256)));
      }
    }
    return new Part("files", table, json);
  }

  private static Map<String, Manifest.Entry> entries(Path artifact) throws IOException {
    Map<String, Manifest.Entry> entries = new TreeMap<>();
    Manifest.read(artifact).files().forEach(entry -> entries.put(entry.path(), entry));
    return entries;
  }

  private static String arrow(Optional<String> before, Optional<String> after) {
    String was = before.orElse("-");
    String is = after.orElse("-");
    return was.equals(is) ? was : was + " -> " + is;
  }
}
