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

/** Looks for the newest artifact that meets an {@link ArtifactQuery.Latest}. */
final class LatestArtifacts {
  private static final String SPAN = "span";

  private final MetadataStore store;
  private final Catalog catalog;

  LatestArtifacts(MetadataStore store, Catalog catalog) {
    this.store = store;
    this.catalog = catalog;
  }

  /**
   * The newest one.
   *
   * @param asking the pipeline that asks
   * @param except content hashes of what the run compares the answer with
   * @param runId the run that asks, whose own artifacts do not count
   * @param origin what it must have been made from
   */
  Optional<ArtifactRecord> find(
      ArtifactQuery.Latest query,
      String asking,
      Set<String> except,
      Optional<String> runId,
      Optional<ArtifactRecord> origin) {
    String pipeline = query.pipeline().orElse(asking);
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
    while (true) {
      Page<StoredArtifact> page = store.artifacts(filter, paging);
      for (StoredArtifact stored : page.items()) {
        ArtifactRecord found = catalog.record(stored);
        if (!except.contains(found.contentHash())
            && !runId.equals(Optional.of(found.runId()))
            && (descendants.isEmpty() || descendants.get().contains(found.id()))
            && meets(query, found.properties())
            && catalog.quarantined(List.of(found.id())).isEmpty()) {
          return Optional.of(found);
        }
      }
      if (page.next().isEmpty()) {
        return Optional.empty();
      }
      paging = paging.after(page.next().get());
    }
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
