package io.pergola.training.internal.tensorboard;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.UnknownFieldSet;
import io.pergola.model.Task;
import io.pergola.training.TrainingCurves.Evaluation;
import io.pergola.training.TrainingCurves.Point;
import io.pergola.training.TrainingFeatures;
import io.pergola.training.WideAndDeep;
import io.pergola.training.internal.Nd4jSettings;
import io.pergola.training.internal.Network;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorBoardLogTest {
  private static final TrainingFeatures FEATURES =
      new TrainingFeatures(List.of("fare"), Map.of("company", 9), "tip", Task.REGRESSION, 1, 1);

  @TempDir Path folder;

  @BeforeAll
  static void settings() {
    Nd4jSettings.apply();
  }

  private static Network network() {
    return Network.of(WideAndDeep.regressor(FEATURES).hidden(4).build(), FEATURES);
  }

  private static List<String> tags(List<UnknownFieldSet> events) throws Exception {
    List<String> tags = new ArrayList<>();
    for (UnknownFieldSet event : events) {
      for (UnknownFieldSet value : EventReader.values(event)) {
        tags.add(EventReader.text(value, 1));
      }
    }
    return tags;
  }

  @Test
  void scalarsStandInTheRunsOfTheirSplits() throws Exception {
    try (TensorBoardLog log = new TensorBoardLog(folder)) {
      log.point(new Point(10, 0.5, 0.01));
      log.summary(11, "norm", 2);
      log.evaluation(new Evaluation(10, 0.25, new TreeMap<>(Map.of("mae", 0.125))));
    }

    List<UnknownFieldSet> train = EventReader.read(folder.resolve("train"));
    assertThat(EventReader.text(train.get(0), 3)).isEqualTo("brain.Event:2");
    assertThat(EventReader.whole(train.get(1), 2)).isEqualTo(10);
    assertThat(EventReader.number(train.get(1), 1)).isEqualTo(10);
    assertThat(tags(train)).containsExactly("loss", "learning_rate", "summary/norm");
    assertThat(EventReader.whole(train.get(2), 2)).isEqualTo(11);
    assertThat(EventReader.single(EventReader.values(train.get(1)).get(1), 2)).isEqualTo(0.01f);
    List<UnknownFieldSet> eval = EventReader.read(folder.resolve("eval"));
    assertThat(tags(eval)).containsExactly("loss", "mae");
    assertThat(EventReader.single(EventReader.values(eval.get(1)).get(1), 2)).isEqualTo(0.125f);
  }

  @Test
  void theNetworkIsAGraphAndAText() throws Exception {
    try (TensorBoardLog log = new TensorBoardLog(folder)) {
      log.describe(network());
      log.describe(network());
    }

    List<UnknownFieldSet> train = EventReader.read(folder.resolve("train"));
    assertThat(train).hasSize(3);
    UnknownFieldSet graph = EventReader.messages(train.get(1), 4).get(0);
    List<String> nodes = new ArrayList<>();
    for (UnknownFieldSet node : EventReader.messages(graph, 1)) {
      List<String> inputs = new ArrayList<>();
      node.getField(3).getLengthDelimitedList().forEach(input -> inputs.add(input.toStringUtf8()));
      nodes.add(
          "%s = %s%s".formatted(EventReader.text(node, 1), EventReader.text(node, 2), inputs));
    }
    assertThat(nodes)
        .containsExactlyInAnyOrder(
            "features = Placeholder[]",
            "wide = FeatureWeights[features]",
            "embeddings = FeatureEmbeddings[features]",
            "hidden_1 = DenseLayer[embeddings]",
            "deep = DenseLayer[hidden_1]",
            "logits = ElementWiseVertex[deep, wide]",
            "prediction = LossLayer[logits]");
    UnknownFieldSet value = EventReader.values(train.get(2)).get(0);
    UnknownFieldSet tensor = EventReader.messages(value, 8).get(0);
    assertThat(EventReader.text(value, 1)).isEqualTo("network");
    assertThat(EventReader.whole(tensor, 1)).as("DT_STRING").isEqualTo(7);
    assertThat(EventReader.text(tensor, 8)).startsWith("    {").contains("FeatureWeights");
    UnknownFieldSet metadata = EventReader.messages(value, 9).get(0);
    assertThat(EventReader.text(EventReader.messages(metadata, 1).get(0), 1)).isEqualTo("text");
  }

  @Test
  void layersInARowAreAChain() {
    MultiLayerNetwork layers =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list(
                    new DenseLayer.Builder().nIn(1).nOut(2).build(),
                    new OutputLayer.Builder().nIn(2).nOut(2).build())
                .build());
    layers.init();

    assertThat(NetworkNodes.of(layers))
        .containsExactly(
            new Events.Node("features", "Placeholder", List.of()),
            new Events.Node("0", "DenseLayer", List.of("features")),
            new Events.Node("1", "OutputLayer", List.of("0")));
  }

  @Test
  void everyTableOfWeightsHasAHistogramOfAllItsValues() throws Exception {
    try (TensorBoardLog log = new TensorBoardLog(folder)) {
      log.weights(3, network());
    }

    Map<String, Double> counts = new TreeMap<>();
    for (UnknownFieldSet event : EventReader.read(folder.resolve("train"))) {
      for (UnknownFieldSet value : EventReader.values(event)) {
        UnknownFieldSet histogram = EventReader.messages(value, 5).get(0);
        counts.put(EventReader.text(value, 1), EventReader.number(histogram, 3));
      }
    }
    // Twice the fourth root of 9 is 3.5: embeddings of 10 rows are 4 wide.
    assertThat(counts)
        .containsEntry("weights/hidden_1_W", 5 * 4.0)
        .containsEntry("weights/hidden_1_b", 4.0)
        .containsEntry("weights/deep_W", 4.0)
        .containsEntry("weights/deep_b", 1.0);
    assertThat(counts.values().stream().mapToDouble(Double::doubleValue).sum())
        .isEqualTo(20 + 4 + 4 + 1 + 10 * 4 + (1 + 10 + 1));
  }

  @Test
  void aLogThatGoesOnEndsWithTheSameBytes() throws Exception {
    Path whole = folder.resolve("whole");
    Path target = folder.resolve("target");
    try (TensorBoardLog log = new TensorBoardLog(whole)) {
      log.describe(network());
      log.point(new Point(1, 0.5, 0.01));
      log.point(new Point(2, 0.25, 0.01));
      log.copyTo(folder.resolve("expected"));
    }
    Path killed = folder.resolve("killed");
    SortedMap<String, Long> lengths;
    try (TensorBoardLog log = new TensorBoardLog(killed)) {
      log.describe(network());
      log.point(new Point(1, 0.5, 0.01));
      lengths = log.lengths();
      log.point(new Point(3, 9, 9));
      log.evaluation(new Evaluation(3, 9, new TreeMap<>()));
    }

    try (TensorBoardLog log = new TensorBoardLog(killed)) {
      log.restore(lengths);
      log.describe(network());
      log.point(new Point(2, 0.25, 0.01));
      log.copyTo(target);
    }

    assertThat(target.resolve("train/" + EventFile.NAME))
        .hasSameBinaryContentAs(folder.resolve("expected/train/" + EventFile.NAME));
    assertThat(Files.exists(target.resolve("eval"))).as("an event after the checkpoint").isFalse();
  }
}
