package io.pergola.benchmarks.training;

import io.pergola.artifact.Artifact;
import io.pergola.artifact.BestHyperparameters;
import io.pergola.artifact.TunerResults;
import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.Execution;
import io.pergola.pipeline.OptionalChannel;
import io.pergola.run.JobListener;
import io.pergola.run.local.LocalEngine;
import io.pergola.training.Search;
import io.pergola.training.SearchSpace;
import io.pergola.training.Trainer;
import io.pergola.training.Training;
import io.pergola.training.Tuner;
import io.pergola.training.WideAndDeep;
import io.pergola.training.internal.Nd4jSettings;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.beam.sdk.Pipeline;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/**
 * Two trials in parallel against the same two one after the other, by turns in one JVM, without the
 * first turn: by wall time, and by CPU time of the threads that train, which a busy machine
 * distorts less. What two trials that run at once lose to each other shows in either, but for
 * waiting for locks, which is printed as well. Beside it stands what the machine gives to two at
 * all: dense networks trained by two bare threads, without a tuner, an engine, or files.
 *
 * <p>Arguments: rows (200,000), steps of a trial (400), turns (4).
 */
public final class TuningBenchmark {
  private static final Tuner.Outputs OUT =
      new Tuner.Outputs(
          new Channel<>("tuner", "best", BestHyperparameters.class),
          new Channel<>("tuner", "results", TunerResults.class));

  private TuningBenchmark() {}

  record Net(double learningRate) {}

  /** CPU and blocked seconds of each trial. */
  private static final Queue<double[]> TRIALS = new ConcurrentLinkedQueue<>();

  static void train(Training training) throws InterruptedException {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long id = Thread.currentThread().getId();
    double cpu = threads.getCurrentThreadCpuTime() / 1e9;
    double blocked = threads.getThreadInfo(id).getBlockedTime() / 1e3;
    training.fit(
        WideAndDeep.classifier(training.features())
            .learningRate(training.hyperparameters().real("learningRate"))
            .build());
    TRIALS.add(
        new double[] {
          threads.getCurrentThreadCpuTime() / 1e9 - cpu,
          threads.getThreadInfo(id).getBlockedTime() / 1e3 - blocked
        });
  }

  public static void main(String[] arguments) throws Exception {
    int rows = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 200_000;
    int steps = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 400;
    int turns = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 4;
    Path folder = Files.createTempDirectory("pergola-tuning-benchmark");
    TrainingData.of(rows, 3, TrainingData.TAXI, 1).write(folder);
    Tuner tuner =
        Tuner.of(
                Trainer.of(TrainingData.GRAPH, TrainingData.EXAMPLES)
                    .with(TuningBenchmark::train)
                    .steps(steps)
                    .evaluateEvery(steps)
                    .evalSplit("train"))
            .over(SearchSpace.of(Net.class).real(Net::learningRate).onLogScale(1e-3, 1e-2))
            .by(Search.random(2));
    ManagementFactory.getThreadMXBean().setThreadContentionMonitoringEnabled(true);
    for (int turn = 0; turn <= turns; turn++) {
      double bare = secondsOfBareTraining(1, steps) / secondsOfBareTraining(2, steps);
      TRIALS.clear();
      double one = seconds(tuner, 1, folder);
      double oneCpu = TRIALS.stream().mapToDouble(trial -> trial[0]).sum();
      TRIALS.clear();
      double two = seconds(tuner, 2, folder);
      double twoCpu = TRIALS.stream().mapToDouble(trial -> trial[0]).max().orElseThrow();
      System.out.printf(
          Locale.ROOT,
          "%stwo trials: one after the other %.2f s (CPU %.2f s), in parallel %.2f s (the longer one"
              + " CPU %.2f s, blocked %.2f s): %.2f times as fast, by CPU %.2f; two bare threads %.2f%n",
          turn == 0 ? "(warm-up) " : "",
          one,
          oneCpu,
          two,
          twoCpu,
          TRIALS.stream().mapToDouble(trial -> trial[1]).max().orElseThrow(),
          one / two,
          oneCpu / twoCpu,
          bare);
    }
    System.exit(0);
  }

  /** What two networks take, each trained on one batch of made-up examples again and again. */
  private static double secondsOfBareTraining(int threads, int steps) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    Callable<Double> training = () -> bareTraining(steps);
    long begin = System.nanoTime();
    for (Future<Double> loss : pool.invokeAll(List.of(training, training))) {
      if (Double.isNaN(loss.get())) {
        throw new IllegalStateException("The loss is no number.");
      }
    }
    pool.shutdown();
    return (System.nanoTime() - begin) / 1e9;
  }

  private static double bareTraining(int steps) {
    Nd4jSettings.apply();
    int width = 20;
    ComputationGraph network =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .updater(new Adam(1e-3))
                .graphBuilder()
                .addInputs("in")
                .addLayer("first", layer(width, 64), "in")
                .addLayer("second", layer(64, 32), "first")
                .addLayer(
                    "out",
                    new OutputLayer.Builder(LossFunctions.LossFunction.XENT)
                        .nIn(32)
                        .nOut(1)
                        .activation(Activation.SIGMOID)
                        .build(),
                    "second")
                .setOutputs("out")
                .build());
    network.init();
    INDArray[] inputs = {Nd4j.rand(DataType.FLOAT, 1_024, width)};
    INDArray[] labels = {Nd4j.ones(DataType.FLOAT, 1_024, 1)};
    for (int step = 0; step < steps; step++) {
      network.fit(inputs, labels);
    }
    return network.score();
  }

  private static DenseLayer layer(int in, int out) {
    return new DenseLayer.Builder().nIn(in).nOut(out).activation(Activation.RELU).build();
  }

  private static double seconds(Tuner tuner, int workers, Path folder) throws Exception {
    Run run = new Run(folder, Files.createTempDirectory(folder, "run"));
    LocalEngine engine = LocalEngine.create(workers);
    long begin = System.nanoTime();
    Pipeline job = engine.newJob("tuner");
    tuner.expand(job, run, OUT);
    engine.run(job, new Silent());
    tuner.finish(run, OUT);
    return (System.nanoTime() - begin) / 1e9;
  }

  private record Silent() implements JobListener {
    @Override
    public void submitted(String jobId) {}

    @Override
    public void rows(long rows) {}
  }

  /** One execution of a tuner over the artifacts of a folder. */
  private record Run(Path data, Path home) implements Artifacts {
    @Override
    public <A extends Artifact> A of(Channel<A> channel) {
      if (channel.equals(OUT.best())) {
        return channel.type().cast(new BestHyperparameters(home.resolve("best")));
      } else if (channel.equals(OUT.results())) {
        return channel.type().cast(new TunerResults(home.resolve("results")));
      }
      return channel.type().cast(TrainingData.artifact(data, channel));
    }

    @Override
    public <A extends Artifact> Optional<A> of(OptionalChannel<A> channel) {
      return Optional.empty();
    }

    @Override
    public Execution execution() {
      return new TrainingBenchmark.Run(home);
    }
  }
}
