package io.pergola.training;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * What a {@link TrainingLibrary} trained: a graph in ONNX, and the predictions of the library
 * itself, which the graph is compared with before the model is published.
 */
public interface TrainedModel extends Scorer {
  /** The name of the library, as the signature has it: {@code tribuo}. */
  String framework();

  /**
   * The content of {@code core.onnx}: inputs named as {@code docs/reference/servable.md} says, and
   * one output, {@code prediction}. {@link io.pergola.model.OnnxGraph} builds such.
   */
  byte[] onnx() throws IOException;

  /**
   * What is recorded of it as properties of the model.
   *
   * @return by name a String, Integer, Long, Double or Boolean, or a Map of names to these
   */
  default Map<String, Object> settings() {
    return Map.of();
  }

  /**
   * Writes the library's own files, if it has some, beside the servable's: to go on from in a later
   * run. The same model writes the same bytes.
   *
   * @param directory the model's, which exists
   */
  default void write(Path directory) throws IOException {}
}
