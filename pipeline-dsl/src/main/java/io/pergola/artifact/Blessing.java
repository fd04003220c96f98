package io.pergola.artifact;

import java.nio.file.Path;

/** The verdict on a model: blessed, or not and why. */
@ArtifactType(value = "ModelBlessing", files = "blessing.json")
public final class Blessing extends Artifact {
  public Blessing(Path directory) {
    super(directory);
  }
}
