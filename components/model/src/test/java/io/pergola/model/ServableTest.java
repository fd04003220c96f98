package io.pergola.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl;
import io.pergola.artifact.Model;
import io.pergola.beam.ExampleBatch;
import io.pergola.transform.FittedPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServableTest {
  @TempDir Path directory;

  private static final ExampleBatch TRIPS =
      WideAndDeep.raw(
          new Float[] {14f, null, 2f, 10f},
          new Float[] {1.5f, 3f, null, 0f},
          new String[] {"blue", "taxi", "unknown", null},
          new Long[] {0L, 23L, null, 12L},
          new Float[] {2f, 0.5f, null, 1f});

  private Servable open(WideAndDeep model) throws IOException {
    ServableWriter.write(directory, model.signature(), model.plan, model.onnx());
    return Servable.open(directory);
  }

  @Test
  void predictionsEqualTheArithmeticWrittenOut() throws IOException {
    WideAndDeep model = new WideAndDeep(WideAndDeep.plan(), 1, 7);
    try (Servable servable = open(model)) {
      Predictions predictions = servable.predict(TRIPS);

      assertThat(predictions.rows()).isEqualTo(4);
      assertThat(predictions.width()).isEqualTo(1);
      // A missing number is 0 to the network, a missing or unknown id is the one after the last.
      double[] expected = {
        model.predict(1, 1.5, 0, 0)[0],
        model.predict(0, 3, 1, 23)[0],
        model.predict(-2, 0, 3, 24)[0],
        model.predict(0, 0, 3, 12)[0]
      };
      for (int row = 0; row < 4; row++) {
        assertThat((double) predictions.value(row, 0)).isCloseTo(expected[row], within(1e-6));
      }
    }
  }

  @Test
  void probabilitiesOfSeveralClassesSumToOne() throws IOException {
    WideAndDeep model = new WideAndDeep(WideAndDeep.classes(), 3, 11);
    try (Servable servable = open(model)) {
      assertThat(servable.signature().task()).isEqualTo(Task.MULTICLASS);
      Predictions predictions = servable.predict(TRIPS);

      double[] expected = model.predict(1, 1.5, 0, 0);
      double sum = 0;
      for (int k = 0; k < 3; k++) {
        assertThat((double) predictions.value(0, k)).isCloseTo(expected[k], within(1e-6));
        sum += predictions.value(0, k);
      }
      assertThat(sum).isCloseTo(1, within(1e-6));
    }
  }

  @Test
  void labelsAreTheTruthOfThePlanAndNaNWhereMissing() throws IOException {
    try (Servable servable = open(new WideAndDeep(WideAndDeep.plan(), 1, 7))) {
      assertThat(servable.labels(TRIPS)).containsExactly(1, 0, Float.NaN, 0);
    }
  }

  @Test
  void labelsNeedTheirColumns() throws IOException {
    try (Servable servable = open(new WideAndDeep(WideAndDeep.plan(), 1, 7))) {
      ExampleBatch unlabelled =
          ExampleBatch.of(
              4, TRIPS.columns().stream().filter(c -> !c.name().equals("tips")).toList());
      assertThat(servable.predict(unlabelled).values()).hasSize(4);
      assertThatThrownBy(() -> servable.labels(unlabelled))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("'tips'");
    }
  }

  @Test
  void noExamplesGiveNoPredictions() throws IOException {
    try (Servable servable = open(new WideAndDeep(WideAndDeep.plan(), 1, 7))) {
      ExampleBatch none =
          WideAndDeep.raw(new Float[0], new Float[0], new String[0], new Long[0], new Float[0]);
      assertThat(servable.predict(none).values()).isEmpty();
    }
  }

  @Test
  void batchesLargerThanOnePieceAreWhole() throws IOException {
    WideAndDeep model = new WideAndDeep(WideAndDeep.plan(), 1, 7);
    int rows = OnnxSession.PIECE * 2 + 17;
    ExampleBatch many = random(rows, 3);
    try (Servable servable = open(model)) {
      Predictions predictions = servable.predict(many);
      ModelInputs inputs = ModelInputs.of(model.plan.features(), model.plan.apply(many));
      for (int row = 0; row < rows; row++) {
        double expected =
            model
                .predict(
                    inputs.dense()[row * 2],
                    inputs.dense()[row * 2 + 1],
                    (int) inputs.categorical()[0][row],
                    (int) inputs.categorical()[1][row])[0];
        assertThat((double) predictions.value(row, 0)).isCloseTo(expected, within(1e-6));
      }
    }
  }

  @Test
  void threadsShareOneServable() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (Servable servable = open(new WideAndDeep(WideAndDeep.plan(), 1, 7))) {
      ExampleBatch batch = random(999, 5);
      float[] expected = servable.predict(batch).values();
      List<Future<float[]>> results = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        results.add(threads.submit(() -> servable.predict(batch).values()));
      }
      for (Future<float[]> result : results) {
        assertThat(result.get()).containsExactly(expected);
      }
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void artifactsAreOpenedByTheirDirectory() throws IOException {
    open(new WideAndDeep(WideAndDeep.plan(), 1, 7)).close();
    try (Servable servable = Servable.open(new Model(directory))) {
      assertThat(servable.predict(TRIPS).values()).hasSize(4);
    }
  }

  @Test
  void closedServableRefuses() throws IOException {
    Servable servable = open(new WideAndDeep(WideAndDeep.plan(), 1, 7));
    servable.close();
    servable.close();
    assertThatIllegalStateException()
        .isThrownBy(() -> servable.predict(TRIPS))
        .withMessage("Cannot predict: the model is closed. Open it again.");
  }

  @Test
  void featuresOfAnotherModelAreRefused() throws IOException {
    try (Servable servable = open(new WideAndDeep(WideAndDeep.plan(), 1, 7))) {
      int width = servable.signature().dense().size();
      int categorical = servable.signature().categorical().size();
      ModelInputs others =
          new ModelInputs(1, width + 1, new float[width + 1], new long[categorical][1], null);

      assertThatThrownBy(() -> servable.predict(others))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "Cannot predict from %d dense and %d categorical features: the model takes %d and %d."
                      .formatted(width + 1, categorical, width, categorical)
                  + " Transform the examples with the model's own plan.");
    }
  }

  @Test
  void missingFileIsNamed() throws IOException {
    open(new WideAndDeep(WideAndDeep.plan(), 1, 7)).close();
    Files.delete(directory.resolve("core.onnx"));
    assertThatThrownBy(() -> Servable.open(directory))
        .isInstanceOf(ModelException.class)
        .hasMessage(
            "Cannot open model %s: it has no core.onnx. Give the directory of a Model artifact."
                .formatted(directory));
  }

  @Test
  void corruptGraphIsRefused() throws IOException {
    open(new WideAndDeep(WideAndDeep.plan(), 1, 7)).close();
    Path core = directory.resolve("core.onnx");
    byte[] bytes = Files.readAllBytes(core);
    Files.write(core, Arrays.copyOf(bytes, bytes.length / 2));
    assertThatThrownBy(() -> Servable.open(directory))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("it is not an ONNX model");
  }

  @Test
  void corruptSignatureIsRefused() throws IOException {
    open(new WideAndDeep(WideAndDeep.plan(), 1, 7)).close();
    Files.writeString(directory.resolve("signature.json"), "{\"format\": 1");
    assertThatThrownBy(() -> Servable.open(directory))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("signature.json");
  }

  @Test
  void newerFormatsAreRefused() throws IOException {
    open(new WideAndDeep(WideAndDeep.plan(), 1, 7)).close();
    for (String file : List.of("signature.json", "transform.json")) {
      Path path = directory.resolve(file);
      String text = Files.readString(path);
      Files.writeString(path, text.replace("\"format\" : 1", "\"format\" : 2"));
      assertThatThrownBy(() -> Servable.open(directory))
          .isInstanceOf(IOException.class)
          .hasMessage(
              ("Cannot read %s: its format is 2, and this release reads up to 1. Use the release"
                      + " that wrote it, or a newer one.")
                  .formatted(path));
      Files.writeString(path, text);
    }
  }

  @Test
  void weightsInAnotherFileAreRefused() throws IOException {
    WideAndDeep model = new WideAndDeep(WideAndDeep.plan(), 1, 7);
    open(model).close();
    OnnxMl.ModelProto.Builder onnx = OnnxMl.ModelProto.parseFrom(model.onnx()).toBuilder();
    onnx.getGraphBuilder()
        .getInitializerBuilder(0)
        .clearRawData()
        .setDataLocation(OnnxMl.TensorProto.DataLocation.EXTERNAL)
        .addExternalData(
            OnnxMl.StringStringEntryProto.newBuilder()
                .setKey("location")
                .setValue("../../secret.bin"));
    Files.write(directory.resolve("core.onnx"), onnx.build().toByteArray());
    assertThatThrownBy(() -> Servable.open(directory))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("are in another file, [../../secret.bin]");
  }

  @Test
  void operatorsOfOthersAreRefused() throws IOException {
    WideAndDeep model = new WideAndDeep(WideAndDeep.plan(), 1, 7);
    open(model).close();
    OnnxMl.ModelProto.Builder onnx = OnnxMl.ModelProto.parseFrom(model.onnx()).toBuilder();
    onnx.getGraphBuilder().getNodeBuilder(0).setDomain("com.example");
    Files.write(directory.resolve("core.onnx"), onnx.build().toByteArray());
    assertThatThrownBy(() -> Servable.open(directory))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("it needs operators of 'com.example'");
  }

  @Test
  void graphOfAnotherWidthIsRefused() throws IOException {
    open(new WideAndDeep(WideAndDeep.plan(), 1, 7)).close();
    WideAndDeep other = new WideAndDeep(WideAndDeep.classes(), 3, 7);
    Files.write(directory.resolve("core.onnx"), other.onnx());
    assertThatThrownBy(() -> Servable.open(directory))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("'prediction'");
  }

  @Test
  void signatureOfAnotherPlanIsRefused() {
    WideAndDeep model = new WideAndDeep(WideAndDeep.plan(), 1, 7);
    FittedPlan other = FittedPlan.of(io.pergola.feature.Features.of().unlabelled(), List.of());
    assertThatThrownBy(
            () -> ServableWriter.write(directory, model.signature(), other, model.onnx()))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("name different inputs or features");
    assertThat(directory.resolve("signature.json")).doesNotExist();
  }

  @Test
  void signatureSurvivesItsFile() throws IOException {
    WideAndDeep model = new WideAndDeep(WideAndDeep.plan(), 1, 7);
    try (Servable servable = open(model)) {
      assertThat(servable.signature().with(Graphs.NONE)).isEqualTo(model.signature());
      assertThat(servable.plan()).isEqualTo(model.plan);
    }
  }

  private static ExampleBatch random(int rows, long seed) {
    Random random = new Random(seed);
    Float[] fare = new Float[rows];
    Float[] miles = new Float[rows];
    String[] company = new String[rows];
    Long[] hour = new Long[rows];
    Float[] tips = new Float[rows];
    for (int i = 0; i < rows; i++) {
      fare[i] = random.nextInt(10) == 0 ? null : random.nextFloat() * 30;
      miles[i] = random.nextInt(10) == 0 ? null : random.nextFloat() * 5;
      company[i] = new String[] {"blue", "taxi", "other", null}[random.nextInt(4)];
      hour[i] = random.nextInt(10) == 0 ? null : (long) random.nextInt(24);
      tips[i] = random.nextFloat() * 4;
    }
    return WideAndDeep.raw(fare, miles, company, hour, tips);
  }
}
