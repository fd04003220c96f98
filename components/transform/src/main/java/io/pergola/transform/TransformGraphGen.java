package io.pergola.transform;

import io.pergola.artifact.Examples;
import io.pergola.artifact.Schema;
import io.pergola.artifact.TransformGraph;
import io.pergola.beam.BeamComponent;
import io.pergola.feature.FeaturePlan;
import io.pergola.fingerprint.BuiltIn;
import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.Channel;
import io.pergola.span.SpanMerging;
import java.io.IOException;
import java.util.List;
import java.util.TreeSet;
import org.apache.beam.sdk.Pipeline;

/**
 * Fits a feature plan to examples, as {@link Transform} does, and writes the graph alone: the
 * fitted plan and the sample of raw examples. {@link Transform#graphOnly} makes it. Of the next
 * window of spans it reads only what is new, and its output has the same bytes as if it had read
 * all.
 *
 * @param <R> the record that describes the raw examples
 * @param examples what to fit the plan to
 * @param schema what the examples are expected to look like
 * @param plan which features to make
 * @param analyzed the splits that constants are computed from
 */
@BuiltIn
public record TransformGraphGen<R>(
    Channel<Examples<R>> examples, Channel<Schema> schema, FeaturePlan plan, List<String> analyzed)
    implements BeamComponent<Channel<TransformGraph>>, SpanMerging {

  public TransformGraphGen {
    analyzed = List.copyOf(new TreeSet<>(analyzed));
    if (analyzed.isEmpty()) {
      throw new IllegalArgumentException("Invalid splits to analyse: none (name at least one)");
    }
  }

  /** The same, with constants computed from these splits; the default is {@code train}. */
  public TransformGraphGen<R> analyzing(String... splits) {
    return new TransformGraphGen<>(examples, schema, plan, List.of(splits));
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
  public void expand(Pipeline beam, Artifacts artifacts, Channel<TransformGraph> graph) {
    FittingJob job =
        FittingJob.of(plan, analyzed, artifacts.of(examples).directory())
            .keeping(this, artifacts.execution());
    job.announce(artifacts.execution(), graph);
    job.writeGraph(beam, artifacts.of(graph).directory());
  }

  @Override
  public void finish(Artifacts artifacts, Channel<TransformGraph> graph) throws IOException {
    FittingJob.done(plan, analyzed, artifacts.of(examples).directory())
        .keeping(this, artifacts.execution())
        .finish(artifacts.execution(), graph, artifacts.of(graph).directory());
  }
}
