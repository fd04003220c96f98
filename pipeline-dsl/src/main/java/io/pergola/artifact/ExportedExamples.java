package io.pergola.artifact;

import java.nio.file.Path;

/** Examples in a format of others, one folder a split, for tools that read no Parquet of ours. */
@ArtifactType("ExportedExamples")
public final class ExportedExamples extends Artifact {
  public ExportedExamples(Path directory) {
    super(directory);
  }

  /** The folder that holds the files of one split, such as {@code train}. */
  public Path split(String name) {
    return directory().resolve(name);
  }
}
