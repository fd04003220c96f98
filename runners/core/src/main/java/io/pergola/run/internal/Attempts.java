package io.pergola.run.internal;

import io.pergola.metadata.EventKind;
import io.pergola.metadata.ExecutionFilter;
import io.pergola.metadata.MetadataStore;
import io.pergola.metadata.Paging;
import io.pergola.metadata.PropertyValue;
import io.pergola.metadata.RunState;
import io.pergola.metadata.StoredArtifact;
import io.pergola.metadata.StoredContext;
import io.pergola.metadata.StoredEvent;
import io.pergola.metadata.StoredExecution;
import io.pergola.metadata.StoredRun;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The attempts at a data interval: which is next, and whose outputs count. */
final class Attempts {
  private static final int LOOKED_AT = 50;

  private final MetadataStore store;

  Attempts(MetadataStore store) {
    this.store = store;
  }

  /** The number of the next attempt of a pipeline at an interval, from 1. */
  int next(String pipeline, String interval) {
    return store
        .context(Catalog.PIPELINE, pipeline)
        .flatMap(context -> executions(context, interval, 1).stream().findFirst())
        .flatMap(execution -> execution.property(Catalog.ATTEMPT))
        .map(attempt -> Integer.parseInt(attempt.text()) + 1)
        .orElse(1);
  }

  /**
   * For each of these artifacts that a newer successful attempt at its interval made anew: what
   * that attempt made instead.
   */
  SortedMap<Long, Long> superseded(Collection<Long> artifacts) {
    SortedMap<Long, Long> superseded = new TreeMap<>();
    for (StoredArtifact artifact : store.artifacts(artifacts)) {
      Optional<PropertyValue> interval = artifact.property(Catalog.A_INTERVAL);
      if (interval.isPresent()) {
        winner(artifact, interval.get().text())
            .filter(id -> id != artifact.id())
            .ifPresent(id -> superseded.put(artifact.id(), id));
      }
    }
    return superseded;
  }

  /**
   * Whether an artifact counts for a run: an attempt at an interval made it or took it from the
   * cache, no other attempt at that interval has won since, and the run could know of it. A run of
   * an interval knows nothing of later intervals, nor of earlier attempts of its own pipeline at
   * the interval that it runs again. What was made without an interval always counts.
   *
   * @param pipeline whose attempts are asked for
   */
  boolean counts(StoredArtifact artifact, String pipeline, Asker asker) {
    List<Use> uses = uses(artifact, pipeline);
    return uses.isEmpty()
        || uses.stream()
            .anyMatch(
                use ->
                    isKnown(use.interval(), pipeline, asker)
                        && use.interval().map(at -> wins(artifact, use, at)).orElse(true));
  }

  private record Use(String node, String output, Optional<String> interval) {}

  /** The executions of a pipeline that put an artifact out, new or from the cache. */
  private List<Use> uses(StoredArtifact artifact, String pipeline) {
    List<Use> uses = new ArrayList<>();
    for (StoredEvent event : store.eventsOfArtifacts(List.of(artifact.id()))) {
      if (event.kind() != EventKind.OUTPUT || event.keys().isEmpty()) {
        continue;
      }
      store
          .execution(event.executionId())
          .filter(made -> made.property(Catalog.KEY_PARTS).isPresent()) // a resolver only finds
          .filter(made -> pipeline.equals(pipelineOf(made)))
          .ifPresent(
              made ->
                  uses.add(
                      new Use(
                          Catalog.nodeContext(pipeline, Catalog.text(made, Catalog.NODE_ID)),
                          event.keys().get(0),
                          made.property(Catalog.INTERVAL).map(PropertyValue::text))));
    }
    return uses;
  }

  private String pipelineOf(StoredExecution execution) {
    return store
        .runs()
        .find(Catalog.text(execution, Catalog.RUN_ID))
        .map(StoredRun::pipeline)
        .orElse("");
  }

  private static boolean isKnown(Optional<String> interval, String pipeline, Asker asker) {
    Optional<String> own = RunTimes.interval(asker.time());
    if (interval.isEmpty() || own.isEmpty()) {
      return true;
    }
    return !RunTimes.end(interval.get()).isAfter(asker.time().asOf())
        && !(pipeline.equals(asker.pipeline()) && interval.equals(own));
  }

  private boolean wins(StoredArtifact artifact, Use use, String interval) {
    return winner(use.node(), interval)
        .map(execution -> output(execution, use.output()).filter(id -> id == artifact.id()))
        .map(Optional::isPresent)
        .orElse(true);
  }

  private Optional<Long> winner(StoredArtifact artifact, String interval) {
    String node =
        Catalog.nodeContext(text(artifact, Catalog.A_PIPELINE), text(artifact, Catalog.A_NODE));
    return winner(node, interval)
        .flatMap(execution -> output(execution, text(artifact, Catalog.A_OUTPUT)));
  }

  /** The execution of a node in the newest successful attempt at an interval. */
  private Optional<StoredExecution> winner(String node, String interval) {
    return store.context(Catalog.NODE, node).stream()
        .flatMap(context -> executions(context, interval, LOOKED_AT).stream())
        .filter(this::succeeded)
        .findFirst();
  }

  private List<StoredExecution> executions(StoredContext context, String interval, int limit) {
    return store
        .executions(
            ExecutionFilter.all()
                .contextId(context.id())
                .customProperty(Catalog.INTERVAL, PropertyValue.of(interval)),
            Paging.newest(limit))
        .items();
  }

  private boolean succeeded(StoredExecution execution) {
    return store
        .runs()
        .find(Catalog.text(execution, Catalog.RUN_ID))
        .filter(run -> run.state() == RunState.SUCCEEDED)
        .isPresent();
  }

  private Optional<Long> output(StoredExecution execution, String name) {
    return store.eventsOfExecutions(List.of(execution.id())).stream()
        .filter(event -> event.kind() == EventKind.OUTPUT && event.keys().contains(name))
        .map(StoredEvent::artifactId)
        .findFirst();
  }

  private static String text(StoredArtifact artifact, String property) {
    return artifact.property(property).map(PropertyValue::text).orElse("");
  }
}
