package io.pergola.model;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * One graph in ONNX Runtime. Batches are cut into pieces of at most {@link #PIECE} examples and
 * about {@link #PIECE_BYTES}, which bounds native memory; buffers are kept for the next call.
 * Thread-safe.
 */
final class OnnxSession implements AutoCloseable {
  static final int PIECE = 8192;
  static final long PIECE_BYTES = 1 << 26;

  private final OrtEnvironment environment;
  private final OrtSession session;
  private final boolean takesDense;
  private final int width;
  private final int categorical;
  private final List<Signature.Sequence> sequences;

  /** The most examples of a piece. */
  private final int piece;

  /** The categorical features and sequences that the graph uses. */
  private final List<IdInput> ids;

  private final int outputs;
  private final ConcurrentLinkedQueue<Buffers> pool = new ConcurrentLinkedQueue<>();

  /** Closing frees native memory, which must wait for runs. */
  private final ReadWriteLock open = new ReentrantReadWriteLock();

  private boolean closed;

  private OnnxSession(
      OrtEnvironment environment,
      OrtSession session,
      boolean takesDense,
      List<IdInput> ids,
      Signature signature) {
    this.environment = environment;
    this.session = session;
    this.takesDense = takesDense;
    this.width = signature.dense().size();
    this.categorical = signature.categorical().size();
    this.sequences = signature.sequences();
    this.ids = ids;
    this.outputs = signature.outputs();
    long bytes = 4L * width + 8L * ids.stream().mapToLong(IdInput::length).sum();
    this.piece = (int) Math.max(1, Math.min(PIECE, PIECE_BYTES / Math.max(1, bytes)));
  }

  static OnnxSession open(byte[] core, Signature signature, int threads, Path file)
      throws ModelException {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      OrtEnvironment environment = OnnxEnvironment.get();
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      OrtSession session = environment.createSession(core, options);
      try {
        return wrap(environment, session, signature, file);
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

  private static OnnxSession wrap(
      OrtEnvironment environment, OrtSession session, Signature signature, Path file)
      throws OrtException, ModelException {
    Map<String, NodeInfo> inputs = new HashMap<>(session.getInputInfo());
    NodeInfo dense = inputs.remove(Signature.DENSE);
    if (dense != null) {
      requireShape(dense, OnnxJavaType.FLOAT, signature.dense().size(), file);
    }
    List<IdInput> ids = new ArrayList<>();
    for (int i = 0; i < signature.categorical().size(); i++) {
      String name = signature.categorical().get(i).name();
      NodeInfo info = inputs.remove(name);
      if (info != null) {
        requireShape(info, OnnxJavaType.INT64, 0, file);
        ids.add(new IdInput(false, i, name, 1));
      }
    }
    for (int i = 0; i < signature.sequences().size(); i++) {
      Signature.Sequence sequence = signature.sequences().get(i);
      NodeInfo info = inputs.remove(sequence.name());
      if (info != null) {
        requireShape(info, OnnxJavaType.INT64, sequence.length(), file);
        ids.add(new IdInput(true, i, sequence.name(), sequence.length()));
      }
    }
    if (!inputs.isEmpty()) {
      throw new ModelException(
          file,
          "Cannot open %s: the signature does not name its inputs %s. Export the model again."
              .formatted(file, inputs.keySet()));
    }
    NodeInfo prediction = session.getOutputInfo().get(Signature.PREDICTION);
    if (prediction == null) {
      throw new ModelException(
          file,
          "Cannot open %s: it has no output '%s', only %s. Export the model again."
              .formatted(file, Signature.PREDICTION, session.getOutputNames()));
    }
    requireShape(prediction, OnnxJavaType.FLOAT, signature.outputs(), file);
    return new OnnxSession(environment, session, dense != null, ids, signature);
  }

  private static void requireShape(NodeInfo info, OnnxJavaType type, int width, Path file)
      throws ModelException {
    if (info.getInfo() instanceof TensorInfo tensor
        && tensor.type == type
        && (width == 0
            ? tensor.getShape().length == 1
            : tensor.getShape().length == 2 && tensor.getShape()[1] == width)) {
      return;
    }
    throw new ModelException(
        file,
        ("Cannot open %s: '%s' is %s, and the signature says %s of shape [n%s]. Export the model"
                + " again.")
            .formatted(file, info.getName(), info.getInfo(), type, width == 0 ? "" : ", " + width));
  }

  Predictions run(ModelInputs inputs) {
    open.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("Cannot predict: the model is closed. Open it again.");
      }
      if (inputs.width() != width || inputs.categorical().length != categorical) {
        throw new IllegalArgumentException(
            ("Cannot predict from %d dense and %d categorical features: the model takes %d and %d."
                    + " Transform the examples with the model's own plan.")
                .formatted(inputs.width(), inputs.categorical().length, width, categorical));
      }
      requireSequences(inputs);
      float[] values = new float[Math.multiplyExact(inputs.rows(), outputs)];
      int size = Math.min(piece, inputs.rows());
      Buffers buffers = take(size);
      for (int from = 0; from < inputs.rows(); from += piece) {
        int rows = Math.min(piece, inputs.rows() - from);
        runPiece(inputs, from, rows, buffers);
        buffers.prediction.get(0, values, from * outputs, rows * outputs);
      }
      pool.add(buffers);
      return new Predictions(inputs.rows(), outputs, values);
    } catch (OrtException e) {
      throw new IllegalStateException(
          ("Cannot predict: ONNX Runtime failed (%s). Check the model with the examples it was"
                  + " exported with.")
              .formatted(SignatureFile.reason(e)),
          e);
    } finally {
      open.readLock().unlock();
    }
  }

  private void requireSequences(ModelInputs inputs) {
    boolean fit = inputs.sequences().length == sequences.size();
    for (int i = 0; fit && i < sequences.size(); i++) {
      fit = inputs.sequences()[i].length == (long) inputs.rows() * sequences.get(i).length();
    }
    if (!fit) {
      throw new IllegalArgumentException(
          ("Cannot predict from %d sequences: the model takes %s. Transform the examples with the"
                  + " model's own plan.")
              .formatted(inputs.sequences().length, sequences));
    }
  }

  private void runPiece(ModelInputs inputs, int from, int rows, Buffers buffers)
      throws OrtException {
    Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
    List<OnnxTensor> opened = new ArrayList<>();
    try {
      if (takesDense) {
        buffers.dense.clear().put(inputs.dense(), from * width, rows * width).flip();
        tensors.put(Signature.DENSE, tensor(buffers.dense, opened, rows, width));
      }
      for (int i = 0; i < ids.size(); i++) {
        IdInput input = ids.get(i);
        int length = input.length();
        LongBuffer buffer = buffers.ids.get(i);
        buffer.clear().put(input.of(inputs), from * length, rows * length).flip();
        long[] shape = input.sequence() ? new long[] {rows, length} : new long[] {rows};
        OnnxTensor tensor = OnnxTensor.createTensor(environment, buffer, shape);
        opened.add(tensor);
        tensors.put(input.name(), tensor);
      }
      buffers.prediction.clear().limit(rows * outputs);
      OnnxTensor prediction = tensor(buffers.prediction, opened, rows, outputs);
      session.run(tensors, Map.of(Signature.PREDICTION, prediction)).close();
    } finally {
      opened.forEach(OnnxTensor::close);
    }
  }

  private OnnxTensor tensor(FloatBuffer buffer, List<OnnxTensor> opened, long... shape)
      throws OrtException {
    OnnxTensor tensor = OnnxTensor.createTensor(environment, buffer, shape);
    opened.add(tensor);
    return tensor;
  }

  private Buffers take(int rows) {
    Buffers pooled = pool.poll();
    return pooled != null && pooled.rows >= rows ? pooled : new Buffers(rows);
  }

  @Override
  public void close() {
    open.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        pool.clear();
        session.close();
      }
    } catch (OrtException e) {
      throw new IllegalStateException("Cannot close a model: ONNX Runtime failed.", e);
    } finally {
      open.writeLock().unlock();
    }
  }

  /** The input of a categorical feature or a sequence, by its place in the signature. */
  private record IdInput(boolean sequence, int feature, String name, int length) {
    long[] of(ModelInputs inputs) {
      return sequence ? inputs.sequences()[feature] : inputs.categorical()[feature];
    }
  }

  /** Direct memory that ONNX Runtime reads and writes without a copy. */
  private final class Buffers {
    private final int rows;
    private final FloatBuffer dense;
    private final List<LongBuffer> ids = new ArrayList<>();
    private final FloatBuffer prediction;

    private Buffers(int rows) {
      this.rows = rows;
      dense = direct(4L * rows * width).asFloatBuffer();
      OnnxSession.this.ids.forEach(
          input -> ids.add(direct(8L * rows * input.length()).asLongBuffer()));
      prediction = direct(4L * rows * outputs).asFloatBuffer();
    }

    private static ByteBuffer direct(long bytes) {
      return ByteBuffer.allocateDirect(Math.toIntExact(bytes)).order(ByteOrder.nativeOrder());
    }
  }
}
