package io.pergola.transform;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuantileCountsTest {
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 1_000, 1_023, 1_024, 20_000})
  void valuesComeInAscendingOrderWithTheirCounts(int values) {
    QuantileCounts counts = new QuantileCounts();
    TreeMap<Float, Long> expected = new TreeMap<>();
    Random random = new Random(values);
    for (int i = 0; i < values; i++) {
      float value = Float.intBitsToFloat(random.nextInt());
      if (i % 3 == 0) {
        value = random.nextInt(500) - 250;
      }
      counts.add(value, 1 + i % 2);
      if (Float.isFinite(value)) {
        // Both zeros are one.
        expected.merge(value + 0f, 1L + i % 2, Long::sum);
      }
    }

    List<Map.Entry<Float, Long>> found = new ArrayList<>();
    counts.forEach((value, times) -> found.add(Map.entry(value, times)));

    assertThat(found).isEqualTo(List.copyOf(expected.entrySet()));
  }

  @ParameterizedTest
  @ValueSource(ints = {20, 2_000})
  void whatAllShareInADigitMatters(int values) {
    QuantileCounts counts = new QuantileCounts();
    for (int i = values; i > 0; i--) {
      counts.add(1 + i * Math.ulp(1f), 1);
    }

    List<Float> found = new ArrayList<>();
    counts.forEach((value, times) -> found.add(value));

    assertThat(found).isSorted().hasSize(values).startsWith(1 + Math.ulp(1f));
  }
}
