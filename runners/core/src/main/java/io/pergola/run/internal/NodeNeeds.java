package io.pergola.run.internal;

import com.sun.management.HotSpotDiagnosticMXBean;
import io.pergola.beam.BeamComponent;
import io.pergola.beam.DrivingComponent;
import io.pergola.pipeline.Component;
import io.pergola.pipeline.NodeOptions;
import io.pergola.pipeline.PipelineGraph;
import io.pergola.run.Engine;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;

/** What a node's options ask of the JVM and the engine that are to execute it. */
final class NodeNeeds {
  private static final long MB = 1 << 20;

  private final Optional<Engine> engine;
  private final long heap;

  /**
   * @param heap bytes that the JVM's heap may grow to
   */
  NodeNeeds(Optional<Engine> engine, long heap) {
    this.engine = engine;
    this.heap = heap;
  }

  /** Asks this JVM and an engine. */
  static NodeNeeds of(Optional<Engine> engine) {
    return new NodeNeeds(engine, heapOfThisJvm());
  }

  /**
   * Looks whether a node can be executed here.
   *
   * @return all that is missing, and what to do about it; empty if it can
   */
  Optional<String> unmet(PipelineGraph.Node node, Component<?> component) {
    List<String> problems = new ArrayList<>();
    unmet(node).ifPresent(problems::add);
    if (!node.options().engine().isEmpty()
        && engine.isPresent()
        && (component instanceof BeamComponent<?> || component instanceof DrivingComponent<?>)) {
      problems.addAll(refused(node.id(), node.options(), engine.get()));
    }
    return problems.isEmpty() ? Optional.empty() : Optional.of(String.join(" ", problems));
  }

  /** What an exit handler lacks, which no engine executes. */
  Optional<String> unmet(PipelineGraph.Node node) {
    return node.options()
        .memoryBytes()
        .filter(asked -> asked > heap)
        .map(asked -> tooSmall(node.id(), asked));
  }

  private String tooSmall(String node, long asked) {
    long megabytes = (asked + MB - 1) / MB;
    return "Cannot run node '%s': it needs a heap of %,d MB, and that of this JVM ends at %,d MB. Start Java with -Xmx%dm, or the daemon with --heap=%dm."
        .formatted(node, megabytes, heap / MB, megabytes, megabytes);
  }

  private static List<String> refused(String node, NodeOptions options, Engine engine) {
    SortedMap<String, SortedSet<String>> known = engine.nodeOptions();
    List<String> problems = new ArrayList<>();
    for (Map.Entry<String, String> option : options.engine().entrySet()) {
      if (!known.containsKey(option.getKey())) {
        problems.add(
            "Cannot run node '%s': engine '%s' has no option '%s'. %s."
                .formatted(
                    node,
                    engine.name(),
                    option.getKey(),
                    known.isEmpty()
                        ? "It has none but NodeOptions.threads"
                        : "It has " + String.join(", ", known.keySet())));
      } else if (!known.get(option.getKey()).contains(option.getValue())) {
        problems.add(
            "Cannot run node '%s': engine '%s' does not take '%s' for its option '%s'. It takes %s."
                .formatted(
                    node,
                    engine.name(),
                    option.getValue(),
                    option.getKey(),
                    String.join(", ", known.get(option.getKey()))));
      }
    }
    return problems;
  }

  /**
   * As -Xmx has it: some collectors keep a part of that to themselves, which Runtime leaves out.
   */
  private static long heapOfThisJvm() {
    HotSpotDiagnosticMXBean vm = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    return vm == null
        ? Runtime.getRuntime().maxMemory()
        : Long.parseLong(vm.getVMOption("MaxHeapSize").getValue());
  }
}
