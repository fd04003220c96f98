package io.pergola.run.internal;

import io.pergola.metadata.ArtifactFilter;
import io.pergola.metadata.ArtifactState;
import io.pergola.metadata.EventKind;
import io.pergola.metadata.ExecutionFilter;
import io.pergola.metadata.ExecutionState;
import io.pergola.metadata.Marks;
import io.pergola.metadata.MetadataStore;
import io.pergola.metadata.Page;
import io.pergola.metadata.Paging;
import io.pergola.metadata.PropertyKind;
import io.pergola.metadata.PropertyValue;
import io.pergola.metadata.StoredArtifact;
import io.pergola.metadata.StoredContext;
import io.pergola.metadata.StoredEvent;
import io.pergola.metadata.StoredExecution;
import io.pergola.run.ArtifactRecord;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** What runs ask of the metadata store: earlier results, their artifacts, the latest of a kind. */
public final class Catalog {
  /** Context types, as TFX names them. */
  static final String PIPELINE = "pipeline";

  static final String RUN = "pipeline_run";
  static final String NODE = "node";

  /** Custom properties of executions. */
  static final String KEY = "cache_key";

  static final String KEY_PARTS = "cache_key_parts";
  static final String RUN_ID = "run_id";
  static final String NODE_ID = "node_id";
  static final String STOP = "stop_reason";
  static final String REUSED = "reused_execution";
  static final String METRIC = "metric.";

  /** The data interval of the run, {@code START/END}, and which attempt at it the run is. */
  static final String INTERVAL = "interval";

  static final String ATTEMPT = "attempt";

  /** Before the number of an attempt: where its log is, and its length when it was recorded. */
  static final String LOG = "log.";

  static final String LOG_BYTES = "log_bytes.";

  /** Custom properties of artifacts; the others are the component's own. */
  private static final String OURS = "pergola.";

  static final String A_PIPELINE = OURS + "pipeline";
  static final String A_NODE = OURS + "node";
  static final String A_OUTPUT = OURS + "output";
  static final String A_RUN = OURS + "run";
  static final String A_EXECUTION = OURS + "execution";
  static final String A_HASH = OURS + "content_hash";
  static final String A_BYTES = OURS + "bytes";
  static final String A_INTERVAL = OURS + INTERVAL;
  static final String A_ATTEMPT = OURS + ATTEMPT;

  private static final int CANDIDATES = 5;

  private final MetadataStore store;
  private final Path artifacts;

  /**
   * @param artifacts the folder that artifacts' locations are relative to
   */
  public Catalog(MetadataStore store, Path artifacts) {
    this.store = store;
    this.artifacts = artifacts;
  }

  /**
   * An earlier execution whose outputs can be used again.
   *
   * @param outputs by output name; an optional output that was left empty is not there
   * @param stop why it stopped its run, if it did
   */
  record Reusable(
      long executionId,
      String runId,
      SortedMap<String, ArtifactRecord> outputs,
      Optional<String> stop) {}

  /** Executions with this cache key, newest first. */
  List<Reusable> withKey(String key) {
    Page<StoredExecution> found =
        store.executions(
            ExecutionFilter.all()
                .state(ExecutionState.COMPLETE)
                .customProperty(KEY, PropertyValue.of(key)),
            Paging.newest(CANDIDATES));
    List<Reusable> reusable = new ArrayList<>();
    for (StoredExecution execution : found.items()) {
      reusable.add(
          new Reusable(
              execution.id(),
              text(execution, RUN_ID),
              outputsOf(execution.id()),
              execution.property(STOP).map(PropertyValue::text)));
    }
    return reusable;
  }

  /** What an execution put out, or took from an earlier one. */
  Reusable reusable(long executionId) {
    StoredExecution execution = store.execution(executionId).orElseThrow();
    return new Reusable(
        executionId,
        text(execution, RUN_ID),
        outputsOf(executionId),
        execution.property(STOP).map(PropertyValue::text));
  }

  /** The newest published executions of a node, newest first. */
  List<Reusable> ofNode(String pipeline, String node) {
    Optional<StoredContext> context = store.context(NODE, nodeContext(pipeline, node));
    if (context.isEmpty()) {
      return List.of();
    }
    List<StoredExecution> found = new ArrayList<>();
    for (ExecutionState state : List.of(ExecutionState.COMPLETE, ExecutionState.CACHED)) {
      ExecutionFilter filter = ExecutionFilter.all().contextId(context.get().id()).state(state);
      found.addAll(store.executions(filter, Paging.newest(CANDIDATES)).items());
    }
    return found.stream()
        .sorted(Comparator.comparingLong(StoredExecution::id).reversed())
        .map(execution -> reusable(execution.id()))
        .toList();
  }

  /** What the newest finished execution of a node depended on; else that of its component. */
  Optional<KeyParts> lastParts(String pipeline, String node, String component) {
    Optional<StoredContext> context = store.context(NODE, nodeContext(pipeline, node));
    Optional<KeyParts> ofNode =
        context.flatMap(c -> lastParts(ExecutionFilter.all().contextId(c.id())));
    return ofNode.isPresent() ? ofNode : lastParts(ExecutionFilter.all().type(component));
  }

  private Optional<KeyParts> lastParts(ExecutionFilter filter) {
    Optional<StoredExecution> complete =
        store.executions(filter.state(ExecutionState.COMPLETE), Paging.newest(1)).first();
    Optional<StoredExecution> cached =
        store.executions(filter.state(ExecutionState.CACHED), Paging.newest(1)).first();
    Optional<StoredExecution> newest =
        complete.isPresent() && cached.isPresent()
            ? (complete.get().id() > cached.get().id() ? complete : cached)
            : complete.or(() -> cached);
    return newest
        .flatMap(execution -> execution.property(KEY_PARTS))
        .flatMap(json -> KeyParts.parse(json.text()));
  }

  /** The live artifacts that an execution put out, by output name. */
  SortedMap<String, ArtifactRecord> outputsOf(long executionId) {
    Map<Long, String> names = new LinkedHashMap<>();
    for (StoredEvent event : store.eventsOfExecutions(List.of(executionId))) {
      if (event.kind() == EventKind.OUTPUT && !event.keys().isEmpty()) {
        names.put(event.artifactId(), event.keys().get(0));
      }
    }
    SortedMap<String, ArtifactRecord> outputs = new TreeMap<>();
    for (StoredArtifact artifact : store.artifacts(names.keySet())) {
      if (artifact.state() == ArtifactState.LIVE) {
        outputs.put(names.getOrDefault(artifact.id(), ""), record(artifact));
      }
    }
    return outputs;
  }

  /** Looks for the newest artifact of a kind. */
  LatestArtifacts latest() {
    return new LatestArtifacts(store, this);
  }

  /**
   * The newest model that a blessing with {@code blessed = 1} of this pipeline speaks of.
   *
   * @param except content hashes of models that do not count: those the run itself evaluates
   */
  Optional<ArtifactRecord> latestBlessedModel(String pipeline, Set<String> except) {
    Optional<StoredContext> context = store.context(PIPELINE, pipeline);
    if (context.isEmpty()) {
      return Optional.empty();
    }
    ArtifactFilter blessed =
        ArtifactFilter.all()
            .type("ModelBlessing")
            .state(ArtifactState.LIVE)
            .contextId(context.get().id())
            .customProperty("blessed", PropertyValue.of(1L));
    Paging paging = Paging.newest(50);
    while (true) {
      Page<StoredArtifact> page = store.artifacts(blessed, paging);
      for (StoredArtifact blessing : page.items()) {
        Optional<ArtifactRecord> model = modelOf(blessing);
        if (model.isPresent()
            && !except.contains(model.get().contentHash())
            && quarantined(List.of(blessing.id(), model.get().id())).isEmpty()) {
          return model;
        }
      }
      if (page.next().isEmpty()) {
        return Optional.empty();
      }
      paging = paging.after(page.next().get());
    }
  }

  /** Which of these artifacts neither cache nor resolver may answer with, and why. */
  Map<Long, Marks.Quarantine> quarantined(Collection<Long> artifactIds) {
    return store.marks().quarantined(artifactIds);
  }

  private Optional<ArtifactRecord> modelOf(StoredArtifact blessing) {
    Optional<Long> execution = blessing.property(A_EXECUTION).map(id -> Long.parseLong(id.text()));
    if (execution.isEmpty()) {
      return Optional.empty();
    }
    return store.eventsOfExecutions(List.of(execution.get())).stream()
        .filter(event -> event.kind() == EventKind.INPUT && event.keys().contains("model"))
        .findFirst()
        .flatMap(event -> store.artifact(event.artifactId()))
        .filter(model -> model.state() == ArtifactState.LIVE)
        .map(this::record);
  }

  /** One live artifact. */
  Optional<ArtifactRecord> artifact(long id) {
    return store
        .artifact(id)
        .filter(artifact -> artifact.state() == ArtifactState.LIVE)
        .map(this::record);
  }

  /** An artifact of the store as runs see it. */
  public ArtifactRecord record(StoredArtifact artifact) {
    SortedMap<String, Object> properties = new TreeMap<>();
    artifact
        .customProperties()
        .forEach(
            (name, value) -> {
              if (!name.startsWith(OURS) && value.kind() != PropertyKind.STRUCT) {
                properties.put(name, plain(value));
              }
            });
    return new ArtifactRecord(
        artifact.id(),
        artifact.type(),
        text(artifact, A_PIPELINE),
        text(artifact, A_NODE),
        text(artifact, A_OUTPUT),
        text(artifact, A_RUN),
        artifacts.resolve(artifact.uri().orElse("")).normalize(),
        text(artifact, A_HASH),
        artifact.property(A_BYTES).map(bytes -> Long.parseLong(bytes.text())).orElse(0L),
        artifact.created(),
        properties);
  }

  static String nodeContext(String pipeline, String node) {
    return pipeline + "." + node;
  }

  private static Object plain(PropertyValue value) {
    if (value instanceof PropertyValue.IntValue number) {
      return number.value();
    }
    if (value instanceof PropertyValue.DoubleValue number) {
      return number.value();
    }
    return value.text();
  }

  private static String text(StoredArtifact artifact, String property) {
    return artifact.property(property).map(PropertyValue::text).orElse("");
  }

  static String text(StoredExecution execution, String property) {
    return execution.property(property).map(PropertyValue::text).orElse("");
  }
}
