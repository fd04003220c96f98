package io.pergola.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pergola.training.Dimension.Choice;
import io.pergola.training.Dimension.Real;
import io.pergola.training.Dimension.Scale;
import io.pergola.training.Dimension.Whole;
import io.pergola.training.TunerTrial.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TunerTrialsTest {
  @TempDir Path folder;

  private static TunerTrial trial(int number, int rounds, double auc) {
    return new TunerTrial(
        number,
        new TreeMap<>(
            Map.of("rate", 1.0, "width", 3, "kind", "deep", "layers", List.of(8, 4), "wide", true)),
        rounds == 2 ? Outcome.FINISHED : Outcome.STOPPED,
        rounds,
        10 * rounds,
        10,
        new TreeMap<>(Map.of("auc", auc, "loss", 0.1)),
        Optional.empty());
  }

  private static TunerTrial failed(int number) {
    return new TunerTrial(
        number,
        new TreeMap<>(Map.of("rate", 0.5)),
        Outcome.FAILED,
        1,
        0,
        0,
        new TreeMap<>(),
        Optional.of("no \"wind\""));
  }

  private static TunerTrials trials(TunerTrial... trials) {
    return new TunerTrials(
        Objective.AUC,
        "Halving[trials=5]",
        20,
        List.of(
            new Real("rate", 1e-4, 1, Scale.LOG),
            new Whole("width", 1, 9, Scale.LINEAR),
            new Choice("kind", List.of("flat", "deep")),
            new Choice("layers", List.of(List.of(8, 4), List.of(16)))),
        1,
        List.of(trials));
  }

  @Test
  void areReadAsTheyWereWritten() throws Exception {
    TunerTrials trials = trials(trial(1, 2, 0.75), failed(2), trial(3, 1, 0.5));

    trials.write(folder);

    assertThat(TunerTrials.areIn(folder)).isTrue();
    assertThat(TunerTrials.read(folder)).isEqualTo(trials);
    assertThat(Files.list(folder)).containsExactly(folder.resolve("tuner-results.json"));
    new Hyperparameters(trials.bestTrial().hyperparameters()).write(folder);
    assertThat(Hyperparameters.read(folder).values())
        .isEqualTo(trials.bestTrial().hyperparameters());
  }

  @Test
  void betterTrialsStandFirst() {
    List<TunerTrial> all =
        new ArrayList<>(
            List.of(
                trial(1, 2, 0.6), trial(2, 1, 0.9), failed(3), trial(4, 2, 0.7), trial(5, 2, 0.7)));

    assertThat(trials(all.toArray(TunerTrial[]::new)).ranked())
        .extracting(TunerTrial::number)
        .containsExactly(4, 5, 1, 2, 3);
    assertThat(TunerTrials.best(Objective.AUC, all)).contains(all.get(3));
    assertThat(TunerTrials.best(Objective.LOSS, List.of(failed(1)))).isEmpty();
    assertThat(Objective.LOSS.bestFirst().compare(0.1, 0.2)).isNegative();
  }

  @Test
  void whatCannotBeReadIsRefused() throws Exception {
    Path file = folder.resolve(TunerTrials.FILE);
    assertThatThrownBy(() -> TunerTrials.read(folder))
        .hasMessage(
            "Cannot read the work of a tuner: there is no %s. Name the directory of its artifact."
                .formatted(file));
    Files.writeString(file, "{\"format\": 2}");
    assertThatThrownBy(() -> TunerTrials.read(folder))
        .hasMessage(
            "Cannot read %s: it has format 2, and this release reads up to 1. Read it with a newer release."
                .formatted(file));
    Files.writeString(file, "{}");
    assertThatThrownBy(() -> TunerTrials.read(folder))
        .hasMessage("Cannot read %s: it has no format. Run the tuner again.".formatted(file));
    Files.writeString(file, "{\"format\": 1, \"objective\": \"auc\", \"best\": 1}");
    assertThatThrownBy(() -> TunerTrials.read(folder))
        .hasMessage(
            "Cannot read %s: Invalid best trial: 1 (from 1 to 0). Run the tuner again."
                .formatted(file));
  }
}
