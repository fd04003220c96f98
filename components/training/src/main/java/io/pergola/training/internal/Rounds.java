package io.pergola.training.internal;

import io.pergola.beam.BeamJobs;
import io.pergola.beam.RowGroup;
import io.pergola.training.ExampleForm;
import io.pergola.training.TrainingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Reshuffle;
import org.apache.beam.sdk.values.KV;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains a network on several workers by local SGD (Stich, Local SGD Converges Fast and
 * Communicates Little, 2019): in a round each worker trains on its own part of the examples, all
 * from the same weights on; then the weights, and the updater's state, become the mean of theirs. A
 * round is a Beam job. One that fails is trained again; what its other workers had done by then is
 * kept.
 *
 * <p>The same examples, seed and number of workers give the same network. Not thread-safe.
 */
public final class Rounds {
  private static final Logger LOG = LoggerFactory.getLogger(Rounds.class);
  private static final int MOST_ATTEMPTS = 3;

  private final BeamJobs jobs;
  private final Path graph;
  private final ExampleForm form;
  private final List<RowGroup> groups;
  private final int workers;
  private final long seed;
  private final Path folder;
  private int lost;

  /**
   * Rounds.
   *
   * @param graph the folder of the fitted plan
   * @param form what the examples are
   * @param groups the row groups of the split to train on
   * @param workers 2 or more
   * @param folder where weights go to and come from; every worker sees it
   * @throws TrainingException if there are fewer examples than workers
   */
  public Rounds(
      BeamJobs jobs,
      Path graph,
      ExampleForm form,
      List<RowGroup> groups,
      int workers,
      long seed,
      Path folder) {
    this.jobs = jobs;
    this.graph = graph;
    this.form = form;
    this.groups = List.copyOf(groups);
    this.workers = workers;
    this.seed = seed;
    this.folder = folder;
    long rows = groups.stream().mapToLong(RowGroup::rows).sum();
    if (rows < workers) {
      throw new TrainingException(
          "Cannot train on %d workers: there are %d examples. Take fewer workers."
              .formatted(workers, rows));
    }
  }

  int workers() {
    return workers;
  }

  /** How many rounds failed and were trained again. */
  int lost() {
    return lost;
  }

  /**
   * Trains one round.
   *
   * @param network becomes the mean of what the workers made of it
   * @param from the steps that it has been trained for
   * @param to the steps that it will have been trained for
   * @return the loss of each step, the mean over the workers
   * @throws TrainingException if the round fails three times
   */
  double[] train(Network network, int batchSize, int from, int to) throws InterruptedException {
    Path round = folder.resolve("round-%012d".formatted(to));
    int iteration = network.iteration();
    try {
      Checkpoints.delete(folder);
      WorkerState.write(round.resolve(WorkerState.START), network, new double[0]);
      RoundFn work =
          new RoundFn(
              graph.toString(),
              form,
              new ArrayList<>(groups),
              workers,
              seed,
              round.toString(),
              network.kind(),
              network.configuration(),
              network.iteration(),
              batchSize,
              from,
              to);
      run("round-" + to, work, to);
      double[] losses = averaged(network, round, to - from);
      network.iteration(iteration + to - from);
      Checkpoints.delete(folder);
      return losses;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void run(String name, RoundFn work, int to) throws InterruptedException {
    List<KV<Integer, Integer>> elements = new ArrayList<>();
    for (int worker = 0; worker < workers; worker++) {
      elements.add(KV.of(worker, worker));
    }
    for (int attempt = 1; ; attempt++) {
      try {
        jobs.run(
            attempt == 1 ? name : name + "-" + attempt,
            beam ->
                beam.apply(
                        "Workers",
                        Create.of(elements)
                            .withCoder(KvCoder.of(VarIntCoder.of(), VarIntCoder.of())))
                    .apply("Spread", Reshuffle.of())
                    .apply("Train", ParDo.of(work)));
        return;
      } catch (InterruptedException e) {
        throw e;
      } catch (Exception e) {
        rethrowIfOurs(e);
        if (attempt == MOST_ATTEMPTS) {
          throw new TrainingException(
              "Cannot train the round that ends with step %d: it failed %d times, last with: %s. Look at the engine's log of its job."
                  .formatted(to, attempt, e.getMessage()),
              e);
        }
        lost++;
        LOG.warn("Round to step {} is trained again", to, e);
      }
    }
  }

  /** What a worker found wrong with the network or the data would be wrong again. */
  private static void rethrowIfOurs(Exception failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof TrainingException ours) {
        throw ours;
      }
    }
  }

  /** Makes the network the mean of the workers'; in their order, so that sums are the same. */
  private double[] averaged(Network network, Path round, int steps) throws IOException {
    INDArray parameters = network.parameters();
    INDArray updater = network.updaterState();
    INDArray parameterSum = parameters.like();
    @Nullable INDArray updaterSum = updater == null ? null : updater.like();
    double[] losses = new double[steps];
    for (int worker = 0; worker < workers; worker++) {
      Path state = round.resolve(WorkerState.of(worker));
      if (!Files.isDirectory(state)) {
        throw new IOException(
            "Cannot average round %s: worker %d left nothing in it. Put the workspace where all workers can write."
                .formatted(round, worker));
      }
      double[] own = WorkerState.read(state, network);
      for (int i = 0; i < steps; i++) {
        losses[i] += own[i] / workers;
      }
      parameterSum.addi(parameters);
      if (updaterSum != null) {
        updaterSum.addi(updater);
      }
    }
    parameters.assign(parameterSum.divi(workers));
    if (updater != null && updaterSum != null) {
      updater.assign(updaterSum.divi(workers));
    }
    return losses;
  }
}
