package io.pergola.examplegen.internal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NumberReaderTest {
  private final NumberReader reader = new NumberReader();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "-0",
        "+0",
        "0.0",
        "-0.0",
        "1",
        "-1",
        "1.",
        ".5",
        "-.5",
        "1e5",
        "1E+5",
        "1e-5",
        "12.45",
        "41.836150155",
        "-87.648787952",
        "0.2545454545454545",
        "0.26909090909090905",
        "1e22",
        "1e23",
        "9007199254740993",
        "9007199254740992",
        "16777217",
        "16777219",
        "33554435",
        "1380593700",
        "123456789012345678",
        "1234567890123456789012345678901234567890",
        "1e-45",
        "7e-46",
        "1.4e-45",
        "1.1754943508222875e-38",
        "1.17549429e-38",
        "3.4028235e38",
        "3.4028236e38",
        "3.5e38",
        "1e400",
        "-1e400",
        "1e-400",
        "4.9e-324",
        "2.4e-324",
        "2.2250738585072012e-308",
        "1.7976931348623157e308",
        "1.7976931348623159e308",
        "0.000000000000000000000000000000000000001",
        "00012.500",
        "1e0000001",
        "1e99999999999999999999",
        "0e99999999999999999999",
        "8.5899346E9",
        "1.00000017881393421514957253748434595763683319091796875001"
      })
  void readsTheBitsThatTheJdkReads(String text) {
    assertSameBits(text);
    assertSameBits("  " + text + "\t");
  }

  @Test
  void readsRandomNumbersAsTheJdkDoes() {
    long seed = 20_240_401;
    Random random = new Random(seed);
    for (int i = 0; i < 300_000; i++) {
      String text =
          switch (random.nextInt(6)) {
            case 0 -> Float.toString(Float.intBitsToFloat(random.nextInt()));
            case 1 -> Double.toString(Double.longBitsToDouble(random.nextLong()));
            case 2 -> String.format(Locale.ROOT, "%.2f", random.nextGaussian() * 100);
            case 3 -> random.nextLong() + "e" + (random.nextInt(80) - 50);
            case 4 -> Integer.toString(random.nextInt());
            default -> halfway(random);
          };
      if (!text.contains("N") && !text.contains("y")) {
        assertSameBits(text);
      }
    }
  }

  /** Decimals at and around the middle between two floats, where one bit decides. */
  private static String halfway(Random random) {
    float low = Float.intBitsToFloat((random.nextInt(0x60) + 0x10) << 24 | random.nextInt(1 << 24));
    double middle = ((double) low + Math.nextUp(low)) / 2;
    if (Double.isNaN(middle) || Double.isInfinite(middle)) {
      return "1";
    }
    String exact = new BigDecimal(middle).toString();
    return switch (random.nextInt(4)) {
      case 0 -> exact;
      case 1 -> new BigDecimal(Math.nextUp(middle)).toString();
      case 2 -> Double.toString(Math.nextDown(middle));
      default -> Double.toString(middle);
    };
  }

  private void assertSameBits(String text) {
    byte[] bytes = ("," + text + ",").getBytes(UTF_8);
    assertThat(reader.readDouble(bytes, 1, bytes.length - 1)).as(text).isTrue();
    if (Double.doubleToRawLongBits(reader.number())
        != Double.doubleToRawLongBits(Double.parseDouble(text))) {
      assertThat(reader.number()).as("double " + text).isEqualTo(Double.parseDouble(text));
    }
    assertThat(reader.readFloat(bytes, 1, bytes.length - 1)).as(text).isTrue();
    if (Float.floatToRawIntBits((float) reader.number())
        != Float.floatToRawIntBits(Float.parseFloat(text))) {
      assertThat((float) reader.number()).as("float " + text).isEqualTo(Float.parseFloat(text));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", " ", "-", "+", ".", "-.", "e5", "1e", "1e+", "1f", "1d", "0x1p3", "1,5", "1_000", "--1",
        "1.2.3", "1 2", "abc", "na", "infi", "١", "1é", "\0", "1\0", "NaN1", "5%", "$5", ".e1", "∞"
      })
  void refusesWhatIsNotANumber(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    assertThat(reader.readDouble(bytes, 0, bytes.length)).isFalse();
    assertThat(reader.readFloat(bytes, 0, bytes.length)).isFalse();
    assertThat(reader.readWhole(bytes, 0, bytes.length)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"nan", "NaN", "NAN", "-nan", "+NaN"})
  void readsNaN(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    assertThat(reader.readFloat(bytes, 0, bytes.length)).isTrue();
    assertThat(reader.number()).isNaN();
    assertThat(reader.readWhole(bytes, 0, bytes.length)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"inf", "Inf", "INFINITY", "+inf", "Infinity"})
  void readsInfinity(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    assertThat(reader.readDouble(bytes, 0, bytes.length)).isTrue();
    assertThat(reader.number()).isEqualTo(Double.POSITIVE_INFINITY);
    byte[] minus = ("-" + text.replace("+", "")).getBytes(UTF_8);
    assertThat(reader.readFloat(minus, 0, minus.length)).isTrue();
    assertThat(reader.number()).isEqualTo(Double.NEGATIVE_INFINITY);
  }

  @ParameterizedTest
  @ValueSource(
      longs = {
        0,
        1,
        -1,
        999_999_999_999_999_999L,
        1_000_000_000_000_000_000L,
        Long.MAX_VALUE,
        Long.MIN_VALUE
      })
  void readsWholeNumbersOfSixtyFourBits(long value) {
    for (String text : new String[] {Long.toString(value), " " + value + " "}) {
      byte[] bytes = text.getBytes(UTF_8);
      assertThat(reader.readWhole(bytes, 0, bytes.length)).as(text).isTrue();
      assertThat(reader.whole()).isEqualTo(value);
    }
  }

  @Test
  void readsLeadingZerosAndPlus() {
    byte[] bytes = "+0000000000000000000000000042".getBytes(UTF_8);
    assertThat(reader.readWhole(bytes, 0, bytes.length)).isTrue();
    assertThat(reader.whole()).isEqualTo(42);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "9223372036854775808",
        "-9223372036854775809",
        "18446744073709551616",
        "99999999999999999999",
        "1.0",
        "1e3",
        "nan"
      })
  void refusesWholeNumbersBeyondSixtyFourBits(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    assertThat(reader.readWhole(bytes, 0, bytes.length)).isFalse();
  }

  /** Words are read of 8 bytes: what stands behind a cell must not count. */
  @Test
  void readsNumbersOfEveryLengthWhateverStandsAround() {
    Random random = new Random(11);
    for (int i = 0; i < 40_000; i++) {
      String text = decimal(random);
      String before = i % 3 == 0 ? "" : "7,";
      String after = i % 5 == 0 ? "" : i % 5 == 1 ? "9" : i % 5 == 2 ? "." : ",12.5,\n\u00ff";
      byte[] bytes = (before + text + after).getBytes(ISO_8859_1);
      int from = before.length();
      int to = from + text.length();
      assertThat(reader.readFloat(bytes, from, to)).as(text).isTrue();
      assertThat((float) reader.number()).as(text).isEqualTo(Float.parseFloat(text));
      assertThat(reader.readDouble(bytes, from, to)).as(text).isTrue();
      assertThat(reader.number()).as(text).isEqualTo(Double.parseDouble(text));
      boolean whole = text.indexOf('.') < 0;
      assertThat(reader.readWhole(bytes, from, to)).as(text).isEqualTo(whole);
      if (whole) {
        assertThat(reader.whole()).as(text).isEqualTo(Long.parseLong(text));
      }
    }
  }

  private static String decimal(Random random) {
    StringBuilder text = new StringBuilder(random.nextInt(4) == 0 ? "-" : "");
    int digits = 1 + random.nextInt(18);
    int point = random.nextInt(2 * digits + 2);
    for (int d = 0; d < digits; d++) {
      text.append(d == point ? "." : "").append((char) ('0' + random.nextInt(10)));
    }
    return text.append(digits == point ? "." : "").toString();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", ".", "-", "-.", "1.2.3", "..", "1..", "12:4", "1/2", "1,5", "1-2", "\u00b1", "1a"
      })
  void refusesWhatIsNearlyANumber(String text) {
    byte[] bytes = (text + "0123456789").getBytes(ISO_8859_1);
    assertThat(reader.readFloat(bytes, 0, text.length())).isFalse();
    assertThat(reader.readDouble(bytes, 0, text.length())).isFalse();
    assertThat(reader.readWhole(bytes, 0, text.length())).isFalse();
  }
}
