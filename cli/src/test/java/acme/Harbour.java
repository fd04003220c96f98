package acme;

import io.pergola.artifact.Anomalies;
import io.pergola.artifact.Blessing;
import io.pergola.artifact.Evaluation;
import io.pergola.artifact.Statistics;
import io.pergola.beam.ColumnType;
import io.pergola.evaluation.EvaluationFile;
import io.pergola.evaluation.EvaluationResult;
import io.pergola.evaluation.Metric;
import io.pergola.evaluation.Verdict;
import io.pergola.model.Task;
import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.InlineComponent;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.pipeline.PipelineDefinition;
import io.pergola.validation.AnomaliesFile;
import io.pergola.validation.Anomaly;
import io.pergola.validation.AnomalyType;
import io.pergola.validation.CommonStatistics;
import io.pergola.validation.DataAnomalies;
import io.pergola.validation.DatasetStatistics;
import io.pergola.validation.FeatureStatistics.NumericFeature;
import io.pergola.validation.FeatureStatistics.TextFeature;
import io.pergola.validation.Histogram;
import io.pergola.validation.Severity;
import io.pergola.validation.SliceKey;
import io.pergola.validation.SplitStatistics;
import io.pergola.validation.StatisticsFile;
import io.pergola.validation.ValueCount;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A pipeline without Beam jobs, whose end depends on a mood: what an author's own looks like from
 * the command line.
 *
 * @param boats a number for the statistics
 * @param mood calm, stormy (the gate stops the run), bad (not blessed), broken (a node throws) or
 *     slow (a node waits to be interrupted)
 */
public record Harbour(long boats, String mood) implements PipelineDefinition {
  @Override
  public void define(PipelineBuilder p) {
    Channel<Statistics> statistics = p.add(new Survey(boats));
    Channel<Anomalies> anomalies = p.add(new Watch(statistics, mood));
    p.add(new Judge(anomalies, mood));
  }

  /** Writes statistics of two features. */
  public record Survey(long boats) implements InlineComponent<Channel<Statistics>> {
    @Override
    public void run(Artifacts artifacts, Channel<Statistics> out) {
      Histogram lengths =
          new Histogram(
              List.of(
                  new Histogram.Bucket(0, 5, 1),
                  new Histogram.Bucket(5, 10, 0),
                  new Histogram.Bucket(10, 15, 8)));
      CommonStatistics all = new CommonStatistics(boats, 0, 1, 1, 1, boats, Histogram.EMPTY);
      CommonStatistics half =
          new CommonStatistics(boats / 2, boats - boats / 2, 1, 1, 1, boats / 2, Histogram.EMPTY);
      StatisticsFile.write(
          new DatasetStatistics(
              List.of(
                  new SplitStatistics(
                      "train",
                      boats,
                      List.of(
                          new NumericFeature(
                              "length",
                              ColumnType.FLOAT,
                              all,
                              11.25,
                              4.5,
                              0,
                              0,
                              0,
                              2,
                              12,
                              15,
                              9,
                              0,
                              lengths,
                              lengths,
                              0),
                          new TextFeature(
                              "flag\u001b[31m",
                              half,
                              2,
                              0,
                              4,
                              2,
                              6,
                              0,
                              List.of(new ValueCount("red", 3), new ValueCount("blue", 2)),
                              List.of(new ValueCount("red", 3), new ValueCount("blue", 2)),
                              0))))),
          artifacts.of(out).directory());
      artifacts.execution().addRows(boats);
    }
  }

  /** Writes anomalies, and stops the run on a stormy day. */
  public record Watch(Channel<Statistics> statistics, String mood)
      implements InlineComponent<Channel<Anomalies>> {
    @Override
    public boolean isGate() {
      return true;
    }

    @Override
    public void run(Artifacts artifacts, Channel<Anomalies> out) throws Exception {
      if (mood.equals("slow")) {
        artifacts.execution().progress("waiting for wind");
        Thread.sleep(60_000);
      }
      if (mood.equals("broken")) {
        throw new IllegalStateException("the mast\nbroke");
      }
      List<Anomaly> found =
          mood.equals("stormy")
              ? List.of(
                  new Anomaly(
                      "train",
                      Optional.of("length"),
                      AnomalyType.SCHEMA_NEW_COLUMN,
                      Severity.ERROR,
                      "New column",
                      "Feature 'length' is not in the schema.",
                      Optional.empty()))
              : List.of();
      AnomaliesFile.write(new DataAnomalies(found), artifacts.of(out).directory());
      if (!found.isEmpty()) {
        artifacts.execution().stopRun("The sea is too rough. Wait for a calm day.");
      }
    }
  }

  /** Writes an evaluation and a verdict. */
  public record Judge(Channel<Anomalies> anomalies, String mood)
      implements InlineComponent<Judge.Outputs> {
    /** What it writes. */
    public record Outputs(Channel<Evaluation> evaluation, Channel<Blessing> blessing) {}

    @Override
    public void run(Artifacts artifacts, Outputs out) {
      Map<Metric.Kind, Double> metrics =
          Map.of(Metric.Kind.EXAMPLE_COUNT, 1200.0, Metric.Kind.ACCURACY, 0.875);
      EvaluationFile.write(
          artifacts.of(out.evaluation()).directory(),
          new EvaluationResult(
              Task.BINARY,
              "sinks",
              List.of("eval"),
              1200,
              0,
              false,
              List.of(
                  new EvaluationResult.Slice(
                      SliceKey.OVERALL,
                      1200,
                      EvaluationResult.Curve.EXACT,
                      metrics,
                      Map.of(),
                      List.of(List.of(1000L, 50L), List.of(100L, 50L))),
                  new EvaluationResult.Slice(
                      SliceKey.of("flag", "red"),
                      700,
                      EvaluationResult.Curve.EXACT,
                      Map.of(Metric.Kind.EXAMPLE_COUNT, 700.0, Metric.Kind.ACCURACY, 0.5),
                      Map.of()))));
      boolean bad = mood.equals("bad");
      Path blessing = artifacts.of(out.blessing()).directory();
      EvaluationFile.writeVerdict(
          blessing,
          bad
              ? new Verdict.NotBlessed(
                  List.of(
                      new Verdict.Failure(
                          "accuracy", "overall", "at least 0.9", 0.875, null, 1200)),
                  List.of())
              : new Verdict.Blessed(List.of()));
      artifacts.execution().property(out.blessing(), "blessed", bad ? 0 : 1);
    }
  }
}
