package io.pergola.run.internal;

import io.pergola.metadata.ArtifactFilter;
import io.pergola.metadata.ArtifactState;
import io.pergola.metadata.LineageQuery;
import io.pergola.metadata.MetadataStore;
import io.pergola.metadata.Page;
import io.pergola.metadata.Paging;
import io.pergola.metadata.StoredArtifact;
import io.pergola.metadata.StoredContext;
import io.pergola.pipeline.ArtifactQuery;
import io.pergola.run.ArtifactRecord;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Looks for the newest artifact that meets an {@link ArtifactQuery.Latest}, among those of the
 * newest successful attempts.
 */
final class LatestArtifacts {
  private static final String SPAN = "span";

  private final MetadataStore store;
  private final Catalog catalog;
  private final Attempts attempts;

  LatestArtifacts(MetadataStore store, Catalog catalog) {
    this.store = store;
    this.catalog = catalog;
    this.attempts = new Attempts(store);
  }

  /**
   * The newest one; of several spans, that of the last.
   *
   * @param origin what it must have been made from
   */
  Optional<ArtifactRecord> find(
      ArtifactQuery.Latest query, Asker asker, Optional<ArtifactRecord> origin) {
    String pipeline = query.pipeline().orElse(asker.pipeline());
    Optional<StoredContext> context =
        query.node().isPresent()
            ? store.context(Catalog.NODE, Catalog.nodeContext(pipeline, query.node().get()))
            : store.context(Catalog.PIPELINE, pipeline);
    if (context.isEmpty()) {
      return Optional.empty();
    }
    Optional<Set<Long>> descendants = origin.map(from -> descendants(from, query.type()));
    ArtifactFilter filter =
        ArtifactFilter.all()
            .type(query.type())
            .state(ArtifactState.LIVE)
            .contextId(context.get().id());
    Paging paging = Paging.newest(50);
    Optional<ArtifactRecord> best = Optional.empty();
    while (true) {
      Page<StoredArtifact> page = store.artifacts(filter, paging);
      for (StoredArtifact stored : page.items()) {
        ArtifactRecord found = catalog.record(stored);
        if (!asker.rivals().contains(found.contentHash())
            && !asker.runId().equals(Optional.of(found.runId()))
            && (descendants.isEmpty() || descendants.get().contains(found.id()))
            && meets(query, found.properties())
            && (best.isEmpty() || span(found) > span(best.get()))
            && attempts.counts(stored, pipeline, asker)
            && catalog.quarantined(List.of(found.id())).isEmpty()) {
          best = Optional.of(found);
          if (query.spans().isEmpty() || span(found) == query.spans().get().last()) {
            return best;
          }
        }
      }
      if (page.next().isEmpty()) {
        return best;
      }
      paging = paging.after(page.next().get());
    }
  }

  /** Only of what is of a span. */
  private static long span(ArtifactRecord artifact) {
    return artifact.properties().get(SPAN) instanceof Number span ? span.longValue() : -1;
  }

  private Set<Long> descendants(ArtifactRecord origin, String type) {
    return store.lineage(origin.id(), LineageQuery.down().only(type)).stream()
        .flatMap(lineage -> lineage.relatives().stream())
        .map(relative -> relative.artifact().id())
        .collect(Collectors.toSet());
  }

  private static boolean meets(ArtifactQuery.Latest query, Map<String, Object> recorded) {
    boolean properties =
        query.properties().entrySet().stream()
            .allMatch(
                wanted ->
                    recorded.containsKey(wanted.getKey())
                        && same(wanted.getValue(), recorded.get(wanted.getKey()).toString()));
    if (query.spans().isEmpty() || !properties) {
      return properties;
    }
    return recorded.get(SPAN) instanceof Number span
        && span.longValue() >= query.spans().get().first()
        && span.longValue() <= query.spans().get().last();
  }

  private static boolean same(String wanted, String recorded) {
    if (wanted.equals(recorded)) {
      return true;
    }
    try {
      return Double.parseDouble(wanted) == Double.parseDouble(recorded);
    } catch (NumberFormatException e) {
      return false;
    }
  }
}
