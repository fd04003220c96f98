package io.pergola.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pergola.training.TrainingCurves.Curve;
import io.pergola.training.TrainingCurves.Evaluation;
import io.pergola.training.TrainingCurves.Point;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingCurvesTest {
  private static final TrainingCurves CURVES =
      new TrainingCurves(
          "binary",
          "tip",
          64,
          30,
          20,
          List.of(
              new Point(10, 0.1 + 0.2, 0.01), new Point(20, 0.25, 0.01), new Point(30, 0.2, 0.01)),
          List.of(
              new Evaluation(20, 0.5, new TreeMap<>(Map.of("accuracy", 0.75, "auc", 0.875))),
              new Evaluation(30, 0.625, new TreeMap<>(Map.of("accuracy", 0.5)))),
          new TreeMap<>(Map.of("norm", new Curve(List.of(10, 30), List.of(0.5, 0.1 + 0.2)))));

  @TempDir Path folder;

  @Test
  void areReadAsTheyWereWritten() throws Exception {
    CURVES.write(folder);

    assertThat(TrainingCurves.read(folder)).isEqualTo(CURVES);
    assertThat(Files.readString(folder.resolve("training.json")))
        .startsWith("{\n  \"format\" : 1,\n  \"task\" : \"binary\",\n  \"label\" : \"tip\",\n");
  }

  @Test
  void aNetworkWithoutALearningRateHasNoSuchCurve() {
    TrainingCurves own =
        new TrainingCurves(
            "binary", "tip", 64, 1, 1, List.of(new Point(1, 0.5, Double.NaN)), List.of());
    own.write(folder);

    assertThat(TrainingCurves.read(folder)).isEqualTo(own);
    assertThat(own.learningRate()).isEqualTo(new Curve(List.of(), List.of()));
    assertThat(own.constantLearningRate()).isEmpty();
  }

  @Test
  void aCurveHasTheStepsThatHaveItsValue() {
    assertThat(CURVES.metric("auc")).isEqualTo(new Curve(List.of(20), List.of(0.875)));
    assertThat(CURVES.metrics()).containsExactly("accuracy", "auc");
    assertThat(CURVES.kept()).contains(CURVES.evaluations().get(0));
    assertThat(CURVES.constantLearningRate()).isEqualTo(OptionalDouble.of(0.01));
  }

  @Test
  void refusesWhatItCannotRead() throws Exception {
    Path file = folder.resolve("training.json");
    assertThatThrownBy(() -> TrainingCurves.read(folder))
        .isInstanceOf(TrainingException.class)
        .hasMessage(
            "Cannot read training curves: there is no %s. Models have it that Trainer of this release made."
                .formatted(file));
    Files.writeString(file, "{\"format\": 2}");
    assertThatThrownBy(() -> TrainingCurves.read(folder))
        .hasMessage(
            "Cannot read %s: it has format 2, and this release reads up to 1. Read it with a newer release."
                .formatted(file));
    Files.writeString(file, "{}");
    assertThatThrownBy(() -> TrainingCurves.read(folder))
        .hasMessage("Cannot read %s: it has no format. Train the model again.".formatted(file));
    Files.writeString(file, "{");
    assertThatThrownBy(() -> TrainingCurves.read(folder))
        .isInstanceOf(TrainingException.class)
        .hasMessageStartingWith("Cannot read " + file + ": Unexpected end-of-input");
  }
}
