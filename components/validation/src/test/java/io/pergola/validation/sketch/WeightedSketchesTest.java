package io.pergola.validation.sketch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WeightedSketchesTest {
  @ParameterizedTest
  @CsvSource({
    "uniform, 1",
    "uniform, 100",
    "sorted, 100",
    "zipf, 100",
    "heavy, 100",
    "constant, 10"
  })
  void weightedRanksStayWithinTheReportedBoundHoweverOftenMerged(String shape, int merges)
      throws IOException {
    Random random = new Random(17);
    int perRun = 20_000;
    WeightedQuantileSketch all = new WeightedQuantileSketch();
    TreeMap<Double, Double> truth = new TreeMap<>();
    for (int m = 0; m < merges; m++) {
      TreeMap<Double, Double> run = new TreeMap<>();
      for (int i = 0; i < perRun; i++) {
        double value =
            switch (shape) {
              case "sorted" -> m * (double) perRun + i;
              case "zipf" -> Math.floor(1 / (random.nextDouble() + 1e-6));
              case "constant" -> 3;
              default -> random.nextDouble();
            };
        double weight =
            shape.equals("heavy") ? Math.exp(6 * random.nextGaussian()) : random.nextDouble();
        run.merge(value, weight, Double::sum);
      }
      run.forEach((value, weight) -> truth.merge(value, weight, Double::sum));
      WeightedQuantileSketch one = new WeightedQuantileSketch();
      one.addSorted(
          run.keySet().stream().mapToDouble(v -> v).toArray(),
          run.values().stream().mapToDouble(v -> v).toArray(),
          run.size());
      all.merge(copy(one));
    }

    WeightedQuantiles found = all.quantiles();
    double weight = truth.values().stream().mapToDouble(w -> w).sum();
    assertThat(found.weight()).isCloseTo(weight, within(weight * 1e-9));
    assertThat(all.rankError() / weight).isLessThan(0.01);
    double passed = 0;
    double slack = all.rankError() + weight * 1e-9;
    for (Map.Entry<Double, Double> value : truth.entrySet()) {
      assertThat(found.below(value.getKey())).isCloseTo(passed, within(slack));
      passed += value.getValue();
    }
    assertThat(all.isExact()).isEqualTo(truth.size() <= WeightedQuantileSketch.EXACT);
  }

  private static WeightedQuantileSketch copy(WeightedQuantileSketch sketch) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    sketch.write(new DataOutputStream(bytes));
    return WeightedQuantileSketch.read(
        new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
  }

  @ParameterizedTest
  @CsvSource({"1000, 0", "200000, 1"})
  void weightsOfValuesAreTooLowByAtMostTheReportedError(int distinct, int inexact) {
    Random random = new Random(5);
    Map<String, Double> truth = new HashMap<>();
    WeightedValues left = new WeightedValues();
    WeightedValues right = new WeightedValues();
    for (int i = 0; i < 300_000; i++) {
      String value = "v" + (int) (distinct * Math.pow(random.nextDouble(), 3));
      double weight = random.nextDouble();
      truth.merge(value, weight, Double::sum);
      byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
      (i % 2 == 0 ? left : right).add(bytes, 0, bytes.length, weight);
    }
    left.merge(right);

    assertThat(left.error() > 0).isEqualTo(inexact == 1);
    Map<String, Double> found = new HashMap<>();
    left.forEach((value, weight) -> found.put(new String(value, StandardCharsets.UTF_8), weight));
    truth.forEach(
        (value, weight) ->
            assertThat(found.getOrDefault(value, 0.0))
                .isBetween(weight - left.error() - 1e-9, weight + 1e-9));
  }
}
