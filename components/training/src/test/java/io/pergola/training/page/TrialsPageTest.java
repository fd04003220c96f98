package io.pergola.training.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.pergola.training.Dimension.Choice;
import io.pergola.training.Dimension.Real;
import io.pergola.training.Dimension.Scale;
import io.pergola.training.Objective;
import io.pergola.training.TunerTrial;
import io.pergola.training.TunerTrial.Outcome;
import io.pergola.training.TunerTrials;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class TrialsPageTest {
  private static final String EVIL = "</title><script>alert(1)</script>";

  private static TunerTrial trial(int number, double rate, String kind, double loss) {
    boolean failed = Double.isNaN(loss);
    return new TunerTrial(
        number,
        new TreeMap<>(Map.of("rate", rate, "kind", kind)),
        failed ? Outcome.FAILED : Outcome.FINISHED,
        1,
        failed ? 0 : 40,
        failed ? 0 : 30,
        failed ? new TreeMap<>() : new TreeMap<>(Map.of("loss", loss, "auc", 0.5)),
        failed ? Optional.of(EVIL) : Optional.empty());
  }

  private static TunerTrials trials(Objective objective, int best) {
    return new TunerTrials(
        objective,
        "Random[trials=3]",
        40,
        List.of(new Real("rate", 0.01, 1, Scale.LOG), new Choice("kind", List.of("flat", "deep"))),
        best,
        List.of(
            trial(1, 0.1, "flat", 0.75),
            trial(2, 0.01, "deep", Double.NaN),
            trial(3, 1, "deep", 0.25)));
  }

  @Test
  void aTrialIsALineOverItsHyperparametersAndTheObjective() {
    String page = TrialsPage.of("taxi/tuner", trials(Objective.LOSS, 3));

    // Axes at 90, 320 and 550 of 640; from 44 at the top to 402. Lower losses are better: on top.
    assertThat(page)
        .contains("<path class=\"best\" d=\"M90.0 44.0L320.0 133.5L550.0 44.0\">")
        .contains(
            "<path class=\"trial\" stroke-opacity=\"0.58\" d=\"M90.0 223.0L320.0 312.5L550.0 402.0\">")
        .contains("<path class=\"failed\" d=\"M90.0 402.0L320.0 133.5\">")
        .contains(
            "3 trials of 40 steps at most by Random[trials=3], of which 1 failed; the best:"
                + " trial 3, loss 0.25: kind deep, rate 1.");
    assertThat(Pattern.compile("<tr[^>]*><td>(\\d+)</td>").matcher(page).results())
        .extracting(found -> found.group(1))
        .containsExactly("3", "1", "2");
  }

  @Test
  void equalTrialsAreShownToo() {
    assertThat(TrialsPage.of("t", trials(Objective.AUC, 1)))
        .contains("<path class=\"best\" d=\"M90.0 223.0L320.0 312.5L550.0 44.0\">");
  }

  @Test
  void textIsEscapedAndNothingIsLoaded() {
    String page = TrialsPage.of(EVIL, trials(Objective.LOSS, 3));

    assertThat(page).doesNotContain("<script").doesNotContain("src=").doesNotContain("href=");
    assertThat(page).contains("default-src 'none'").contains("&lt;script&gt;");
  }
}
