package io.pergola.benchmarks;

import io.pergola.artifact.Artifact;
import io.pergola.artifact.Examples;
import io.pergola.artifact.Row;
import io.pergola.artifact.Schema;
import io.pergola.artifact.TransformGraph;
import io.pergola.feature.Categorical;
import io.pergola.feature.Column;
import io.pergola.feature.Columns;
import io.pergola.feature.Crossed;
import io.pergola.feature.FeaturePlan;
import io.pergola.feature.Features;
import io.pergola.feature.Numeric;
import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.Execution;
import io.pergola.pipeline.OptionalChannel;
import io.pergola.run.local.LocalEngine;
import io.pergola.transform.Transform;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.apache.beam.sdk.Pipeline;

/** One process that fits the taxi plan and writes the features, as a pipeline's node does. */
final class TransformOfPergola {
  private TransformOfPergola() {}

  /** Scaling, buckets, a vocabulary and hashes of 14 of the 18 columns. */
  static FeaturePlan plan(Columns<Row> trip) {
    Numeric fare = trip.number(Column.number("fare")).orElse(0);
    Numeric tips = trip.number(Column.number("tips")).orElse(0);
    return Features.of()
        .dense(
            fare.zScore(),
            trip.number(Column.number("trip_miles")).orElse(0).zScore(),
            trip.number(Column.number("trip_seconds")).orElse(0).zScore())
        .categorical(
            fare.bucketize(20).as("fare_bucket"),
            place(trip, "pickup").hash(100),
            place(trip, "dropoff").hash(100),
            trip.number(Column.number("dropoff_community_area")).identity(78),
            trip.text(Column.text("payment_type")).orElse("").vocabulary(1_000, 10),
            trip.text(Column.text("company")).orElse("").hash(1_000),
            trip.number(Column.number("trip_start_hour")).identity(24),
            trip.number(Column.number("trip_start_day")).identity(8),
            trip.number(Column.number("trip_start_month")).identity(13))
        .label(tips.greaterThan(fare.times(0.2)).as("generous_tip"));
  }

  private static Crossed place(Columns<Row> trip, String end) {
    Categorical latitude = trip.number(Column.number(end + "_latitude")).bucketize(10);
    return latitude.cross(trip.number(Column.number(end + "_longitude")).bucketize(10));
  }

  public static void main(String[] args) throws Exception {
    long entered = System.currentTimeMillis();
    Path folder = Files.createTempDirectory("transform");
    Channel<Examples<Row>> examples = channel("gen", "examples", Examples.class);
    Channel<Schema> schema = channel("schema-gen", "schema", Schema.class);
    Transform.Outputs out =
        new Transform.Outputs(
            channel("transform", "graph", TransformGraph.class),
            channel("transform", "examples", Examples.class));
    LocalEngine engine = LocalEngine.create(Integer.getInteger("threads", 2));
    Pipeline job = engine.newJob("transform");
    Transform.of(examples, schema)
        .with(TransformOfPergola::plan)
        .expand(
            job,
            new Directories(
                Map.of(
                    examples,
                    new Examples<>(Path.of(args[0])),
                    out.graph(),
                    new TransformGraph(folder.resolve("graph")),
                    out.examples(),
                    new Examples<>(folder.resolve("examples")))),
            out);
    engine.run(job, new Unheard());
    System.out.printf(
        "enteredMs=%d jobMs=%d bytes=%d%n",
        entered - ProcessFacts.startedMillis(),
        System.currentTimeMillis() - entered,
        ProcessFacts.bytes(folder));
    ProcessFacts.delete(folder);
    ProcessFacts.print();
    System.exit(0);
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static <A extends Artifact> Channel<A> channel(String node, String name, Class type) {
    return new Channel(node, name, type);
  }

  /** There is no run to report to. */
  private record Directories(Map<Channel<?>, Artifact> artifacts) implements Artifacts {
    @Override
    public <A extends Artifact> A of(Channel<A> channel) {
      Artifact artifact = artifacts.get(channel);
      if (artifact == null) {
        throw new IllegalStateException("No artifact of " + channel);
      }
      return channel.type().cast(artifact);
    }

    @Override
    public <A extends Artifact> Optional<A> of(OptionalChannel<A> channel) {
      return Optional.of(of(channel.channel()));
    }

    @Override
    public Execution execution() {
      return new NoExecution();
    }
  }
}
