package io.pergola.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pergola.beam.BytesColumn;
import io.pergola.beam.FloatColumn;
import io.pergola.feature.Expr;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccumulatorTest {
  private static final Expr.NumberColumn X = new Expr.NumberColumn("x");
  private static final Expr.ZScore Z_SCORE = new Expr.ZScore(X);

  private static FloatColumn column(float... values) {
    return FloatColumn.of("x", values, null);
  }

  private static <A extends Accumulator> A copy(A accumulator) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Accumulator.write(accumulator, new DataOutputStream(bytes));
    @SuppressWarnings("unchecked")
    A copy =
        (A) Accumulator.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
    return copy;
  }

  @Test
  void momentsAreTheExactOnesRoundedOnce() throws IOException {
    Random random = new Random(4);
    float[] values = new float[5_000];
    for (int i = 0; i < values.length; i++) {
      // Of every sign and size that a float32 can have, subnormal ones included.
      do {
        values[i] = Float.intBitsToFloat(random.nextInt());
      } while (!Float.isFinite(values[i]));
    }
    Moments moments = new Moments();
    moments.add(column(values));

    BigDecimal n = BigDecimal.valueOf(values.length);
    BigDecimal sum = BigDecimal.ZERO;
    for (float value : values) {
      sum = sum.add(new BigDecimal(value));
    }
    BigDecimal mean = sum.divide(n, MathContext.DECIMAL128);
    BigDecimal squares = BigDecimal.ZERO;
    for (float value : values) {
      squares = squares.add(new BigDecimal(value).subtract(mean).pow(2));
    }
    Fitted.ZScore fitted = copy(moments).fit(Z_SCORE);
    assertThat(fitted.count()).isEqualTo(values.length);
    assertThat(fitted.mean()).isEqualTo(mean.floatValue());
    assertThat(fitted.stddev())
        .isEqualTo(
            squares.divide(n, MathContext.DECIMAL128).sqrt(MathContext.DECIMAL128).floatValue());
  }

  @Test
  void momentsOfSmallSpreadAroundALargeMeanLoseNothing() {
    Moments moments = new Moments();
    moments.add(column(1e7f, 1e7f + 1, 1e7f + 2));
    assertThat(moments.fit(Z_SCORE).mean()).isEqualTo(1e7f + 1);
    assertThat(moments.fit(Z_SCORE).stddev()).isEqualTo((float) Math.sqrt(2 / 3.0));
  }

  @Test
  void momentsOfADictionaryCountEachUse() {
    float[] values = new float[900];
    int[] ids = new int[900];
    for (int i = 0; i < 900; i++) {
      ids[i] = i % 3;
      values[i] = new float[] {0.1f, -7, 1e10f}[ids[i]];
    }
    Moments plain = new Moments();
    plain.add(column(values));
    Moments encoded = new Moments();
    encoded.add(new FloatColumn("x", 900, new float[] {0.1f, -7, 1e10f, 5e5f}, ids, null, null));
    assertThat(encoded.fit(Z_SCORE)).isEqualTo(plain.fit(Z_SCORE));
  }

  @Test
  void valuesThatAreNotFiniteAreNotAnalysed() {
    FloatColumn x = column(Float.NaN, 1, Float.POSITIVE_INFINITY, 3, Float.NEGATIVE_INFINITY);
    Moments moments = new Moments();
    moments.add(x);
    assertThat(moments.fit(Z_SCORE)).isEqualTo(new Fitted.ZScore(Z_SCORE, 2, 2, 1));
    Range range = new Range();
    range.add(x);
    Expr.MinMax minMax = new Expr.MinMax(X, 0, 1);
    assertThat(range.fit(minMax)).isEqualTo(new Fitted.MinMax(minMax, 2, 1, 3));
  }

  @Test
  void nothingSeenGivesDefinedConstants() {
    Expr.MinMax minMax = new Expr.MinMax(X, 0, 1);
    Expr.Bucketize bucketize = new Expr.Bucketize(X, 5);
    assertThat(new Moments().fit(Z_SCORE)).isEqualTo(new Fitted.ZScore(Z_SCORE, 0, 0, 0));
    assertThat(new Range().fit(minMax)).isEqualTo(new Fitted.MinMax(minMax, 0, 0, 0));
    assertThat(new QuantileCounts().fit(bucketize))
        .isEqualTo(new Fitted.Bucketize(bucketize, 0, List.of()));
  }

  private static List<Float> boundaries(int buckets, float... values) {
    QuantileCounts counts = new QuantileCounts();
    counts.add(column(values));
    return counts.fit(new Expr.Bucketize(X, buckets)).boundaries();
  }

  private static float[] range(int from, int to, int step) {
    int n = (to - from + step - 1) / step;
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = from + i * step;
    }
    return values;
  }

  /** The cases of TensorFlow Transform's {@code bucketize_integration_test.py}. */
  @Test
  void boundariesAreThoseOfTensorFlowTransform() {
    float[] four = {1, 2, 3, 4};
    assertThat(boundaries(2, four)).containsExactly(3f);
    assertThat(boundaries(3, four)).containsExactly(2f, 3f);
    assertThat(boundaries(4, four)).containsExactly(2f, 3f, 4f);
    assertThat(boundaries(5, four)).containsExactly(1f, 2f, 3f, 4f);
    assertThat(boundaries(6, four)).containsExactly(1f, 2f, 3f, 3f, 4f);
    assertThat(boundaries(10, four)).containsExactly(1f, 1f, 2f, 2f, 3f, 3f, 3f, 4f, 4f);
    assertThat(boundaries(3, range(1, 10, 1))).containsExactly(4f, 7f);
    assertThat(boundaries(4, range(1, 100, 1))).containsExactly(25f, 50f, 75f);
    assertThat(boundaries(2, range(1, 20, 1))).containsExactly(10f);
    assertThat(boundaries(3, range(1, 100, 1))).containsExactly(34f, 67f);
    assertThat(boundaries(10, range(1, 100, 1)))
        .containsExactly(10f, 20f, 30f, 40f, 50f, 60f, 70f, 80f, 90f);
    assertThat(boundaries(2, range(1, 3000, 1))).containsExactly(1500f);
    assertThat(boundaries(3, range(1, 3000, 1))).containsExactly(1000f, 2000f);
  }

  @Test
  void boundariesOrderNegativeValuesAndZeros() {
    assertThat(boundaries(3, -1f, -5f, -0f, 0f, 2f, -3f)).containsExactly(-1f, 0f);
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 1000, 4096})
  void coarseCountsDoNotDependOnOrderOrGrouping(int capacity) throws IOException {
    Random random = new Random(capacity);
    List<Float> values = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      values.add((float) (random.nextGaussian() * Math.pow(10, random.nextInt(5))));
    }
    Expr.Bucketize bucketize = new Expr.Bucketize(X, 20);
    QuantileCounts whole = new QuantileCounts(capacity);
    values.forEach(value -> whole.add(value, 1));
    Collections.shuffle(values, random);
    QuantileCounts merged = new QuantileCounts(capacity);
    for (int from = 0; from < values.size(); ) {
      int to = Math.min(values.size(), from + 1 + random.nextInt(3_000));
      QuantileCounts piece = new QuantileCounts(capacity);
      values.subList(from, to).forEach(value -> piece.add(value, 1));
      if (random.nextBoolean()) {
        merged.merge(copy(piece));
      } else {
        piece.merge(merged);
        merged = copy(piece);
      }
      from = to;
    }
    assertThat(merged.fit(bucketize)).isEqualTo(whole.fit(bucketize));
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 4096})
  void countsThatWereReadTakeMoreValues(int capacity) throws IOException {
    Random random = new Random(capacity);
    QuantileCounts whole = new QuantileCounts(capacity);
    QuantileCounts parts = new QuantileCounts(capacity);
    for (int i = 0; i < 3_000; i++) {
      float value = (float) random.nextGaussian();
      whole.add(value, 1);
      if (i % 100 == 0) {
        QuantileCounts empty = new QuantileCounts(capacity);
        empty.merge(copy(parts));
        parts = empty;
      }
      parts.add(value, 1);
    }
    Expr.Bucketize bucketize = new Expr.Bucketize(X, 20);

    assertThat(parts.fit(bucketize)).isEqualTo(whole.fit(bucketize));
    assertThat(Accumulator.bytes(parts)).isEqualTo(Accumulator.bytes(whole));
  }

  @Test
  void coarseBoundariesAreNearTheExactOnes() {
    Random random = new Random(9);
    int n = 2_000_000;
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) Math.exp(random.nextGaussian());
    }
    List<Float> found = boundaries(10, values);
    Arrays.sort(values);
    for (int i = 1; i < 10; i++) {
      float exact = values[(int) ((long) i * n / 10)];
      assertThat(found.get(i - 1)).isCloseTo(exact, within(exact / 512));
      int rank = Arrays.binarySearch(values, found.get(i - 1));
      assertThat((double) Math.abs(rank < 0 ? -rank - 1 : rank) / n)
          .isCloseTo(i / 10.0, within(1e-4));
    }
  }

  private static Terms vocabulary(int topK, long minFrequency, BytesColumn... columns)
      throws IOException {
    Expr.Vocabulary of = new Expr.Vocabulary(new Expr.TextColumn("t"), topK, 0, minFrequency);
    Map<Integer, TermCounts> merged = new TreeMap<>();
    for (BytesColumn column : columns) {
      TermCounts[] shards = new TermCounts[TermCounts.SHARDS];
      Arrays.setAll(shards, i -> new TermCounts());
      TermCounts.add(column, shards);
      for (int i = 0; i < shards.length; i++) {
        merged.computeIfAbsent(i, k -> new TermCounts()).merge(copy(shards[i]));
      }
    }
    VocabularyLimits limits = VocabularyLimits.of(of);
    return TermCounts.terms(limits, merged.values().stream().map(c -> c.trimmed(limits)).toList());
  }

  private static BytesColumn text(String... values) {
    return (BytesColumn) Batches.text("t", values);
  }

  @Test
  void termsAreInOrderOfFrequencyThenOfBytesDescending() throws IOException {
    BytesColumn text = text("b", "a", "c", "a", null, "é", "Z", "c", "aa");
    assertThat(vocabulary(100, 1, text)).isEqualTo(Terms.of("c", "a", "é", "b", "aa", "Z"));
    assertThat(vocabulary(3, 1, text)).isEqualTo(Terms.of("c", "a", "é"));
    assertThat(vocabulary(100, 2, text)).isEqualTo(Terms.of("c", "a"));
  }

  @Test
  void termsOfSeveralColumnsAndDictionariesAddUp() throws IOException {
    BytesColumn first = text("a", "b", "b", null);
    BytesColumn second = text("a", "a", "c");
    assertThat(vocabulary(2, 1, first, (BytesColumn) Batches.dictionary(second)))
        .isEqualTo(Terms.of("a", "b"));
  }

  @Test
  void textThatALineCannotHoldIsNoTerm() throws IOException {
    assertThat(vocabulary(9, 1, text("", "", "a\nb", "a\r", "a"))).isEqualTo(Terms.of("a"));
  }

  @Test
  void manyTermsSurviveTheirTables() throws IOException {
    String[] values =
        IntStream.range(0, 30_000).mapToObj(i -> "term " + i % 10_000).toArray(String[]::new);
    Terms terms = vocabulary(20_000, 3, text(values));
    assertThat(terms.size()).isEqualTo(10_000);
    for (int id = 0; id < terms.size(); id++) {
      byte[] term = terms.bytes(id);
      assertThat(terms.find(term, 0, term.length)).isEqualTo(id);
    }
    assertThat(terms.text(0)).isEqualTo("term 9999");
  }
}
