package io.pergola.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pergola.artifact.Row;
import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleColumn;
import io.pergola.feature.Categorical;
import io.pergola.feature.Column;
import io.pergola.feature.Columns;
import io.pergola.feature.Expr;
import io.pergola.feature.FeaturePlan;
import io.pergola.feature.Features;
import io.pergola.feature.Label;
import io.pergola.feature.Numeric;
import io.pergola.feature.Ranking;
import io.pergola.feature.Text;
import io.pergola.feature.Tokens;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RankedTermsTest {
  private static final Columns<Row> ROW = Columns.of();
  private static final Text T = ROW.text(Column.text("t"));
  private static final Tokens TAGS = ROW.texts(Column.text("tags"));
  private static final Numeric W = ROW.number(Column.number("w"));
  private static final Label Y = ROW.number(Column.number("y")).greaterThan(0);

  /** Fits the plan as a job does: each batch on its own, carried as bytes, merged and trimmed. */
  private static Fitted.Ranked fit(FeaturePlan plan, ExampleBatch... batches) {
    FittedPlan unfitted = FittedPlan.partial(plan, List.of());
    Map<Integer, Accumulator> merged = new HashMap<>();
    for (ExampleBatch batch : batches) {
      Analysis analysis = new Analysis(unfitted, 0);
      analysis.add(batch);
      analysis.drain(
          (key, accumulator) -> {
            Accumulator copy = Accumulator.of(Accumulator.bytes(accumulator));
            merged.computeIfAbsent(key, k -> copy.empty()).merge(copy);
          });
    }
    merged.replaceAll((key, accumulator) -> Analysis.trimmed(plan, key, accumulator));
    return (Fitted.Ranked) Analysis.fit(unfitted, 0, merged).fitted().get(0);
  }

  private static FeaturePlan plan(Categorical feature) {
    return Features.of().categorical(feature).unlabelled();
  }

  @Test
  void weightsAreSummedOverOccurrences() {
    FeaturePlan plan = plan(T.vocabulary(2, 0, Ranking.byWeight(W).atLeast(0.75)));
    ExampleBatch one =
        Batches.batch(
            Batches.text("t", "a", "b", "c", null, "d", "d"),
            Batches.floats("w", 0.25f, 3f, 0.5f, 9f, null, Float.NaN));
    ExampleBatch other =
        Batches.batch(Batches.text("t", "a", "c", "e"), Batches.floats("w", 0.75f, 0.5f, 0.5f));
    Fitted.Ranked fitted = fit(plan, one, other);

    // b: 3; a and c: 1, and the last in byte order first; e has too little, d no weight.
    assertThat(fitted.terms()).isEqualTo(Terms.of("b", "c"));
    assertThat(fitted.count()).isEqualTo(6);
    assertThat(fit(plan, other, one)).isEqualTo(fitted);
    assertThat(fit(plan, Batches.dictionaries(one), other)).isEqualTo(fitted);
    // In float32 or float64 from left to right, small weights after a large one would be lost.
    FeaturePlan all = plan(T.vocabulary(9, 0, Ranking.byWeight(W).atLeast((1 << 30) + 3 / 4.0)));
    assertThat(
            fit(
                    all,
                    Batches.batch(
                        Batches.text("t", "a", "a", "a", "a"),
                        Batches.floats("w", (float) (1 << 30), 0.25f, 0.25f, 0.25f)))
                .terms()
                .size())
        .isEqualTo(1);
  }

  @Test
  void tokensCountEachTimeForWeightsAndOncePerExampleForInformation() {
    ExampleBatch batch =
        Batches.batch(
            ListColumns.texts(
                "tags", List.of("a", "a", "b"), List.of("b"), List.of("c"), List.of()),
            Batches.floats("w", 1f, 1.5f, 1f, 1f),
            Batches.longs("y", 1L, 0L, 0L, 0L));
    FeaturePlan byWeight =
        Features.of().dense(TAGS.vocabulary(2, 0, Ranking.byWeight(W)).multiHot()).unlabelled();
    assertThat(fit(byWeight, batch).terms()).isEqualTo(Terms.of("b", "a"));

    // a tells the first from the others; c and b say less.
    FeaturePlan byInformation =
        Features.of()
            .dense(TAGS.vocabulary(3, 0, Ranking.byInformation(Y)).multiHot())
            .unlabelled();
    Fitted.Ranked fitted = fit(byInformation, batch);
    assertThat(fitted.count()).isEqualTo(4);
    assertThat(fitted.terms().text(0)).isEqualTo("a");
  }

  /**
   * 25 examples, 6 of them true, 15 with the term, 4 of these true: of that cell,
   * info_theory_test.py of TensorFlow Transform expects 0.608012.
   */
  @Test
  void informationIsThatOfTensorFlowTransform() {
    String[] texts = new String[25];
    Long[] labels = new Long[25];
    for (int i = 0; i < 25; i++) {
      texts[i] = i < 15 ? "term" : "other";
      labels[i] = i < 4 || i >= 23 ? 1L : 0L;
    }
    ExampleColumn y = Batches.longs("y", labels);
    double both = 4 * (log2(4) + log2(25) - log2(15) - log2(6));
    assertThat(both).isCloseTo(0.608012, within(1e-6));
    double expected = both + 11 * (log2(11) + log2(25) - log2(15) - log2(19));
    for (double difference : new double[] {-1e-9, 1e-9}) {
      FeaturePlan plan =
          plan(T.vocabulary(9, 0, Ranking.byInformation(Y).atLeast(expected + difference)));
      Terms terms = fit(plan, Batches.batch(Batches.text("t", texts), y)).terms();
      assertThat(terms.find("term".getBytes(java.nio.charset.StandardCharsets.UTF_8), 0, 4) >= 0)
          .isEqualTo(difference < 0);
    }
  }

  private static double log2(double x) {
    return Math.log(x) / Math.log(2);
  }

  @Test
  void whatAllExamplesHaveSaysNothing() {
    Categorical ofClass = ROW.number(Column.number("y")).identity(3);
    FeaturePlan plan = plan(T.vocabulary(9, 0, Ranking.byInformation(ofClass).atLeast(1e-9)));
    assertThat(
            fit(
                    plan,
                    Batches.batch(
                        Batches.text("t", "a", "a", "a", null), Batches.longs("y", 0L, 1L, 2L, 2L)))
                .terms()
                .size())
        .isZero();
    FeaturePlan all = plan(T.vocabulary(9, 0, Ranking.byInformation(ofClass)));
    ExampleBatch independent =
        Batches.batch(
            Batches.text("t", "a", "a", "a", "b", "b", "b"),
            Batches.longs("y", 0L, 1L, 2L, 0L, 1L, 2L));
    assertThat(fit(all, independent).terms()).isEqualTo(Terms.of("b", "a"));
  }

  @Test
  void theRankingIsNeededToFitAndNotToApply() {
    FeaturePlan plan = plan(T.vocabulary(2, 1, Ranking.byInformation(Y)));
    FittedPlan fitted =
        FittedPlan.of(
            plan,
            List.of(
                fit(plan, Batches.batch(Batches.text("t", "a", "b"), Batches.longs("y", 1L, 0L)))));
    assertThat(fitted.inputs()).containsExactly(new FittedPlan.Input("t", FittedPlan.Kind.TEXT));
    assertThat(AnalyzeFn.columns(plan, 0)).containsExactlyInAnyOrder("t", "y");
    assertThat(plan.columns()).containsEntry("t", List.of("t"));
    assertThat(fitted.apply(Map.of("t", "b")).get("t")).isEqualTo(0L);
    assertThat(plan.categorical().get("t").text())
        .isEqualTo("t.vocabulary(2, 1, byInformation(y.greaterThan(0.0)))");
    assertThat(FeaturePlan.fromJson(plan.toJson())).isEqualTo(plan);
  }

  @Test
  void impossibleRankingsAreRefused() {
    assertThatThrownBy(() -> new Ranking(Ranking.Measure.WEIGHT, Y.expr(), 0))
        .hasMessage("Invalid ranking by byWeight: y.greaterThan(0.0) (must be a number)");
    assertThatThrownBy(() -> Ranking.byInformation(T.hash(101)))
        .hasMessage("Invalid number of classes of t.hash(101): 101 (must be at most 100)");
    assertThatThrownBy(() -> Ranking.byWeight(W).atLeast(-1))
        .hasMessage("Invalid least rank: -1.0 (must be 0 or above, and finite)");
    assertThatThrownBy(
            () ->
                fit(
                    plan(T.vocabulary(2, 0, Ranking.byWeight(W))),
                    Batches.batch(Batches.text("t", "a"), Batches.floats("w", -1f))))
        .hasMessage(
            "Cannot rank the terms of feature 't': an example weighs -1. Give weights from 0 to"
                + " 2147483648.");
    assertThat(T.vocabulary(2, 0, Ranking.byWeight(W)).expr()).isInstanceOf(Expr.OfCategory.class);
  }
}
