package io.pergola.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pergola.artifact.Row;
import io.pergola.beam.ExampleBatch;
import io.pergola.feature.Categorical;
import io.pergola.feature.Column;
import io.pergola.feature.Columns;
import io.pergola.feature.Expr;
import io.pergola.feature.FeaturePlan;
import io.pergola.feature.Features;
import io.pergola.feature.Keyed;
import io.pergola.feature.Numeric;
import io.pergola.feature.Text;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PerKeyTest {
  private static final Columns<Row> TRIP = Columns.of();
  private static final Numeric X = TRIP.number(Column.number("x"));
  private static final Text KEY = TRIP.text(Column.text("key"));

  /** Of a: 1 and 3. Of b: 10 and 30. Of no key: 6. */
  private static final ExampleBatch SEEN =
      Batches.batch(
          Batches.floats("x", 1f, 10f, 6f, 30f, 3f, null, Float.NaN),
          Batches.text("key", "a", "b", null, "b", "a", "a", "c"));

  private static Accumulator copy(Accumulator accumulator) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Accumulator.write(accumulator, new DataOutputStream(bytes));
    return Accumulator.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
  }

  /** Fits as a job does: each batch by its own worker, written, read and merged. */
  private static FittedPlan fit(FeaturePlan plan, ExampleBatch... batches) throws IOException {
    FittedPlan unfitted = FittedPlan.partial(plan, List.of());
    Map<Integer, Accumulator> merged = new HashMap<>();
    for (ExampleBatch batch : batches) {
      Analysis analysis = new Analysis(unfitted, 0);
      analysis.add(batch);
      Map<Integer, Accumulator> drained = new HashMap<>();
      analysis.drain(drained::put);
      for (Map.Entry<Integer, Accumulator> each : drained.entrySet()) {
        Accumulator sent = copy(each.getValue());
        merged.computeIfAbsent(each.getKey(), k -> sent.empty()).merge(sent);
      }
    }
    return Analysis.fit(unfitted, 0, merged);
  }

  private static FeaturePlan dense(Numeric feature) {
    return Features.of().dense(feature).unlabelled();
  }

  private static FeaturePlan categorical(Categorical feature) {
    return Features.of().categorical(feature).unlabelled();
  }

  private static List<Object> values(FittedPlan plan, ExampleBatch raw) {
    List<Object> values = Batches.values(plan.apply(raw), "x");
    assertThat(Batches.values(plan.apply(Batches.dictionaries(raw)), "x")).isEqualTo(values);
    return values;
  }

  @Test
  void zScoreHasTheMeanAndDeviationOfItsKey() throws IOException {
    FittedPlan plan = fit(dense(X.perKey(KEY).zScore()), SEEN);
    ExampleBatch raw =
        Batches.batch(
            Batches.floats("x", 3f, 30f, 10f, 10f, null, 10f),
            Batches.text("key", "a", "b", "unseen", null, "a", "c"));
    // All of them: 1, 3, 6, 10 and 30 have mean 10. Key c has only a NaN, which is not analysed.
    assertThat(values(plan, raw)).containsExactly(1f, 1f, 0f, 0f, null, 0f);
    Fitted.PerKey fitted = (Fitted.PerKey) plan.fitted().get(0);
    Expr.ZScore whole = new Expr.ZScore(X.expr());
    assertThat(fitted.count()).isEqualTo(5);
    assertThat(fitted.whole())
        .isEqualTo(new Fitted.ZScore(whole, 5, 10, (float) Math.sqrt(546 / 5.0)));
    assertThat(fitted.keys()).isEqualTo(Terms.of("a", "b", "c"));
    assertThat(fitted.fitted())
        .containsExactly(
            new Fitted.ZScore(whole, 2, 2, 1),
            new Fitted.ZScore(whole, 2, 20, 10),
            new Fitted.ZScore(whole, 0, 0, 0));
  }

  @Test
  void minMaxHasTheRangeOfItsKeyAndACategoryIsAKey() throws IOException {
    Categorical hour = TRIP.number(Column.number("hour")).identity(24);
    ExampleBatch seen =
        Batches.batch(
            Batches.floats("x", 0f, 10f, 100f, 300f), Batches.longs("hour", 7L, 7L, 8L, 8L));
    FittedPlan plan = fit(dense(X.perKey(hour).minMax(-1, 1)), seen);
    ExampleBatch raw =
        Batches.batch(
            Batches.floats("x", 5f, 300f, 150f, 300f), Batches.longs("hour", 7L, 8L, 9L, null));
    assertThat(values(plan, raw)).containsExactly(0f, 1f, 0f, 1f);
    assertThat(X.perKey(hour).minMax()).isEqualTo(X.perKey(hour).minMax(0, 1));
  }

  @Test
  void bucketsAreTheQuantilesOfTheirKey() throws IOException {
    ExampleBatch seen =
        Batches.batch(
            Batches.floats("x", 1f, 2f, 3f, 4f, 10f, 20f, 30f, 40f),
            Batches.text("key", "a", "a", "a", "a", "b", "b", "b", "b"));
    FittedPlan plan = fit(categorical(X.perKey(KEY).bucketize(2)), seen);
    ExampleBatch raw =
        Batches.batch(
            Batches.floats("x", 2.9f, 3f, 29f, 30f, 9f, 10f, null),
            Batches.text("key", "a", "a", "b", "b", null, "z", "a"));
    // Ranks from 0: of a 3, of b 30, of all 10.
    assertThat(values(plan, raw)).containsExactly(0L, 1L, 0L, 1L, 0L, 1L, null);
    assertThat(plan.features().categorical())
        .containsExactly(new FittedPlan.CategoricalFeature("x", 2));
  }

  @Test
  void groupingAndOrderOfExamplesChangeNothing() throws IOException {
    FeaturePlan plan = dense(X.perKey(KEY).zScore());
    FittedPlan expected = fit(plan, SEEN);
    assertThat(fit(plan, Batches.slice(SEEN, 3, 7), Batches.slice(SEEN, 0, 3))).isEqualTo(expected);
    assertThat(fit(plan, Batches.dictionaries(SEEN))).isEqualTo(expected);
  }

  @Test
  void nothingSeenGivesTheConstantsOfNothing() throws IOException {
    FittedPlan plan = fit(dense(X.perKey(KEY).zScore()));
    assertThat(values(plan, SEEN)).containsExactly(0f, 0f, 0f, 0f, 0f, null, 0f);
  }

  @Test
  void moreKeysThanAreKeptAreRefused() {
    int rows = KeyedAccumulator.MAX_KEYS + 1;
    Float[] values = new Float[rows];
    String[] keys = new String[rows];
    for (int i = 0; i < rows; i++) {
      values[i] = 1f;
      keys[i] = "k" + i;
    }
    ExampleBatch batch = Batches.batch(Batches.floats("x", values), Batches.text("key", keys));
    assertThatThrownBy(() -> fit(dense(X.perKey(KEY).minMax()), batch))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "Cannot fit for each key: there are more than 65,536 distinct ones. Hash the key:"
                + " .hash(n).");
  }

  @Test
  void planReadsAsItsAuthorWroteItAndSurvivesItsJson() {
    FeaturePlan plan =
        Features.of()
            .dense(X.orElse(1).perKey(KEY.orElse("")).minMax(-1, 1))
            .categorical(X.perKey(KEY.hash(5)).bucketize(3).as("bucket"))
            .unlabelled();
    assertThat(FeaturePlan.fromJson(plan.toJson())).isEqualTo(plan);
    assertThat(plan.dense().get("x").text())
        .isEqualTo("x.orElse(1.0).perKey(key.orElse(\"\")).minMax(-1.0, 1.0)");
    assertThat(plan.categorical().get("bucket").text())
        .isEqualTo("x.perKey(key.hash(5)).bucketize(3)");
  }

  @Test
  void impossibleKeysAndConstantsAreRefused() {
    Expr.ZScore zScore = new Expr.ZScore(X.expr());
    assertThatThrownBy(() -> new Keyed.Scale(zScore, X.expr()))
        .hasMessage("Invalid key: x (must be text or a category)");
    assertThatThrownBy(() -> new Keyed.Scale(X.expr(), KEY.expr()))
        .hasMessage(
            "Invalid scale for each key: x (must be a z-score, a min-max, or a robust, Gaussian or"
                + " quantile scale)");
    Keyed.Scale scale = new Keyed.Scale(zScore, KEY.expr());
    Fitted.ZScore constants = new Fitted.ZScore(zScore, 1, 0, 1);
    assertThatThrownBy(() -> new Fitted.PerKey(scale, constants, Terms.of("a"), List.of()))
        .hasMessage("Invalid constants for each key: 0 (must be 1, the number of keys)");
    Expr.MinMax other = new Expr.MinMax(X.expr(), 0, 1);
    assertThatThrownBy(
            () ->
                new Fitted.PerKey(scale, new Fitted.MinMax(other, 1, 0, 1), Terms.of(), List.of()))
        .hasMessage(
            "Invalid constants for each key: of x.minMax(0.0, 1.0) (must be of x.zScore())");
  }
}
