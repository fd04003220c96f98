package io.pergola.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pergola.model.GraphWeights;
import io.pergola.model.OnnxGraph;
import io.pergola.model.OnnxModelImporter;
import io.pergola.training.internal.EarlierNetwork;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.runners.direct.DirectRunner;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Training that starts from an earlier model. */
class TransferTest {
  @TempDir static Path shared;

  private static FakeRun first;

  @TempDir Path folder;

  @BeforeAll
  static void trainTheEarlierModel() throws Exception {
    Rides.write(shared, Rides.Target.XOR, 1_000);
    first = new FakeRun(shared, shared.resolve("first")).run(trainer(TransferTest::build));
  }

  /** A network with dropout, regularisation and limited gradients: all that moves weights. */
  private static ComputationGraph network(Training t) {
    return WideAndDeep.classifier(t.features())
        .hidden(16, 8)
        .dropout(0.1)
        .l2(0.01)
        .clipNorm(1)
        .learningRate(0.01)
        .build();
  }

  static void build(Training t) throws Exception {
    t.fit(network(t));
  }

  static void warm(Training t) throws Exception {
    ComputationGraph network = network(t);
    t.warmStart(network);
    t.save(network);
  }

  static void frozen(Training t) throws Exception {
    ComputationGraph network = network(t);
    t.warmStart(network);
    t.fit(t.frozen(network, "embeddings", "hidden_1"));
  }

  @Test
  void aFirstRunStartsAnew() throws Exception {
    FakeRun run = new FakeRun(shared, folder.resolve("again"));
    run.run(trainer(TransferTest::warmAndFit).startingFrom(FakeRun.EARLIER.optional()));

    assertThat(run.file("core.onnx")).isEqualTo(first.file("core.onnx"));
    assertThat(run.properties).doesNotContainKeys("taken_layers", "anew_layers", "frozen_layers");
  }

  static void warmAndFit(Training t) throws Exception {
    ComputationGraph network = network(t);
    assertThat(t.warmStart(network)).isEqualTo(WarmStart.NONE);
    t.fit(network);
  }

  @Test
  void aWarmNetworkIsTheEarlierOne() throws Exception {
    FakeRun second = startingFrom(first, "second", TransferTest::warm);

    assertThat(second.file("core.onnx")).isEqualTo(first.file("core.onnx"));
    assertThat(second.properties.get("taken_layers"))
        .isEqualTo(
            "deep (all weights), embeddings (all weights), hidden_1 (all weights), hidden_2 (all weights), wide (all weights)");
    assertThat(second.properties).doesNotContainKey("anew_layers");
  }

  @Test
  void frozenLayersKeepTheirWeightsAndTheOthersLearn() throws Exception {
    FakeRun second = startingFrom(first, "second", TransferTest::frozen);

    Map<String, float[]> before = weights(first);
    Map<String, float[]> after = weights(second);
    assertThat(after.keySet()).isEqualTo(before.keySet());
    before.forEach(
        (name, weights) -> {
          boolean kept = name.startsWith("embeddings") || name.startsWith("hidden_1");
          assertThat(Arrays.equals(after.get(name), weights)).as(name).isEqualTo(kept);
        });
    assertThat(second.metrics.get("largest_parity_difference")).isLessThan(1e-5);
    assertThat(second.properties).containsEntry("frozen_layers", "embeddings, hidden_1");
    assertThat(second.properties.get("network_layers").toString())
        .contains("hidden_1=frozen DenseLayer", "hidden_2=DenseLayer");
  }

  @Test
  void anAttemptAfterAKillGoesOnWithFrozenLayers() throws Exception {
    FakeRun whole = startingFrom(first, "whole", TransferTest::frozen);
    FakeRun killed = new FakeRun(shared, folder.resolve("killed"));
    killed.earlier = Optional.of(first.model);
    killed.dieAfterRows = 25 * 128;
    Trainer trainer = trainer(TransferTest::frozen).startingFrom(FakeRun.EARLIER);
    assertThatThrownBy(() -> killed.run(trainer)).hasMessage("killed");

    FakeRun resumed = startingFrom(first, "killed", TransferTest::frozen);

    assertThat(resumed.rows).isEqualTo(10 * 128);
    assertThat(resumed.file("core.onnx")).isEqualTo(whole.file("core.onnx"));
    assertThat(resumed.file("training.json")).isEqualTo(whole.file("training.json"));
  }

  @Test
  void workersKeepFrozenLayers() throws Exception {
    FakeRun second = new FakeRun(shared, folder.resolve("workers"));
    second.earlier = Optional.of(first.model);
    Files.createDirectories(second.model);
    trainer(TransferTest::frozen)
        .startingFrom(FakeRun.EARLIER)
        .evaluateEvery(30)
        .workers(2)
        .run(
            (name, build) -> {
              DirectOptions options = PipelineOptionsFactory.as(DirectOptions.class);
              options.setRunner(DirectRunner.class);
              Pipeline job = Pipeline.create(options);
              build.accept(job);
              job.run().waitUntilFinish();
            },
            second,
            FakeRun.MODEL);

    assertThat(weights(second).get("hidden_1_W")).isEqualTo(weights(first).get("hidden_1_W"));
    assertThat(weights(second).get("hidden_2_W")).isNotEqualTo(weights(first).get("hidden_2_W"));
  }

  @Test
  void anotherLabelIsAnsweredAnew() throws Exception {
    Path other = Rides.write(folder.resolve("other"), Rides.Target.QUARTER, 200);
    FakeRun run = new FakeRun(other, other);
    run.earlier = Optional.of(first.model);
    run.run(trainer(TransferTest::warm).startingFrom(FakeRun.EARLIER));

    assertThat(run.properties.get("taken_layers"))
        .isEqualTo("embeddings (all weights), hidden_1 (all weights), hidden_2 (all weights)");
    assertThat(run.properties.get("anew_layers"))
        .isEqualTo("deep (it answers something else), wide (it answers something else)");
  }

  @Test
  void aLayerThatMustTakeItsWeightsAndCannotFailsTheTraining() {
    TrainFunction wider =
        t -> {
          ComputationGraph network = WideAndDeep.classifier(t.features()).hidden(16, 12).build();
          t.warmStart(network, "embeddings", "hidden_1", "hidden_2");
        };

    assertThatThrownBy(() -> startingFrom(first, "wider", wider))
        .isInstanceOf(TrainingException.class)
        .hasMessage(
            "Cannot start layer 'hidden_2' from the earlier model: its weights have the shape"
                + " [16, 12], and had [16, 8]. Leave it out of those that must, or build it as it"
                + " was.");
    assertThatThrownBy(
            () -> startingFrom(first, "unknown", t -> t.warmStart(network(t), "hidden_3")))
        .isInstanceOf(TrainingException.class)
        .hasMessageStartingWith("Cannot find layer 'hidden_3' with weights: the network has [");
  }

  @Test
  void weightsOfTheGraphGoIntoAParameter() throws Exception {
    FakeRun second =
        startingFrom(
            first,
            "second",
            t -> {
              ComputationGraph network = network(t);
              GraphWeights graph = t.earlier().orElseThrow().weights();
              t.take(network, "hidden_1_W", "hidden_1/W", graph.tensor("hidden_1/W"));
              t.take(network, "hidden_1_b", "hidden_1/b", graph.tensor("hidden_1/b"));
              assertThatThrownBy(
                      () -> t.take(network, "hidden_2_W", "w", graph.tensor("hidden_1/W")))
                  .isInstanceOf(TrainingException.class)
                  .hasMessageContaining("into parameter 'hidden_2_W' of shape [16, 8]");
              t.save(network);
            });

    assertThat(weights(second).get("hidden_1_W")).isEqualTo(weights(first).get("hidden_1_W"));
    assertThat(second.properties.get("taken_layers"))
        .isEqualTo(
            "hidden_1_W ('hidden_1/W' of the graph), hidden_1_b ('hidden_1/b' of the graph)");
  }

  static void fromGraph(Training training) throws Exception {
    ComputationGraph network = Deep.classifier(training.features()).hidden(16, 8).build();
    GraphWeights graph = training.earlier().orElseThrow().weights();
    training.take(network, "hidden_1_W", "fc1.weight", graph.tensor("fc1.weight").transposed());
    training.take(network, "hidden_1_b", "fc1.bias", graph.tensor("fc1.bias"));
    training.fit(training.frozen(network, "hidden_1"));
  }

  @Test
  void anImportedModelGivesWeightsByName() throws Exception {
    // 2 numbers, and embeddings of 5 numbers for 20 companies and 24 hours each.
    int in = 12;
    float[] weights = new float[16 * in];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = i / 100f;
    }
    OnnxGraph graph = OnnxGraph.named("elsewhere");
    OnnxGraph.Value row =
        graph.gather(graph.matrix("fc1.weight", 16, in, weights), graph.ids("row"));
    OnnxGraph.Value hidden =
        graph.gemm(
            row,
            graph.matrix("up", in, 16, new float[in * 16]),
            graph.vector("fc1.bias", new float[16]));
    OnnxGraph.Value one = graph.gemm(hidden, graph.matrix("down", 16, 1, new float[16]));
    Path file = folder.resolve("elsewhere.onnx");
    Files.write(file, graph.output("y", one).bytes());
    FakeRun imported = new FakeRun(shared, folder.resolve("imported"));
    OnnxModelImporter.of(file).run(imported, FakeRun.MODEL);

    FakeRun second = startingFrom(imported, "second", TransferTest::fromGraph);

    float[] taken = weights(second).get("hidden_1_W");
    for (int from = 0; from < in; from++) {
      for (int to = 0; to < 16; to++) {
        assertThat(taken[from * 16 + to]).isEqualTo(weights[to * in + from]);
      }
    }
    assertThat(second.properties)
        .containsEntry("frozen_layers", "hidden_1")
        .containsEntry(
            "taken_layers",
            "hidden_1_W ('fc1.weight' of the graph), hidden_1_b ('fc1.bias' of the graph)");
    assertThatThrownBy(() -> startingFrom(imported, "warm", TransferTest::warm))
        .isInstanceOf(TrainingException.class)
        .hasMessage(
            "Cannot start from model %s: Deeplearning4j did not train it. Take its weights by"
                + " name: training.take(...).",
            imported.model);
  }

  @Test
  void theEarlierNetworkItselfCanBeLookedAt() throws Exception {
    startingFrom(
        first,
        "second",
        t -> {
          EarlierModel earlier = t.earlier().orElseThrow();
          assertThat(earlier.layers()).isEmpty();
          ComputationGraph network = earlier.graph().orElseThrow();
          assertThat(t.evaluate(network).orElseThrow())
              .isCloseTo(first.metrics.get("evaluation_loss"), within(1e-6));
          t.save(network);
        });
  }

  @Test
  void whatDeeplearning4jItselfFrozeIsTrainedAndExported() throws Exception {
    // Its feature extractor: all that the last layer but one reads, a merge of two inputs among it.
    TrainFunction function =
        t -> {
          ComputationGraph network =
              t.earlier().isEmpty()
                  ? merged(t)
                  : new TransferLearning.GraphBuilder(t.earlier().get().graph().orElseThrow())
                      .setFeatureExtractor("hidden")
                      .build();
          t.fit(network);
        };
    FakeRun one = new FakeRun(shared, folder.resolve("one")).run(trainer(function));
    FakeRun two = startingFrom(one, "two", function);

    assertThat(two.properties).containsEntry("frozen_layers", "embedding, hidden");
    assertThat(weights(two).get("hidden_W")).isEqualTo(weights(one).get("hidden_W"));
    assertThat(weights(two).get("output_W")).isNotEqualTo(weights(one).get("output_W"));
    assertThat(two.metrics.get("largest_parity_difference")).isLessThan(1e-5);
  }

  private static ComputationGraph merged(Training t) {
    return new ComputationGraph(
        new NeuralNetConfiguration.Builder()
            .seed(t.seed())
            .updater(new Adam(0.01))
            .graphBuilder()
            .addInputs("dense", "company")
            .addLayer(
                "embedding",
                new EmbeddingLayer.Builder()
                    .nIn(t.features().categorical().get("company") + 1)
                    .nOut(3)
                    .activation(Activation.IDENTITY)
                    .build(),
                "company")
            .addVertex("merged", new MergeVertex(), "dense", "embedding")
            .addLayer(
                "hidden",
                new DenseLayer.Builder().nIn(5).nOut(8).activation(Activation.TANH).build(),
                "merged")
            .addLayer(
                "output",
                new OutputLayer.Builder(LossFunction.XENT)
                    .nIn(8)
                    .nOut(1)
                    .activation(Activation.SIGMOID)
                    .build(),
                "hidden")
            .setOutputs("output")
            .build());
  }

  @Test
  void batchNormalisationOfWhatStillLearnsIsNotFrozen() {
    TrainFunction function =
        t -> {
          ComputationGraph network =
              new ComputationGraph(
                  new NeuralNetConfiguration.Builder()
                      .graphBuilder()
                      .addInputs("dense")
                      .addLayer("first", new DenseLayer.Builder().nIn(2).nOut(4).build(), "dense")
                      .addLayer(
                          "normal",
                          new BatchNormalization.Builder().nIn(4).nOut(4).build(),
                          "first")
                      .addLayer(
                          "output",
                          new OutputLayer.Builder(LossFunction.XENT)
                              .nIn(4)
                              .nOut(1)
                              .activation(Activation.SIGMOID)
                              .build(),
                          "normal")
                      .setOutputs("output")
                      .build());
          t.frozen(network, "first", "normal");
          assertThatThrownBy(() -> t.frozen(network, "output"))
              .hasMessage(
                  "Cannot freeze layer 'output': it computes the loss. Freeze those before it.");
          t.frozen(network, "normal");
        };

    assertThatThrownBy(() -> startingFrom(first, "normal", function))
        .isInstanceOf(TrainingException.class)
        .hasMessage(
            "Cannot freeze layer 'normal': it normalises what 'first' learns, whose gradient would"
                + " be wrong. Freeze that as well.");
  }

  @Test
  void layersOneAfterTheOtherAreFrozenByTheirPlace() throws Exception {
    TrainFunction rows =
        t -> {
          MultiLayerNetwork network = layers(t);
          if (t.earlier().isEmpty()) {
            t.fit(network);
          } else {
            t.warmStart(network);
            t.fit(t.frozen(network, "layer0", "layer1"));
          }
        };
    FakeRun one = new FakeRun(shared, folder.resolve("one")).run(trainer(rows));
    FakeRun two = startingFrom(one, "two", rows);

    assertThat(weights(two).get("1_W")).isEqualTo(weights(one).get("1_W"));
    assertThat(weights(two).get("2_W")).isNotEqualTo(weights(one).get("2_W"));
    assertThat(two.properties).containsEntry("frozen_layers", "layer0, layer1");
    assertThat(two.metrics.get("largest_parity_difference")).isLessThan(1e-5);
  }

  private static MultiLayerNetwork layers(Training t) {
    FeatureEmbeddings embeddings = FeatureEmbeddings.of(2, t.features().sizes(), List.of(4, 4));
    return new MultiLayerNetwork(
        new NeuralNetConfiguration.Builder()
            .seed(t.seed())
            .updater(new Adam(0.01))
            .list()
            .layer(embeddings)
            .layer(new DenseLayer.Builder().nIn(10).nOut(8).activation(Activation.RELU).build())
            .layer(
                new OutputLayer.Builder(LossFunction.XENT)
                    .nIn(8)
                    .nOut(1)
                    .activation(Activation.SIGMOID)
                    .build())
            .build());
  }

  @Test
  void aTunerStartsEveryTrialFromTheModel() throws Exception {
    record Rate(double rate) {}
    TunerRun run = new TunerRun(shared, folder.resolve("tuner"));
    run.earlier = Optional.of(first.model);
    TrainFunction function =
        t -> {
          assertThat(t.hyperparameters().real("rate")).isPositive();
          ComputationGraph network = network(t);
          t.warmStart(network);
          t.save(network);
        };
    run.run(
        Tuner.of(trainer(function).startingFrom(FakeRun.EARLIER))
            .over(SearchSpace.of(Rate.class).real(Rate::rate).between(0.1, 0.2))
            .by(Search.random(2)),
        1);

    assertThat(run.trials().trials())
        .allSatisfy(
            trial ->
                assertThat(trial.metrics().get("loss"))
                    .isCloseTo(first.metrics.get("evaluation_loss"), within(1e-6)));
  }

  private static Trainer trainer(TrainFunction function) {
    return FakeRun.trainer()
        .with(function)
        .steps(30)
        .batchSize(128)
        .evaluateEvery(10)
        .checkpointEvery(10);
  }

  private FakeRun startingFrom(FakeRun earlier, String home, TrainFunction function)
      throws Exception {
    FakeRun run = new FakeRun(shared, folder.resolve(home));
    run.earlier = Optional.of(earlier.model);
    return run.run(trainer(function).startingFrom(FakeRun.EARLIER));
  }

  private static Map<String, float[]> weights(FakeRun run) throws Exception {
    Model network = EarlierNetwork.read(run.model.resolve(Trainer.CHECKPOINT)).orElseThrow();
    Map<String, float[]> weights = new TreeMap<>();
    network.paramTable().forEach((name, w) -> weights.put(name, w.dup('c').data().asFloat()));
    return weights;
  }
}
