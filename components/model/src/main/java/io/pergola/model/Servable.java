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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A model that turns raw examples into predictions: the fitted plan, then the graph in ONNX
 * Runtime; or one graph that takes raw values, be it from elsewhere or the model's own {@code
 * full.onnx}. Everything it needs is in the model's directory. Thread-safe; one instance serves
 * many threads. Predictions of the same example can differ in the last bits with the size of the
 * batch it came in.
 */
public final class Servable implements AutoCloseable {
  /** The name of the file that holds the graph. */
  public static final String CORE = "core.onnx";

  /** The largest graph that is opened, in bytes: 1 GiB. */
  public static final long MAX_CORE_BYTES = 1L << 30;

  private final Signature signature;
  private final FittedPlan plan;

  /** Takes features; null if {@link #whole} takes raw values. */
  private final @Nullable OnnxSession session;

  private final @Nullable RawSession whole;

  private Servable(
      Signature signature,
      FittedPlan plan,
      @Nullable OnnxSession session,
      @Nullable RawSession whole) {
    this.signature = signature;
    this.plan = plan;
    this.session = session;
    this.whole = whole;
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
    Signature signature = Signature.read(modelDirectory);
    FittedPlan plan = FittedPlan.read(modelDirectory);
    Optional<ImportedGraph> imported = signature.graphs().imported();
    if (imported.isPresent()) {
      return whole(modelDirectory, ImportedGraph.FILE, signature, plan, imported.get(), threads);
    }
    requireFile(modelDirectory, CORE);
    requireSameFeatures(signature, plan, modelDirectory);
    Path file = modelDirectory.resolve(CORE);
    byte[] core = content(file);
    OnnxSession session = OnnxSession.open(core, signature, threads, file);
    return new Servable(signature, plan, session, null);
  }

  /**
   * Opens a model to predict with its {@code full.onnx} alone, as programs in other languages do;
   * predictions run on the calling thread.
   *
   * @throws ModelException as {@link #open(Path)} does, and if the model has no such graph, with
   *     what its plan has no operator for
   */
  public static Servable openFull(Path modelDirectory) throws IOException {
    requireFile(modelDirectory, Signature.FILE);
    requireFile(modelDirectory, FittedPlan.FILE);
    Signature signature = Signature.read(modelDirectory);
    FittedPlan plan = FittedPlan.read(modelDirectory);
    if (!signature.graphs().hasFull()) {
      throw new ModelException(
          modelDirectory,
          "Cannot open %s of model %s: %s. Use the model's plan and %s."
              .formatted(
                  FullGraph.FILE,
                  modelDirectory,
                  signature
                      .graphs()
                      .full()
                      .flatMap(Graphs.Full::ends)
                      .map(FullGraph.Ends::text)
                      .orElse("it was written without one"),
                  CORE));
    }
    return whole(modelDirectory, FullGraph.FILE, signature, plan, rawInputs(plan), 1);
  }

  private static Servable whole(
      Path modelDirectory,
      String name,
      Signature signature,
      FittedPlan plan,
      ImportedGraph graph,
      int threads)
      throws IOException {
    requireFile(modelDirectory, name);
    Path file = modelDirectory.resolve(name);
    byte[] onnx = content(file);
    RawSession session = RawSession.open(onnx, graph, signature.outputs(), threads, file);
    return new Servable(signature, plan, null, session);
  }

  /** How {@code full.onnx} is fed. */
  static ImportedGraph rawInputs(FittedPlan plan) {
    List<GraphInput> inputs = new ArrayList<>();
    Map<String, Integer> widths = PlanExport.widths(plan);
    Set<String> times = PlanExport.timeColumns(plan).keySet();
    for (FittedPlan.Input input : plan.inputs()) {
      String column = input.column();
      int width =
          switch (input.kind()) {
            case NUMBER, TEXT -> 1;
            case NUMBERS, TEXTS -> widths.getOrDefault(column, GraphInput.Column.ALL);
          };
      boolean isText =
          input.kind() == FittedPlan.Kind.TEXT || input.kind() == FittedPlan.Kind.TEXTS;
      GraphInput.Element number =
          times.contains(column) ? GraphInput.Element.FLOAT64 : GraphInput.Element.FLOAT32;
      Optional<String> missing = isText ? Optional.of(FullGraph.MISSING_TEXT) : Optional.empty();
      inputs.add(
          new GraphInput(
              column,
              isText ? GraphInput.Element.TEXT : number,
              2,
              List.of(new GraphInput.Column(column, missing, width))));
    }
    return new ImportedGraph(inputs, Signature.PREDICTION, Optional.empty());
  }

  static byte[] content(Path file) throws IOException {
    long size = Files.size(file);
    if (size > MAX_CORE_BYTES) {
      throw new ModelException(
          file,
          "Cannot open %s: it has %d bytes, and the limit is %d. Train a smaller model."
              .formatted(file, size, MAX_CORE_BYTES));
    }
    byte[] onnx = Files.readAllBytes(file);
    check(onnx, file);
    return onnx;
  }

  /** What goes in and what comes out. */
  public Signature signature() {
    return signature;
  }

  /** How raw examples become features; of a model from elsewhere, how they become the label. */
  public FittedPlan plan() {
    return plan;
  }

  /**
   * Predicts.
   *
   * @param raw with at least the columns of the signature's inputs
   * @throws IllegalArgumentException if the plan refuses the examples, or the graph cannot take
   *     them
   * @throws IllegalStateException if this is closed
   */
  public Predictions predict(ExampleBatch raw) {
    return whole != null
        ? whole.run(raw)
        : predict(ModelInputs.of(plan.features(), plan.applyWithoutLabel(raw)));
  }

  /**
   * Predicts from features that {@link #plan} has made already.
   *
   * @throws IllegalArgumentException if there are more or fewer features than the model takes
   * @throws IllegalStateException if this is closed, or its graph takes raw values
   */
  public Predictions predict(ModelInputs inputs) {
    if (session == null) {
      throw new IllegalStateException(
          "Cannot predict from features: the graph takes raw values. Give raw examples.");
    }
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
    if (session != null) {
      session.close();
    }
    if (whole != null) {
      whole.close();
    }
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

  static void requireFile(Path directory, String name) throws ModelException {
    if (!Files.isRegularFile(directory.resolve(name))) {
      throw new ModelException(
          directory,
          "Cannot open model %s: it has no %s. Give the directory of a Model artifact."
              .formatted(directory, name),
          new NoSuchFileException(directory.resolve(name).toString()));
    }
  }
}
