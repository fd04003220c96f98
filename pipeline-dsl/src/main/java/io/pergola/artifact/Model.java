package io.pergola.artifact;

import java.nio.file.Path;

/** A servable model: signature, fitted plan and ONNX graph, beside the trainer's own checkpoint. */
@ArtifactType(value = "Model", files = "signature.json")
public final class Model extends Artifact {
  public Model(Path directory) {
    super(directory);
  }
}
