package io.pergola.validation.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.pergola.beam.BytesColumn;
import io.pergola.beam.ColumnType;
import io.pergola.beam.LongColumn;
import io.pergola.validation.SemanticDomain;
import io.pergola.validation.SemanticDomain.Kind;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SemanticDomainsTest {
  record Texts(String name, IntFunction<String> value, Optional<SemanticDomain> expected) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Texts> texts() {
    return Stream.of(
        new Texts(
            "sentences",
            i -> "The driver took road number " + i + " and was friendly",
            domain(Kind.NATURAL_LANGUAGE, "")),
        new Texts("addresses", i -> "https://example.com/trips/" + i, domain(Kind.URL, "")),
        new Texts(
            "days",
            i -> "2024-%02d-%02d".formatted(1 + i % 12, 1 + i % 28),
            domain(Kind.TIME, "%Y-%m-%d")),
        new Texts(
            "instants",
            i -> "2024-01-%02dT%02d:%02d:%02dZ".formatted(1 + i % 28, i % 24, i % 60, i % 60),
            domain(Kind.TIME, "%Y-%m-%dT%H:%M:%SZ")),
        new Texts("numbers of taxis", i -> "taxi-" + i, domain(Kind.IDENTIFIER, "")),
        new Texts("companies", i -> "company" + i % 10, Optional.empty()),
        new Texts("impossible days", i -> "2024-13-%02d".formatted(i % 90), Optional.empty()));
  }

  private static Optional<SemanticDomain> domain(Kind kind, String format) {
    return Optional.of(new SemanticDomain(kind, format, 1));
  }

  @ParameterizedTest
  @MethodSource("texts")
  void textTellsWhatItMeans(Texts texts) {
    assertThat(ofText(400, texts.value)).isEqualTo(texts.expected);
  }

  @Test
  void fewerThanAHundredValuesTellNothing() {
    assertThat(ofText(99, i -> "https://example.com/" + i)).isEmpty();
    assertThat(ofText(100, i -> "https://example.com/" + i))
        .contains(new SemanticDomain(Kind.URL, "", 1));
  }

  @Test
  void fourOfFiveAreEnoughAndTheShareIsSaid() {
    assertThat(ofText(200, i -> i % 5 == 0 ? "x" + i : "https://example.com/" + i))
        .contains(new SemanticDomain(Kind.URL, "", 0.8));
    assertThat(ofText(200, i -> i % 5 == 0 || i == 1 ? "x" : "https://example.com/" + i))
        .contains(new SemanticDomain(Kind.URL, "", 159.0 / 160));
  }

  record Numbers(String name, IntToLongFunction value, Optional<SemanticDomain> expected) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Numbers> numbers() {
    return Stream.of(
        new Numbers("hours", i -> i % 24, domain(Kind.CATEGORICAL_INTEGER, "")),
        new Numbers("seconds", i -> 1_700_000_000L + 61L * i, domain(Kind.TIME, "unix_seconds")),
        new Numbers(
            "milliseconds",
            i -> 1_700_000_000_000L + 61_000L * i,
            domain(Kind.TIME, "unix_milliseconds")),
        new Numbers("keys", i -> i, domain(Kind.IDENTIFIER, "")),
        new Numbers("distances", i -> (i * 7919L) % 300, Optional.empty()));
  }

  @ParameterizedTest
  @MethodSource("numbers")
  void integersTellWhatTheyMean(Numbers numbers) {
    FeatureAccumulator accumulator = FeatureAccumulator.of(ColumnType.INT);
    accumulator.add(
        LongColumn.of("x", IntStream.range(0, 1_000).mapToLong(numbers.value).toArray(), null),
        new ColumnScan());

    assertThat(accumulator.statistics("x").semanticDomain()).isEqualTo(numbers.expected);
  }

  @ParameterizedTest
  @CsvSource({
    "ffd8ffe000104a46, jpeg",
    "89504e470d0a1a0a0000, png",
    "474946383961, gif",
    "424d1a0000000000000000000000000000000000000000000000, bmp",
    "52494646000000005745425056503820, webp"
  })
  void imagesAreToldByTheirFirstBytes(String hex, String format) {
    byte[] image = java.util.HexFormat.of().parseHex(hex);
    FeatureAccumulator accumulator = FeatureAccumulator.of(ColumnType.BYTES);
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    int[] offsets = new int[201];
    for (int i = 0; i < 200; i++) {
      data.writeBytes(i % 10 == 0 ? new byte[] {1, 2, 3, 4} : image);
      offsets[i + 1] = data.size();
    }
    accumulator.add(
        new BytesColumn("b", ColumnType.BYTES, 200, data.toByteArray(), offsets, null, null, null),
        new ColumnScan());

    assertThat(accumulator.statistics("b").semanticDomain())
        .contains(new SemanticDomain(Kind.IMAGE, format, 0.9));
  }

  private static Optional<SemanticDomain> ofText(int n, IntFunction<String> value) {
    FeatureAccumulator accumulator = FeatureAccumulator.of(ColumnType.TEXT);
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    int[] offsets = new int[n + 1];
    for (int i = 0; i < n; i++) {
      data.writeBytes(value.apply(i).getBytes(StandardCharsets.UTF_8));
      offsets[i + 1] = data.size();
    }
    accumulator.add(
        new BytesColumn("t", ColumnType.TEXT, n, data.toByteArray(), offsets, null, null, null),
        new ColumnScan());
    return accumulator.statistics("t").semanticDomain();
  }
}
