package io.pergola.validation.sketch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sketches stay within what they state after 1, 10 and 1,000 merges of what was written. */
class SketchMergesTest {
  private static final int N = 400_000;

  @ParameterizedTest
  @CsvSource({
    "uniform, 1", "uniform, 10", "uniform, 1000",
    "zipf, 1", "zipf, 10", "zipf, 1000",
    "sorted, 1", "sorted, 10", "sorted, 1000",
    "constant, 1", "constant, 10", "constant, 1000",
    "adversarial, 1", "adversarial, 10", "adversarial, 1000"
  })
  void errorsStayWithinTheStatedBounds(String shape, int merges) throws IOException {
    double[] values = values(shape);
    QuantileSketch quantiles = new QuantileSketch();
    FrequentValues frequent = new FrequentValues();
    for (int m = 0; m < merges; m++) {
      QuantileSketch part = new QuantileSketch();
      FrequentValues texts = new FrequentValues();
      for (int i = (int) ((long) N * m / merges); i < (int) ((long) N * (m + 1) / merges); i++) {
        part.add(values[i]);
        byte[] text = ByteBuffer.allocate(Double.BYTES).putDouble(values[i]).array();
        texts.add(text, 0, text.length, 1);
      }
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      DataOutputStream out = new DataOutputStream(bytes);
      part.write(out);
      texts.write(out);
      DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()));
      quantiles.merge(QuantileSketch.read(in));
      frequent.merge(FrequentValues.read(in));
    }

    Arrays.sort(values);
    assertThat(quantiles.count()).isEqualTo(N);
    assertThat(quantiles.rankError()).isLessThanOrEqualTo((long) (0.005 * N));
    Quantiles found = quantiles.quantiles();
    for (int i = 1; i < 200; i++) {
      double value = values[(int) ((long) N * i / 200)];
      assertThat((double) found.below(value))
          .isCloseTo(below(values, value), within((double) quantiles.rankError()));
    }
    Map<Double, Long> truth = new HashMap<>();
    for (double value : values) {
      truth.merge(value, 1L, Long::sum);
    }
    assertThat((double) frequent.distinct())
        .isCloseTo(
            truth.size(),
            within(frequent.isDistinctExact() ? 0 : 4 * DistinctSketch.ERROR * truth.size()));
    assertThat(frequent.error()).isLessThanOrEqualTo(2L * N / FrequentValues.EXACT);
    for (int i = 0; i < frequent.size(); i++) {
      long count = truth.getOrDefault(ByteBuffer.wrap(frequent.value(i)).getDouble(), 0L);
      assertThat(frequent.count(i)).isBetween(count - frequent.error(), count);
    }
  }

  private static double[] values(String shape) {
    Random random = new Random(20_261_121);
    double[] values = new double[N];
    for (int i = 0; i < N; i++) {
      values[i] =
          switch (shape) {
            case "uniform" -> random.nextDouble();
            case "zipf" -> Math.floor(Math.pow(1 - random.nextDouble(), -2));
            case "sorted" -> i;
            case "constant" -> 42;
            default -> i % 2 == 0 ? i : -i;
          };
    }
    return values;
  }

  private static int below(double[] sorted, double value) {
    int low = 0;
    int high = sorted.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sorted[middle] < value) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
