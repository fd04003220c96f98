package io.pergola.artifact;

import java.nio.file.Path;

/** Which examples break their schema, counted by rule, with a sample of them. */
@ArtifactType(value = "AnomalousExamples", files = "anomalous-examples.json")
public final class AnomalousExamples extends Artifact {
  public AnomalousExamples(Path directory) {
    super(directory);
  }
}
