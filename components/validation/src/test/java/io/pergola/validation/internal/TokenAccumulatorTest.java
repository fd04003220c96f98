package io.pergola.validation.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pergola.beam.BytesColumn;
import io.pergola.beam.ColumnType;
import io.pergola.beam.DoubleColumn;
import io.pergola.beam.ExampleColumn;
import io.pergola.beam.LongColumn;
import io.pergola.validation.Histogram.Bucket;
import io.pergola.validation.TokenStatistics;
import io.pergola.validation.TokenStatistics.Reported;
import io.pergola.validation.Tokens;
import io.pergola.validation.ValueCount;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Statistics of tokens. Where it says so, inputs and expected numbers are those of TensorFlow Data
 * Validation's {@code natural_language_stats_generator_test.py}.
 */
class TokenAccumulatorTest {
  private static final Tokens INTEGERS =
      Tokens.values("x").excluding("Foo", "Caz", "1").outOfVocabulary("Bar", "Baz");

  private static ExampleColumn integers(long[]... rows) {
    int[] offsets = new int[rows.length + 1];
    for (int i = 0; i < rows.length; i++) {
      offsets[i + 1] = offsets[i] + rows[i].length;
    }
    long[] values = Arrays.stream(rows).flatMapToLong(Arrays::stream).toArray();
    return new LongColumn("x", rows.length, values, null, null, offsets);
  }

  /** One value a row; null is missing. */
  private static ExampleColumn texts(@Nullable String... rows) {
    int[] offsets = new int[rows.length + 1];
    long presence = 0;
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < rows.length; i++) {
      if (rows[i] != null) {
        presence |= 1L << i;
        all.append(rows[i]);
      }
      offsets[i + 1] = all.toString().getBytes(StandardCharsets.UTF_8).length;
    }
    return new BytesColumn(
        "x",
        ColumnType.TEXT,
        rows.length,
        all.toString().getBytes(StandardCharsets.UTF_8),
        offsets,
        null,
        new long[] {presence},
        null);
  }

  private static TokenStatistics of(Tokens how, ExampleColumn... columns) {
    TokenAccumulator accumulator = new TokenAccumulator();
    for (ExampleColumn column : columns) {
      accumulator.add(column, how);
    }
    return accumulator.statistics("x");
  }

  @Test
  void textsWithoutVocabularyAreAsTfdvHasThem() {
    TokenStatistics found =
        of(Tokens.values("x").outOfVocabulary("Bar", "Baz"), texts("Foo", null, "Baz"));

    assertThat(found.coverage()).isEqualTo(0.5);
    assertThat(found.averageLength()).isEqualTo(3);
    assertThat(List.of(found.minSequence(), found.maxSequence())).containsExactly(1L, 1L);
  }

  @Test
  void integersWithoutVocabularyAreAsTfdvHasThem() {
    TokenStatistics found = of(Tokens.values("x").excluding("1"), integers(new long[] {1, 2, 3}));

    assertThat(found.coverage()).isZero();
    assertThat(List.of(found.minSequence(), found.maxSequence())).containsExactly(3L, 3L);
  }

  @Test
  void integersWithVocabularyAreAsTfdvHasThem() {
    long[] row = {0, 1, 2, 3, 4};

    TokenStatistics found =
        of(INTEGERS.vocabulary(List.of("Foo", "Bar", "Baz", "Bazz")), integers(row), integers(row));

    assertThat(found.coverage()).isCloseTo(1 / 3.0, within(1e-15));
    assertThat(found.averageLength()).isEqualTo(4);
    assertThat(List.of(found.minSequence(), found.maxSequence())).containsExactly(5L, 5L);
  }

  @Test
  void histogramsAndRanksAreOfWhatTfdvCounts() {
    TokenStatistics found =
        of(
            INTEGERS
                .vocabulary(List.of("Foo", "Bar", "Baz", "Bazz", "Car", "Razzz"))
                .lengthWithout("Razzz"),
            integers(new long[] {0, 1, 2, 4, 4}, new long[] {3, 3, 3, 5}));

    assertThat(found.coverage()).isCloseTo(0.8571428571428571, within(1e-15));
    assertThat(found.averageLength()).isCloseTo((3 + 3 + 4 + 4 + 4 + 5) / 6.0, within(1e-15));
    assertThat(List.of(found.minSequence(), found.maxSequence())).containsExactly(3L, 5L);
    assertThat(found.meanSequence()).isEqualTo(4);
    assertThat(found.ranks())
        .containsExactly(
            new ValueCount("Bazz", 3), new ValueCount("Car", 2), new ValueCount("Razzz", 1));
    assertThat(found.lengths().buckets().get(0).low()).isEqualTo(3);
    assertThat(found.lengths().buckets().get(9).high()).isEqualTo(5);
  }

  /** TFDV's numbers; positions in tenths, not thirds. */
  @Test
  void reportedTokensAreAsTfdvHasThem() {
    TokenStatistics found =
        of(
            Tokens.values("x")
                .vocabulary(List.of("Foo", "Bar"))
                .excluding("1")
                .reporting("Foo", "1"),
            integers(new long[] {0, 1, 0}, new long[] {1, 0, 0}));

    assertThat(found.coverage()).isEqualTo(1);
    assertThat(found.averageLength()).isEqualTo(3);
    Reported foo = found.reported().get(0);
    assertThat(List.of(foo.frequency(), foo.minPerSequence(), foo.maxPerSequence()))
        .containsExactly(4L, 2L, 2L);
    assertThat(List.of(foo.fractionOfSequences(), foo.meanPerSequence())).containsExactly(1.0, 2.0);
    assertThat(foo.positions().buckets())
        .containsExactly(new Bucket(0, 0.1, 1), new Bucket(0.3, 0.4, 1), new Bucket(0.6, 0.7, 2));
    Reported bar = found.reported().get(1);
    assertThat(List.of(bar.frequency(), bar.minPerSequence(), bar.maxPerSequence()))
        .containsExactly(2L, 1L, 1L);
  }

  @Test
  void wordsAreSplitAtAnyWhiteSpace() {
    TokenStatistics found =
        of(
            Tokens.words("x").vocabulary(List.of("the", "cat")).reporting("the", "dog"),
            texts("the cat\u3000the\t dog ", "", null, "  ", "caf\u00e9"));

    assertThat(found.tokens()).isEqualTo(5);
    assertThat(found.coverage()).isEqualTo(3 / 5.0);
    assertThat(found.averageLength()).isEqualTo(3);
    assertThat(List.of(found.minSequence(), found.maxSequence())).containsExactly(1L, 4L);
    assertThat(found.meanSequence()).isEqualTo(2.5);
    assertThat(found.ranks()).containsExactly(new ValueCount("the", 2), new ValueCount("cat", 1));
    assertThat(found.reported().get(0).fractionOfSequences()).isEqualTo(1 / 4.0);
    assertThat(found.reported().get(0).minPerSequence()).isZero();
    assertThat(found.reported().get(1).frequency()).isEqualTo(1);
  }

  @Test
  void partsThatAreWrittenReadAndMergedGiveTheWhole() throws IOException {
    Tokens how = Tokens.words("x").reporting("a");
    TokenAccumulator merged = new TokenAccumulator();
    ExampleColumn[] columns = {texts("a b a", "c"), texts("a"), texts("b b", null)};
    for (ExampleColumn column : columns) {
      TokenAccumulator part = new TokenAccumulator();
      part.add(column, how);
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      part.write(new DataOutputStream(bytes));
      merged.merge(
          TokenAccumulator.read(
              new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()))));
    }

    assertThat(merged.statistics("x")).isEqualTo(of(how, columns));
  }

  @Test
  void numbersWithFractionsHaveNoTokens() {
    assertThatThrownBy(() -> of(Tokens.values("x"), DoubleColumn.of("x", new double[] {1}, null)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot count tokens of feature 'x': its values are DOUBLE. Name a feature of text or"
                + " integers.");
  }
}
