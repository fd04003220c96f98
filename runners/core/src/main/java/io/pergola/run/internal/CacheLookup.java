package io.pergola.run.internal;

import io.pergola.metadata.Marks;
import io.pergola.pipeline.PipelineGraph;
import io.pergola.run.ArtifactRecord;
import io.pergola.run.Reason;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/** Finds an earlier execution with the same cache key whose files are still what it published. */
final class CacheLookup {
  private CacheLookup() {}

  /**
   * The newest such execution.
   *
   * @param lost hears why the newest candidate cannot be used, if no other one can
   */
  static Optional<Catalog.Reusable> find(
      Catalog catalog, PipelineGraph.Node node, String key, Consumer<Reason> lost) {
    Optional<Reason> problem = Optional.empty();
    for (Catalog.Reusable candidate : catalog.withKey(key)) {
      Optional<Reason> quarantined = quarantine(catalog, candidate);
      if (quarantined.isPresent()) {
        // Older results of the same key have the same content: what is wrong with it is wrong
        // there.
        problem = problem.or(() -> quarantined);
        break;
      }
      Optional<Reason> found = problem(node, candidate);
      if (found.isEmpty()) {
        return Optional.of(candidate);
      }
      problem = problem.or(() -> found);
    }
    problem.ifPresent(lost);
    return Optional.empty();
  }

  private static Optional<Reason> quarantine(Catalog catalog, Catalog.Reusable candidate) {
    Map<Long, Marks.Quarantine> quarantined =
        catalog.quarantined(candidate.outputs().values().stream().map(ArtifactRecord::id).toList());
    return candidate.outputs().entrySet().stream()
        .filter(output -> quarantined.containsKey(output.getValue().id()))
        .findFirst()
        .map(
            output -> {
              Marks.Quarantine quarantine =
                  Objects.requireNonNull(quarantined.get(output.getValue().id()));
              return new Reason.Quarantined(
                  output.getKey(), quarantine.artifactId(), quarantine.reason());
            });
  }

  /** Why earlier outputs cannot be used; empty if they can. */
  static Optional<Reason> problem(PipelineGraph.Node node, Catalog.Reusable candidate) {
    for (PipelineGraph.Output output : node.outputs()) {
      ArtifactRecord artifact = candidate.outputs().get(output.name());
      if (artifact == null) {
        if (!output.optional()) {
          return Optional.of(new Reason.CachedArtifactLost(output.name(), "it was deleted"));
        }
        continue;
      }
      Optional<String> problem =
          ArtifactFolder.problem(
              artifact.directory(), artifact.contentHash(), ArtifactFolder.Check.BEFORE_REUSE);
      if (problem.isPresent()) {
        return Optional.of(new Reason.CachedArtifactLost(output.name(), problem.get()));
      }
    }
    return Optional.empty();
  }
}
