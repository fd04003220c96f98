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

  private Optional<Long> winner(StoredArtifact artifact, String interval) {
    String node =
        Catalog.nodeContext(text(artifact, Catalog.A_PIPELINE), text(artifact, Catalog.A_NODE));
    return store.context(Catalog.NODE, node).stream()
        .flatMap(context -> executions(context, interval, LOOKED_AT).stream())
        .filter(this::succeeded)
        .findFirst()
        .flatMap(execution -> output(execution, text(artifact, Catalog.A_OUTPUT)));
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
