package io.pergola.cli;

import io.pergola.run.Engine;
import io.pergola.run.RunOptions;
import io.pergola.run.RunRecord;
import io.pergola.run.local.LocalEngine;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where and how nodes run. */
final class EngineOptions {
  private static final String MASTER = "cli.flink-master";
  private static final String STAGE = "cli.flink-stage";
  private static final String PARALLELISM = "cli.flink-parallelism";
  private static final String PARALLEL = "cli.parallel-nodes";
  private static final String AUTO = "auto";

  /** The engines there are. */
  enum Kind {
    local,
    flink
  }

  @Option(
      names = "--engine",
      paramLabel = "local|flink",
      description = {
        "local: in this process, fastest to start (default).",
        "flink: Flink inside this process, spills to disk."
      })
  @Nullable Kind engine;

  @Option(
      names = "--flink-master",
      paramLabel = "HOST:PORT",
      description = "A Flink cluster to run on; implies --engine=flink.")
  @Nullable String flinkMaster;

  @Mixin LineageOptions lineage = new LineageOptions();

  @Option(
      names = "--flink-stage",
      paramLabel = "WHAT",
      defaultValue = AUTO,
      description = {
        "What is sent to the cluster with each job: auto (the class path, unless the cluster",
        "has it; default), class-path, none, or JAR[,JAR...]. The jar of --from-jar always is."
      })
  String flinkStage = AUTO;

  @Option(
      names = "--flink-parallelism",
      paramLabel = "N",
      description = "Parallel tasks of a Flink job. Default: the cluster's slots, or the cores")
  @Nullable Integer flinkParallelism;

  @Option(
      names = "--parallel-nodes",
      paramLabel = "N",
      description = "Nodes that run at the same time. Default: 2")
  @Nullable Integer parallelNodes;

  @Option(names = "--no-cache", description = "Run every node, whatever earlier runs left.")
  boolean noCache;

  /**
   * @param jar the pipeline's own
   * @param artifacts where they are
   */
  Engine open(Optional<Path> jar, Path artifacts) {
    String master = flinkMaster;
    if (master != null && !master.matches("[A-Za-z0-9._\\[\\]:-]+:\\d{1,5}")) {
      throw new UsageException("Invalid --flink-master: '%s' (HOST:PORT)".formatted(master));
    }
    String stage = flinkStage;
    Integer asked = flinkParallelism;
    if (asked != null && asked < 1) {
      throw new UsageException("Invalid --flink-parallelism: %d (from 1)".formatted(asked));
    }
    int parallelism = asked == null ? 0 : asked;
    boolean flink = master != null || engine == Kind.flink;
    return flink
        ? new LazyEngine(
            Kind.flink.name(), () -> FlinkEngines.open(master, stage, parallelism, jar, artifacts))
        : new LazyEngine(Kind.local.name(), LocalEngine::create);
  }

  /**
   * Takes the engine of an earlier run, unless one was given, and how many nodes it ran at once.
   */
  void continueOn(RunRecord run) {
    String nodes = run.attributes().get(PARALLEL);
    if (parallelNodes == null && nodes != null) {
      parallelNodes = Integer.valueOf(nodes);
    }
    if (engine == null && flinkMaster == null) {
      engine = run.engine().equals(Kind.flink.name()) ? Kind.flink : Kind.local;
      flinkMaster = run.attributes().get(MASTER);
      flinkStage = run.attributes().getOrDefault(STAGE, flinkStage);
      String tasks = run.attributes().get(PARALLELISM);
      if (flinkParallelism == null && tasks != null) {
        flinkParallelism = Integer.valueOf(tasks);
      }
    }
  }

  RunOptions runOptions() {
    RunOptions options = RunOptions.defaults();
    Integer nodes = parallelNodes;
    if (nodes != null) {
      if (nodes < 1) {
        throw new UsageException("Invalid --parallel-nodes: %d (from 1)".formatted(nodes));
      }
      options = options.parallelNodes(nodes).attribute(PARALLEL, nodes.toString());
    }
    String master = flinkMaster;
    if (master != null) {
      options = options.attribute(MASTER, master).attribute(STAGE, flinkStage);
    }
    if (flinkParallelism != null) {
      options = options.attribute(PARALLELISM, flinkParallelism.toString());
    }
    return noCache ? options.withoutCache() : options;
  }
}
