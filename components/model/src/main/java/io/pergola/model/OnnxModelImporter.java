package io.pergola.model;

import ai.onnx.proto.OnnxMl;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.pergola.artifact.Model;
import io.pergola.feature.FeaturePlan;
import io.pergola.feature.Features;
import io.pergola.fingerprint.BuiltIn;
import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.InlineComponent;
import io.pergola.transform.FittedPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Brings an ONNX model from elsewhere into the pipeline, to be evaluated and pushed like one that
 * was trained: {@code p.add(OnnxModelImporter.of(Path.of("fraud.onnx")).floats("input", "amount",
 * "age").output("probabilities", 1).label(...))}. Cached by the file's content; where it came from
 * is on record as {@code imported_from}.
 *
 * <p>The file is checked before anything runs it: its size, standard operators only, weights
 * inside. Then ONNX Runtime has to accept it, with inputs and output as they are described here.
 *
 * @param from an {@code .onnx} file
 * @param inputs how the graph is fed; an input of shape [n] or [n, 1] that is not among them takes
 *     the raw column of its name
 * @param output the output with the predictions; the only one if empty
 * @param column which column of the output is the prediction, from 0; all of them if empty
 * @param label computes what should have been predicted; its features are not looked at
 * @param maxBytes the largest file that is read
 */
@BuiltIn
public record OnnxModelImporter(
    Path from,
    List<GraphInput> inputs,
    Optional<String> output,
    Optional<Integer> column,
    FeaturePlan label,
    long maxBytes)
    implements InlineComponent<Channel<Model>> {

  public OnnxModelImporter {
    inputs = List.copyOf(inputs);
    Set<String> names = new HashSet<>();
    for (GraphInput input : inputs) {
      if (!names.add(input.name())) {
        throw new IllegalArgumentException(
            "Invalid inputs: '%s' is fed twice (each once)".formatted(input.name()));
      }
    }
    if (maxBytes < 1 || maxBytes > Servable.MAX_CORE_BYTES) {
      throw new IllegalArgumentException(
          "Invalid size of a model: %d (must be in 1..%d bytes)"
              .formatted(maxBytes, Servable.MAX_CORE_BYTES));
    }
  }

  /** Imports a file: its only output, of a model that predicts numbers, without a label. */
  public static OnnxModelImporter of(Path file) {
    return new OnnxModelImporter(
        file,
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Features.of().unlabelled(),
        Servable.MAX_CORE_BYTES);
  }

  /** The same, with an input of float32 [n, number of columns] fed from these columns. */
  public OnnxModelImporter floats(String input, String... columns) {
    return input(of(input, GraphInput.Element.FLOAT32, columns));
  }

  /** The same, with an input of int64 [n, number of columns] fed from these columns. */
  public OnnxModelImporter integers(String input, String... columns) {
    return input(of(input, GraphInput.Element.INT64, columns));
  }

  /** The same, with an input of text [n, number of columns] fed from these columns. */
  public OnnxModelImporter texts(String input, String... columns) {
    return input(of(input, GraphInput.Element.TEXT, columns));
  }

  /**
   * The same, with an input of float32 [n, width] fed from the lists of one column; what a list
   * lacks is NaN.
   *
   * @param width 1 or more
   */
  public OnnxModelImporter vectors(String input, String column, int width) {
    if (width < 1) {
      throw new IllegalArgumentException(
          "Invalid width of input '%s': %d (must be 1 or more)".formatted(input, width));
    }
    return input(
        new GraphInput(
            input,
            GraphInput.Element.FLOAT32,
            2,
            List.of(new GraphInput.Column(column, Optional.empty(), width))));
  }

  /** The same, with an input fed as described. */
  public OnnxModelImporter input(GraphInput input) {
    List<GraphInput> more = new ArrayList<>(inputs);
    more.add(input);
    return new OnnxModelImporter(from, more, output, column, label, maxBytes);
  }

  /** The same, with all columns of this output as the prediction. */
  public OnnxModelImporter output(String name) {
    return new OnnxModelImporter(
        from, inputs, Optional.of(name), Optional.empty(), label, maxBytes);
  }

  /** The same, with one column of this output, from 0, as the prediction. */
  public OnnxModelImporter output(String name, int which) {
    return new OnnxModelImporter(
        from, inputs, Optional.of(name), Optional.of(which), label, maxBytes);
  }

  /**
   * The same, judged by the label of this plan, which also says what the model answers: a truth
   * value makes it {@link Task#BINARY}, a number {@link Task#REGRESSION}, a category {@link
   * Task#MULTICLASS}.
   *
   * @param plan without anything to fit: {@code Features.of().label(row.number(Trip::tips))}
   */
  public OnnxModelImporter label(FeaturePlan plan) {
    return new OnnxModelImporter(from, inputs, output, column, plan, maxBytes);
  }

  /** The same, refusing files of more bytes. */
  public OnnxModelImporter atMost(long bytes) {
    return new OnnxModelImporter(from, inputs, output, column, label, bytes);
  }

  private static GraphInput of(String input, GraphInput.Element element, String... columns) {
    return new GraphInput(
        input, element, 2, Arrays.stream(columns).map(GraphInput.Column::of).toList());
  }

  @Override
  public String defaultId() {
    return "import-onnx-model";
  }

  @Override
  public List<Path> externalInputs() {
    return List.of(from);
  }

  @Override
  public void run(Artifacts artifacts, Channel<Model> out) throws IOException {
    OnnxMl.ModelProto model = read();
    ImportedGraph graph = described(model);
    FittedPlan plan;
    try {
      plan = FittedPlan.of(label, List.of());
    } catch (IllegalArgumentException e) {
      throw refused(
          "its label is to be fitted to examples (%s)".formatted(SignatureFile.reason(e)),
          "Describe the label without anything to fit",
          e);
    }
    int width = column.isPresent() ? 1 : width(model, graph.output());
    Signature signature = Signature.of(plan, task(plan, width), width, about(model), graph);
    ServableWriter.writeImported(artifacts.of(out).directory(), signature, plan, model);
    String absolute = from.toAbsolutePath().normalize().toString();
    artifacts.execution().property(out, "imported_from", absolute);
    artifacts.execution().property(out, "task", signature.task().name());
  }

  private OnnxMl.ModelProto read() throws IOException {
    if (!Files.isRegularFile(from)) {
      throw refused("there is no such file", "Give an .onnx file", null);
    }
    long size = Files.size(from);
    if (size > maxBytes) {
      throw refused(
          "it has %d bytes, and the limit is %d".formatted(size, maxBytes),
          "Import a smaller model, or raise the limit: .atMost(...)",
          null);
    }
    try {
      CodedInputStream in = CodedInputStream.newInstance(Files.readAllBytes(from));
      OnnxMl.ModelProto model = OnnxMl.ModelProto.parseFrom(in);
      OnnxCheck.check(model, from.toString());
      return model;
    } catch (InvalidProtocolBufferException e) {
      throw refused(
          "it is not an ONNX model (%s)".formatted(SignatureFile.reason(e)),
          "Give an .onnx file",
          e);
    } catch (IllegalArgumentException e) {
      throw new ModelException(from, String.valueOf(e.getMessage()), e);
    }
  }

  private ImportedGraph described(OnnxMl.ModelProto model) throws ModelException {
    List<GraphInput> all = new ArrayList<>(inputs);
    Set<String> known = new HashSet<>();
    inputs.forEach(input -> known.add(input.name()));
    model.getGraph().getInitializerList().forEach(weights -> known.add(weights.getName()));
    for (OnnxMl.ValueInfoProto input : model.getGraph().getInputList()) {
      if (known.add(input.getName())) {
        all.add(ofItsName(input));
      }
    }
    List<String> outputs =
        model.getGraph().getOutputList().stream().map(OnnxMl.ValueInfoProto::getName).toList();
    String chosen = output.orElse(outputs.size() == 1 ? outputs.get(0) : "");
    if (!outputs.contains(chosen)) {
      throw refused(
          output.isPresent()
              ? "it has no output '%s', only %s".formatted(chosen, outputs)
              : "it has the outputs %s".formatted(outputs),
          "Say which one has the predictions: .output(...)",
          null);
    }
    return new ImportedGraph(all, chosen, column);
  }

  private GraphInput ofItsName(OnnxMl.ValueInfoProto input) throws ModelException {
    OnnxMl.TypeProto.Tensor tensor = input.getType().getTensorType();
    int rank = tensor.getShape().getDimCount();
    OnnxMl.TensorProto.DataType type = OnnxMl.TensorProto.DataType.forNumber(tensor.getElemType());
    GraphInput.Element element =
        type == null
            ? null
            : switch (type) {
              case FLOAT -> GraphInput.Element.FLOAT32;
              case DOUBLE -> GraphInput.Element.FLOAT64;
              case INT32 -> GraphInput.Element.INT32;
              case INT64 -> GraphInput.Element.INT64;
              case STRING -> GraphInput.Element.TEXT;
              default -> null;
            };
    if (!input.getType().hasTensorType() || element == null) {
      throw refused(
          "input '%s' is not a tensor of float32, float64, int32, int64 or text (%s)"
              .formatted(input.getName(), type),
          "Export it with inputs of these types",
          null);
    }
    boolean one = rank == 1 || (rank == 2 && tensor.getShape().getDim(1).getDimValue() <= 1);
    if (!one) {
      throw refused(
          "input '%s' takes more than one column".formatted(input.getName()),
          "Name them: .floats(\"%s\", ...)".formatted(input.getName()),
          null);
    }
    return new GraphInput(
        input.getName(), element, rank, List.of(GraphInput.Column.of(input.getName())));
  }

  private int width(OnnxMl.ModelProto model, String chosen) throws ModelException {
    for (OnnxMl.ValueInfoProto info : model.getGraph().getOutputList()) {
      if (info.getName().equals(chosen)) {
        OnnxMl.TensorShapeProto shape = info.getType().getTensorType().getShape();
        if (shape.getDimCount() == 1) {
          return 1;
        } else if (shape.getDimCount() == 2 && shape.getDim(1).getDimValue() > 0) {
          return Math.toIntExact(shape.getDim(1).getDimValue());
        }
      }
    }
    return expectedWidth(chosen);
  }

  /** What the label says, where the file does not say how wide its output is. */
  private int expectedWidth(String chosen) throws ModelException {
    Optional<FittedPlan.Target> target = FittedPlan.of(label, List.of()).features().label();
    if (target.isEmpty()) {
      throw refused(
          "it does not say how many columns output '%s' has".formatted(chosen),
          "Say which one is the prediction, .output(\"%s\", 0), or give a label".formatted(chosen),
          null);
    }
    return target.get().kind() == FittedPlan.LabelKind.CATEGORY ? target.get().size() : 1;
  }

  private Task task(FittedPlan plan, int width) throws ModelException {
    Optional<FittedPlan.Target> target = plan.features().label();
    Task task =
        target
            .map(
                found ->
                    switch (found.kind()) {
                      case TRUTH -> Task.BINARY;
                      case NUMBER -> Task.REGRESSION;
                      case CATEGORY -> Task.MULTICLASS;
                    })
            .orElse(width > 1 ? Task.MULTICLASS : Task.REGRESSION);
    int wanted = task == Task.MULTICLASS ? target.map(FittedPlan.Target::size).orElse(width) : 1;
    if (width != wanted) {
      throw refused(
          "its predictions have %d columns, and the label calls for %d".formatted(width, wanted),
          "Name the output and column that answer the label: .output(name, column)",
          null);
    }
    return task;
  }

  private static Map<String, String> about(OnnxMl.ModelProto model) {
    String producer = (model.getProducerName() + " " + model.getProducerVersion()).strip();
    return producer.isEmpty()
        ? Map.of("framework", "onnx")
        : Map.of("framework", "onnx", "producer", producer);
  }

  private ModelException refused(String fact, String remedy, @Nullable Exception cause) {
    String message = "Cannot import %s: %s. %s.".formatted(from, fact, remedy);
    return cause == null
        ? new ModelException(from, message)
        : new ModelException(from, message, cause);
  }
}
