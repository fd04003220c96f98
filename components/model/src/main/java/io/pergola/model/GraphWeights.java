package io.pergola.model;

import ai.onnx.proto.OnnxMl;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The weights that a model's graph carries, by the names that the graph gives them: of {@code
 * core.onnx}, or of a graph from elsewhere. Only tensors of float32 and float64; the latter are
 * rounded to float32. Immutable and thread-safe.
 */
public final class GraphWeights {
  private final Path file;
  private final Map<String, OnnxMl.TensorProto> tensors;

  private GraphWeights(Path file, Map<String, OnnxMl.TensorProto> tensors) {
    this.file = file;
    this.tensors = tensors;
  }

  /**
   * Reads the weights of a model.
   *
   * @throws ModelException if the model lacks its graph, or the graph is damaged, too large, or
   *     refers to other files
   */
  public static GraphWeights read(Path modelDirectory) throws IOException {
    boolean imported = Signature.read(modelDirectory).graphs().imported().isPresent();
    Path file = modelDirectory.resolve(imported ? ImportedGraph.FILE : Servable.CORE);
    Servable.requireFile(modelDirectory, imported ? ImportedGraph.FILE : Servable.CORE);
    Map<String, OnnxMl.TensorProto> tensors = new TreeMap<>();
    OnnxMl.ModelProto model = OnnxMl.ModelProto.parseFrom(Servable.content(file));
    for (OnnxMl.TensorProto tensor : model.getGraph().getInitializerList()) {
      if (tensor.getDataType() == OnnxMl.TensorProto.DataType.FLOAT.getNumber()
          || tensor.getDataType() == OnnxMl.TensorProto.DataType.DOUBLE.getNumber()) {
        tensors.put(tensor.getName(), tensor);
      }
    }
    return new GraphWeights(file, tensors);
  }

  /** The names of all tensors, sorted. */
  public List<String> names() {
    return List.copyOf(tensors.keySet());
  }

  /** A tensor by its name; empty if there is none. */
  public Optional<Tensor> find(String name) {
    return Optional.ofNullable(tensors.get(name)).map(GraphWeights::tensor);
  }

  /**
   * A tensor by its name.
   *
   * @throws IllegalArgumentException if there is none; the message names those there are
   */
  public Tensor tensor(String name) {
    return find(name)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "Cannot find weights '%s' in %s: it has %s. Correct the name."
                        .formatted(name, file, names())));
  }

  /**
   * Weights.
   *
   * @param shape such as [rows, columns]; [] for a single number
   * @param values row-major
   */
  @SuppressWarnings("ArrayRecordComponent") // As networks take them.
  public record Tensor(List<Integer> shape, float[] values) {
    public Tensor {
      shape = List.copyOf(shape);
      int size = shape.stream().reduce(1, Math::multiplyExact);
      if (size != values.length) {
        throw new IllegalArgumentException(
            "Invalid weights: %d values (%d of shape %s)".formatted(values.length, size, shape));
      }
    }

    /**
     * Rows as columns, such as of layers that multiply from the other side.
     *
     * @throws IllegalArgumentException if the shape has not two dimensions
     */
    public Tensor transposed() {
      if (shape.size() != 2) {
        throw new IllegalArgumentException(
            "Cannot transpose weights of shape %s: it has not two dimensions. Take them as they are."
                .formatted(shape));
      }
      int rows = shape.get(0);
      int columns = shape.get(1);
      float[] turned = new float[values.length];
      for (int row = 0; row < rows; row++) {
        for (int column = 0; column < columns; column++) {
          turned[column * rows + row] = values[row * columns + column];
        }
      }
      return new Tensor(List.of(columns, rows), turned);
    }
  }

  private static Tensor tensor(OnnxMl.TensorProto proto) {
    List<Integer> shape = proto.getDimsList().stream().map(Math::toIntExact).toList();
    float[] values = new float[shape.stream().reduce(1, Math::multiplyExact)];
    boolean single = proto.getDataType() == OnnxMl.TensorProto.DataType.FLOAT.getNumber();
    if (proto.hasRawData()) {
      ByteBuffer raw = proto.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < values.length; i++) {
        values[i] = single ? raw.getFloat() : (float) raw.getDouble();
      }
    } else {
      for (int i = 0; i < values.length; i++) {
        values[i] = single ? proto.getFloatData(i) : (float) proto.getDoubleData(i);
      }
    }
    return new Tensor(shape, values);
  }
}
