package io.pergola.run.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pergola.metadata.StoredRun;
import io.pergola.pipeline.BuiltPipeline;
import io.pergola.pipeline.PipelineGraph;
import io.pergola.run.RunAttributes;
import io.pergola.run.RunRefusedException;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Compares the pipeline a run started with with the one that wants to go on. */
final class Graphs {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Graphs() {}

  /** JSON from node id to a digest of everything that was declared for it, but not where. */
  static String fingerprints(BuiltPipeline pipeline) {
    ObjectNode json = JSON.createObjectNode();
    for (PipelineGraph.Node node : pipeline.graph().nodes()) {
      json.put(
          node.id(),
          Digests.of(
              String.join(
                  "\n",
                  Topology.component(pipeline, node.id()).getClass().getName(),
                  node.code(),
                  node.inputs().toString(),
                  node.outputs().toString(),
                  node.fingerprints().toString(),
                  pipeline.graph().groupsOf(node).stream()
                      .map(group -> group.criterion().toString())
                      .toList()
                      .toString())));
    }
    return json.toString();
  }

  /**
   * Refuses to go on with another pipeline. Of a run that was asked for and never built, only the
   * pipeline's name is known.
   *
   * @throws RunRefusedException naming the nodes that differ
   */
  static void requireSame(StoredRun run, BuiltPipeline pipeline) {
    Set<String> different = new TreeSet<>();
    if (run.attribute(RunAttributes.FINGERPRINTS).isPresent()) {
      different.addAll(different(run, pipeline));
    }
    if (!run.pipeline().equals(pipeline.graph().name()) || !different.isEmpty()) {
      throw new RunRefusedException(
          "Cannot resume run %s: pipeline '%s' changed since it started (%s). Start a new run; what is unchanged comes from the cache."
              .formatted(
                  run.id(),
                  run.pipeline(),
                  different.isEmpty()
                      ? "it is now '%s'".formatted(pipeline.graph().name())
                      : "nodes " + String.join(", ", different)));
    }
  }

  private static Set<String> different(StoredRun run, BuiltPipeline pipeline) {
    Set<String> different = new TreeSet<>();
    try {
      JsonNode then = JSON.readTree(run.attribute(RunAttributes.FINGERPRINTS).orElse("{}"));
      JsonNode now = JSON.readTree(fingerprints(pipeline));
      for (Map.Entry<String, JsonNode> node : then.properties()) {
        if (!node.getValue().equals(now.path(node.getKey()))) {
          different.add(node.getKey());
        }
      }
      for (Map.Entry<String, JsonNode> node : now.properties()) {
        if (!then.has(node.getKey())) {
          different.add(node.getKey());
        }
      }
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Run " + run.id() + " has damaged fingerprints", e);
    }
    return different;
  }
}
