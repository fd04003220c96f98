package io.pergola.artifact;

import java.nio.file.Path;

/** Where a model was pushed to, and as which version. */
@ArtifactType(value = "PushedModel", files = "pushed.json")
public final class PushedModel extends Artifact {
  public PushedModel(Path directory) {
    super(directory);
  }
}
