package io.pergola.cli.render;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PlotTest {
  private static Plot.Series falling() {
    return new Plot.Series("training", '·', 34, List.of(1, 2, 3), List.of(1.0, 0.5, 0.0));
  }

  @Test
  void aValueStandsAtItsStepAndHeight() {
    assertThat(new Plot(40, 3, false).lines("loss", List.of(falling())))
        .containsExactly(
            "loss  · training",
            "     1 │" + " ".repeat(10) + "·",
            "0.5000 │" + " ".repeat(20) + "·",
            "     0 │" + " ".repeat(31) + "·",
            "       └" + "─".repeat(32),
            " ".repeat(34) + "step 3");
  }

  @Test
  void aColumnOfSeveralValuesShowsTheirMean() {
    Plot.Series crowded =
        new Plot.Series("a", 'x', 34, List.of(1, 999, 1000, 100_000), List.of(0.0, 2.0, 4.0, 0.0));

    List<String> lines = new Plot(40, 3, false).lines("t", List.of(crowded));

    // Steps 1, 999 and 1,000 fall into the first column: their mean is 2, half of 4.
    assertThat(lines.get(1)).isEqualTo("4 │");
    assertThat(lines.get(2)).isEqualTo("2 │x");
    assertThat(lines.get(3)).isEqualTo("0 │" + " ".repeat(36) + "x");
  }

  @Test
  void aConstantIsALineAtTheTop() {
    Plot.Series constant = new Plot.Series("a", 'x', 34, List.of(1, 2), List.of(0.5, 0.5));

    assertThat(new Plot(40, 3, false).lines("t", List.of(constant)).get(1))
        .isEqualTo("0.5000 │" + " ".repeat(15) + "x" + " ".repeat(15) + "x");
  }

  @Test
  void aLaterCurveStandsBeforeAnEarlierOne() {
    Plot.Series over = new Plot.Series("evaluation", 'o', 33, List.of(3), List.of(0.0));

    assertThat(new Plot(40, 3, false).lines("loss", List.of(falling(), over)).get(3)).endsWith("o");
  }

  @Test
  void marksAreColouredOnlyIfAskedFor() {
    assertThat(new Plot(40, 3, true).lines("loss", List.of(falling())).get(0))
        .isEqualTo("loss  \u001b[34m·\u001b[0m training");
  }

  @Test
  void nothingIsDrawnOfNothing() {
    Plot.Series none = new Plot.Series("a", 'x', 34, List.of(), List.of());

    assertThat(new Plot(40, 3, false).lines("t", List.of(none))).isEmpty();
  }
}
