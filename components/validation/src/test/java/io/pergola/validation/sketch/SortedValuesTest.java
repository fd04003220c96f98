package io.pergola.validation.sketch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SortedValuesTest {
  @ParameterizedTest
  @ValueSource(strings = {"integers", "floats", "doubles", "extremes", "equal", "none"})
  void valuesComeBackBitForBit(String kind) throws IOException {
    Random random = new Random(3);
    double[] values =
        switch (kind) {
          case "extremes" ->
              new double[] {
                Double.NEGATIVE_INFINITY,
                -Double.MAX_VALUE,
                -Double.MIN_VALUE,
                0,
                Double.MIN_VALUE,
                1,
                Double.MAX_VALUE,
                Double.POSITIVE_INFINITY
              };
          case "equal" -> new double[] {-7, -7, -7};
          case "none" -> new double[0];
          default -> random.doubles(5_000, -1e6, 1e6).map(v -> rounded(kind, v)).toArray();
        };
    Arrays.sort(values);

    byte[] bytes = written(values);

    assertThat(
            SortedValues.read(new DataInputStream(new ByteArrayInputStream(bytes)), values.length))
        .containsExactly(values);
  }

  private static double rounded(String kind, double value) {
    return switch (kind) {
      case "integers" -> Math.rint(value);
      case "floats" -> (float) value + 0.0;
      default -> value;
    };
  }

  @Test
  void wholeNumbersCloseTogetherTakeAByteEach() throws IOException {
    double[] values = new double[1_000];
    Arrays.setAll(values, i -> 100 * i);

    assertThat(written(values).length).isLessThan(1_020);
  }

  private static byte[] written(double[] values) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    SortedValues.write(new DataOutputStream(bytes), values, values.length);
    return bytes.toByteArray();
  }
}
