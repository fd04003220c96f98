package io.pergola.model;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.pergola.beam.BytesColumn;
import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleColumn;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A graph that takes raw values, in ONNX Runtime. Batches are cut into pieces as {@link
 * OnnxSession} does. Thread-safe.
 */
final class RawSession implements AutoCloseable {
  /**
   * A graph that splits texts makes room for the most parts of any text in a batch: at most so many
   * examples at a time, and fewer where one has a long text or list.
   */
  private static final int PIECE_OF_TEXTS = 512;

  /** The most examples of a piece times the bytes of the longest text, or the longest list. */
  private static final int ROOM = 1 << 23;

  private final OrtEnvironment environment;
  private final OrtSession session;
  private final List<GraphInput> inputs;
  private final boolean splits;
  private final String output;
  private final Optional<Integer> column;
  private final int width;
  private final ReadWriteLock open = new ReentrantReadWriteLock();
  private boolean closed;

  private RawSession(
      OrtEnvironment environment,
      OrtSession session,
      List<GraphInput> inputs,
      String output,
      Optional<Integer> column,
      int width) {
    this.environment = environment;
    this.session = session;
    this.inputs = inputs;
    splits = inputs.stream().anyMatch(i -> i.takesAll() || i.element() == GraphInput.Element.TEXT);
    this.output = output;
    this.column = column;
    this.width = width;
  }

  /**
   * Opens a graph.
   *
   * @param graph how it is fed and read
   * @param width of a prediction
   * @param file what messages call it
   */
  static RawSession open(byte[] onnx, ImportedGraph graph, int width, int threads, Path file)
      throws ModelException {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      OrtEnvironment environment = OnnxEnvironment.get();
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      // What goes wrong is thrown; it need not be on standard error as well.
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
      OrtSession session = environment.createSession(onnx, options);
      try {
        requireInputs(session, graph.inputs(), file);
        requireOutput(session, graph, width, file);
        return new RawSession(
            environment, session, graph.inputs(), graph.output(), graph.column(), width);
      } catch (ModelException | RuntimeException e) {
        session.close();
        throw e;
      }
    } catch (OrtException e) {
      throw new ModelException(
          file,
          "Cannot open %s: ONNX Runtime refuses it (%s). Export the model again."
              .formatted(file, SignatureFile.reason(e)),
          e);
    }
  }

  private static void requireInputs(OrtSession session, List<GraphInput> inputs, Path file)
      throws OrtException, ModelException {
    Map<String, NodeInfo> left = new HashMap<>(session.getInputInfo());
    for (GraphInput input : inputs) {
      NodeInfo info = left.remove(input.name());
      if (info == null) {
        throw new ModelException(
            file,
            "Cannot open %s: it has no input '%s', only %s. Name its own inputs."
                .formatted(file, input.name(), session.getInputNames()));
      }
      if (!(info.getInfo() instanceof TensorInfo tensor
          && tensor.type == type(input.element())
          && fits(tensor.getShape(), input))) {
        throw new ModelException(
            file,
            "Cannot open %s: input '%s' is %s, and it is to be fed %s of shape [n%s]. Describe the input as it is."
                .formatted(
                    file,
                    input.name(),
                    info.getInfo(),
                    input.element().label(),
                    input.rank() == 1 ? "" : ", " + input.width()));
      }
    }
    if (!left.isEmpty()) {
      throw new ModelException(
          file,
          "Cannot open %s: nothing feeds its inputs %s. Name a column for each."
              .formatted(file, left.keySet()));
    }
  }

  private static boolean fits(long[] shape, GraphInput input) {
    return shape.length == input.rank()
        && shape[0] < 0
        && (shape.length == 1 || shape[1] < 0 || (!input.takesAll() && shape[1] == input.width()));
  }

  private static void requireOutput(OrtSession session, ImportedGraph graph, int width, Path file)
      throws OrtException, ModelException {
    NodeInfo info = session.getOutputInfo().get(graph.output());
    if (info == null) {
      throw new ModelException(
          file,
          "Cannot open %s: it has no output '%s', only %s. Name one of its own."
              .formatted(file, graph.output(), session.getOutputNames()));
    }
    boolean isTensor =
        info.getInfo() instanceof TensorInfo tensor
            && (tensor.type == OnnxJavaType.FLOAT || tensor.type == OnnxJavaType.DOUBLE)
            && tensor.getShape().length <= 2
            && tensor.getShape().length >= 1
            && isWide(tensor.getShape(), graph.column(), width);
    if (!isTensor) {
      throw new ModelException(
          file,
          "Cannot open %s: output '%s' is %s, and a prediction is floats of shape [n, %d]. Name another output, or one of its columns."
              .formatted(file, graph.output(), info.getInfo(), width));
    }
  }

  private static boolean isWide(long[] shape, Optional<Integer> column, int width) {
    long columns = shape.length == 1 ? 1 : shape[1];
    return columns < 0
        || (column.isPresent() ? width == 1 && column.get() < columns : columns == width);
  }

  private static OnnxJavaType type(GraphInput.Element element) {
    return switch (element) {
      case FLOAT32 -> OnnxJavaType.FLOAT;
      case FLOAT64 -> OnnxJavaType.DOUBLE;
      case INT32 -> OnnxJavaType.INT32;
      case INT64 -> OnnxJavaType.INT64;
      case TEXT -> OnnxJavaType.STRING;
    };
  }

  /**
   * Predicts.
   *
   * @throws IllegalArgumentException if a column is absent or has a value that the graph cannot
   *     take
   * @throws IllegalStateException if this is closed, or ONNX Runtime fails
   */
  Predictions run(ExampleBatch raw) {
    open.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("Cannot predict: the model is closed. Open it again.");
      }
      float[] values = new float[Math.multiplyExact(raw.rows(), width)];
      int piece = splits ? pieceOfTexts(raw) : OnnxSession.PIECE;
      for (int from = 0; from < raw.rows(); from += piece) {
        runPiece(raw, from, Math.min(piece, raw.rows() - from), values);
      }
      return new Predictions(raw.rows(), width, values);
    } catch (OrtException e) {
      throw new IllegalStateException(
          "Cannot predict: ONNX Runtime failed (%s). Check the values, such as ids that are out of range."
              .formatted(SignatureFile.reason(e)),
          e);
    } finally {
      open.readLock().unlock();
    }
  }

  private int pieceOfTexts(ExampleBatch raw) {
    int longest = 1;
    for (GraphInput input : inputs) {
      for (GraphInput.Column source : input.columns()) {
        ExampleColumn column = raw.column(source.name());
        if (input.takesAll()) {
          longest = Math.max(longest, RawValues.longest(column, 0, raw.rows()));
        }
        if (column instanceof BytesColumn texts) {
          for (int i = 0; i < texts.entryCount(); i++) {
            longest = Math.max(longest, texts.entryLength(i));
          }
        }
      }
    }
    return Math.max(1, Math.min(PIECE_OF_TEXTS, ROOM / longest));
  }

  private void runPiece(ExampleBatch raw, int from, int rows, float[] values) throws OrtException {
    Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
    try {
      for (GraphInput input : inputs) {
        tensors.put(input.name(), tensor(raw, input, from, rows));
      }
      try (OrtSession.Result result = session.run(tensors, Set.of(output))) {
        read(result.get(0), from, rows, values);
      }
    } finally {
      tensors.values().forEach(OnnxTensor::close);
    }
  }

  private void read(OnnxValue result, int from, int rows, float[] values) {
    OnnxTensor tensor = (OnnxTensor) result;
    long[] shape = tensor.getInfo().getShape();
    int columns = shape.length == 1 ? 1 : Math.toIntExact(shape[1]);
    if (shape[0] != rows || (column.isPresent() ? column.get() >= columns : columns != width)) {
      throw new IllegalStateException(
          "Cannot predict: output '%s' has shape %s for %d examples. Import the model with the output and columns that it has."
              .formatted(output, Arrays.toString(shape), rows));
    }
    if (tensor.getInfo().type == OnnxJavaType.DOUBLE) {
      DoubleBuffer all = tensor.getDoubleBuffer();
      for (int i = 0; i < rows * width; i++) {
        values[from * width + i] = (float) all.get(index(i, columns));
      }
    } else {
      FloatBuffer all = tensor.getFloatBuffer();
      for (int i = 0; i < rows * width; i++) {
        values[from * width + i] = all.get(index(i, columns));
      }
    }
  }

  private int index(int i, int columns) {
    return column.isPresent() ? i * columns + column.get() : i;
  }

  private OnnxTensor tensor(ExampleBatch raw, GraphInput input, int from, int rows)
      throws OrtException {
    List<RawValues> columns = RawValues.of(raw, input, from, rows);
    int k = columns.size();
    long[] shape = input.rank() == 1 ? new long[] {rows} : new long[] {rows, k};
    switch (input.element()) {
      case FLOAT32 -> {
        float[] all = new float[rows * k];
        for (int i = 0; i < all.length; i++) {
          all[i] = columns.get(i % k).single(from + i / k);
        }
        return OnnxTensor.createTensor(environment, FloatBuffer.wrap(all), shape);
      }
      case FLOAT64 -> {
        double[] all = new double[rows * k];
        for (int i = 0; i < all.length; i++) {
          all[i] = columns.get(i % k).number(from + i / k);
        }
        return OnnxTensor.createTensor(environment, DoubleBuffer.wrap(all), shape);
      }
      case INT32 -> {
        int[] all = new int[rows * k];
        for (int i = 0; i < all.length; i++) {
          all[i] = (int) columns.get(i % k).whole(from + i / k);
        }
        return OnnxTensor.createTensor(environment, IntBuffer.wrap(all), shape);
      }
      case INT64 -> {
        long[] all = new long[rows * k];
        for (int i = 0; i < all.length; i++) {
          all[i] = columns.get(i % k).whole(from + i / k);
        }
        return OnnxTensor.createTensor(environment, LongBuffer.wrap(all), shape);
      }
      default -> {
        String[] all = new String[rows * k];
        for (int i = 0; i < all.length; i++) {
          all[i] = columns.get(i % k).text(from + i / k);
        }
        return OnnxTensor.createTensor(environment, all, shape);
      }
    }
  }

  @Override
  public void close() {
    open.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        session.close();
      }
    } catch (OrtException e) {
      throw new IllegalStateException("Cannot close a model: ONNX Runtime failed.", e);
    } finally {
      open.writeLock().unlock();
    }
  }
}
