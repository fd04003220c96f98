package io.pergola.cli;

import io.pergola.cli.render.Table;
import io.pergola.cli.render.Text;
import io.pergola.run.RunRecord;
import io.pergola.run.Workspace;
import io.pergola.validation.DistanceMeasurement.Against;
import io.pergola.validation.DistanceMeasurement.Measure;
import io.pergola.validation.FeatureComparator.HistogramSelection;
import io.pergola.validation.FeatureType;
import io.pergola.validation.LimitCalibration;
import io.pergola.validation.LimitCalibration.Day;
import io.pergola.validation.LimitCalibration.Series;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Replays limits of drift and skew over the recorded statistics. */
@Command(
    name = "calibrate",
    description =
        "Replay limits of drift and skew over the recorded statistics of a pipeline: how often each"
            + " would have alarmed, on which days, and which limit gives a wanted rate.",
    footer = {
      "",
      "The columns named by a number are alarms at that limit: days whose distance is above it.",
      "A day is a run's data interval, or the run where it has none; of several attempts the",
      "newest counts."
    })
final class CalibrateCommand implements Callable<Integer> {
  private final Console console;

  @Mixin HomeOption home = new HomeOption();

  @Option(
      names = "--pipeline",
      required = true,
      paramLabel = "PIPELINE",
      description = "The pipeline whose history is replayed.")
  String pipeline = "";

  @Option(
      names = "--feature",
      paramLabel = "NAME",
      description = "Only this feature, with the days of the alarms at each limit.")
  @Nullable String feature;

  @Option(names = "--split", paramLabel = "NAME", description = "Only this split. Default: all")
  @Nullable String split;

  @Option(
      names = "--limits",
      paramLabel = "LIMIT",
      split = ",",
      defaultValue = "0.01,0.05,0.1,0.2,0.3",
      description = "Limits to replay. Default: 0.01,0.05,0.1,0.2,0.3")
  List<Double> limits = List.of();

  @Option(
      names = "--alarm-rate",
      paramLabel = "RATE",
      defaultValue = "0.02",
      description = "Wanted fraction of days with an alarm, for the suggestion. Default: 0.02")
  double alarmRate;

  @Option(
      names = "--measure",
      paramLabel = "MEASURE",
      description =
          "l-infinity, jensen-shannon or normalized. Default: l-infinity for text, jensen-shannon"
              + " for numbers")
  @Nullable String measure;

  @Option(
      names = "--histograms",
      paramLabel = "KIND",
      defaultValue = "standard",
      description = "Of numbers: standard (equal width) or quantiles. Default: standard")
  HistogramSelection histograms = HistogramSelection.STANDARD;

  @Option(
      names = "--node",
      paramLabel = "NODE",
      description = "The node whose statistics are meant. Default: the first one of each run")
  @Nullable String node;

  @Option(
      names = "--serving-node",
      paramLabel = "NODE",
      description = "The node of the serving data's statistics, for skew. Default: no skew")
  @Nullable String servingNode;

  @Option(
      names = "--last",
      paramLabel = "N",
      defaultValue = "400",
      description = "Look at so many runs at most, the newest. Default: 400")
  int last = 400;

  @Option(names = "--json", description = "Print JSON, with the distance of each day.")
  boolean json;

  CalibrateCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (!(alarmRate >= 0 && alarmRate <= 1)) {
      throw new UsageException("Invalid --alarm-rate: %s (0 to 1)".formatted(alarmRate));
    }
    List<Day> days;
    try (Workspace workspace = home.existing()) {
      days =
          new StatisticsHistory(workspace.history(), named(node), named(servingNode))
              .days(runs(workspace));
    }
    if (days.size() < 2) {
      throw new UsageException(
          "Cannot calibrate %s: there are statistics of %d days on record, and a distance needs 2. Run it on more days, or fill in past ones: pergola backfill."
              .formatted(pipeline, days.size()));
    }
    List<Series> series =
        LimitCalibration.of(days, histograms).series().stream().filter(this::isWanted).toList();
    if (series.isEmpty()) {
      throw new UsageException(
          "Nothing to calibrate: no feature%s has a distance on two days in a row."
              .formatted(feature == null ? "" : " '" + feature + "'"));
    }
    if (json) {
      Json.print(console, series.stream().map(this::json).toList());
    } else {
      print(days, series);
    }
    return ExitCode.OK.code();
  }

  private static Optional<String> named(@Nullable String word) {
    return Optional.ofNullable(word);
  }

  private List<RunRecord> runs(Workspace workspace) {
    List<RunRecord> runs = workspace.history().runs(pipeline, last);
    if (runs.isEmpty()) {
      throw new UsageException(
          "Unknown pipeline: '%s'. List them: pergola pipelines%s"
              .formatted(pipeline, home.flag()));
    }
    return runs;
  }

  private boolean isWanted(Series series) {
    return (feature == null || feature.equals(series.feature()))
        && (split == null || split.equals(series.split()))
        && isWanted(series.measure(), series);
  }

  private boolean isWanted(Measure of, Series series) {
    if (measure == null) {
      return of == Measure.L_INFINITY
          || (of == Measure.JENSEN_SHANNON_DIVERGENCE && series.type() != FeatureType.TEXT);
    }
    return switch (measure) {
      case "l-infinity" -> of == Measure.L_INFINITY;
      case "jensen-shannon" -> of == Measure.JENSEN_SHANNON_DIVERGENCE;
      case "normalized" -> of == Measure.NORMALIZED_ABSOLUTE_DIFFERENCE;
      default ->
          throw new UsageException(
              "Invalid --measure: '%s' (l-infinity, jensen-shannon or normalized)"
                  .formatted(measure));
    };
  }

  private void print(List<Day> days, List<Series> series) {
    console.line(
        "%s: %d days, from %s to %s"
            .formatted(
                Text.plain(pipeline),
                days.size(),
                days.get(0).name(),
                days.get(days.size() - 1).name()));
    console.line("");
    List<String> header = new ArrayList<>(List.of("FEATURE", "SPLIT", "DISTANCE", ">DAYS", ">MAX"));
    limits.forEach(limit -> header.add(">" + limit));
    header.add(">SUGGESTED");
    Table table = new Table(header.toArray(String[]::new));
    for (Series each : series) {
      List<String> row =
          new ArrayList<>(
              List.of(
                  each.feature(),
                  each.split(),
                  words(each),
                  Integer.toString(each.points().size()),
                  Text.number(each.greatest())));
      limits.forEach(limit -> row.add(Integer.toString(each.alarms(limit).size())));
      row.add(Text.number(each.suggested(alarmRate)));
      table.add(row.toArray(String[]::new));
    }
    console.lines(table.lines());
    console.line("");
    if (feature == null) {
      console.line(
          "SUGGESTED alarms on at most %s of the days. On which: pergola calibrate --feature=NAME"
              .formatted(Text.percent(alarmRate)));
    } else {
      printDays(series);
    }
  }

  private void printDays(List<Series> series) {
    Table table = new Table("SPLIT", "DISTANCE", ">LIMIT", ">ALARMS", "DAYS");
    for (Series each : series) {
      List<Double> all = new ArrayList<>(limits);
      all.add(each.suggested(alarmRate));
      for (double limit : all) {
        List<String> alarms = each.alarms(limit);
        table.add(
            each.split(),
            words(each),
            Text.number(limit),
            Integer.toString(alarms.size()),
            String.join(" ", alarms));
      }
    }
    console.lines(table.lines());
  }

  private static String words(Series series) {
    String measured =
        switch (series.measure()) {
          case L_INFINITY -> "L-infinity";
          case JENSEN_SHANNON_DIVERGENCE -> "Jensen-Shannon";
          case NORMALIZED_ABSOLUTE_DIFFERENCE -> "normalized";
        };
    return (series.against() == Against.SERVING ? "skew, " : "drift, ") + measured;
  }

  private Object json(Series series) {
    List<Object> alarms = new ArrayList<>();
    for (double limit : limits) {
      List<String> days = series.alarms(limit);
      alarms.add(Json.object("limit", limit, "alarms", days.size(), "days", days));
    }
    Map<String, Object> distances = new LinkedHashMap<>();
    series.points().forEach(point -> distances.put(point.day(), point.distance()));
    double suggested = series.suggested(alarmRate);
    return Json.object(
        "feature", series.feature(),
        "split", series.split(),
        "against", series.against().name(),
        "measure", series.measure().name(),
        "max", series.greatest(),
        "limits", alarms,
        "suggested",
            Json.object(
                "alarmRate", alarmRate,
                "limit", suggested,
                "days", series.alarms(suggested)),
        "distances", distances);
  }
}
