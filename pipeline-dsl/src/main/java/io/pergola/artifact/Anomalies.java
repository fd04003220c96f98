package io.pergola.artifact;

import java.nio.file.Path;

/** Where examples break their schema, each with the edit that would accept them. */
@ArtifactType(value = "ExampleAnomalies", files = "anomalies.json")
public final class Anomalies extends Artifact {
  public Anomalies(Path directory) {
    super(directory);
  }
}
