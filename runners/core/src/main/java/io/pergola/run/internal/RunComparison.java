package io.pergola.run.internal;

import io.pergola.metadata.MetadataStore;
import io.pergola.run.ArtifactRecord;
import io.pergola.run.NodeRecord;
import io.pergola.run.Reason;
import io.pergola.run.RunDifference;
import io.pergola.run.RunHistory;
import io.pergola.run.RunRecord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Compares two runs by what the store has of them. */
final class RunComparison {
  private final MetadataStore store;
  private final Catalog catalog;
  private final RunHistory history;

  RunComparison(MetadataStore store, Catalog catalog, RunHistory history) {
    this.store = store;
    this.catalog = catalog;
    this.history = history;
  }

  RunDifference between(RunRecord before, RunRecord after) {
    Map<String, NodeRecord> earlier = byId(before);
    Map<String, NodeRecord> later = byId(after);
    Set<String> ids = new LinkedHashSet<>(later.keySet());
    ids.addAll(earlier.keySet());
    List<RunDifference.Node> nodes = new ArrayList<>();
    for (String id : ids) {
      nodes.add(node(id, Optional.ofNullable(earlier.get(id)), Optional.ofNullable(later.get(id))));
    }
    return new RunDifference(before, after, changes(settings(before), settings(after)), nodes);
  }

  private Map<String, NodeRecord> byId(RunRecord run) {
    Map<String, NodeRecord> nodes = new LinkedHashMap<>();
    history.nodes(run.id()).forEach(node -> nodes.put(node.node(), node));
    return nodes;
  }

  private RunDifference.Node node(
      String id, Optional<NodeRecord> before, Optional<NodeRecord> after) {
    return new RunDifference.Node(
        id,
        before,
        after,
        reasons(before, after),
        outputs(before, after),
        changes(metrics(before), metrics(after)));
  }

  private List<Reason> reasons(Optional<NodeRecord> before, Optional<NodeRecord> after) {
    Optional<KeyParts> was = before.flatMap(this::parts);
    Optional<KeyParts> is = after.flatMap(this::parts);
    return was.isPresent() && is.isPresent() ? Changes.between(was.get(), is.get()) : List.of();
  }

  private Optional<KeyParts> parts(NodeRecord node) {
    return node.executionId()
        .flatMap(store::execution)
        .flatMap(execution -> execution.property(Catalog.KEY_PARTS))
        .flatMap(json -> KeyParts.parse(json.text()));
  }

  private RunDifference.Outputs outputs(Optional<NodeRecord> before, Optional<NodeRecord> after) {
    SortedMap<String, String> was = hashes(before);
    SortedMap<String, String> is = hashes(after);
    if (was.isEmpty() || is.isEmpty()) {
      return RunDifference.Outputs.UNKNOWN;
    }
    return was.equals(is) ? RunDifference.Outputs.SAME : RunDifference.Outputs.DIFFERENT;
  }

  private SortedMap<String, String> hashes(Optional<NodeRecord> node) {
    SortedMap<String, String> hashes = new TreeMap<>();
    for (Map.Entry<String, ArtifactRecord> output :
        node.flatMap(NodeRecord::executionId)
            .map(catalog::outputsOf)
            .orElse(new TreeMap<>())
            .entrySet()) {
      hashes.put(output.getKey(), output.getValue().contentHash());
    }
    return hashes;
  }

  private static SortedMap<String, String> metrics(Optional<NodeRecord> node) {
    SortedMap<String, String> metrics = new TreeMap<>();
    node.ifPresent(n -> n.metrics().forEach((name, v) -> metrics.put(name, v.toString())));
    return metrics;
  }

  private static SortedMap<String, String> settings(RunRecord run) {
    SortedMap<String, String> settings = new TreeMap<>();
    settings.put("pipeline", run.pipeline());
    settings.put("engine", run.engine());
    run.parameters().forEach((name, value) -> settings.put("parameter " + name, value));
    return settings;
  }

  private static SortedMap<String, RunDifference.Change> changes(
      SortedMap<String, String> before, SortedMap<String, String> after) {
    SortedMap<String, RunDifference.Change> changes = new TreeMap<>();
    Set<String> names = new TreeSet<>(before.keySet());
    names.addAll(after.keySet());
    for (String name : names) {
      Optional<String> was = Optional.ofNullable(before.get(name));
      Optional<String> is = Optional.ofNullable(after.get(name));
      if (!was.equals(is)) {
        changes.put(name, new RunDifference.Change(was, is));
      }
    }
    return changes;
  }
}
