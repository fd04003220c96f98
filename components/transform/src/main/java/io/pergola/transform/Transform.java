package io.pergola.transform;

import io.pergola.artifact.Examples;
import io.pergola.artifact.FeatureVector;
import io.pergola.artifact.Schema;
import io.pergola.artifact.TransformGraph;
import io.pergola.beam.BeamComponent;
import io.pergola.beam.ExampleFiles;
import io.pergola.beam.ExampleSchema;
import io.pergola.beam.RowGroup;
import io.pergola.beam.RowGroups;
import io.pergola.feature.Columns;
import io.pergola.feature.FeaturePlan;
import io.pergola.fingerprint.BuiltIn;
import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.Channel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.View;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionView;

/**
 * Fits a feature plan to examples and turns them into features. One job: one pass over the analysed
 * splits for each phase (an analyzer of what another analyzer made comes in a later phase), then
 * one pass over all splits that writes the features.
 *
 * @param <R> the record that describes the raw examples
 * @param examples what to transform, all splits
 * @param schema what the examples are expected to look like
 * @param plan which features to make
 * @param analyzed the splits that constants are computed from
 */
@BuiltIn
public record Transform<R>(
    Channel<Examples<R>> examples, Channel<Schema> schema, FeaturePlan plan, List<String> analyzed)
    implements BeamComponent<Transform.Outputs> {

  public Transform {
    analyzed = List.copyOf(new TreeSet<>(analyzed));
    if (analyzed.isEmpty()) {
      throw new IllegalArgumentException("Invalid splits to analyse: none (name at least one)");
    }
  }

  /**
   * What a Transform makes.
   *
   * @param graph the fitted plan
   * @param examples the features, split as the raw examples are
   */
  public record Outputs(Channel<TransformGraph> graph, Channel<Examples<FeatureVector>> examples) {}

  /** Starts a Transform of these examples. */
  public static <R> Of<R> of(Channel<Examples<R>> examples, Channel<Schema> schema) {
    return new Of<>(examples, schema);
  }

  /** A Transform that still lacks its preprocessing function. */
  public record Of<R>(Channel<Examples<R>> examples, Channel<Schema> schema) {
    /**
     * Adds the preprocessing function, which is called now, and never again: what it describes is
     * kept. Constants are computed from the split {@code train}.
     */
    public Transform<R> with(Function<Columns<R>, FeaturePlan> features) {
      return new Transform<>(examples, schema, features.apply(Columns.of()), List.of("train"));
    }
  }

  /** The same, with constants computed from these splits; the default is {@code train}. */
  public Transform<R> analyzing(String... splits) {
    return new Transform<>(examples, schema, plan, List.of(splits));
  }

  @Override
  public void expand(Pipeline beam, Artifacts artifacts, Outputs out) {
    build(
        beam,
        artifacts.of(examples).directory(),
        artifacts.of(out.graph()).directory(),
        artifacts.of(out.examples()).directory());
  }

  @Override
  public void finish(Artifacts artifacts, Outputs out) throws IOException {
    keepSample(artifacts.of(examples).directory(), artifacts.of(out.graph()).directory());
    artifacts.execution().property(out.graph(), "column_lineage", plan.columns());
    artifacts
        .execution()
        .property(
            out.examples(),
            "split_names",
            ExampleFiles.splits(artifacts.of(examples).directory()).stream()
                .map(split -> '"' + split + '"')
                .collect(Collectors.joining(",", "[", "]")));
  }

  /** Keeps some of the raw examples beside the plan. */
  void keepSample(Path raw, Path graph) throws IOException {
    FittedPlan unfitted = FittedPlan.partial(plan, List.of());
    RawSample.write(
        graph,
        RawSample.of(ExampleFiles.rowGroups(raw)),
        columns(unfitted, ExampleFiles.schema(raw)));
  }

  void build(Pipeline beam, Path raw, Path graph, Path transformed) {
    List<String> splits = ExampleFiles.splits(raw);
    ExampleSchema schemaOfRaw = ExampleFiles.schema(raw);
    FittedPlan unfitted = FittedPlan.partial(plan, List.of());
    PlanCheck.check(unfitted, schemaOfRaw, analyzed, splits);
    List<RowGroup> groups = ExampleFiles.rowGroups(raw);
    List<RowGroup> analyzedGroups =
        groups.stream().filter(group -> analyzed.contains(group.split())).toList();

    PCollection<String> fitted =
        beam.apply(
            "Unfitted plan", Create.of(PlanFile.text(unfitted)).withCoder(StringUtf8Coder.of()));
    for (int phase = 0; phase < Exprs.phases(plan); phase++) {
      fitted =
          fit(beam, phase, analyzedGroups, fitted.apply("Before " + phase, View.asSingleton()));
    }
    PCollectionView<String> plan = fitted.apply("Fitted plan", View.asSingleton());
    beam.apply("Read examples", RowGroups.of(groups))
        .apply(
            "Transform",
            ParDo.of(
                    new TransformFn(
                        transformed,
                        groups,
                        width(unfitted.features()),
                        columns(unfitted, schemaOfRaw),
                        plan))
                .withSideInputs(plan));
    Set<String> filled = new TreeSet<>(groups.stream().map(RowGroup::split).toList());
    List<String> emptySplits = splits.stream().filter(split -> !filled.contains(split)).toList();
    fitted.apply(
        "Write plan",
        ParDo.of(new WritePlanFn(graph, transformed, emptySplits, unfitted.schema(schemaOfRaw))));
  }

  private PCollection<String> fit(
      Pipeline beam, int phase, Collection<RowGroup> groups, PCollectionView<String> earlier) {
    KvCoder<Integer, byte[]> coder = KvCoder.of(VarIntCoder.of(), ByteArrayCoder.of());
    PCollectionView<Iterable<KV<Integer, byte[]>>> merged =
        beam.apply("Read for phase " + phase, RowGroups.of(List.copyOf(groups)))
            .apply(
                "Analyse " + phase,
                ParDo.of(new AnalyzeFn(plan, phase, earlier)).withSideInputs(earlier))
            .setCoder(coder)
            .apply("Together " + phase, GroupByKey.create())
            .apply("Merge " + phase, ParDo.of(new MergeFn(plan)))
            .setCoder(coder)
            .apply("Merged " + phase, View.asIterable());
    return beam.apply("Start fitting " + phase, Create.of(phase))
        .apply(
            "Fit " + phase,
            ParDo.of(new FitFn(phase, earlier, merged)).withSideInputs(earlier, merged))
        .setCoder(StringUtf8Coder.of());
  }

  /** The number of values of all vectors and sequences of an example. */
  private static long width(FittedPlan.Features features) {
    return features.dense().stream()
            .filter(FittedPlan.DenseFeature::vector)
            .mapToLong(FittedPlan.DenseFeature::width)
            .sum()
        + features.sequences().stream().mapToLong(FittedPlan.SequenceFeature::length).sum();
  }

  private static Set<String> columns(FittedPlan plan, ExampleSchema raw) {
    Set<String> columns = plan.columns();
    columns.removeIf(column -> raw.find(column).isEmpty());
    return columns;
  }
}
