package io.pergola.benchmarks;

import io.pergola.artifact.Artifact;
import io.pergola.artifact.Examples;
import io.pergola.artifact.Row;
import io.pergola.beam.BeamComponent;
import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.Execution;
import io.pergola.pipeline.OptionalChannel;
import io.pergola.run.Manifest;
import io.pergola.run.local.LocalEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.apache.beam.sdk.Pipeline;

/**
 * Measures what a component that merges spans costs: of one day, of thirty days at first, and of
 * the next thirty days, of which twenty-nine are the same. In one JVM, so that all but the first
 * run without start-up.
 *
 * @param <A> what the component makes
 */
final class Windows<A extends Artifact> {
  private static final int DAYS = 30;

  /** The examples that the component reads. */
  static final Channel<Examples<Row>> EXAMPLES =
      new Channel<>("examples", "examples", examplesClass());

  private final Path folder;
  private final long rows;
  private final BeamComponent<Channel<A>> component;
  private final Class<A> type;
  private final Function<Path, A> artifact;
  private final Check check;
  private final LocalEngine engine = LocalEngine.create(Integer.getInteger("threads", 2));

  /** Reads the number of examples that an artifact was made of. */
  interface Check {
    long examples(Path artifact) throws IOException;
  }

  /**
   * @param folder where the days are, or are written
   * @param rows of a day
   */
  Windows(
      Path folder,
      long rows,
      BeamComponent<Channel<A>> component,
      Class<A> type,
      Function<Path, A> artifact,
      Check check) {
    this.folder = folder;
    this.rows = rows;
    this.component = component;
    this.type = type;
    this.artifact = artifact;
    this.check = check;
  }

  /** Prints the costs, as often as the property {@code rounds} says. */
  void print() throws Exception {
    for (int round = 0; round < Integer.getInteger("rounds", 3); round++) {
      Path memo = Files.createTempDirectory("memo");
      Cost day = run(31, 31, Optional.empty());
      Cost first = run(1, DAYS, Optional.of(memo));
      Cost next = run(2, DAYS + 1, Optional.of(memo));
      Cost again = run(2, DAYS + 1, Optional.empty());
      System.out.printf(
          Locale.ROOT,
          "one day %s; 30 days at first %s; the next 30 days %s: %.2f of one day, by CPU %.2f;"
              + " without what was kept %s%n",
          day,
          first,
          next,
          next.seconds / day.seconds,
          next.cpuSeconds / day.cpuSeconds,
          again);
    }
  }

  /** What one job took. */
  private record Cost(double seconds, double cpuSeconds) {
    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%.2f s (CPU %.2f s)", seconds, cpuSeconds);
    }
  }

  private static double cpuSeconds() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO).toMillis() / 1e3;
  }

  private Cost run(int from, int to, Optional<Path> memo) throws Exception {
    Path examples = examples(from, to);
    Path made = Files.createTempDirectory("made");
    Channel<A> out = new Channel<>("node", "made", type);
    Directories<A> artifacts =
        new Directories<>(
            new Examples<>(examples),
            out,
            artifact.apply(made),
            new NoExecution(memo, Files.createTempDirectory("checkpoints")));
    long begin = System.nanoTime();
    double cpu = cpuSeconds();
    Pipeline job = engine.newJob("window");
    component.expand(job, artifacts, out);
    engine.run(job, new Unheard());
    component.finish(artifacts, out);
    Cost cost = new Cost((System.nanoTime() - begin) / 1e9, cpuSeconds() - cpu);
    if (check.examples(made) != rows * (to - from + 1)) {
      throw new IllegalStateException("Cannot trust the measurement: examples are missing.");
    }
    return cost;
  }

  /** A folder whose part files are those of the days, and a manifest as the runner writes it. */
  private Path examples(int from, int to) throws Exception {
    Path examples = Files.createTempDirectory("window");
    List<Manifest.Entry> entries = new ArrayList<>();
    Files.createDirectories(examples.resolve("train"));
    for (int day = from; day <= to; day++) {
      Path file = day(day);
      String name = "train/part-%05d.parquet".formatted(day - from);
      Files.createLink(examples.resolve(name), file);
      entries.add(
          new Manifest.Entry(
              name,
              Files.size(file),
              HexFormat.of()
                  .formatHex(
                      MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)))));
    }
    Files.write(examples.resolve(Manifest.FILE), Manifest.of(entries).json());
    return examples;
  }

  private Path day(int day) throws IOException {
    Path examples = folder.resolve("day-%d-of-%d".formatted(day, rows));
    if (!Files.exists(examples)) {
      TaxiExamples.write(examples, rows, day);
    }
    return examples.resolve("train/part-00000.parquet");
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static Class<Examples<Row>> examplesClass() {
    return (Class) Examples.class;
  }

  /** What is made, and the examples behind every other channel. */
  private record Directories<A extends Artifact>(
      Examples<Row> examples, Channel<A> out, A made, Execution execution) implements Artifacts {
    @Override
    public <T extends Artifact> T of(Channel<T> channel) {
      return channel.type().cast(channel.equals(out) ? made : examples);
    }

    @Override
    public <T extends Artifact> Optional<T> of(OptionalChannel<T> channel) {
      return Optional.of(of(channel.channel()));
    }
  }
}
