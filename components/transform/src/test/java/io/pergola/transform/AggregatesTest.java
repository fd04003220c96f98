package io.pergola.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pergola.artifact.Row;
import io.pergola.beam.ExampleBatch;
import io.pergola.feature.Categorical;
import io.pergola.feature.Column;
import io.pergola.feature.Columns;
import io.pergola.feature.EqualWidth;
import io.pergola.feature.FeaturePlan;
import io.pergola.feature.Features;
import io.pergola.feature.Numeric;
import io.pergola.feature.PerKey;
import io.pergola.feature.Text;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Numbers of all examples and of each key, histograms, and scales of each key. */
class AggregatesTest {
  private static final Columns<Row> ROW = Columns.of();
  private static final Numeric X = ROW.number(Column.number("x"));
  private static final Text KEY = ROW.text(Column.text("key"));

  /** Of a: 1, 3 and 8; of b: 10; of no key: 6; of c only what is not analysed. */
  private static final ExampleBatch SEEN =
      Batches.batch(
          Batches.floats("x", 1f, 10f, 6f, 3f, null, Float.NaN, 8f),
          Batches.text("key", "a", "b", null, "a", "a", "c", "a"));

  @TempDir Path directory;

  private static FittedPlan fit(FeaturePlan plan, ExampleBatch... batches) {
    FittedPlan fitted = FittedPlan.partial(plan, List.of());
    for (int phase = 0; phase < Exprs.phases(plan); phase++) {
      Map<Integer, Accumulator> merged = new HashMap<>();
      for (ExampleBatch batch : batches) {
        Analysis analysis = new Analysis(fitted, phase);
        analysis.add(batch);
        analysis.drain(
            (key, accumulator) -> {
              Accumulator sent = Accumulator.of(Accumulator.bytes(accumulator));
              merged.computeIfAbsent(key, k -> sent.empty()).merge(sent);
            });
      }
      fitted = Analysis.fit(fitted, phase, merged);
    }
    return fitted;
  }

  private static FeaturePlan all() {
    PerKey perKey = X.perKey(KEY);
    return Features.of()
        .dense(
            X.analysed().count().as("count"),
            X.analysed().sum().as("sum"),
            X.analysed().mean().as("mean"),
            X.analysed().variance().as("variance"),
            X.analysed().least().as("least"),
            X.analysed().largest().as("largest"),
            perKey.count().as("key_count"),
            perKey.sum().as("key_sum"),
            perKey.mean().as("key_mean"),
            perKey.variance().as("key_variance"),
            perKey.least().as("key_least"),
            perKey.largest().as("key_largest"))
        .unlabelled();
  }

  private static final ExampleBatch KEYS = Batches.batch(Batches.text("key", "a", "b", "z", null));

  @Test
  void numbersOfAllExamplesAreConstantsThatNoColumnIsReadFor() {
    FittedPlan plan = fit(all(), SEEN);
    // 1, 10, 6, 3 and 8: mean 28 / 5, mean of squares 210 / 5.
    Map<String, Object> expected =
        Map.of(
            "count",
            5f,
            "sum",
            28f,
            "mean",
            5.6f,
            "variance",
            (float) (42 - 5.6 * 5.6),
            "least",
            1f,
            "largest",
            10f);
    assertThat(plan.inputs()).containsExactly(new FittedPlan.Input("key", FittedPlan.Kind.TEXT));
    expected.forEach(
        (name, value) ->
            assertThat(Batches.values(plan.apply(KEYS), name))
                .as(name)
                .containsExactly(value, value, value, value));
    assertThat(plan.plan().columns())
        .containsEntry("mean", List.of("x"))
        .containsEntry("key_mean", List.of("key", "x"));
  }

  @Test
  void numbersOfAKeyAreThoseOfItsExamplesAndNeverMissing() {
    FittedPlan plan = fit(all(), SEEN);
    ExampleBatch features = plan.apply(KEYS);
    float whole = (float) (42 - 5.6 * 5.6);
    Map<String, List<Object>> expected =
        Map.of(
            "key_count", List.of(3f, 1f, 0f, 0f),
            "key_sum", List.of(12f, 10f, 0f, 0f),
            "key_mean", List.of(4f, 10f, 5.6f, 5.6f),
            "key_variance", List.of((float) (74 / 3.0 - 16), 0f, whole, whole),
            "key_least", List.of(1f, 10f, 1f, 1f),
            "key_largest", List.of(8f, 10f, 10f, 10f));
    expected.forEach(
        (name, values) -> {
          assertThat(Batches.values(features, name)).as(name).isEqualTo(values);
          assertThat(Batches.values(plan.apply(Batches.dictionaries(KEYS)), name))
              .isEqualTo(values);
        });
    // Of a key that has no value that is analysed.
    ExampleBatch unseen = plan.apply(Batches.batch(Batches.text("key", "c")));
    assertThat(Batches.values(unseen, "key_mean")).containsExactly(0f);
  }

  @Test
  void deviationsFromTheMeanOfAKeyCanBeComputedWith() {
    FeaturePlan plan =
        Features.of().dense(X.minus(X.perKey(KEY).mean()).zScore().as("d")).unlabelled();
    assertThat(Exprs.phases(plan)).isEqualTo(2);
    FittedPlan fitted = fit(plan, SEEN);
    // Deviations -3, -1, 4 of a, 0 of b, and 6 - 5.6 of no key: the z-score comes a pass later.
    Fitted.ZScore zScore = (Fitted.ZScore) fitted.fitted().get(1);
    assertThat(zScore.count()).isEqualTo(5);
    assertThat(zScore.mean()).isEqualTo((float) ((6f - 5.6f) / 5.0));
  }

  @Test
  void scalesOfAKeyAreThoseOfItsExamplesAlone() {
    ExampleBatch onlyA = Batches.batch(Batches.floats("x", 1f, 3f, null, 8f));
    ExampleBatch raw =
        Batches.batch(Batches.floats("x", 2f, 8f, null), Batches.text("key", "a", "a", "a"));
    for (Map.Entry<Numeric, Numeric> each :
        Map.of(
                X.perKey(KEY).robustScale(), X.robustScale(),
                X.perKey(KEY).gaussianScale(), X.gaussianScale(),
                X.perKey(KEY).quantileScale(3), X.quantileScale(3))
            .entrySet()) {
      FittedPlan perKey = fit(Features.of().dense(each.getKey()).unlabelled(), SEEN);
      FittedPlan alone = fit(Features.of().dense(each.getValue()).unlabelled(), onlyA);
      assertThat(Batches.values(perKey.apply(raw), "x"))
          .as(each.getKey().expr().text())
          .isEqualTo(Batches.values(alone.apply(raw), "x"));
      ExampleBatch keyless =
          Batches.batch(Batches.floats("x", 2f, 9f), Batches.text("key", null, "z"));
      FittedPlan whole = fit(Features.of().dense(each.getValue()).unlabelled(), SEEN);
      assertThat(Batches.values(perKey.apply(keyless), "x"))
          .isEqualTo(Batches.values(whole.apply(keyless), "x"));
    }
    assertThat(X.perKey(KEY).quantileScale(3).expr().text())
        .isEqualTo("x.perKey(key).quantileScale(3)");
    assertThat(X.perKey(KEY).mean().expr().text()).isEqualTo("x.perKey(key).mean()");
    assertThat(X.analysed().largest().expr().text()).isEqualTo("x.analysed().largest()");
  }

  @Test
  void intervalsOfEqualWidthPartTheRange() {
    Categorical buckets = X.bucketizeEqualWidth(4);
    FeaturePlan plan = Features.of().categorical(buckets).unlabelled();
    ExampleBatch seen =
        Batches.batch(Batches.floats("x", 2f, 10f, 4f, 3.9f, null, Float.NaN, 10f, 7f));
    FittedPlan fitted = fit(plan, Batches.slice(seen, 3, 8), Batches.slice(seen, 0, 3));
    // 2 to 10 in four parts: [2, 4), [4, 6), [6, 8), [8, 10].
    assertThat(fitted.fitted())
        .containsExactly(
            new Fitted.EqualWidth(
                (EqualWidth) buckets.expr(),
                6,
                2,
                10,
                List.of(4f, 6f, 8f),
                List.of(2L, 1L, 1L, 2L)));
    assertThat(fit(plan, Batches.dictionaries(seen))).isEqualTo(fitted);
    ExampleBatch raw =
        Batches.batch(Batches.floats("x", -5f, 3.99f, 4f, 7.5f, 8f, 1e9f, null, Float.NaN));
    assertThat(Batches.values(fitted.apply(raw), "x"))
        .containsExactly(0L, 0L, 1L, 2L, 3L, 3L, null, 3L);
    assertThat(fitted.features().categorical())
        .containsExactly(new FittedPlan.CategoricalFeature("x", 4));
  }

  @Test
  void aHistogramOfOneValueOrNoneHasOneBucket() {
    FeaturePlan plan = Features.of().categorical(X.bucketizeEqualWidth(3)).unlabelled();
    ExampleBatch raw = Batches.batch(Batches.floats("x", 1f, 5f, 9f));
    FittedPlan one = fit(plan, Batches.batch(Batches.floats("x", 5f, 5f)));
    assertThat(Batches.values(one.apply(raw), "x")).containsExactly(0L, 0L, 0L);
    assertThat(((Fitted.EqualWidth) one.fitted().get(0)).counts()).containsExactly(2L, 0L, 0L);
    FittedPlan none = fit(plan);
    assertThat(Batches.values(none.apply(raw), "x")).containsExactly(0L, 0L, 0L);
    assertThatThrownBy(() -> X.bucketizeEqualWidth(0))
        .hasMessage("Invalid number of buckets: 0 (must be 1 to 65536)");
  }

  @Test
  void countsOfManyDistinctValuesAreNearlyThoseOfTheData() {
    HistogramCounts some = new HistogramCounts(new Range(), new QuantileCounts(256));
    float[] values = new float[20_000];
    Random random = new Random(2);
    for (int i = 0; i < values.length; i++) {
      values[i] = 1000 + random.nextFloat() * 1000;
    }
    some.add(io.pergola.beam.FloatColumn.of("x", values, null));
    Fitted.EqualWidth fitted = some.fit(new EqualWidth(X.expr(), 5));
    long[] exact = new long[5];
    for (float value : values) {
      exact[Buckets.atOrBelow(value, Buckets.array(fitted.boundaries()))]++;
    }
    for (int i = 0; i < 5; i++) {
      // A group of values that count together is at most 1/128 of them wide here.
      assertThat(Math.abs(fitted.counts().get(i) - exact[i])).isLessThan(20_000 / 50);
    }
  }

  @Test
  void aSumBeyondFloat32IsTheLargest() {
    FeaturePlan plan = Features.of().dense(X.analysed().sum()).unlabelled();
    FittedPlan fitted = fit(plan, Batches.batch(Batches.floats("x", 3e38f, 3e38f)));
    assertThat(((Fitted.Aggregate) fitted.fitted().get(0)).value()).isEqualTo(Float.MAX_VALUE);
    assertThat(((Fitted.Aggregate) fit(plan).fitted().get(0)).value()).isEqualTo(0f);
  }

  @Test
  void aRowAMapAndAPlanReadAgainGiveTheSameBits() throws IOException {
    FeaturePlan all = all();
    FeaturePlan plan =
        Features.of()
            .dense(
                X.perKey(KEY).robustScale().as("r"),
                X.perKey(KEY).gaussianScale().as("g"),
                X.perKey(KEY).quantileScale(3).as("q"),
                X.minus(X.analysed().mean()).dividedBy(X.perKey(KEY).variance()).as("v"))
            .categorical(X.bucketizeEqualWidth(5).as("b"))
            .unlabelled();
    for (FeaturePlan each : List.of(all, plan)) {
      FittedPlan fitted = fit(each, SEEN);
      assertThat(FeaturePlan.fromJson(each.toJson())).isEqualTo(each);
      fitted.write(directory);
      FittedPlan read = FittedPlan.read(directory);
      assertThat(read).isEqualTo(fitted);
      PreparedPlan prepared = read.prepare();
      PreparedPlan.Row row = prepared.row();
      for (Double x : new Double[] {null, 0.1, 3.0, Double.NaN, 1e9}) {
        for (String key : new String[] {null, "a", "b", "c", "z"}) {
          Map<String, Object> values = new HashMap<>();
          row.clear();
          if (x != null) {
            values.put("x", x);
            if (each == plan) {
              row.put(prepared.column("x"), (double) x);
            }
          }
          if (key != null) {
            values.put("key", key);
            row.put(prepared.column("key"), key);
          }
          Map<String, Object> map = fitted.apply(values);
          row.apply();
          int at = 0;
          for (FittedPlan.DenseFeature feature : fitted.features().dense()) {
            Object expected = map.get(feature.name());
            assertThat((Object) row.dense()[at++])
                .as("%s of %s", feature.name(), values)
                .isEqualTo(expected == null ? 0f : expected);
          }
          for (int i = 0; i < fitted.features().categorical().size(); i++) {
            assertThat((Object) row.categorical()[i]).isEqualTo(map.getOrDefault("b", 5L));
          }
        }
      }
    }
  }

  @Test
  void whatMovedIsSaid() {
    FeaturePlan plan =
        Features.of()
            .dense(X.analysed().mean().as("m"))
            .categorical(X.bucketizeEqualWidth(2).as("b"))
            .unlabelled();
    FittedPlan before = fit(plan, Batches.batch(Batches.floats("x", 0f, 2f)));
    FittedPlan after = fit(plan, Batches.batch(Batches.floats("x", 0f, 2f, 4f)));
    assertThat(PlanDifference.between(before, after).features())
        .extracting(PlanDifference.Feature::constants)
        .containsExactly(
            List.of("max 2.0 -> 4.0", "counts of the buckets: [1, 1] -> [1, 2]"),
            List.of("x.analysed().mean() 1.0 -> 2.0"));
  }
}
