package io.pergola.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pergola.model.Task;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class LearningRateTest {
  record Case(LearningRate rate, int step, double expected, String text) {}

  static Stream<Case> cases() {
    LearningRate step = LearningRate.step(0.5, 0.1, 10);
    LearningRate exponential = LearningRate.exponential(0.5, 0.25, 10);
    LearningRate cosine = new LearningRate.Cosine(1, 0.5, 100);
    LearningRate warm = LearningRate.step(0.5, 0.1, 10).warmUp(4);
    return Stream.of(
        new Case(LearningRate.constant(0.01), 7, 0.01, "0.01"),
        new Case(step, 0, 0.5, "step(0.5, 0.1, 10)"),
        new Case(step, 9, 0.5, "step(0.5, 0.1, 10)"),
        new Case(step, 10, 0.05, "step(0.5, 0.1, 10)"),
        new Case(step, 25, 0.005, "step(0.5, 0.1, 10)"),
        new Case(exponential, 0, 0.5, "exponential(0.5, 0.25, 10)"),
        new Case(exponential, 5, 0.25, "exponential(0.5, 0.25, 10)"),
        new Case(exponential, 10, 0.125, "exponential(0.5, 0.25, 10)"),
        new Case(cosine, 0, 1, "cosine(1.0, 0.5, 100)"),
        new Case(cosine, 50, 0.75, "cosine(1.0, 0.5, 100)"),
        new Case(cosine, 75, 0.75 - Math.sqrt(0.5) / 4, "cosine(1.0, 0.5, 100)"),
        new Case(cosine, 100, 0.5, "cosine(1.0, 0.5, 100)"),
        new Case(cosine, 1_000, 0.5, "cosine(1.0, 0.5, 100)"),
        new Case(warm, 0, 0.125, "warm_up(4, step(0.5, 0.1, 10))"),
        new Case(warm, 3, 0.5, "warm_up(4, step(0.5, 0.1, 10))"),
        new Case(warm, 13, 0.5, "warm_up(4, step(0.5, 0.1, 10))"),
        new Case(warm, 14, 0.05, "warm_up(4, step(0.5, 0.1, 10))"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void followsItsFormulaAndIsReadFromItsText(Case one) {
    assertThat(one.rate().at(one.step())).isCloseTo(one.expected(), within(1e-12));
    assertThat(one.rate()).hasToString(one.text());
    assertThat(LearningRate.of(one.text())).isEqualTo(one.rate());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fast",
        "",
        "step(0.1, 0.5)",
        "step(0.1, 0.5, 1, 2)",
        "step(a, 0.5, 1)",
        "warm_up(1)",
        "cosine"
      })
  void refusesATextThatIsNone(String text) {
    assertThatThrownBy(() -> LearningRate.of(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Invalid learning rate: '%s' (a number, step(initial, factor, every), exponential(initial, factor, every), cosine(initial, last, steps) or warm_up(steps, RATE))"
                .formatted(text));
  }

  @Test
  void refusesValuesOutOfRange() {
    assertThatThrownBy(() -> LearningRate.constant(0))
        .hasMessage("Invalid learning rate: 0.0 (must be above 0)");
    assertThatThrownBy(() -> LearningRate.step(0.1, 2, 10))
        .hasMessage("Invalid factor of a learning rate: 2.0 (must be above 0, at most 1)");
    assertThatThrownBy(() -> LearningRate.cosine(0.1, 0))
        .hasMessage("Invalid steps of a learning rate: 0 (must be 1 or more)");
    assertThatThrownBy(() -> new LearningRate.Cosine(0.1, 0.2, 10))
        .hasMessage("Invalid last learning rate: 0.2 (0 to the initial one, 0.1)");
  }

  @Test
  void isAHyperparameterAndPartOfARecordOfThem() {
    record Options(LearningRate rate, LearningRate constant) {}
    Options options = new Options(LearningRate.cosine(0.5, 10), LearningRate.constant(0.25));

    Hyperparameters values = Hyperparameters.of(options);

    assertThat(values.values()).isEqualTo(Map.of("rate", "cosine(0.5, 0.0, 10)", "constant", 0.25));
    assertThat(values.as(Options.class)).isEqualTo(options);
    assertThat(values.learningRate("rate")).isEqualTo(options.rate());
    assertThat(values.learningRate("constant").at(3)).isEqualTo(0.25);
  }

  @Test
  void aScheduleSurvivesTheConfigurationOfANetwork() {
    TrainingFeatures features =
        new TrainingFeatures(List.of("fare"), Map.of(), "tip", Task.REGRESSION, 1, 1);
    ComputationGraphConfiguration conf =
        WideAndDeep.regressor(features)
            .learningRate(LearningRate.cosine(0.5, 10).warmUp(2))
            .build()
            .getConfiguration();

    assertThat(conf.toJson()).contains("\"warm_up(2, cosine(0.5, 0.0, 10))\"");
    assertThat(ComputationGraphConfiguration.fromJson(conf.toJson())).isEqualTo(conf);
    assertThat(LearningRateSchedule.of(LearningRate.cosine(0.5, 10)).valueAt(5, 99))
        .isCloseTo(0.25, within(1e-12));
  }
}
