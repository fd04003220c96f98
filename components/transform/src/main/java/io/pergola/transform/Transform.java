package io.pergola.transform;

import io.pergola.artifact.Examples;
import io.pergola.artifact.FeatureVector;
import io.pergola.artifact.Schema;
import io.pergola.artifact.TransformGraph;
import io.pergola.beam.BeamComponent;
import io.pergola.beam.ExampleFiles;
import io.pergola.feature.Columns;
import io.pergola.feature.FeaturePlan;
import io.pergola.fingerprint.BuiltIn;
import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.Channel;
import io.pergola.span.SpanMerging;
import java.io.IOException;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.beam.sdk.Pipeline;

/**
 * Fits a feature plan to examples and turns them into features. One job: one pass over the analysed
 * splits for each phase (an analyzer of what another analyzer made comes in a later phase), then
 * one pass over all splits that writes the features. Of a window of spans only the files of new
 * spans are analysed; accumulators of the others are kept and merged, and the plan has the same
 * bytes either way. A later phase analyses all files again where constants that it needs changed.
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
    implements BeamComponent<Transform.Outputs>, SpanMerging {

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

  /**
   * The same without transformed examples: for what applies the plan itself while it reads raw
   * examples, such as a trainer. Nothing is written but the graph.
   */
  public TransformGraphGen<R> graphOnly() {
    return new TransformGraphGen<>(examples, schema, plan, analyzed);
  }

  @Override
  public Channel<?> inSpans() {
    return examples;
  }

  @Override
  public String forecast(long kept, long spans) {
    return FittingJob.forecast(plan, kept, spans);
  }

  @Override
  public void expand(Pipeline beam, Artifacts artifacts, Outputs out) {
    FittingJob job =
        FittingJob.of(plan, analyzed, artifacts.of(examples).directory())
            .keeping(graphOnly(), artifacts.execution());
    job.announce(artifacts.execution(), out.graph());
    job.writeAll(
        beam, artifacts.of(out.graph()).directory(), artifacts.of(out.examples()).directory());
  }

  @Override
  public void finish(Artifacts artifacts, Outputs out) throws IOException {
    FittingJob.done(plan, analyzed, artifacts.of(examples).directory())
        .keeping(graphOnly(), artifacts.execution())
        .finish(artifacts.execution(), out.graph(), artifacts.of(out.graph()).directory());
    artifacts
        .execution()
        .property(
            out.examples(),
            "split_names",
            ExampleFiles.splits(artifacts.of(examples).directory()).stream()
                .map(split -> '"' + split + '"')
                .collect(Collectors.joining(",", "[", "]")));
  }
}
