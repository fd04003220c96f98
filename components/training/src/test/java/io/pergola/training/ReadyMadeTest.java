package io.pergola.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pergola.model.Signature;
import io.pergola.model.Task;
import io.pergola.training.internal.Nd4jSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReadyMadeTest {
  @TempDir Path folder;

  @BeforeAll
  static void settings() {
    Nd4jSettings.apply();
  }

  /** A label, and what each network has to reach: the accuracy, or the squared error. */
  enum Case {
    /** Needs a weight for each id: a linear model reaches it. */
    EVEN_COMPANY(Rides.Target.EVEN_COMPANY, Task.BINARY, 0.99, 0.95),
    /** Four classes, by the hour. */
    QUARTER(Rides.Target.QUARTER, Task.MULTICLASS, 0.98, 0.97),
    /** Its variance is above 5. */
    SUM(Rides.Target.SUM, Task.REGRESSION, 0.05, 0.2);

    private final Rides.Target target;
    private final Task task;
    private final double linear;
    private final double deep;

    Case(Rides.Target target, Task task, double linear, double deep) {
      this.target = target;
      this.task = task;
      this.linear = linear;
      this.deep = deep;
    }
  }

  @ParameterizedTest
  @EnumSource(Case.class)
  void linearAndDeepLearnEachKindOfLabel(Case label) throws Exception {
    Path data = Rides.write(folder, label.target, 4_000);
    boolean number = label.task == Task.REGRESSION;

    FakeRun linear =
        run(
            data,
            "linear",
            t ->
                t.fit(
                    (number ? Linear.regressor(t.features()) : Linear.classifier(t.features()))
                        .learningRate(LearningRate.exponential(0.1, 0.1, 200))
                        .build()));
    FakeRun deep =
        run(
            data,
            "deep",
            t ->
                t.fit(
                    (number ? Deep.regressor(t.features()) : Deep.classifier(t.features()))
                        .hidden(32)
                        .learningRate(0.02)
                        .build()));

    for (FakeRun run : List.of(linear, deep)) {
      Signature signature = Signature.read(run.model);
      assertThat(signature.task()).isEqualTo(label.task);
      assertThat(run.metrics.get("largest_parity_difference")).isLessThan(1e-5);
      double wanted = run == linear ? label.linear : label.deep;
      if (number) {
        assertThat(run.metrics.get("evaluation_loss")).isLessThan(wanted);
      } else {
        assertThat(run.metrics.get("evaluation_accuracy")).isGreaterThan(wanted);
      }
    }
  }

  @Test
  void wideAndDeepIsLinearAndDeep() {
    TrainingFeatures features =
        new TrainingFeatures(List.of("fare"), Map.of("company", 16), "tip", Task.MULTICLASS, 3, 1);

    long wide = Linear.classifier(features).build().numParams();
    long deep = Deep.classifier(features).hidden(5).build().numParams();

    // A weight for the fare and for each of 17 ids, and a bias, of each class.
    assertThat(wide).isEqualTo((1 + 17 + 1) * 3);
    // Twice the fourth root of 16 is 4: 4 wide.
    assertThat(deep).isEqualTo(17 * 4 + (1 + 4 + 1) * 5 + (5 + 1) * 3);
    assertThat(WideAndDeep.classifier(features).hidden(5).build().numParams())
        .isEqualTo(wide + deep);
  }

  @Test
  void haveTheSameOptions() {
    TrainingFeatures features =
        new TrainingFeatures(List.of("fare"), Map.of(), "tip", Task.BINARY, 1, 1);
    LearningOptions expected =
        LearningOptions.DEFAULTS
            .rate(LearningRate.constant(0.5))
            .l1(1)
            .l2(2)
            .clipping(new GradientClipping(GradientClipping.By.VALUE, 3))
            .classWeights(4, 5);

    for (ReadyMade<?> network :
        List.of(
            Linear.classifier(features),
            Deep.classifier(features),
            WideAndDeep.classifier(features))) {
      ReadyMade<?> changed =
          network.learningRate(0.5).l1(1).l2(2).clipNorm(9).clipValue(3).classWeights(4, 5);
      assertThat(changed.learning()).isEqualTo(expected);
      assertThat(changed.features()).isEqualTo(features);
      assertThat(network.learning()).isEqualTo(LearningOptions.DEFAULTS);
    }
    assertThat(Deep.classifier(features).dropout(0.25).learning().dropout()).isEqualTo(0.25);
  }

  @Test
  void refuseWhatMakesNoSense() {
    TrainingFeatures features =
        new TrainingFeatures(List.of("fare"), Map.of(), "tip", Task.BINARY, 1, 1);

    assertThatThrownBy(() -> Linear.regressor(features))
        .isInstanceOf(TrainingException.class)
        .hasMessage(
            "Cannot train a regressor on label 'tip': it is not a number. Use Linear.classifier(...).");
    assertThatThrownBy(() -> Deep.classifier(features).hidden(new int[0]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid hidden layers: none (must be one or more; without them, use Linear)");
    assertThatThrownBy(() -> Linear.classifier(features).l1(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid l1: -1.0 (must be 0 or more)");
    assertThatThrownBy(() -> Linear.classifier(features).classWeights(1, 2, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid class weights: 3 of them (label 'tip' has 2 classes)");
  }

  private FakeRun run(Path data, String home, TrainFunction function) throws Exception {
    return new FakeRun(data, folder.resolve(home))
        .run(FakeRun.trainer().with(function).steps(300).batchSize(256));
  }
}
