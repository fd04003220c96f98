package io.pergola.artifact;

import java.nio.file.Path;

/** The hyperparameters that a tuner found best; a trainer takes them. */
@ArtifactType(value = "HyperParameters", files = "hyperparameters.json")
public final class BestHyperparameters extends Artifact {
  public BestHyperparameters(Path directory) {
    super(directory);
  }
}
