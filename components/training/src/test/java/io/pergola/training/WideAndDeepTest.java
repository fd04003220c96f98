package io.pergola.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pergola.model.Task;
import io.pergola.training.internal.Nd4jSettings;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class WideAndDeepTest {
  private static final Map<String, Integer> CATEGORICAL = Map.of("company", 100);

  @BeforeAll
  static void settings() {
    Nd4jSettings.apply();
  }

  @Test
  void isSizedByTheFeatures() {
    ComputationGraph network = WideAndDeep.classifier(features(Task.BINARY, 1)).build();

    // Twice the fourth root of 100 is 6.3: 7 wide.
    int embeddings = 101 * 7;
    int hidden = (2 + 7) * 64 + 64 + 64 * 32 + 32 + 32 + 1;
    int wide = 2 + 101 + 1;
    assertThat(network.numParams()).isEqualTo(embeddings + hidden + wide);
  }

  @Test
  void learnsFromDenseFeaturesAlone() {
    TrainingFeatures features =
        new TrainingFeatures(List.of("fare"), Map.of(), "tip", Task.REGRESSION, 1, 1);
    ComputationGraph network = WideAndDeep.regressor(features).learningRate(0.01).build();
    INDArray[] fare = {Nd4j.create(new float[] {-1, 0, 1, 2}, new long[] {4, 1}, 'c')};

    for (int step = 0; step < 200; step++) {
      network.fit(fare, new INDArray[] {fare[0].mul(3)});
    }

    assertThat(network.score()).isLessThan(0.01);
  }

  @Test
  void theSeedDecidesTheWeights() {
    TrainingFeatures features = features(Task.BINARY, 1);
    INDArray weights = WideAndDeep.classifier(features).build().params();

    assertThat(WideAndDeep.classifier(features).build().params()).isEqualTo(weights);
    assertThat(WideAndDeep.classifier(seeded(features)).build().params()).isNotEqualTo(weights);
  }

  @Test
  void itsConfigurationSurvivesJson() {
    ComputationGraphConfiguration conf =
        WideAndDeep.regressor(features(Task.REGRESSION, 1)).build().getConfiguration();

    assertThat(ComputationGraphConfiguration.fromJson(conf.toJson())).isEqualTo(conf);
    assertThat(conf.toJson())
        .contains("\"tableRows\"", "\"REGRESSION\"")
        .doesNotContain("classWeights");
    ComputationGraphConfiguration weighted =
        WideAndDeep.classifier(features(Task.BINARY, 1))
            .classWeights(1, 2)
            .build()
            .getConfiguration();
    assertThat(ComputationGraphConfiguration.fromJson(weighted.toJson())).isEqualTo(weighted);
    assertThat(weighted.toJson()).contains("classWeights");
  }

  @Test
  void refusesALabelOfAnotherKind() {
    assertThatThrownBy(() -> WideAndDeep.classifier(features(Task.REGRESSION, 1)))
        .isInstanceOf(TrainingException.class)
        .hasMessage(
            "Cannot train a classifier on label 'tip': it is a number. Use"
                + " WideAndDeep.regressor(...), or make the label a truth value, such as"
                + " tips.greaterThan(1).");
    assertThatThrownBy(() -> WideAndDeep.regressor(features(Task.BINARY, 1)))
        .isInstanceOf(TrainingException.class)
        .hasMessage(
            "Cannot train a regressor on label 'tip': it is not a number. Use"
                + " WideAndDeep.classifier(...).");
  }

  @Test
  void refusesToEmbedWhatThePlanLacks() {
    WideAndDeep network = WideAndDeep.classifier(features(Task.BINARY, 1));

    assertThatThrownBy(() -> network.embedding("colour", 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot size the embedding of 'colour': the plan's categorical features are [company]."
                + " Correct the name.");
  }

  private static ComputationGraph trainedOnce(ReadyMade<?> network) {
    ComputationGraph graph = network.build();
    INDArray fare = Nd4j.create(new float[] {-1, 0, 1, 2}, new long[] {4, 1}, 'c');
    graph.fit(new INDArray[] {fare}, new INDArray[] {fare.mul(3).add(1)});
    return graph;
  }

  private static Linear linear() {
    TrainingFeatures features =
        new TrainingFeatures(List.of("fare"), Map.of(), "tip", Task.REGRESSION, 1, 1);
    return Linear.regressor(features).learningRate(1);
  }

  /**
   * Adam's first step moves a weight of gradient g by {@code g / (g + eps / sqrt(1 - beta2))} times
   * the learning rate (Kingma and Ba, 2015, section 2, the order that saves a division).
   */
  private static double firstStep(double gradient) {
    return gradient / (gradient + 1e-8 / Math.sqrt(1 - 0.999));
  }

  @Test
  void noElementOfAGradientIsAboveTheLimit() {
    INDArray weights = trainedOnce(linear().clipValue(1e-8)).params();

    // Weights of a linear model begin at 0; both gradients, -13 and -7, are cut to -1e-8.
    assertThat(weights.getDouble(0)).isCloseTo(firstStep(1e-8), within(1e-5));
    assertThat(weights.getDouble(1)).isCloseTo(firstStep(1e-8), within(1e-5));
  }

  @Test
  void theNormOfALayersGradientIsNotAboveTheLimit() {
    INDArray weights = trainedOnce(linear().clipNorm(1e-8)).params();

    // Errors are -(3 x + 1): -2 times the means of x (3 x + 1) and of 3 x + 1.
    double slope = 2 * (1 * 2 + 0 + 1 * 4 + 2 * 7) / 4.0;
    double bias = 2 * (-2 + 1 + 4 + 7) / 4.0;
    double norm = Math.hypot(slope, bias);
    assertThat(weights.getDouble(0)).isCloseTo(firstStep(1e-8 * slope / norm), within(1e-5));
    assertThat(weights.getDouble(1)).isCloseTo(firstStep(1e-8 * bias / norm), within(1e-5));
  }

  @Test
  void regularisationAddsToTheLoss() {
    ComputationGraph l1 = trainedOnce(linear().l1(0.25));
    ComputationGraph l2 = trainedOnce(linear().l2(0.25));

    // After one step of size 1 the weight is 1; a bias is not regularised.
    assertThat(l1.calcRegularizationScore(true)).isCloseTo(0.25, within(1e-5));
    assertThat(l2.calcRegularizationScore(true)).isCloseTo(0.25 / 2, within(1e-5));
  }

  @ParameterizedTest
  @EnumSource(
      value = Task.class,
      names = {"BINARY", "MULTICLASS"})
  void aLossIsMultipliedByTheWeightOfItsClass(Task task) {
    int width = task == Task.MULTICLASS ? 3 : 1;
    INDArray logits =
        Nd4j.create(new float[] {1, 2, 3, 4, 5, 7}, new long[] {6 / width, width}, 'c');
    INDArray labels = Nd4j.zeros(6 / width, width);
    labels.putScalar(1, width - 1, 1);
    if (width == 3) {
      labels.putScalar(0, 0, 1);
    }
    List<Double> weights = width == 3 ? List.of(0.5, 9.0, 4.0) : List.of(0.5, 4.0);
    var identity = Activation.IDENTITY.getActivationFunction();
    TaskLoss plain = TaskLoss.of(task);
    TaskLoss weighted = TaskLoss.of(task, weights);

    INDArray losses = plain.computeScoreArray(labels, logits, identity, null);
    INDArray gradient = plain.computeGradient(labels, logits, identity, null);
    INDArray weightedGradient = weighted.computeGradient(labels, logits, identity, null);

    double expected = 0;
    for (int row = 0; row < 6 / width; row++) {
      double weight = row == 1 ? 4 : 0.5;
      expected += weight * losses.getDouble(row);
      for (int column = 0; column < width; column++) {
        assertThat(weightedGradient.getDouble(row, column))
            .isCloseTo(weight * gradient.getDouble(row, column), within(1e-6));
      }
    }
    assertThat(weighted.computeScore(labels, logits, identity, null, false))
        .isCloseTo(expected, within(1e-5));
  }

  @Test
  void refusesOptionsOutOfRange() {
    WideAndDeep network = WideAndDeep.classifier(features(Task.BINARY, 1));

    assertThatThrownBy(() -> network.classWeights(1, 2, 3))
        .hasMessage("Invalid class weights: 3 of them (label 'tip' has 2 classes)");
    assertThatThrownBy(() -> network.classWeights(1, 0).build())
        .hasMessage("Invalid class weight: 0.0 (must be above 0)");
    assertThatThrownBy(() -> network.clipNorm(0))
        .hasMessage("Invalid limit of gradients: 0.0 (must be above 0)");
    assertThatThrownBy(() -> network.l1(-1)).hasMessage("Invalid l1: -1.0 (must be 0 or more)");
    assertThatThrownBy(() -> network.learningRate(Double.NaN))
        .hasMessage("Invalid learning rate: NaN (must be above 0)");
  }

  /** Central differences of the score are the reference for the gradient. */
  @ParameterizedTest
  @EnumSource(Task.class)
  void theGradientOfTheLossIsItsDerivative(Task task) {
    int width = task == Task.MULTICLASS ? 3 : 1;
    Random random = new Random(1);
    INDArray logits = Nd4j.rand(new long[] {4, width}).subi(0.5).muli(4);
    INDArray labels = Nd4j.zeros(4, width);
    for (int row = 0; row < 4; row++) {
      labels.putScalar(row, width == 1 ? 0 : random.nextInt(width), width == 1 ? row % 2 : 1);
    }
    TaskLoss loss = TaskLoss.of(task);
    var identity = Activation.IDENTITY.getActivationFunction();

    INDArray gradient = loss.computeGradient(labels, logits, identity, null);

    double step = 1e-2;
    for (int row = 0; row < 4; row++) {
      for (int column = 0; column < width; column++) {
        INDArray up = logits.dup();
        up.putScalar(row, column, logits.getDouble(row, column) + step);
        INDArray down = logits.dup();
        down.putScalar(row, column, logits.getDouble(row, column) - step);
        double slope =
            (loss.computeScore(labels, up, identity, null, false)
                    - loss.computeScore(labels, down, identity, null, false))
                / (2 * step);
        assertThat(gradient.getDouble(row, column)).isCloseTo(slope, within(1e-3));
      }
    }
  }

  private static TrainingFeatures features(Task task, int outputs) {
    return new TrainingFeatures(List.of("fare", "miles"), CATEGORICAL, "tip", task, outputs, 1);
  }

  private static TrainingFeatures seeded(TrainingFeatures features) {
    return new TrainingFeatures(
        features.dense(), features.categorical(), features.label(), features.task(), 1, 2);
  }
}
