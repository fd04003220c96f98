package io.pergola.run.internal;

import io.pergola.metadata.ArtifactDraft;
import io.pergola.metadata.EventKind;
import io.pergola.metadata.MetadataStore;
import io.pergola.metadata.MetadataType;
import io.pergola.metadata.PropertyValue;
import io.pergola.metadata.StoredArtifact;
import io.pergola.metadata.StoredEvent;
import io.pergola.metadata.StoredNode;
import io.pergola.metadata.StoredRun;
import io.pergola.pipeline.ArtifactQuery;
import io.pergola.pipeline.BuiltPipeline;
import io.pergola.pipeline.PipelineGraph;
import io.pergola.pipeline.QueryComponent;
import io.pergola.run.ArtifactRecord;
import io.pergola.run.Engine;
import io.pergola.run.Reason;
import io.pergola.run.Reproduction;
import io.pergola.run.RunAttributes;
import io.pergola.run.RunDifference;
import io.pergola.run.RunListener;
import io.pergola.run.RunOptions;
import io.pergola.run.RunRefusedException;
import io.pergola.run.RunResult;
import io.pergola.run.RunSelection;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Runs what an artifact was made by again, in another workspace, and compares node by node. Nothing
 * of the first workspace is changed; resolvers answer what they answered then.
 */
public final class Repetition {
  private final MetadataStore then;
  private final Path home;
  private final MetadataStore now;
  private final Path scratch;

  /**
   * @param then the store that has the artifact
   * @param home the workspace that has it
   * @param now a store that is empty
   * @param scratch the workspace of that store
   */
  public Repetition(MetadataStore then, Path home, MetadataStore now, Path scratch) {
    this.then = then;
    this.home = home;
    this.now = now;
    this.scratch = scratch;
  }

  /**
   * Repeats the artifact's node and all before it.
   *
   * @param pipeline built as it was for the artifact's run, with the same parameters
   */
  public Reproduction of(
      ArtifactRecord artifact, BuiltPipeline pipeline, Optional<Engine> engine, RunListener hears) {
    StoredRun run =
        then.runs()
            .find(artifact.runId())
            .orElseThrow(
                () ->
                    new RunRefusedException(
                        "Cannot reproduce artifact %d: run %s, which made it, is not on record. Choose one that a run made: pergola artifacts."
                            .formatted(artifact.id(), artifact.runId())));
    if (!pipeline.nodes().containsKey(artifact.node())) {
      throw new RunRefusedException(
          "Cannot reproduce artifact %d: pipeline '%s' has no node '%s' any more. Check out the code of that run, or name its jar."
              .formatted(artifact.id(), pipeline.graph().name(), artifact.node()));
    }
    Map<String, StoredNode> nodes = new LinkedHashMap<>();
    then.runs().nodes(run.id()).forEach(node -> nodes.put(node.id(), node));
    RunOptions options =
        RunOptions.defaults()
            .context(RunTimes.of(run))
            .select(RunSelection.all().to(Set.of(artifact.node())));
    RunResult result =
        new RunStarter(now, scratch, engine).start(answering(pipeline, nodes), options, hears);
    return new Reproduction(
        result, compare(pipeline, before(pipeline, artifact.node()), run, nodes, result.runId()));
  }

  /** The pipeline with resolvers that answer what they answered then. */
  private BuiltPipeline answering(BuiltPipeline pipeline, Map<String, StoredNode> nodes) {
    Map<String, BuiltPipeline.Node> replaced = new LinkedHashMap<>();
    pipeline
        .nodes()
        .forEach(
            (id, node) -> {
              boolean asks =
                  node.component() instanceof QueryComponent<?> component
                      && !(component.query() instanceof ArtifactQuery.FirstPresent);
              Optional<Long> given =
                  Optional.ofNullable(nodes.get(id))
                      .flatMap(StoredNode::executionId)
                      .flatMap(execution -> outputs(then, execution).values().stream().findFirst())
                      .map(this::take);
              replaced.put(
                  id,
                  asks
                      ? new BuiltPipeline.Node(
                          new Answer(new ArtifactQuery.Recorded(given)), node.outputs())
                      : node);
            });
    return new BuiltPipeline(pipeline.graph(), replaced, Map.of());
  }

  /** A resolver whose answer is known. */
  record Answer(ArtifactQuery query) implements QueryComponent<Object> {}

  /** Puts an artifact of the first store into the other one; its files stay where they are. */
  private long take(StoredArtifact artifact) {
    MetadataType type = MetadataType.artifact(artifact.type());
    now.putType(type);
    Path files = new Catalog(then, home).record(artifact).directory();
    ArtifactDraft draft = artifact.draft();
    return now.putArtifact(
        new ArtifactDraft(
            draft.type(),
            Optional.empty(),
            Optional.of(files.toString()),
            Optional.empty(),
            draft.state(),
            new TreeMap<>(),
            withDeclared(draft)));
  }

  private static SortedMap<String, PropertyValue> withDeclared(ArtifactDraft draft) {
    SortedMap<String, PropertyValue> all = new TreeMap<>(draft.customProperties());
    all.putAll(draft.properties());
    return all;
  }

  private List<Reproduction.Node> compare(
      BuiltPipeline pipeline,
      Set<String> before,
      StoredRun first,
      Map<String, StoredNode> nodes,
      String again) {
    List<Reproduction.Node> compared = new ArrayList<>();
    for (PipelineGraph.Node node : pipeline.graph().nodes()) {
      boolean made =
          before.contains(node.id())
              && !(Topology.component(pipeline, node.id()) instanceof QueryComponent);
      if (made) {
        compared.add(
            node(
                node,
                first,
                Optional.ofNullable(nodes.get(node.id())).flatMap(StoredNode::executionId),
                now.runs().node(again, node.id()).flatMap(StoredNode::executionId)));
      }
    }
    return compared;
  }

  private Reproduction.Node node(
      PipelineGraph.Node node, StoredRun first, Optional<Long> was, Optional<Long> is) {
    SortedMap<String, String> left = was.map(id -> hashes(then, id)).orElse(new TreeMap<>());
    SortedMap<String, String> right = is.map(id -> hashes(now, id)).orElse(new TreeMap<>());
    SortedMap<String, RunDifference.Change> changes = new TreeMap<>();
    Set<String> names = new TreeSet<>(left.keySet());
    names.addAll(right.keySet());
    for (String name : names) {
      if (!Objects.equals(left.get(name), right.get(name))) {
        changes.put(
            name,
            new RunDifference.Change(
                Optional.ofNullable(left.get(name)), Optional.ofNullable(right.get(name))));
      }
    }
    boolean known = !left.isEmpty() && !right.isEmpty();
    Reproduction.Same same =
        !known
            ? Reproduction.Same.UNKNOWN
            : changes.isEmpty() ? Reproduction.Same.SAME : Reproduction.Same.DIFFERENT;
    List<Reason> reasons = reasons(was, is);
    return new Reproduction.Node(
        node.id(),
        node.component(),
        same,
        changes,
        reasons,
        same == Reproduction.Same.DIFFERENT && reasons.isEmpty() ? why(first) : List.of());
  }

  private List<Reason> reasons(Optional<Long> was, Optional<Long> is) {
    Optional<KeyParts> left = was.flatMap(id -> parts(then, id));
    Optional<KeyParts> right = is.flatMap(id -> parts(now, id));
    return left.isPresent() && right.isPresent()
        ? Changes.between(left.get(), right.get())
        : List.of();
  }

  /** What is not part of a cache key and can still move bytes. */
  private List<String> why(StoredRun first) {
    List<String> why = new ArrayList<>();
    StoredRun again = now.runs().latest().orElseThrow();
    for (String attribute :
        List.of(RunAttributes.ENGINE, RunAttributes.JAVA, RunAttributes.PLATFORM)) {
      Optional<String> was = first.attribute(attribute);
      Optional<String> is = again.attribute(attribute);
      if (was.isPresent() && !was.equals(is)) {
        why.add(
            "%s was %s and is %s"
                .formatted(attribute.replace("environment.", ""), was.get(), is.orElse("unknown")));
      }
    }
    why.add(
        "it depends on the same code, parameters and inputs: sums of floats in another order, random numbers without a seed, or the clock");
    return why;
  }

  private static Optional<KeyParts> parts(MetadataStore store, long execution) {
    return store
        .execution(execution)
        .flatMap(stored -> stored.property(Catalog.KEY_PARTS))
        .flatMap(json -> KeyParts.parse(json.text()));
  }

  private static SortedMap<String, String> hashes(MetadataStore store, long execution) {
    SortedMap<String, String> hashes = new TreeMap<>();
    outputs(store, execution)
        .forEach(
            (name, artifact) ->
                artifact.property(Catalog.A_HASH).ifPresent(hash -> hashes.put(name, hash.text())));
    return hashes;
  }

  /** What an execution put out, by name, whether or not its files are still there. */
  private static SortedMap<String, StoredArtifact> outputs(MetadataStore store, long execution) {
    SortedMap<String, StoredArtifact> outputs = new TreeMap<>();
    for (StoredEvent event : store.eventsOfExecutions(List.of(execution))) {
      if (event.kind() == EventKind.OUTPUT && !event.keys().isEmpty()) {
        store
            .artifact(event.artifactId())
            .ifPresent(artifact -> outputs.put(event.keys().get(0), artifact));
      }
    }
    return outputs;
  }

  /** A node and all that it reads from, directly or not. */
  private static Set<String> before(BuiltPipeline pipeline, String node) {
    Set<String> before = new LinkedHashSet<>(Set.of(node));
    List<PipelineGraph.Node> nodes = pipeline.graph().nodes();
    for (int i = nodes.size() - 1; i >= 0; i--) {
      if (before.contains(nodes.get(i).id())) {
        nodes.get(i).inputs().forEach(input -> before.add(input.node()));
      }
    }
    return before;
  }
}
