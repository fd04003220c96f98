package io.pergola.artifact;

import java.nio.file.Path;

/** A fitted feature plan: how raw columns become features, every constant known. */
@ArtifactType(value = "TransformGraph", files = "transform.json")
public final class TransformGraph extends Artifact {
  public TransformGraph(Path directory) {
    super(directory);
  }
}
