package io.pergola.training.internal.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pergola.training.Dimension;
import io.pergola.training.Dimension.Choice;
import io.pergola.training.Dimension.Real;
import io.pergola.training.Dimension.Scale;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParzenWindowsTest {
  private static final int CELLS = 400;
  private static final int DRAWS = 20_000;
  private static final List<Dimension> SPACE =
      List.of(new Real("x", 0, 1, Scale.LINEAR), new Choice("kind", List.of("a", "b", "c", "d")));
  private static final double[][] POINTS = {{0, 0.125}, {0.05, 0.875}, {0.6, 0.125}, {1, 0.375}};

  private static ParzenWindows windows(int points) {
    return new ParzenWindows(SPACE, Arrays.copyOf(POINTS, points));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4})
  void hasMassOneAndDrawsWhatItSays(int points) {
    ParzenWindows windows = windows(points);
    double[] shares = new double[16];
    for (int x = 0; x < CELLS; x++) {
      for (int kind = 0; kind < 4; kind++) {
        double density = windows.at(new double[] {(x + 0.5) / CELLS, (kind + 0.5) / 4});
        shares[x * 4 / CELLS * 4 + kind] += density / CELLS / 4;
      }
    }
    double[] drawn = new double[16];
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < DRAWS; i++) {
      double[] point = windows.draw(random);
      assertThat(point[0]).isBetween(0.0, 1.0);
      drawn[(int) Math.min(3, point[0] * 4) * 4 + (int) Math.min(3, point[1] * 4)] += 1.0 / DRAWS;
    }

    assertThat(Arrays.stream(shares).sum()).isCloseTo(1, within(1e-4));
    // Five standard deviations of a share of 20,000 draws are below 0.018.
    assertThat(drawn).containsExactly(shares, within(0.018));
  }

  @Test
  void isTheFormula() {
    // One point in the middle: width 0.2, of which all but 2 P(z < -2.5) is on the interval.
    double normal = 1 / (0.2 * Math.sqrt(2 * Math.PI)) / (1 - 2 * 0.0062096653);
    ParzenWindows windows = new ParzenWindows(SPACE, new double[][] {{0.5, 0.125}});

    assertThat(windows.at(new double[] {0.5, 0.2}))
        .isCloseTo((1 + normal * (0.2 + 0.8 * 4)) / 2, within(1e-6));
    assertThat(windows.at(new double[] {0.7, 0.6}))
        .isCloseTo((1 + normal * Math.exp(-0.5) * 0.2) / 2, within(1e-6));
  }

  @Test
  void theNormalDistributionFunctionIsThatOfTables() {
    assertThat(ParzenWindows.below(0)).isCloseTo(0.5, within(1e-7));
    assertThat(ParzenWindows.below(1)).isCloseTo(0.8413447461, within(1e-7));
    assertThat(ParzenWindows.below(-1.959963985)).isCloseTo(0.025, within(1e-7));
    assertThat(ParzenWindows.below(3)).isCloseTo(0.9986501020, within(1e-7));
  }
}
