package io.pergola.evaluation;

import io.pergola.artifact.Blessing;
import io.pergola.artifact.Evaluation;
import io.pergola.artifact.Examples;
import io.pergola.artifact.Model;
import io.pergola.beam.BeamComponent;
import io.pergola.beam.RowGroups;
import io.pergola.feature.Accessor;
import io.pergola.fingerprint.BuiltIn;
import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.OptionalChannel;
import io.pergola.validation.SliceKey;
import io.pergola.validation.Slicing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.transforms.Combine;
import org.apache.beam.sdk.transforms.ParDo;

/**
 * Measures a model on raw examples, slice by slice, against thresholds and a baseline, and blesses
 * it or not. Works from the model's artifact alone.
 *
 * @param examples raw examples, as the model's inputs are
 * @param model the model that is judged
 * @param baseline the model it is compared with, where there is one that answers the same question;
 *     one of another task or other classes counts as none
 * @param splits the splits whose examples are used; {@code eval} by default
 * @param slicings how examples are cut into slices, besides the overall one and those that
 *     thresholds are on
 * @param thresholds what the model must reach; without any, every model is blessed
 */
@BuiltIn
public record Evaluator<R>(
    Channel<Examples<R>> examples,
    Channel<Model> model,
    Optional<OptionalChannel<Model>> baseline,
    List<String> splits,
    List<Slicing> slicings,
    List<Threshold> thresholds)
    implements BeamComponent<Evaluator.Outputs> {
  /** How many slices one slicing may have; more are an error. */
  public static final int MOST_SLICES = 1_000;

  /**
   * What an Evaluator hands on.
   *
   * @param evaluation the metrics
   * @param blessing the verdict
   */
  public record Outputs(Channel<Evaluation> evaluation, Channel<Blessing> blessing) {}

  public Evaluator {
    splits = List.copyOf(splits);
    slicings = List.copyOf(slicings);
    thresholds = List.copyOf(thresholds);
  }

  /** Evaluates {@code model} on the {@code eval} split of {@code examples}. */
  public static <R> Evaluator<R> of(Channel<Examples<R>> examples, Channel<Model> model) {
    return new Evaluator<>(
        examples, model, Optional.empty(), List.of("eval"), List.of(), List.of());
  }

  /** Compares with a model that may not exist, such as the latest blessed one. */
  public Evaluator<R> against(OptionalChannel<Model> newBaseline) {
    return new Evaluator<>(examples, model, Optional.of(newBaseline), splits, slicings, thresholds);
  }

  /** Uses these splits instead. */
  public Evaluator<R> onSplits(String... names) {
    return new Evaluator<>(examples, model, baseline, List.of(names), slicings, thresholds);
  }

  /** Adds one slicing for each of these features, by its values. */
  @SafeVarargs
  public final Evaluator<R> slicedBy(Accessor<R, ?>... features) {
    return slicedBy(Arrays.stream(features).map(Slicing::by).toArray(Slicing[]::new));
  }

  /** Adds slicings: single values, and crosses. */
  public Evaluator<R> slicedBy(Slicing... more) {
    List<Slicing> all = new ArrayList<>(slicings);
    all.addAll(List.of(more));
    return new Evaluator<>(examples, model, baseline, splits, all, thresholds);
  }

  /** Adds thresholds; the model is blessed if it meets all of them. */
  public Evaluator<R> require(Threshold... more) {
    List<Threshold> all = new ArrayList<>(thresholds);
    all.addAll(List.of(more));
    return new Evaluator<>(examples, model, baseline, splits, slicings, all);
  }

  @Override
  public void expand(Pipeline beam, Artifacts artifacts, Outputs out) {
    Path directory = artifacts.of(examples).directory();
    String modelDirectory = artifacts.of(model).directory().toString();
    String baselineDirectory =
        baseline
            .flatMap(artifacts::of)
            .filter(found -> isComparable(found, artifacts))
            .map(found -> found.directory().toString())
            .orElse(null);
    beam.apply("Row groups", RowGroups.of(directory, splits))
        .apply("Score", ParDo.of(new ScoreFn(modelDirectory, baselineDirectory, slicingsToScore())))
        .setCoder(new SliceAccumulators.SliceAccumulatorsCoder())
        .apply("Merge", Combine.globally(new MergeFn()).withoutDefaults())
        .apply(
            "Write metrics",
            ParDo.of(
                new WriteMetricsFn(
                    modelDirectory,
                    splits,
                    baselineDirectory == null
                        ? SliceAccumulators.Baseline.ABSENT
                        : SliceAccumulators.Baseline.PRESENT,
                    artifacts.of(out.evaluation()).directory().toString())));
  }

  private boolean isComparable(Model found, Artifacts artifacts) {
    try {
      Optional<String> difference =
          SameQuestion.difference(artifacts.of(model).directory(), found.directory());
      difference.ifPresent(
          why -> artifacts.execution().progress("not compared with the baseline: " + why));
      return difference.isEmpty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** With the slices that thresholds look at, so that none of them goes unmeasured. */
  private List<Slicing> slicingsToScore() {
    List<Slicing> all = new ArrayList<>(slicings);
    for (Threshold threshold : thresholds) {
      if (!threshold.slice().equals(SliceKey.OVERALL)) {
        all.add(Slicing.of(threshold.slice()));
      }
    }
    return all.stream().distinct().toList();
  }

  @Override
  public void finish(Artifacts artifacts, Outputs out) throws IOException {
    Path evaluation = artifacts.of(out.evaluation()).directory();
    if (!EvaluationFile.isIn(evaluation)) {
      throw WriteMetricsFn.nothingToEvaluateOn(splits);
    }
    EvaluationResult result = EvaluationFile.read(evaluation);
    Verdict verdict = Judge.verdict(result, thresholds);
    Path blessing = artifacts.of(out.blessing()).directory();
    Files.createDirectories(blessing);
    EvaluationFile.writeVerdict(blessing, verdict);
    artifacts.execution().property(out.evaluation(), "slicing_columns", slicingColumns());
    artifacts.execution().property(out.blessing(), "blessed", verdict.isBlessed() ? 1 : 0);
    result
        .slice(SliceKey.OVERALL)
        .ifPresent(
            overall ->
                overall
                    .metrics()
                    .forEach(
                        (kind, value) -> {
                          artifacts.execution().metric(kind.key(), value);
                          artifacts
                              .execution()
                              .property(
                                  out.evaluation(),
                                  kind.key(),
                                  Double.isNaN(value) ? "NaN" : value);
                        }));
  }

  /**
   * The columns of each slicing, by the slicing's name: lineage asks which metrics a column cuts.
   */
  private SortedMap<String, List<String>> slicingColumns() {
    SortedMap<String, List<String>> columns = new TreeMap<>();
    for (Slicing slicing : slicingsToScore()) {
      List<String> names = slicing.terms().stream().map(Slicing.Term::column).toList();
      columns.put(String.join(" x ", names), names);
    }
    return columns;
  }
}
