package io.pergola.validation;

import java.time.Instant;
import java.util.List;

/**
 * One version of a curated schema: a line of the history that {@code schema.json} keeps.
 *
 * @param version from 1
 * @param at when it was made
 * @param origin what made it, such as {@code accepted anomalies of artifact 12}
 * @param changes what changed, one line each
 */
public record SchemaVersion(long version, Instant at, String origin, List<String> changes) {
  public SchemaVersion {
    changes = List.copyOf(changes);
    if (version < 1) {
      throw new IllegalArgumentException(
          "Invalid version of a schema: %d (must be above 0)".formatted(version));
    }
  }
}
