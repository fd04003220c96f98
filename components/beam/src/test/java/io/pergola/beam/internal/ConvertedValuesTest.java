package io.pergola.beam.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConvertedValuesTest {
  /** The examples of IEEE 754's binary16. */
  @ParameterizedTest
  @CsvSource({
    "0x0000, 0.0",
    "0x8000, -0.0",
    "0x3c00, 1",
    "0xc000, -2",
    "0x3555, 0.333251953125",
    "0x7bff, 65504",
    "0x0001, 5.960464477539063e-8",
    "0x03ff, 6.097555160522461e-5",
    "0x0400, 6.103515625e-5",
    "0x7c00, Infinity",
    "0xfc00, -Infinity",
    "0x7e00, NaN"
  })
  void readsNumbersOf16Bits(String bits, Float value) {
    assertThat(ConvertedValues.ofHalf((short) (int) Integer.decode(bits))).isEqualTo(value);
  }
}
