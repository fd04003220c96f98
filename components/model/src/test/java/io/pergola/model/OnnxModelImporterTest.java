package io.pergola.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl;
import io.pergola.artifact.Artifact;
import io.pergola.artifact.Model;
import io.pergola.artifact.Row;
import io.pergola.beam.ColumnType;
import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleBatchBuilder;
import io.pergola.beam.ExampleColumn;
import io.pergola.beam.ExampleSchema;
import io.pergola.feature.Column;
import io.pergola.feature.Columns;
import io.pergola.feature.FeaturePlan;
import io.pergola.feature.Features;
import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.Execution;
import io.pergola.pipeline.FakeExecution;
import io.pergola.pipeline.OptionalChannel;
import io.pergola.transform.FittedPlan;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OnnxModelImporterTest {
  private static final Columns<Row> ROW = Columns.of();
  private static final FeaturePlan TRUTH =
      Features.of().label(ROW.number(Column.number("y")).greaterThan(0.5));

  @TempDir Path directory;

  private final FakeExecution execution = new FakeExecution("import");

  /** Runs an importer and returns the directory of its model. */
  private Path imported(OnnxModelImporter importer) throws IOException {
    Channel<Model> out = new Channel<>("import", "model", Model.class);
    Path made = directory.resolve("model");
    importer.run(
        new Artifacts() {
          @Override
          public <A extends Artifact> A of(Channel<A> channel) {
            return channel.type().cast(new Model(made));
          }

          @Override
          public <A extends Artifact> Optional<A> of(OptionalChannel<A> channel) {
            return Optional.empty();
          }

          @Override
          public Execution execution() {
            return execution;
          }
        },
        out);
    return made;
  }

  private Path file(byte[] onnx) throws IOException {
    return Files.write(directory.resolve("given.onnx"), onnx);
  }

  /** {@code scores} is [1 - p, p], p being the logistic function of 2 a - b. */
  private static OnnxGraph classifier() {
    OnnxGraph g = OnnxGraph.named("elsewhere");
    OnnxGraph.Value x = g.floats("features", 2);
    OnnxGraph.Value p = g.sigmoid(g.gemm(x, g.matrix("w", 2, 1, new float[] {2, -1})));
    OnnxGraph.Value minus = g.multiply(p, g.vector("minus", new float[] {-1}));
    OnnxGraph.Value rest = g.add(minus, g.vector("one", new float[] {1}));
    return g.output("scores", g.concat(List.of(rest, p)));
  }

  private static ExampleBatch ab() {
    return ExampleBatch.of(
        2,
        List.of(
            WideAndDeep.floats("a", 1f, -0.5f),
            WideAndDeep.longs("b", 3L, 0L),
            WideAndDeep.floats("y", 1f, null)));
  }

  @Test
  void columnsAreFedAndOneColumnOfTheOutputIsThePrediction() throws Exception {
    Path model =
        imported(
            OnnxModelImporter.of(file(classifier().bytes()))
                .floats("features", "a", "b")
                .output("scores", 1)
                .label(TRUTH));
    try (Servable servable = Servable.open(model)) {
      float[] predicted = servable.predict(ab()).values();
      assertThat(predicted).hasSize(2);
      assertThat((double) predicted[0]).isCloseTo(1 / (1 + Math.exp(1)), within(1e-6));
      assertThat((double) predicted[1]).isCloseTo(1 / (1 + Math.exp(1)), within(1e-6));
      assertThat(servable.labels(ab())).containsExactly(1, Float.NaN);
      assertThat(servable.signature().task()).isEqualTo(Task.BINARY);
      assertThat(servable.signature().inputs().stream().map(Signature.Input::name))
          .containsExactly("a", "b");
      assertThat(servable.signature().labelInputs().stream().map(Signature.Input::name))
          .containsExactly("y");
    }
    assertThat(execution.properties)
        .containsEntry("imported_from", directory.resolve("given.onnx").toString())
        .containsEntry("task", "BINARY");
    assertThat(Signature.read(model).training()).containsEntry("producer", "pergola");
  }

  @Test
  void allColumnsOfTheOutputAreClassesWithoutALabel() throws Exception {
    Path model =
        imported(OnnxModelImporter.of(file(classifier().bytes())).floats("features", "a", "b"));
    try (Servable servable = Servable.open(model)) {
      assertThat(servable.signature().task()).isEqualTo(Task.MULTICLASS);
      Predictions predictions = servable.predict(ab());
      assertThat(predictions.width()).isEqualTo(2);
      assertThat(predictions.value(0, 0) + predictions.value(0, 1)).isCloseTo(1, within(1e-6f));
    }
  }

  @Test
  void inputsThatAreNotDescribedTakeTheColumnsOfTheirNames() throws Exception {
    WideAndDeep own = new WideAndDeep(WideAndDeep.classes(), 3, 1);
    byte[] full = ((FullGraph.Whole) FullGraph.of(own.plan, own.onnx())).onnx();
    ServableWriter.write(directory.resolve("own"), own.signature(), own.plan, own.onnx());
    Path model =
        imported(
            OnnxModelImporter.of(file(full))
                .input(
                    new GraphInput(
                        "company",
                        GraphInput.Element.TEXT,
                        2,
                        List.of(
                            new GraphInput.Column(
                                "company", Optional.of(FullGraph.MISSING_TEXT))))));
    ExampleBatch raw =
        WideAndDeep.raw(
            new Float[] {12f, null, 3f},
            new Float[] {1f, 2f, null},
            new String[] {"taxi", null, "other"},
            new Long[] {null, 23L, 0L},
            new Float[] {1f, 1f, 1f});
    try (Servable servable = Servable.open(model);
        Servable same = Servable.open(directory.resolve("own"))) {
      assertThat(servable.predict(raw).values()).isEqualTo(same.predict(raw).values());
    }
  }

  @Test
  void wholeNumbersEnterAsTheyAreAndAreRefusedWhereTheyAreMissingOrBroken() throws Exception {
    OnnxGraph g = OnnxGraph.named("elsewhere");
    byte[] onnx =
        g.output("y", g.gather(g.matrix("t", 3, 1, new float[] {5, 7, 9}), g.ids("id"))).bytes();
    Path model = imported(OnnxModelImporter.of(file(onnx)));
    try (Servable servable = Servable.open(model)) {
      assertThat(servable.predict(batch(WideAndDeep.longs("id", 2L, 0L))).values())
          .containsExactly(9, 5);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> servable.predict(batch(WideAndDeep.longs("id", 2L, null))))
          .withMessage(
              "Cannot feed column 'id' to input 'id': example 1 lacks it. Fill it, or import the"
                  + " model with a value for missing ones.");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> servable.predict(batch(WideAndDeep.floats("id", 0.5f))))
          .withMessage(
              "Cannot feed column 'id' to input 'id': example 0 has 0.5, and the input takes whole"
                  + " numbers. Correct the data.");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> servable.predict(batch(WideAndDeep.text("id", "two"))))
          .withMessage(
              "Cannot feed column 'id' to input 'id': it holds TEXT, and the input takes int64."
                  + " Give it as numbers.");
    }
    GraphInput filled =
        new GraphInput(
            "id",
            GraphInput.Element.INT64,
            1,
            List.of(new GraphInput.Column("id", Optional.of("1"))));
    try (Servable servable =
        Servable.open(imported(OnnxModelImporter.of(file(onnx)).input(filled)))) {
      assertThat(servable.predict(batch(WideAndDeep.longs("id", 2L, null))).values())
          .containsExactly(9, 7);
    }
  }

  @Test
  void listsOfAColumnFeedAWholeInput() throws Exception {
    OnnxGraph g = OnnxGraph.named("elsewhere");
    OnnxGraph.Value x = g.floats("image", 3);
    byte[] onnx = g.output("y", g.gemm(x, g.matrix("w", 3, 1, new float[] {1, 10, 100}))).bytes();
    Path model = imported(OnnxModelImporter.of(file(onnx)).vectors("image", "pixels", 3));
    ExampleBatchBuilder builder =
        new ExampleBatchBuilder(
            new ExampleSchema(List.of(new ExampleSchema.Field("pixels", ColumnType.INT, true))));
    for (int row = 0; row < 2; row++) {
      for (int i = 0; i < 4 - 2 * row; i++) {
        builder.putLong(0, i + 1);
      }
      builder.endRow();
    }
    try (Servable servable = Servable.open(model)) {
      assertThat(servable.predict(builder.build()).values()).containsExactly(321, Float.NaN);
      assertThat(servable.signature().inputs())
          .containsExactly(new Signature.Input("pixels", FittedPlan.Kind.NUMBERS));
    }
    assertThat(Signature.read(model).graphs().imported().orElseThrow().inputs().get(0).width())
        .isEqualTo(3);
  }

  private static ExampleBatch batch(ExampleColumn column) {
    return ExampleBatch.of(column.rows(), List.of(column));
  }

  /** Something that is refused, and why. */
  record Refusal(
      UnaryOperator<OnnxMl.ModelProto.Builder> defect,
      UnaryOperator<OnnxModelImporter> importer,
      String message) {
    @Override
    public String toString() {
      return message;
    }
  }

  static Stream<Refusal> refusals() {
    UnaryOperator<OnnxMl.ModelProto.Builder> sound = model -> model;
    UnaryOperator<OnnxModelImporter> fed = importer -> importer.floats("features", "a", "b");
    return Stream.of(
        new Refusal(
            model -> {
              model
                  .getGraphBuilder()
                  .getInitializerBuilder(0)
                  .setDataLocation(OnnxMl.TensorProto.DataLocation.EXTERNAL)
                  .addExternalData(
                      OnnxMl.StringStringEntryProto.newBuilder()
                          .setKey("location")
                          .setValue("/etc/hostname"));
              return model;
            },
            fed,
            "Cannot use %s: weights 'w' are in another file, [/etc/hostname]. Export it again,"
                + " weights inside and with standard operators only."),
        new Refusal(
            model -> {
              model.getGraphBuilder().getNodeBuilder(0).setDomain("com.example");
              return model;
            },
            fed,
            "Cannot use %s: it needs operators of 'com.example'. Export it again, weights inside"
                + " and with standard operators only."),
        new Refusal(
            model -> model.clearOpsetImport(),
            fed,
            "Cannot use %s: it does not say which version of the operators of 'ai.onnx' it needs."
                + " Export it again, weights inside and with standard operators only."),
        new Refusal(
            model -> {
              model.getGraphBuilder().getOutputBuilder(0).clearType();
              return model;
            },
            fed,
            "Cannot use %s: 'scores' has no type. Export it again, weights inside and with standard"
                + " operators only."),
        new Refusal(
            model -> model.clearGraph(),
            fed,
            "Cannot use %s: it has no graph. Export it again, weights inside and with standard"
                + " operators only."),
        new Refusal(
            sound,
            fed.andThen(importer -> importer.atMost(100))::apply,
            "Cannot import %s: it has [size] bytes, and the limit is 100. Import a smaller model,"
                + " or raise the limit: .atMost(...)."),
        new Refusal(
            sound,
            importer -> importer,
            "Cannot import %s: input 'features' takes more than one column. Name them:"
                + " .floats(\"features\", ...)."),
        new Refusal(
            sound,
            importer -> importer.floats("features", "a"),
            "Cannot open [file]: input 'features' is [info], and it is to be fed float32 of shape"
                + " [n, 1]. Describe the input as it is."),
        new Refusal(
            sound,
            importer -> importer.texts("features", "a", "b"),
            "Cannot open [file]: input 'features' is [info], and it is to be fed text of shape [n,"
                + " 2]. Describe the input as it is."),
        new Refusal(
            sound,
            fed.andThen(importer -> importer.floats("more", "c"))::apply,
            "Cannot open [file]: it has no input 'more', only [features]. Name its own inputs."),
        new Refusal(
            sound,
            fed.andThen(importer -> importer.output("labels"))::apply,
            "Cannot import %s: it has no output 'labels', only [scores]. Say which one has the"
                + " predictions: .output(...)."),
        new Refusal(
            sound,
            fed.andThen(importer -> importer.output("scores", 2))::apply,
            "Cannot open [file]: output 'scores' is [info], and a prediction is floats of shape [n,"
                + " 1]. Name another output, or one of its columns."),
        new Refusal(
            sound,
            fed.andThen(importer -> importer.label(TRUTH))::apply,
            "Cannot import %s: its predictions have 2 columns, and the label calls for 1. Name the"
                + " output and column that answer the label: .output(name, column)."),
        new Refusal(
            sound,
            fed.andThen(
                    importer ->
                        importer.label(
                            Features.of().label(ROW.number(Column.number("y")).zScore())))
                ::apply,
            "Cannot import %s: its label is to be fitted to examples ([reason]). Describe the label"
                + " without anything to fit."));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void modelThatCannotBeUsedIsRefused(Refusal refusal) throws Exception {
    OnnxMl.ModelProto.Builder given = OnnxMl.ModelProto.parseFrom(classifier().bytes()).toBuilder();
    Path file = file(refusal.defect().apply(given).build().toByteArray());
    OnnxModelImporter importer = refusal.importer().apply(OnnxModelImporter.of(file));
    String expected =
        "\\Q"
            + refusal
                .message()
                .formatted(file)
                .replace("[size]", Long.toString(Files.size(file)))
                .replace("[file]", directory.resolve("model/imported.onnx").toString())
                .replace("[info]", "\\E.*\\Q")
                .replace("[reason]", "\\E.*\\Q")
            + "\\E";
    assertThatThrownBy(() -> imported(importer))
        .isInstanceOf(ModelException.class)
        .hasMessageMatching(expected);
    assertThat(directory.resolve("model/signature.json")).doesNotExist();
  }

  @Test
  void whatIsNoModelIsRefused() throws Exception {
    Path file = file("no model at all".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> imported(OnnxModelImporter.of(file)))
        .isInstanceOf(ModelException.class)
        .hasMessageStartingWith("Cannot import %s: it is not an ONNX model (".formatted(file));
    Path absent = directory.resolve("absent.onnx");
    assertThatThrownBy(() -> imported(OnnxModelImporter.of(absent)))
        .hasMessage(
            "Cannot import %s: there is no such file. Give an .onnx file.".formatted(absent));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OnnxModelImporter.of(file).floats("f", "a").floats("f", "b"))
        .withMessage("Invalid inputs: 'f' is fed twice (each once)");
  }
}
