package io.pergola.benchmarks.training;

import com.sun.management.OperatingSystemMXBean;
import io.pergola.artifact.Artifact;
import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.Execution;
import io.pergola.pipeline.OptionalChannel;
import io.pergola.pipeline.RunContext;
import io.pergola.training.Batch;
import io.pergola.training.FeatureLayer;
import io.pergola.training.Trainer;
import io.pergola.training.Training;
import io.pergola.training.WideAndDeep;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Rows a second of Pergola's trainer and of PyTorch through DJL: the same network, data, Adam,
 * batches of 1,024 and one thread each, epochs taken in turn, the median of those after the first
 * three. Pergola's time includes shuffling; PyTorch takes its batches in order. Beside the rows a
 * second of wall time stand those of CPU time of the whole process (garbage collection and the
 * compiler included), which a busy machine distorts less.
 *
 * <p>Arguments: rows (200,000) and epochs (13).
 */
public final class TrainingBenchmark {
  private static final int BATCH = 1_024;
  private static final int WARM_UP = 3;
  private static final double RATE = 1e-3;
  private static final List<Integer> HIDDEN = List.of(64, 32);

  private TrainingBenchmark() {}

  public static void main(String[] arguments) throws Exception {
    int rows = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 200_000;
    int epochs = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 13;
    TorchNetwork.useOneThread();
    System.out.printf(
        "%-34s %10s %26s %26s%n%-34s %10s %10s %10s %5s %10s %10s %5s%n",
        "",
        "",
        "rows per wall second",
        "rows per CPU second",
        "",
        "parameters",
        "Pergola",
        "PyTorch",
        "",
        "Pergola",
        "PyTorch",
        "");
    compare(
        "wide and deep, 3 dense + 12 ids", TrainingData.of(rows, 3, TrainingData.TAXI, 1), epochs);
    compare("wide and deep, 20 dense", TrainingData.of(rows, 20, new int[0], 1), epochs);
  }

  private static void compare(String name, TrainingData data, int epochs) throws Exception {
    Path folder = Files.createTempDirectory("pergola-training-benchmark");
    try {
      data.write(folder);
      Files.createDirectories(folder.resolve("model"));
      Trainer.of(TrainingData.GRAPH, TrainingData.EXAMPLES)
          .with(training -> compare(name, training, data, epochs))
          .batchSize(BATCH)
          .run(new Run(folder), TrainingData.MODEL);
    } finally {
      delete(folder);
    }
  }

  private static void compare(String name, Training training, TrainingData data, int epochs) {
    ComputationGraph network =
        WideAndDeep.classifier(training.features())
            .hidden(HIDDEN.stream().mapToInt(Integer::intValue).toArray())
            .learningRate(RATE)
            .build();
    List<Clock> pergola = new ArrayList<>();
    List<Clock> torch = new ArrayList<>();
    double pergolaLoss = 0;
    double torchLoss = 0;
    try (TorchNetwork other = new TorchNetwork(data, widths(network), HIDDEN, RATE, BATCH)) {
      if (other.parameters() != network.numParams()) {
        throw new IllegalStateException(
            "The networks differ: %d and %d parameters."
                .formatted(network.numParams(), other.parameters()));
      }
      int steps = data.rows() / BATCH;
      for (int epoch = 0; epoch < epochs; epoch++) {
        Clock start = Clock.now();
        for (int step = 0; step < steps; step++) {
          Batch batch = training.nextBatch();
          network.fit(
              new INDArray[] {batch.input(Training.FEATURES)}, new INDArray[] {batch.labels()});
        }
        Clock middle = Clock.now();
        torchLoss = other.epoch();
        Clock end = Clock.now();
        pergolaLoss = network.score();
        if (epoch >= WARM_UP) {
          pergola.add(middle.since(start));
          torch.add(end.since(middle));
        }
      }
    }
    training.save(network);
    long rows = (long) data.rows() / BATCH * BATCH;
    double wall = rate(rows, pergola, Clock::wall);
    double torchWall = rate(rows, torch, Clock::wall);
    double cpu = rate(rows, pergola, Clock::cpu);
    double torchCpu = rate(rows, torch, Clock::cpu);
    System.out.printf(
        Locale.ROOT,
        "%-34s %,10d %,10.0f %,10.0f %5.2f %,10.0f %,10.0f %5.2f   (last losses %.4f, %.4f)%n",
        name,
        network.numParams(),
        wall,
        torchWall,
        wall / torchWall,
        cpu,
        torchCpu,
        cpu / torchCpu,
        pergolaLoss,
        torchLoss);
  }

  private static List<Integer> widths(ComputationGraph network) {
    return !network.getConfiguration().getVertices().containsKey("embeddings")
        ? List.of()
        : ((FeatureLayer) network.getLayer("embeddings").conf().getLayer()).tableWidths();
  }

  /** Rows a second in the epoch of median length. */
  private static double rate(long rows, List<Clock> epochs, ToLongFunction<Clock> nanos) {
    long[] sorted = epochs.stream().mapToLong(nanos).sorted().toArray();
    return rows * 1e9 / sorted[sorted.length / 2];
  }

  /** Nanoseconds of wall time, and of CPU time of this process. */
  private record Clock(long wall, long cpu) {
    static Clock now() {
      OperatingSystemMXBean system =
          (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
      return new Clock(System.nanoTime(), system.getProcessCpuTime());
    }

    Clock since(Clock start) {
      return new Clock(wall - start.wall, cpu - start.cpu);
    }
  }

  static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** One execution over the artifacts of a folder, reported to nobody. */
  record Run(Path folder) implements Artifacts, Execution {
    @Override
    public <A extends Artifact> A of(Channel<A> channel) {
      return channel.type().cast(TrainingData.artifact(folder, channel));
    }

    @Override
    public <A extends Artifact> Optional<A> of(OptionalChannel<A> channel) {
      return Optional.empty();
    }

    @Override
    public Execution execution() {
      return this;
    }

    @Override
    public String runId() {
      return "benchmark";
    }

    @Override
    public String node() {
      return "trainer";
    }

    @Override
    public RunContext context() {
      return RunContext.asOf(Instant.EPOCH);
    }

    @Override
    public int attempt() {
      return 1;
    }

    @Override
    public Path scratch() {
      return folder.resolve("scratch");
    }

    @Override
    public Path checkpoints() {
      return folder.resolve("checkpoints");
    }

    @Override
    public void addRows(long rows) {}

    @Override
    public void progress(String message) {}

    @Override
    public void metric(String metric, double value) {}

    @Override
    public void property(Channel<?> output, String property, Object value) {}

    @Override
    public void throwIfCancelled() {}

    @Override
    public void stopRun(String reason) {}
  }
}
