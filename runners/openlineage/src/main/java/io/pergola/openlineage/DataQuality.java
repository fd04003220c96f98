package io.pergola.openlineage;

import io.pergola.run.ArtifactRecord;
import java.util.Optional;
import java.util.SortedMap;

/** Reads the statistics that a run published; this room does not know how they are stored. */
public interface DataQuality {
  /** Of one data set, all splits together. */
  record Metrics(long rows, SortedMap<String, ColumnQuality> columns) {}

  /** What an artifact says of the examples it was computed from; empty if it is no statistics. */
  Optional<Metrics> of(ArtifactRecord artifact);

  /** Knows nothing. */
  static DataQuality none() {
    return artifact -> Optional.empty();
  }
}
