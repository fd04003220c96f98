package io.pergola.cli;

import io.pergola.metadata.StoredRun;
import io.pergola.run.Engine;
import io.pergola.run.RunAttributes;
import io.pergola.run.RunOptions;
import io.pergola.run.RunRecord;
import io.pergola.run.Workspace;
import io.pergola.run.local.LocalEngine;
import io.pergola.schedule.StartValues;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where and how nodes run. */
final class EngineOptions {
  private static final String PREFIX = "cli.";
  private static final String MASTER = PREFIX + "flink-master";
  private static final String STAGE = PREFIX + "flink-stage";
  private static final String PARALLELISM = PREFIX + "flink-parallelism";
  private static final String PARALLEL = PREFIX + "parallel-nodes";
  private static final String AUTO = "auto";

  /** The engines there are. */
  enum Kind {
    local,
    flink
  }

  /** Options that were taken from an earlier run, as that run has them. */
  private final Map<String, String> texts = new TreeMap<>();

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
   * What its options refer to is taken from the environment of this process.
   *
   * @throws UsageException if a variable that they refer to is not set
   */
  void continueOn(Workspace workspace, RunRecord record) {
    StoredRun run = workspace.store().runs().find(record.id()).orElseThrow();
    SortedMap<String, String> values;
    try {
      values = StartValues.of(run, System.getenv()).engineOptions();
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
    if (parallelNodes == null) {
      parallelNodes = number(take(run, values, PARALLEL));
    }
    if (engine == null && flinkMaster == null) {
      engine = record.engine().equals(Kind.flink.name()) ? Kind.flink : Kind.local;
      flinkMaster = take(run, values, MASTER).orElse(null);
      flinkStage = take(run, values, STAGE).orElse(flinkStage);
      if (flinkParallelism == null) {
        flinkParallelism = number(take(run, values, PARALLELISM));
      }
    }
  }

  /** An option of an earlier run, of which the text is recorded again, and not the value. */
  private Optional<String> take(StoredRun run, SortedMap<String, String> values, String attribute) {
    run.attribute(RunAttributes.OWN + attribute).ifPresent(text -> texts.put(attribute, text));
    return Optional.ofNullable(values.get(attribute.substring(PREFIX.length())));
  }

  private static @Nullable Integer number(Optional<String> text) {
    return text.map(Integer::valueOf).orElse(null);
  }

  RunOptions runOptions() {
    RunOptions options = RunOptions.defaults();
    Integer nodes = parallelNodes;
    if (nodes != null) {
      if (nodes < 1) {
        throw new UsageException("Invalid --parallel-nodes: %d (from 1)".formatted(nodes));
      }
      options = record(options.parallelNodes(nodes), PARALLEL, nodes.toString());
    }
    String master = flinkMaster;
    if (master != null) {
      options = record(record(options, MASTER, master), STAGE, flinkStage);
    }
    if (flinkParallelism != null) {
      options = record(options, PARALLELISM, flinkParallelism.toString());
    }
    return noCache ? options.withoutCache() : options;
  }

  private RunOptions record(RunOptions options, String attribute, String value) {
    return options.attribute(attribute, texts.getOrDefault(attribute, value));
  }
}
