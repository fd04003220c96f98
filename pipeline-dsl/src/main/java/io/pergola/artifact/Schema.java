package io.pergola.artifact;

import java.nio.file.Path;

/** What examples are expected to look like: types, presence, value counts and domains. */
@ArtifactType(value = "Schema", files = "schema.json")
public final class Schema extends Artifact {
  public Schema(Path directory) {
    super(directory);
  }
}
