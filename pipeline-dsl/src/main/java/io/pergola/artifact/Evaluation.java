package io.pergola.artifact;

import java.nio.file.Path;

/** Metrics of a model by slice, and of its baseline where there is one. */
@ArtifactType(value = "ModelEvaluation", files = "evaluation.json")
public final class Evaluation extends Artifact {
  public Evaluation(Path directory) {
    super(directory);
  }
}
