package io.pergola.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pergola.artifact.Row;
import io.pergola.feature.Categorical;
import io.pergola.feature.Column;
import io.pergola.feature.Columns;
import io.pergola.feature.Expr;
import io.pergola.feature.FeaturePlan;
import io.pergola.feature.Features;
import io.pergola.feature.Keyed;
import io.pergola.feature.Numeric;
import io.pergola.feature.Ranking;
import io.pergola.feature.Scaling;
import io.pergola.feature.Text;
import io.pergola.feature.Time;
import io.pergola.feature.TimeValue;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class PreparedPlanTest {
  private static final Columns<Row> ROW = Columns.of();
  private static final Numeric X = ROW.number(Column.number("x"));
  private static final Numeric N = ROW.number(Column.number("n"));
  private static final Text T = ROW.text(Column.text("t"));
  private static final ZoneId ZONE = ZoneId.of("America/Chicago");

  /** Every expression of one value. */
  private static FittedPlan everything() {
    Time time = ROW.time(Column.number("n"), TimeValue.Unit.SECONDS);
    Numeric zScore = X.zScore();
    Numeric minMax = X.minMax(-1, 1);
    Numeric robust = X.robustScale();
    Numeric gaussian = X.gaussianScale();
    Numeric quantile = X.quantileScale(4);
    Numeric perKey = X.perKey(T).zScore();
    Categorical buckets = X.bucketize(3);
    Categorical keyBuckets = X.perKey(N.orElse(1).hash(5)).bucketize(3);
    Categorical vocabulary = T.orElse("none").vocabulary(4, 2);
    Categorical ranked = T.vocabulary(2, 1, Ranking.byWeight(X));
    FeaturePlan plan =
        Features.of()
            .dense(
                zScore.as("z"),
                minMax.as("m"),
                robust.as("r"),
                gaussian.as("g"),
                quantile.as("q"),
                perKey.as("k"),
                X.interpolate(-1, 0, 2).as("i"),
                X.plus(N).times(2).minus(X).dividedBy(3).power(2).min(N).max(X).as("arithmetic"),
                X.ln().plus(X.abs().sqrt()).plus(X.sin()).as("functions"),
                Numeric.sum(X, N, N).as("sum"),
                X.exp().plus(X.abs().log10()).plus(X.ceil()).as("more_functions"),
                X.orElse(N).as("coalesced"),
                T.is("a", "\u00e9").asNumber().as("is"),
                T.upper().nfkc().length().as("upper_length"),
                X.clip(-1, 1).as("clip"),
                Numeric.when(X.greaterThan(0).or(T.isMissing().not()))
                    .then(N)
                    .otherwise(X)
                    .as("choice"),
                X.lessThan(N).and(X.isMissing()).asNumber().as("truth"),
                T.lower().strip().nfc().length().as("length"),
                T.replace(Pattern.compile("a"), "bb").wordCount().as("words"),
                time.hour(ZONE).as("hour"),
                time.month(ZONE).as("month"),
                time.secondsSince(ROW.time(Column.number("x"), TimeValue.Unit.SECONDS)).as("span"),
                T.time("uuuu-MM-dd", ZONE).isMissing().asNumber().as("never"))
            .categorical(
                buckets.as("b"),
                keyBuckets.as("kb"),
                vocabulary.as("v"),
                ranked.as("rv"),
                X.buckets(-1, 1).as("own"),
                N.hash(1_000).as("hash_n"),
                N.orElse(7).hash(1_000).as("hash_filled"),
                N.orElse(0.5).hash(1_000).as("hash_rounded"),
                X.hash(1_000).as("hash_x"),
                T.hash(1_000).as("hash_t"),
                T.cross(vocabulary).cross(X.bucketize(3)).hash(1_000).as("cross"))
            .unlabelled();
    Expr.ZScore keyed = (Expr.ZScore) ((Keyed.Scale) perKey.expr()).of();
    Expr.Bucketize keyedBuckets = ((Keyed.Buckets) keyBuckets.expr()).of();
    return FittedPlan.of(
        withoutParsing(plan),
        List.of(
            new Fitted.ZScore((Expr.ZScore) zScore.expr(), 9, 0.5f, 3),
            new Fitted.MinMax((Expr.MinMax) minMax.expr(), 9, -3, 4),
            new Fitted.Robust((Scaling.Robust) robust.expr(), 9, 1, -2, 3),
            new Fitted.Gaussian((Scaling.Gaussian) gaussian.expr(), 9, 1, 2, 0.1f, 0.3f),
            new Fitted.Quantile((Scaling.Quantile) quantile.expr(), 9, List.of(-1f, 0.5f, 3f)),
            new Fitted.PerKey(
                (Keyed) perKey.expr(),
                new Fitted.ZScore(keyed, 9, 1, 2),
                Terms.of("a", "\u00e9"),
                List.of(new Fitted.ZScore(keyed, 4, 2, 5), new Fitted.ZScore(keyed, 4, 3, 0))),
            new Fitted.PerKey(
                (Keyed) keyBuckets.expr(),
                new Fitted.Bucketize(keyedBuckets, 9, List.of(0f, 1f)),
                Terms.of("1", "4"),
                List.of(
                    new Fitted.Bucketize(keyedBuckets, 4, List.of(-1f, 2f)),
                    new Fitted.Bucketize(keyedBuckets, 4, List.of()))),
            new Fitted.Bucketize((Expr.Bucketize) buckets.expr(), 9, List.of(-0.5f, 0.5f)),
            new Fitted.Ranked(ranked.expr(), 9, Terms.of("\u00e9", "a")),
            new Fitted.Vocabulary(
                (Expr.Vocabulary) vocabulary.expr(), 9, Terms.of("a", "none", "\u00e9"))));
  }

  /** Texts of the test are no times: parsing them is tested on its own. */
  private static FeaturePlan withoutParsing(FeaturePlan plan) {
    java.util.SortedMap<String, Expr.OfDense> dense = new java.util.TreeMap<>(plan.dense());
    dense.remove("never");
    return new FeaturePlan(dense, plan.categorical(), plan.labels());
  }

  private static void put(PreparedPlan.Row row, int column, Object value) {
    if (value instanceof Long integer) {
      row.put(column, (long) integer);
    } else if (value instanceof Double number) {
      row.put(column, (double) number);
    } else if (value instanceof String text) {
      row.put(column, text);
    } else {
      row.put(column, (List<?>) value);
    }
  }

  /** The features of a row are those that a batch of it has, as a network takes them. */
  private static void agree(FittedPlan plan, PreparedPlan.Row row, Map<String, Object> values) {
    row.clear();
    values.forEach((column, value) -> put(row, plan.prepare().column(column), value));
    row.apply();

    Map<String, Object> expected = plan.apply(values);
    FittedPlan.Features features = plan.features();
    int at = 0;
    for (int i = 0; i < features.dense().size(); i++) {
      FittedPlan.DenseFeature feature = features.dense().get(i);
      Object value = expected.get(feature.name());
      assertThat(row.isDensePresent(i)).as(feature.name()).isEqualTo(value != null);
      for (int j = 0; j < feature.width(); j++) {
        float number =
            value == null ? 0f : value instanceof float[] vector ? vector[j] : (Float) value;
        assertThat(Float.floatToIntBits(row.dense()[at + j]))
            .as("%s of %s", feature.name(), values)
            .isEqualTo(Float.floatToIntBits(number));
      }
      at += feature.width();
    }
    for (int i = 0; i < features.categorical().size(); i++) {
      FittedPlan.CategoricalFeature feature = features.categorical().get(i);
      long id = (Long) expected.getOrDefault(feature.name(), -1L);
      assertThat(row.categorical()[i])
          .as("%s of %s", feature.name(), values)
          .isEqualTo(id < 0 ? feature.size() : id);
    }
    for (int i = 0; i < features.sequences().size(); i++) {
      FittedPlan.SequenceFeature feature = features.sequences().get(i);
      long[] padding = new long[feature.length()];
      java.util.Arrays.fill(padding, feature.size());
      assertThat(row.sequences()[i])
          .containsExactly((long[]) expected.getOrDefault(feature.name(), padding));
    }
  }

  @Test
  void aRowIsComputedToTheBitAsInABatch() {
    FittedPlan plan = everything();
    PreparedPlan.Row row = plan.prepare().row();
    Random random = new Random(3);
    List<Object> texts =
        List.of("a", "", "A b a", "\u00e9", "e\u0301 ", "\ud83d\ude95 x", "\ud83d");
    List<Object> numbers =
        List.of(0.0, -0.0, 1.5, -3.25, 0.1, 1e30, Double.NaN, Double.POSITIVE_INFINITY, 7.0);
    List<Object> integers =
        List.of(0L, 1L, -5L, 123_456_789L, 16_777_217L, Long.MIN_VALUE, 1_700_000_000L);
    for (int i = 0; i < 500; i++) {
      Map<String, Object> values = new HashMap<>();
      List<Object> either = new ArrayList<>(numbers);
      either.addAll(integers);
      choose(values, "x", either, random);
      choose(values, "n", random.nextBoolean() ? integers : numbers, random);
      choose(values, "t", texts, random);
      agree(plan, row, values);
    }
  }

  private static void choose(
      Map<String, Object> values, String column, List<Object> from, Random random) {
    int chosen = random.nextInt(from.size() + 1);
    if (chosen < from.size()) {
      values.put(column, from.get(chosen));
    }
  }

  @Test
  void listsAndTimesOfTextAreComputedAsWell() {
    FittedPlan plan =
        FittedPlan.of(
            Features.of()
                .dense(
                    ROW.numbers(Column.number("list")).padTo(2),
                    ROW.texts(Column.text("tags")).hash(3).bagOfWords(),
                    ROW.texts(Column.text("tags")).count().as("count"),
                    T.time("M/d/uuuu", ZONE).dayOfYear(ZONE).as("day"),
                    X.as("x"))
                .categorical(T.tokenize().count().identity(10), X.orElse(2).hash(9).as("h"))
                .sequence(T.tokenize().hash(50).as("words").padTo(3))
                .unlabelled(),
            List.of());
    PreparedPlan.Row row = plan.prepare().row();

    agree(
        plan,
        row,
        Map.of("list", List.of(1.5, 2L, 3.0), "tags", List.of("a", "b"), "t", "3/9/2013", "x", 4L));
    agree(plan, row, Map.of());
    agree(plan, row, Map.of("tags", List.of(), "x", 1.25));
  }

  @Test
  void whatThePlanRefusesIsRefused() {
    FittedPlan plan =
        FittedPlan.of(Features.of().categorical(N.identity(3)).unlabelled(), List.of());
    PreparedPlan prepared = plan.prepare();
    PreparedPlan.Row row = prepared.row();
    int n = prepared.column("n");

    assertThatThrownBy(() -> row.put(n, 3L).apply())
        .hasMessage(
            "Cannot use 3 as feature 'n': an identity takes whole numbers in 0..2. Correct the"
                + " data, give the identity a larger size, or hash the number.");
    assertThat(row.put(n, 2L).apply().categorical()).containsExactly(2);
    assertThatThrownBy(() -> row.put(n, "a"))
        .hasMessage(
            "Cannot take text as column 'n': the plan reads it as a number. Give it as that.");
    assertThatThrownBy(() -> row.put(n, List.of(1)))
        .hasMessage(
            "Cannot take a list as column 'n': the plan reads it as a number. Give it as that.");
    assertThatThrownBy(() -> prepared.column("m"))
        .hasMessage(
            "Cannot find column 'm': the features are computed from [n]. Correct the name.");
  }
}
