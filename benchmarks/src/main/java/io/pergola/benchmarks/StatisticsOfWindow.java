package io.pergola.benchmarks;

import io.pergola.artifact.Artifact;
import io.pergola.artifact.Examples;
import io.pergola.artifact.Statistics;
import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.Execution;
import io.pergola.pipeline.OptionalChannel;
import io.pergola.run.Manifest;
import io.pergola.run.local.LocalEngine;
import io.pergola.validation.StatisticsFile;
import io.pergola.validation.StatisticsGen;
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
import org.apache.beam.sdk.Pipeline;

/**
 * Prints what statistics of one day cost, of thirty days at first, and of the next thirty days, of
 * which twenty-nine are the same. In one JVM, so that all but the first run without start-up.
 *
 * <p>Arguments: a working folder, and the number of rows of a day.
 */
final class StatisticsOfWindow {
  private static final int DAYS = 30;

  private final Path folder;
  private final long rows;
  private final LocalEngine engine = LocalEngine.create(Integer.getInteger("threads", 2));

  private StatisticsOfWindow(Path folder, long rows) {
    this.folder = folder;
    this.rows = rows;
  }

  public static void main(String[] args) throws Exception {
    StatisticsOfWindow window = new StatisticsOfWindow(Path.of(args[0]), Long.parseLong(args[1]));
    for (int round = 0; round < Integer.getInteger("rounds", 3); round++) {
      Path memo = Files.createTempDirectory("memo");
      Cost day = window.run(31, 31, Optional.empty());
      Cost first = window.run(1, DAYS, Optional.of(memo));
      Cost next = window.run(2, DAYS + 1, Optional.of(memo));
      Cost again = window.run(2, DAYS + 1, Optional.empty());
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
    System.exit(0);
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
    Path statistics = Files.createTempDirectory("statistics");
    Channel<Examples<Object>> in = new Channel<>("examples", "examples", examplesClass());
    Channel<Statistics> out = new Channel<>("statistics-gen", "statistics", Statistics.class);
    Directories artifacts =
        new Directories(
            new Examples<>(examples), new Statistics(statistics), new NoExecution(memo));
    long begin = System.nanoTime();
    double cpu = cpuSeconds();
    Pipeline job = engine.newJob("statistics-gen");
    StatisticsGen gen = StatisticsGen.of(in);
    gen.expand(job, artifacts, out);
    engine.run(job, new Unheard());
    gen.finish(artifacts, out);
    Cost cost = new Cost((System.nanoTime() - begin) / 1e9, cpuSeconds() - cpu);
    if (StatisticsFile.read(statistics).examples() != rows * (to - from + 1)) {
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
  private static Class<Examples<Object>> examplesClass() {
    return (Class) Examples.class;
  }

  /** Looks artifacts up by their type. */
  private record Directories(Examples<Object> examples, Statistics statistics, Execution execution)
      implements Artifacts {
    @Override
    public <A extends Artifact> A of(Channel<A> channel) {
      return channel.type().cast(channel.type() == Statistics.class ? statistics : examples);
    }

    @Override
    public <A extends Artifact> Optional<A> of(OptionalChannel<A> channel) {
      return Optional.of(of(channel.channel()));
    }
  }
}
