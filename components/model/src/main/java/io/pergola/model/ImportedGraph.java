package io.pergola.model;

import java.util.List;
import java.util.Optional;

/**
 * How a graph from elsewhere, {@value #FILE}, is fed from raw columns and read.
 *
 * @param inputs all inputs of the graph
 * @param output the output that holds the predictions: float32 or float64 of shape [n] or [n, k]
 * @param column which of the k is the prediction, from 0; all of them if empty
 */
public record ImportedGraph(List<GraphInput> inputs, String output, Optional<Integer> column) {
  /** The name of the file. */
  public static final String FILE = "imported.onnx";

  public ImportedGraph {
    inputs = List.copyOf(inputs);
    if (column.isPresent() && column.get() < 0) {
      throw new IllegalArgumentException(
          "Invalid column of output '%s': %d (must be 0 or more)".formatted(output, column.get()));
    }
  }
}
