package io.pergola.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pergola.model.Servable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.ShiftVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.AutoEncoder;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Networks that authors write themselves: fed, trained, exported and checked like the ready one.
 */
class NetworksTest {
  private static final List<Activation> ACTIVATIONS =
      List.of(
          Activation.RELU,
          Activation.TANH,
          Activation.SIGMOID,
          Activation.LEAKYRELU,
          Activation.ELU,
          Activation.SELU,
          Activation.RELU6,
          Activation.HARDTANH,
          Activation.HARDSIGMOID,
          Activation.SOFTPLUS,
          Activation.SOFTSIGN,
          Activation.SWISH,
          Activation.CUBE);

  @TempDir Path folder;

  @Test
  void aGraphMayTakeEachFeatureByName() throws Exception {
    FakeRun run = train(Rides.Target.EVEN_COMPANY, NetworksTest::byName, 200);

    assertThat(run.metrics.get("evaluation_loss")).isLessThan(0.1);
    assertThat(run.metrics.get("largest_parity_difference")).isLessThan(1e-5);
  }

  private static void byName(Training t) throws InterruptedException {
    int companies = t.features().categorical().get("company");
    ComputationGraphConfiguration conf =
        new NeuralNetConfiguration.Builder()
            .seed(t.seed())
            .updater(new Adam(0.02))
            .graphBuilder()
            .addInputs(Training.DENSE, "company")
            .addLayer("embedding", embedding(companies + 1, 4), "company")
            .addVertex("merged", new MergeVertex(), Training.DENSE, "embedding")
            .addLayer("a", dense(6, 8, Activation.RELU), "merged")
            .addLayer("b", dense(6, 8, Activation.TANH), "merged")
            .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "a", "b")
            .addVertex("product", new ElementWiseVertex(ElementWiseVertex.Op.Product), "a", "b")
            .addVertex("max", new ElementWiseVertex(ElementWiseVertex.Op.Max), "sum", "product")
            .addVertex("mean", new ElementWiseVertex(ElementWiseVertex.Op.Average), "max", "a", "b")
            .addVertex("scaled", new ScaleVertex(0.7), "mean")
            .addVertex("shifted", new ShiftVertex(-0.2), "scaled")
            .addVertex("part", new SubsetVertex(1, 6), "shifted")
            .addLayer("output", output(6, 1, Activation.SIGMOID, LossFunction.XENT), "part")
            .setOutputs("output")
            .build();
    t.fit(new ComputationGraph(conf));
  }

  @Test
  void layersMayStartWithEmbeddings() throws Exception {
    FakeRun run = train(Rides.Target.QUARTER, NetworksTest::layers, 200);

    assertThat(run.metrics.get("evaluation_loss")).isLessThan(0.2);
    assertThat(run.metrics.get("largest_parity_difference")).isLessThan(1e-5);
    MultiLayerNetwork restored =
        MultiLayerNetwork.load(run.model.resolve(Trainer.CHECKPOINT).toFile(), true);
    INDArray input = Nd4j.create(new float[] {0.5f, -1, 20, 7}, new long[] {1, 4}, 'c');
    assertThat(restored.output(input).getDouble(0, 1)).isGreaterThan(0.5);
  }

  private static void layers(Training t) throws InterruptedException {
    MultiLayerConfiguration conf =
        new NeuralNetConfiguration.Builder()
            .seed(t.seed())
            .updater(new Adam(0.02))
            .list()
            .layer(FeatureEmbeddings.of(2, t.features().sizes(), List.of(3, 5)))
            .layer(new BatchNormalization.Builder().nIn(10).nOut(10).build())
            .layer(dense(10, 16, Activation.IDENTITY))
            .layer(new ActivationLayer(Activation.RELU))
            .layer(new DropoutLayer(0.9))
            .layer(output(16, 4, Activation.SOFTMAX, LossFunction.MCXENT))
            .build();
    t.fit(new MultiLayerNetwork(conf));
  }

  @Test
  void everyActivationPredictsTheSameInOnnx() throws Exception {
    FakeRun run =
        train(
            Rides.Target.SUM,
            t -> {
              NeuralNetConfiguration.ListBuilder list =
                  new NeuralNetConfiguration.Builder()
                      .seed(t.seed())
                      .updater(new Adam(0.001))
                      .list()
                      .layer(FeatureWeights.of(2, t.features().sizes(), 8));
              for (Activation activation : ACTIVATIONS) {
                list.layer(dense(8, 8, activation));
              }
              MultiLayerConfiguration conf =
                  list.layer(output(8, 1, Activation.IDENTITY, LossFunction.MSE)).build();
              t.fit(new MultiLayerNetwork(conf));
            },
            20);

    assertThat(run.metrics.get("largest_parity_difference")).isLessThan(1e-5);
  }

  @Test
  void anAuthorMayWriteTheLoop() throws Exception {
    List<Double> losses = new ArrayList<>();

    FakeRun run =
        train(
            Rides.Target.EVEN_COMPANY,
            t -> {
              ComputationGraph network = Linear.classifier(t.features()).learningRate(0.05).build();
              for (int step = 1; step <= t.steps(); step++) {
                Batch batch = t.nextBatch();
                network.fit(
                    new INDArray[] {batch.input(Training.FEATURES)},
                    new INDArray[] {batch.labels()});
                t.progress(step, network.score());
              }
              losses.add(t.evaluate(network).orElseThrow());
              t.save(network);
            },
            200);

    assertThat(losses.get(0)).isLessThan(0.1);
    assertThat(run.rows).isEqualTo(200 * 256);
    try (Servable servable = Servable.open(run.model)) {
      assertThat(servable.signature().training()).containsEntry("framework", "deeplearning4j");
    }
  }

  @Test
  void namesALayerThatHasNoFormInOnnx() {
    TrainFunction function =
        t ->
            t.save(
                new MultiLayerNetwork(
                    new NeuralNetConfiguration.Builder()
                        .list()
                        .layer(FeatureWeights.of(2, t.features().sizes(), 8))
                        .layer(new AutoEncoder.Builder().nIn(8).nOut(8).build())
                        .layer(output(8, 1, Activation.SIGMOID, LossFunction.XENT))
                        .build()));

    assertThatThrownBy(() -> train(Rides.Target.XOR, function, 1))
        .isInstanceOf(TrainingException.class)
        .hasMessage(
            "Cannot export layer 'layer_1' (AutoEncoder): it has no form in core.onnx. Use dense,"
                + " embedding, convolution, pooling, zero padding, upsampling, LSTM,"
                + " GatedRecurrent, attention, batch normalisation, dropout, activation,"
                + " output and loss layers, and merge, element-wise, scale, shift, subset,"
                + " preprocessor and last-step vertices.");
  }

  @Test
  void refusesAClassifierThatPredictsNoProbabilities() {
    TrainFunction function =
        t ->
            t.save(
                new MultiLayerNetwork(
                    new NeuralNetConfiguration.Builder()
                        .list()
                        .layer(FeatureEmbeddings.of(2, t.features().sizes(), List.of(2, 2)))
                        .layer(output(6, 1, Activation.IDENTITY, LossFunction.MSE))
                        .build()));

    assertThatThrownBy(() -> train(Rides.Target.XOR, function, 1))
        .isInstanceOf(TrainingException.class)
        .hasMessageMatching(
            "Cannot export the network: it predicts \\[.+\\], which are not probabilities, for the"
                + " example \\{x: .+, y: .+, company: \\d+, hour: \\d+\\}\\. End it with a sigmoid"
                + " activation\\.");
  }

  @Test
  void refusesInputsThatThePlanLacks() {
    TrainFunction function =
        t ->
            t.fit(
                new ComputationGraph(
                    new NeuralNetConfiguration.Builder()
                        .graphBuilder()
                        .addInputs("colour")
                        .addLayer(
                            "output", output(2, 1, Activation.SIGMOID, LossFunction.XENT), "colour")
                        .setOutputs("output")
                        .build()));

    assertThatThrownBy(() -> train(Rides.Target.XOR, function, 1))
        .isInstanceOf(TrainingException.class)
        .hasMessage(
            "Cannot feed input 'colour' of the network: inputs are named 'features' (dense values,"
                + " then ids), 'dense' (dense values), or by a feature [company, hour]. Rename it.");
  }

  @Test
  void refusesToFeedIdsToADenseLayer() {
    TrainFunction function =
        t ->
            t.fit(
                new MultiLayerNetwork(
                    new NeuralNetConfiguration.Builder()
                        .list()
                        .layer(dense(4, 4, Activation.RELU))
                        .layer(output(4, 1, Activation.SIGMOID, LossFunction.XENT))
                        .build()));

    assertThatThrownBy(() -> train(Rides.Target.XOR, function, 1))
        .isInstanceOf(TrainingException.class)
        .hasMessage(
            "Cannot feed the categorical features [company, hour] to a MultiLayerNetwork whose"
                + " first layer is DenseLayer: ids are not numbers. Start it with"
                + " FeatureEmbeddings.of(...), or write a ComputationGraph.");
  }

  /** The stock layers are the reference: same weights, same batches, plain gradient descent. */
  @Test
  void embeddingsLearnAsStockLayersDo() throws Exception {
    train(
        Rides.Target.XOR,
        t -> {
          ComputationGraph ours = new ComputationGraph(oneTable());
          ComputationGraph stock = new ComputationGraph(stockLayers());
          ours.init();
          stock.init();
          copyTable(ours.getLayer("in").getParam("W"), 0, stock.getLayer("company"), 21, 3);
          copyTable(ours.getLayer("in").getParam("W"), 63, stock.getLayer("hour"), 25, 2);
          stock.getLayer("output").setParams(ours.getLayer("output").params().dup());
          for (int step = 0; step < 20; step++) {
            Batch batch = t.nextBatch();
            INDArray[] labels = {batch.labels()};
            ours.fit(new INDArray[] {batch.input(Training.FEATURES)}, labels);
            stock.fit(
                new INDArray[] {
                  batch.input(Training.DENSE), batch.input("company"), batch.input("hour")
                },
                labels);
          }
          Batch batch = t.nextBatch();
          INDArray expected =
              stock
                  .output(batch.input(Training.DENSE), batch.input("company"), batch.input("hour"))[
                  0];
          INDArray actual = ours.output(batch.input(Training.FEATURES))[0];
          assertThat(actual.sub(expected).amaxNumber().doubleValue()).isCloseTo(0, within(1e-6));
          t.save(ours);
        },
        1);
  }

  private static ComputationGraphConfiguration oneTable() {
    return new NeuralNetConfiguration.Builder()
        .seed(5)
        .updater(new org.nd4j.linalg.learning.config.Sgd(0.5))
        .graphBuilder()
        .addInputs(Training.FEATURES)
        .addLayer("in", FeatureEmbeddings.of(2, List.of(20, 24), List.of(3, 2)), Training.FEATURES)
        .addLayer("output", output(7, 1, Activation.SIGMOID, LossFunction.XENT), "in")
        .setOutputs("output")
        .build();
  }

  private static ComputationGraphConfiguration stockLayers() {
    return new NeuralNetConfiguration.Builder()
        .seed(6)
        .updater(new org.nd4j.linalg.learning.config.Sgd(0.5))
        .graphBuilder()
        .addInputs(Training.DENSE, "c", "h")
        .addLayer("company", embedding(21, 3), "c")
        .addLayer("hour", embedding(25, 2), "h")
        .addVertex("in", new MergeVertex(), Training.DENSE, "company", "hour")
        .addLayer("output", output(7, 1, Activation.SIGMOID, LossFunction.XENT), "in")
        .setOutputs("output")
        .build();
  }

  private static void copyTable(
      INDArray from, int at, org.deeplearning4j.nn.api.Layer to, int rows, int columns) {
    INDArray table = to.getParam("W");
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        table.putScalar(row, column, from.getFloat(at + row * columns + column));
      }
    }
  }

  private FakeRun train(Rides.Target target, TrainFunction function, int steps) throws Exception {
    Path data = Rides.write(folder, target, 4_000);
    Trainer trainer = FakeRun.trainer().with(function).steps(steps).batchSize(256);
    return new FakeRun(data, folder).run(trainer);
  }

  private static EmbeddingLayer embedding(int rows, int width) {
    return new EmbeddingLayer.Builder()
        .nIn(rows)
        .nOut(width)
        .activation(Activation.IDENTITY)
        .build();
  }

  private static DenseLayer dense(int in, int out, Activation activation) {
    return new DenseLayer.Builder().nIn(in).nOut(out).activation(activation).build();
  }

  private static OutputLayer output(int in, int out, Activation activation, LossFunction loss) {
    return new OutputLayer.Builder(loss).nIn(in).nOut(out).activation(activation).build();
  }
}
