package io.pergola.run.internal;

import io.pergola.metadata.MetadataStore;
import io.pergola.pipeline.BuiltPipeline;
import io.pergola.pipeline.RunContext;
import io.pergola.run.Engine;
import io.pergola.run.RunOptions;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What stays the same while one process drives one run.
 *
 * @param home the workspace's folder
 * @param engine empty if the pipeline has no Beam jobs to run
 * @param context what the run knows of time
 */
record RunSession(
    String runId,
    BuiltPipeline pipeline,
    RunOptions options,
    MetadataStore store,
    Catalog catalog,
    NodeKeys keys,
    Topology topology,
    Path home,
    Optional<Engine> engine,
    LeaseKeeper lease,
    RunContext context) {
  String pipelineName() {
    return pipeline.graph().name();
  }

  Path artifacts() {
    return home.resolve("artifacts");
  }

  /** Temporary files of this run's attempts. */
  Path scratch() {
    return home.resolve("scratch").resolve(runId);
  }

  /** The name of an attempt's folder among the temporary files. */
  static String scratchName(String node, int attempt) {
    return node.replace('/', '_') + "-" + attempt;
  }

  /** What a node keeps of spans, from run to run. */
  Path memo(String node) {
    return home.toAbsolutePath().resolve("memo").resolve(pipelineName()).resolve(node);
  }

  /** What nodes of this run keep between attempts. */
  Path checkpoints() {
    return home.resolve("checkpoints").resolve(runId);
  }
}
