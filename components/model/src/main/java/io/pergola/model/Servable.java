package io.pergola.model;

import ai.onnx.proto.OnnxMl;
import com.google.protobuf.InvalidProtocolBufferException;
import io.pergola.artifact.Model;
import io.pergola.beam.ExampleBatch;
import io.pergola.transform.FittedPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A model that turns raw examples into predictions: the fitted plan, then the graph in ONNX
 * Runtime. Everything it needs is in the model's directory. Thread-safe; one instance serves many
 * threads. Predictions of the same example can differ in the last bits with the size of the batch
 * it came in.
 */
public final class Servable implements AutoCloseable {
  /** The name of the file that holds the graph. */
  public static final String CORE = "core.onnx";

  /** The largest graph that is opened, in bytes: 1 GiB. */
  public static final long MAX_CORE_BYTES = 1L << 30;

  private final Signature signature;
  private final FittedPlan plan;
  private final OnnxSession session;

  private Servable(Signature signature, FittedPlan plan, OnnxSession session) {
    this.signature = signature;
    this.plan = plan;
    this.session = session;
  }

  /** Opens a model's directory as {@link #open(Path)} does. */
  public static Servable open(Model model) throws IOException {
    return open(model.directory());
  }

  /**
   * Opens a model; predictions run on the calling thread.
   *
   * @throws ModelException if a file is absent, damaged, of a newer format, too large, or refers to
   *     other files; or if the files do not belong together
   */
  public static Servable open(Path modelDirectory) throws IOException {
    return open(modelDirectory, 1);
  }

  /**
   * Opens a model.
   *
   * @param threads how many threads may compute one prediction, 1 or more
   */
  public static Servable open(Path modelDirectory, int threads) throws IOException {
    requireFile(modelDirectory, Signature.FILE);
    requireFile(modelDirectory, FittedPlan.FILE);
    requireFile(modelDirectory, CORE);
    Signature signature = Signature.read(modelDirectory);
    FittedPlan plan = FittedPlan.read(modelDirectory);
    requireSameFeatures(signature, plan, modelDirectory);
    Path file = modelDirectory.resolve(CORE);
    long size = Files.size(file);
    if (size > MAX_CORE_BYTES) {
      throw new ModelException(
          file,
          "Cannot open %s: it has %d bytes, and the limit is %d. Train a smaller model."
              .formatted(file, size, MAX_CORE_BYTES));
    }
    byte[] core = Files.readAllBytes(file);
    check(core, file);
    return new Servable(signature, plan, OnnxSession.open(core, signature, threads, file));
  }

  /** What goes in and what comes out. */
  public Signature signature() {
    return signature;
  }

  /** How raw examples become features. */
  public FittedPlan plan() {
    return plan;
  }

  /**
   * Predicts.
   *
   * @param raw with at least the columns of the signature's inputs
   * @throws IllegalArgumentException if the plan refuses the examples
   * @throws IllegalStateException if this is closed
   */
  public Predictions predict(ExampleBatch raw) {
    return session.run(ModelInputs.of(plan.features(), plan.applyWithoutLabel(raw)));
  }

  /**
   * Predicts from features that {@link #plan} has made already.
   *
   * @throws IllegalArgumentException if there are more or fewer features than the model takes
   * @throws IllegalStateException if this is closed
   */
  public Predictions predict(ModelInputs inputs) {
    return session.run(inputs);
  }

  /**
   * What the model should have predicted: 0 or 1, a number, or a class's id.
   *
   * @param raw with the columns of the signature's label inputs
   * @return one for each example, NaN where missing
   * @throws IllegalArgumentException if the plan has no label, or a column is absent
   */
  public float[] labels(ExampleBatch raw) {
    plan.labelInputs().forEach(input -> raw.column(input.column()));
    return ModelInputs.floats(plan.label(raw), Float.NaN);
  }

  @Override
  public void close() {
    session.close();
  }

  static void check(byte[] core, Path file) throws ModelException {
    try {
      OnnxCheck.check(OnnxMl.ModelProto.parseFrom(core), file.toString());
    } catch (InvalidProtocolBufferException e) {
      throw new ModelException(
          file,
          "Cannot open %s: it is not an ONNX model (%s). Export the model again."
              .formatted(file, SignatureFile.reason(e)),
          e);
    } catch (IllegalArgumentException e) {
      throw new ModelException(file, String.valueOf(e.getMessage()), e);
    }
  }

  static void requireSameFeatures(Signature signature, FittedPlan plan, Path directory)
      throws ModelException {
    Signature expected =
        Signature.of(plan, signature.task(), signature.outputs(), signature.training());
    if (!expected.dense().equals(signature.dense())
        || !expected.categorical().equals(signature.categorical())
        || !expected.sequences().equals(signature.sequences())
        || !expected.inputs().equals(signature.inputs())) {
      throw new ModelException(
          directory,
          ("Cannot use model %s: %s and %s name different inputs or features. Export the model"
                  + " again, with the plan it was trained with.")
              .formatted(directory, Signature.FILE, FittedPlan.FILE));
    }
  }

  private static void requireFile(Path directory, String name) throws ModelException {
    if (!Files.isRegularFile(directory.resolve(name))) {
      throw new ModelException(
          directory,
          "Cannot open model %s: it has no %s. Give the directory of a Model artifact."
              .formatted(directory, name),
          new NoSuchFileException(directory.resolve(name).toString()));
    }
  }
}
