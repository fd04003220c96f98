package io.pergola.artifact;

import java.nio.file.Path;

/** All trials of a tuner: hyperparameters, what came of them, and their training curves. */
@ArtifactType(value = "TunerResults", files = "tuner-results.json")
public final class TunerResults extends Artifact {
  public TunerResults(Path directory) {
    super(directory);
  }
}
