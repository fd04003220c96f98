package io.pergola.training;

import io.pergola.artifact.Artifact;
import io.pergola.artifact.BestHyperparameters;
import io.pergola.artifact.TunerResults;
import io.pergola.pipeline.Channel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.metrics.MetricQueryResults;
import org.apache.beam.sdk.metrics.MetricsFilter;
import org.apache.beam.sdk.options.PipelineOptionsFactory;

/** Runs a tuner on the artifacts of one folder, in Beam's own runner. */
class TunerRun extends FakeRun {
  static final Tuner.Outputs OUT =
      new Tuner.Outputs(
          new Channel<>("tuner", "best", BestHyperparameters.class),
          new Channel<>("tuner", "results", TunerResults.class));

  private final Path home;
  long trained;

  TunerRun(Path data, Path home) {
    super(data, home);
    this.home = home;
  }

  TunerRun run(Tuner tuner, int workers) throws Exception {
    DirectOptions options = PipelineOptionsFactory.as(DirectOptions.class);
    options.setTargetParallelism(workers);
    options.setEnforceEncodability(false);
    options.setEnforceImmutability(false);
    Pipeline beam = Pipeline.create(options);
    tuner.expand(beam, this, OUT);
    PipelineResult result = beam.run();
    result.waitUntilFinish();
    MetricQueryResults found = result.metrics().queryMetrics(MetricsFilter.builder().build());
    found.getCounters().forEach(counter -> trained += counter.getCommitted());
    tuner.finish(this, OUT);
    return this;
  }

  Path results() {
    return home.resolve("results");
  }

  TunerTrials trials() {
    return TunerTrials.read(results());
  }

  /** Everything that the tuner put out, by path. */
  List<String> outputs() throws IOException {
    try (var files = Files.walk(home)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> file.startsWith(results()) || file.startsWith(home.resolve("best")))
          .sorted()
          .map(file -> home.relativize(file) + "\n" + text(file))
          .toList();
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public <A extends Artifact> A of(Channel<A> channel) {
    if (channel.equals(OUT.best())) {
      return channel.type().cast(new BestHyperparameters(home.resolve("best")));
    } else if (channel.equals(OUT.results())) {
      return channel.type().cast(new TunerResults(results()));
    }
    return super.of(channel);
  }
}
