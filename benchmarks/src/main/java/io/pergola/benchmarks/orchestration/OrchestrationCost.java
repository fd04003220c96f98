package io.pergola.benchmarks.orchestration;

import io.pergola.artifact.Model;
import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.BuiltPipeline;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.InlineComponent;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.pipeline.PipelineDefinition;
import io.pergola.run.PipelineRunner;
import io.pergola.run.RunListener;
import io.pergola.run.RunOptions;
import io.pergola.run.RunResult;
import io.pergola.run.Workspace;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;

/**
 * Runs 100 nodes that each write a few bytes, in a chain and side by side, and prints milliseconds
 * a node: run, and once more from the cache. Arguments: a folder; where the metadata are (default:
 * SQLite in that folder); repetitions (default 5). Prints what one fsync costs there, too.
 */
public final class OrchestrationCost {
  private static final int NODES = 100;

  private OrchestrationCost() {}

  /** Writes its seed, and how long that of its input was. */
  public record First(long seed) implements InlineComponent<Channel<Model>> {
    @Override
    public void run(Artifacts artifacts, Channel<Model> out) throws IOException {
      Files.writeString(artifacts.of(out).directory().resolve("seed"), Long.toString(seed));
    }
  }

  /** Copies a few bytes. */
  public record Next(Channel<Model> before, int place) implements InlineComponent<Channel<Model>> {
    @Override
    public void run(Artifacts artifacts, Channel<Model> out) throws IOException {
      String seed = Files.readString(artifacts.of(before).directory().resolve("seed"));
      Files.writeString(artifacts.of(out).directory().resolve("seed"), seed + place);
    }
  }

  /** Each node reads from the one before it. */
  public record Chain(long seed) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      Channel<Model> last = p.add("node-0", new First(seed));
      for (int i = 1; i < NODES; i++) {
        last = p.add("node-" + i, new Next(last, i));
      }
    }
  }

  /** All nodes read from the first. */
  public record Fan(long seed) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      Channel<Model> first = p.add("node-0", new First(seed));
      for (int i = 1; i < NODES; i++) {
        p.add("node-" + i, new Next(first, i));
      }
    }
  }

  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    Files.createDirectories(folder);
    String metadata =
        arguments.length > 1 && !arguments[1].isEmpty()
            ? arguments[1]
            : folder.resolve("metadata.db").toString();
    int repetitions = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 5;
    System.out.printf(
        Locale.ROOT, "fsync of a new 4 kB file here: %.2f ms%n", fsync(folder.resolve("fsync")));
    try (Workspace workspace = Workspace.open(folder, metadata)) {
      for (int i = 0; i <= repetitions; i++) {
        long seed = System.nanoTime();
        double[] cost = {
          time(workspace, PipelineBuilder.build(new Chain(seed)), 1),
          time(workspace, PipelineBuilder.build(new Chain(seed)), 1),
          time(workspace, PipelineBuilder.build(new Fan(seed)), 8),
          time(workspace, PipelineBuilder.build(new Fan(seed)), 8)
        };
        System.out.printf(
            Locale.ROOT,
            "%s ms a node: chain %.2f, cached %.2f; 8 at once %.2f, cached %.2f%n",
            i == 0 ? "(warm-up)" : "",
            cost[0],
            cost[1],
            cost[2],
            cost[3]);
      }
    }
  }

  private static double time(Workspace workspace, BuiltPipeline pipeline, int parallel) {
    long start = System.nanoTime();
    RunResult result =
        PipelineRunner.in(workspace)
            .run(pipeline, RunOptions.defaults().parallelNodes(parallel), RunListener.none());
    if (!(result instanceof RunResult.Succeeded)) {
      throw new IllegalStateException(result.toString());
    }
    return Duration.ofNanos(System.nanoTime() - start).toNanos() / 1e6 / NODES;
  }

  private static double fsync(Path file) throws IOException {
    double[] times = new double[50];
    for (int i = 0; i < times.length; i++) {
      Files.write(file, new byte[4_096]);
      long start = System.nanoTime();
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      times[i] = (System.nanoTime() - start) / 1e6;
      Files.delete(file);
    }
    Arrays.sort(times);
    return times[times.length / 2];
  }
}
