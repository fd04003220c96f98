package io.pergola.benchmarks;

import io.pergola.artifact.Artifact;
import io.pergola.artifact.Examples;
import io.pergola.artifact.Statistics;
import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.Execution;
import io.pergola.pipeline.OptionalChannel;
import io.pergola.run.Engine;
import io.pergola.run.flink.FlinkEngine;
import io.pergola.run.local.LocalEngine;
import io.pergola.validation.DatasetStatistics;
import io.pergola.validation.StatisticsFile;
import io.pergola.validation.StatisticsGen;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.beam.sdk.Pipeline;

/**
 * One process that computes the statistics of an examples directory as a pipeline's node does: on
 * the local engine, or with {@code -Dengine=flink} on embedded Flink.
 */
final class StatisticsOfPergola {
  private StatisticsOfPergola() {}

  public static void main(String[] args) throws Exception {
    long entered = System.currentTimeMillis();
    Path examples = Path.of(args[0]);
    Path statistics = Files.createTempDirectory("statistics");
    Channel<Examples<Object>> in = new Channel<>("examples", "examples", examplesClass());
    Channel<Statistics> out = new Channel<>("statistics-gen", "statistics", Statistics.class);

    int threads = Integer.getInteger("threads", 2);
    Engine engine =
        System.getProperty("engine", "local").equals("flink")
            ? FlinkEngine.embedded().parallelism(threads)
            : LocalEngine.create(threads);
    Pipeline job = engine.newJob("statistics-gen");
    StatisticsGen.of(in)
        .expand(job, new Directories(new Examples<>(examples), new Statistics(statistics)), out);
    long built = System.currentTimeMillis();
    engine.run(job, new Unheard());
    long done = System.currentTimeMillis();
    DatasetStatistics result = StatisticsFile.read(statistics);
    ProcessFacts.delete(statistics);
    System.out.printf(
        "rows=%d enteredMs=%d builtMs=%d jobMs=%d%n",
        result.examples(), entered - ProcessFacts.startedMillis(), built - entered, done - built);
    ProcessFacts.print();
    System.exit(0);
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static Class<Examples<Object>> examplesClass() {
    return (Class) Examples.class;
  }

  /** Looks artifacts up by their type; there is no run to report to. */
  private record Directories(Examples<Object> examples, Statistics statistics)
      implements Artifacts {
    @Override
    public <A extends Artifact> A of(Channel<A> channel) {
      return channel.type().cast(channel.type() == Statistics.class ? statistics : examples);
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
