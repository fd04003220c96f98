package io.pergola.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** The functions of docs/how-to/write-a-training-function.md: the same text, and they work. */
class HowToTest {
  @TempDir Path folder;

  static void wideAndDeep(Training training) throws Exception {
    training.fit(
        WideAndDeep.classifier(training.features())
            .hidden(64, 32)
            .embedding("company", 16)
            .learningRate(0.002)
            .dropout(0.1)
            .build());
  }

  static void scheduled(Training training) throws Exception {
    training.fit(
        WideAndDeep.classifier(training.features())
            .learningRate(LearningRate.cosine(0.01, training.steps() - 100).warmUp(100))
            .clipNorm(1)
            .classWeights(1, 4)
            .build());
  }

  static void linear(Training training) throws Exception {
    training.fit(Linear.regressor(training.features()).learningRate(0.01).l1(0.001).build());
  }

  static void deep(Training training) throws Exception {
    training.fit(Deep.classifier(training.features()).hidden(8, 8).dropout(0.2).build());
  }

  record Sizes(int first, int second, double learningRate) {}

  static void sized(Training training) throws Exception {
    Sizes sizes = training.hyperparameters().as(Sizes.class);
    training.fit(
        WideAndDeep.classifier(training.features())
            .hidden(sizes.first(), sizes.second())
            .learningRate(sizes.learningRate())
            .build());
  }

  static void ownGraph(Training training) throws Exception {
    int companies = training.features().categorical().get("company") + 1;
    int dense = training.features().dense().size();
    training.fit(
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(training.seed())
                .updater(new Adam(0.001))
                .graphBuilder()
                .addInputs("dense", "company")
                .addLayer(
                    "embedding",
                    new EmbeddingLayer.Builder()
                        .nIn(companies)
                        .nOut(8)
                        .activation(Activation.IDENTITY)
                        .build(),
                    "company")
                .addVertex("merged", new MergeVertex(), "dense", "embedding")
                .addLayer(
                    "hidden",
                    new DenseLayer.Builder()
                        .nIn(dense + 8)
                        .nOut(32)
                        .activation(Activation.RELU)
                        .build(),
                    "merged")
                .addLayer(
                    "output",
                    new OutputLayer.Builder(LossFunction.XENT)
                        .nIn(32)
                        .nOut(1)
                        .activation(Activation.SIGMOID)
                        .build(),
                    "hidden")
                .setOutputs("output")
                .build()));
  }

  static void ownLoop(Training training) throws Exception {
    ComputationGraph network = WideAndDeep.classifier(training.features()).build();
    for (int step = 1; step <= training.steps(); step++) {
      Batch batch = training.nextBatch();
      network.fit(new INDArray[] {batch.input(Training.FEATURES)}, new INDArray[] {batch.labels()});
      training.progress(step, network.score());
      training.summary("gradient", network.gradient().gradient().norm2Number().doubleValue());
    }
    training.save(network);
  }

  @Test
  void everyFunctionOfThePageTrainsAModel() throws Exception {
    Path data = Rides.write(folder, Rides.Target.XOR, 500);
    List<TrainFunction> functions =
        List.of(
            HowToTest::wideAndDeep,
            HowToTest::scheduled,
            HowToTest::deep,
            HowToTest::sized,
            HowToTest::ownGraph,
            HowToTest::ownLoop);

    for (int i = 0; i < functions.size(); i++) {
      FakeRun run =
          new FakeRun(data, folder.resolve("run" + i))
              .run(
                  FakeRun.trainer()
                      .with(functions.get(i))
                      .hyperparameters(new Sizes(8, 4, 0.001))
                      .steps(102));
      assertThat(run.metrics).containsKey("largest_parity_difference");
    }
    Path numbers = Rides.write(folder.resolve("numbers"), Rides.Target.SUM, 500);
    FakeRun run =
        new FakeRun(numbers, folder.resolve("linear"))
            .run(FakeRun.trainer().with(HowToTest::linear).steps(5));
    assertThat(run.metrics).containsKey("evaluation_mae");
  }

  @Test
  void thePageShowsTheseFunctions() throws Exception {
    Path root = Path.of("../..");
    String page = Files.readString(root.resolve("docs/how-to/write-a-training-function.md"));
    String source = Files.readString(Path.of("src/test/java/io/pergola/training/HowToTest.java"));
    Matcher blocks = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(page);

    int shown = 0;
    while (blocks.find()) {
      String block = blocks.group(1);
      if (block.contains("static void")) {
        assertThat(withoutSpaces(source)).contains(withoutSpaces(block));
        shown++;
      }
    }
    assertThat(shown).isEqualTo(7);
  }

  private static String withoutSpaces(String text) {
    return text.replaceAll("\\s+", "");
  }
}
