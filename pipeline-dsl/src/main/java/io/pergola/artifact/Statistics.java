package io.pergola.artifact;

import java.nio.file.Path;

/** Statistics of examples, per split, feature and slice. */
@ArtifactType(value = "ExampleStatistics", files = "statistics.json")
public final class Statistics extends Artifact {
  public Statistics(Path directory) {
    super(directory);
  }
}
