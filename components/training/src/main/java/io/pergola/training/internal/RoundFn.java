package io.pergola.training.internal;

import io.pergola.beam.JobCounters;
import io.pergola.beam.RowGroup;
import io.pergola.training.ExampleForm;
import io.pergola.training.TrainingFeatures;
import io.pergola.transform.FittedPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.KV;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A worker's part of a round. The element is its number; what it leaves is a {@link WorkerState}.
 */
final class RoundFn extends DoFn<KV<Integer, Integer>, Void> {
  private static final long serialVersionUID = 1L;

  private final String graph;
  private final ExampleForm form;
  private final ArrayList<RowGroup> groups;
  private final int workers;
  private final long seed;
  private final String round;
  private final Network.Kind kind;
  private final String configuration;
  private final int iteration;
  private final int batchSize;
  private final int from;
  private final int to;
  private final Counter rows = JobCounters.rows();

  RoundFn(
      String graph,
      ExampleForm form,
      ArrayList<RowGroup> groups,
      int workers,
      long seed,
      String round,
      Network.Kind kind,
      String configuration,
      int iteration,
      int batchSize,
      int from,
      int to) {
    this.graph = graph;
    this.form = form;
    this.groups = groups;
    this.workers = workers;
    this.seed = seed;
    this.round = round;
    this.kind = kind;
    this.configuration = configuration;
    this.iteration = iteration;
    this.batchSize = batchSize;
    this.from = from;
    this.to = to;
  }

  @ProcessElement
  public void train(@Element KV<Integer, Integer> element) throws IOException {
    int worker = element.getKey();
    Path folder = Path.of(round);
    Path own = folder.resolve(WorkerState.of(worker));
    if (Files.isDirectory(own)) {
      return;
    }
    Nd4jSettings.apply();
    FittedPlan plan = FittedPlan.read(Path.of(graph));
    Network network = Network.of(kind, configuration, TrainingFeatures.of(plan.features(), seed));
    WorkerState.read(folder.resolve(WorkerState.START), network);
    network.iteration(iteration);
    // Of this thread, and of this round: another order of examples and another dropout each time.
    long order = ExampleStream.mixed(seed, to, worker);
    Nd4j.getRandom().setSeed(order);
    double[] losses = new double[to - from];
    ExampleReader reader = ExampleReader.of(form, plan);
    List<Part> parts = reader.parts(groups);
    Shard shard = Shard.of(worker, workers, parts);
    try (ExampleStream examples =
        new ExampleStream(parts, shard, reader, order, ExampleStream.POOL_BYTES)) {
      for (int i = 0; i < losses.length; i++) {
        network.fit(examples.next(batchSize));
        losses[i] = network.score();
        rows.inc(batchSize);
      }
    }
    WorkerState.write(own, network, losses);
  }
}
