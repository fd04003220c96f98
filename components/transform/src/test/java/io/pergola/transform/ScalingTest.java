package io.pergola.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pergola.artifact.Row;
import io.pergola.beam.ExampleBatch;
import io.pergola.beam.FloatColumn;
import io.pergola.feature.Column;
import io.pergola.feature.Columns;
import io.pergola.feature.Expr;
import io.pergola.feature.FeaturePlan;
import io.pergola.feature.Features;
import io.pergola.feature.Numeric;
import io.pergola.feature.Scaling;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScalingTest {
  private static final Numeric X = Columns.<Row>of().number(Column.number("x"));
  private static final Scaling.Gaussian GAUSSIAN = new Scaling.Gaussian(X.expr());

  /** The values of {@code tukey_hh_params_integration_test.py} of TensorFlow Transform. */
  private static final Float[] LONG_TAILED = {
    516f, -871f, 737f, 415f, 584f, 583f, 152f, 479f, 576f, 409f, 591f, 844f, -16f, 508f, 669f, 617f,
    502f, 532f, 517f, 479f
  };

  private static ExampleBatch batch(Float... values) {
    return Batches.batch(Batches.floats("x", values));
  }

  /** Fits a feature as a job does: each batch by its own worker, then merged. */
  private static FittedPlan fit(Numeric feature, ExampleBatch... batches) {
    FittedPlan unfitted =
        FittedPlan.partial(Features.of().dense(feature.as("x")).unlabelled(), List.of());
    Map<Integer, Accumulator> merged = new HashMap<>();
    for (ExampleBatch batch : batches) {
      Analysis analysis = new Analysis(unfitted, 0);
      analysis.add(batch);
      analysis.drain(
          (key, accumulator) ->
              merged.computeIfAbsent(key, k -> accumulator.empty()).merge(accumulator));
    }
    return Analysis.fit(unfitted, 0, merged);
  }

  private static List<Object> values(FittedPlan plan, ExampleBatch raw) {
    List<Object> values = Batches.values(plan.apply(raw), "x");
    assertThat(Batches.values(plan.apply(Batches.dictionaries(raw)), "x")).isEqualTo(values);
    return values;
  }

  @Test
  void robustScaleIsTheDistanceFromTheMedianInQuartileDistances() {
    // Ranks 1, 2 and 3 of five: 2, 3 and 4; a far outlier moves nothing.
    FittedPlan plan = fit(X.robustScale(), batch(4f, 1f, null), batch(3f, 2f, 1e30f, Float.NaN));
    assertThat(plan.fitted())
        .containsExactly(new Fitted.Robust(new Scaling.Robust(X.expr()), 5, 3, 2, 4));
    assertThat(values(plan, batch(3f, 4f, 0f, null, Float.NaN)))
        .containsExactly(0f, 0.5f, -1.5f, null, Float.NaN);
  }

  @Test
  void robustScaleWithoutSpreadOrValuesIsZero() {
    assertThat(values(fit(X.robustScale(), batch(7f, 7f, 7f)), batch(7f, 9f, null)))
        .containsExactly(0f, 0f, null);
    assertThat(values(fit(X.robustScale(), batch((Float) null)), batch(7f))).containsExactly(0f);
    assertThatThrownBy(() -> new Fitted.Robust(new Scaling.Robust(X.expr()), 1, 3, 4, 5))
        .hasMessage("Invalid quartiles: 4.0, 3.0, 5.0 (must ascend)");
  }

  @Test
  void quantileScaleIsThePlaceAmongFittedBoundaries() {
    // Ranks 2, 4 and 6 of eight are 2, 4 and 8: 0, 1/2 and 1, and linear between.
    Numeric scaled = X.quantileScale(4);
    FittedPlan plan = fit(scaled, batch(8f, 0f, 4f, null, 2f), batch(9f, 3f, Float.NaN, 1f, 5f));
    assertThat(plan.fitted())
        .containsExactly(
            new Fitted.Quantile(new Scaling.Quantile(X.expr(), 4), 8, List.of(2f, 4f, 8f)));
    assertThat(values(plan, batch(1f, 2f, 3f, 4f, 7f, 8f, 99f, null, Float.NaN)))
        .containsExactly(0f, 0f, 0.25f, 0.5f, 0.875f, 1f, 1f, null, 0.5f);
    assertThat(values(fit(scaled, batch((Float) null)), batch(7f))).containsExactly(0f);
    assertThatThrownBy(() -> X.quantileScale(1))
        .hasMessage("Invalid number of buckets: 1 (must be 2 or above)");
  }

  @Test
  void lMomentsAreThoseOfTheirDefinition() {
    // Hosking 1990: means over all subsets of 2, 3 and 4, of linear combinations of their order.
    float[] x = {1, 2, 2, 4, 8, 16};
    List<Double> second = new ArrayList<>();
    List<Double> third = new ArrayList<>();
    List<Double> fourth = new ArrayList<>();
    for (int i = 0; i < x.length; i++) {
      for (int j = i + 1; j < x.length; j++) {
        second.add((x[j] - x[i]) / 2.0);
        for (int k = j + 1; k < x.length; k++) {
          third.add((x[k] - 2 * x[j] + x[i]) / 3.0);
          for (int l = k + 1; l < x.length; l++) {
            fourth.add((x[l] - 3 * x[k] + 3 * x[j] - x[i]) / 4.0);
          }
        }
      }
    }
    LMoments moments = new LMoments();
    moments.add(FloatColumn.of("x", x, null));
    double[] l = moments.values();
    assertThat(l[0]).isCloseTo(5.5, within(1e-12));
    assertThat(l[1]).isCloseTo(mean(second), within(1e-12));
    assertThat(l[2]).isCloseTo(mean(third), within(1e-12));
    assertThat(l[3]).isCloseTo(mean(fourth), within(1e-12));
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(v -> v).average().orElseThrow();
  }

  @Test
  void lMomentsOfTheDistributionAreItsIntegrals() {
    for (TukeyHh shape : List.of(new TukeyHh(0, 0), new TukeyHh(0.1, 0.6), new TukeyHh(0.4, 0))) {
      double[] l = new double[4];
      double step = 1e-3;
      // The normal distribution function, integrated along.
      double p = 0;
      for (double z = -40 + step / 2; z < 40; z += step) {
        double density = Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI) * step;
        p += density / 2;
        double h = z < 0 ? shape.left() : shape.right();
        double weight = z * Math.exp((h - 1) * z * z / 2) / Math.sqrt(2 * Math.PI) * step;
        l[0] += weight;
        l[1] += weight * (2 * p - 1);
        l[2] += weight * (6 * p * p - 6 * p + 1);
        l[3] += weight * (20 * p * p * p - 30 * p * p + 12 * p - 1);
        p += density / 2;
      }
      assertThat(shape.lMean()).isCloseTo(l[0], within(1e-5));
      assertThat(shape.lScale()).isCloseTo(l[1], within(1e-5));
      assertThat(shape.lSkewness()).isCloseTo(l[2] / l[1], within(1e-5));
      assertThat(shape.lKurtosis()).isCloseTo(l[3] / l[1], within(1e-5));
    }
    // Hosking's table: of the normal distribution 1 / sqrt(pi), 0 and 0.1226.
    assertThat(new TukeyHh(0, 0).lScale()).isCloseTo(1 / Math.sqrt(Math.PI), within(1e-15));
    assertThat(TukeyHh.NORMAL_L_KURTOSIS).isCloseTo(0.1226017, within(1e-7));
  }

  @Test
  void shapeHasTheRatiosThatWereAsked() {
    for (double[] ratios : new double[][] {{0, 0.2}, {0.1, 0.3}, {-0.4445, 0.5087}, {0.3, 0.6}}) {
      TukeyHh shape = TukeyHh.of(ratios[0], ratios[1]);
      assertThat(shape.lSkewness()).isCloseTo(ratios[0], within(1e-9));
      assertThat(shape.lKurtosis()).isCloseTo(ratios[1], within(1e-9));
    }
    // Too skewed for its kurtosis: one normal tail, and the kurtosis kept.
    TukeyHh edge = TukeyHh.of(-0.9, 0.3);
    assertThat(edge.right()).isCloseTo(0, within(1e-12));
    assertThat(edge.lKurtosis()).isCloseTo(0.3, within(1e-9));
  }

  @Test
  void inverseIsThatOfTensorFlowTransform() {
    // Location, scale and tails, and what they make, are those that its test documents.
    Numeric feature = X.gaussianScale();
    FittedPlan plan =
        FittedPlan.of(
            Features.of().dense(feature).unlabelled(),
            List.of(
                new Fitted.Gaussian(
                    GAUSSIAN, 20, 526.89355f, 116.73997f, 0.6629082f, 0.11148566f)));
    float[] expected = {
      -0.09304726f, -2.24682532f, 1.56900163f, -0.78244931f, 0.48285998f, 0.47461339f, -1.50929952f,
      -0.39008015f, 0.41659823f, -0.81174337f, 0.54027596f, 2.11624695f, -1.72816411f, -0.16046759f,
      1.13320023f, 0.74814557f, -0.21014091f, 0.04373742f, -0.08454805f, -0.39008015f
    };
    List<Object> made = values(plan, batch(LONG_TAILED));
    for (int i = 0; i < expected.length; i++) {
      assertThat((float) made.get(i)).isCloseTo(expected[i], within(2e-6f));
    }
  }

  @Test
  void locationAndScaleAreThoseOfTensorFlowTransformForItsTails() {
    LMoments moments = new LMoments();
    moments.add((FloatColumn) Batches.floats("x", LONG_TAILED));
    double[] l = moments.values();
    TukeyHh its = new TukeyHh(0.6629082, 0.11148566);
    double scale = l[1] / its.lScale();
    assertThat(scale).isCloseTo(116.73997, within(1e-4));
    assertThat(l[0] - scale * its.lMean()).isCloseTo(526.89355, within(1e-4));
  }

  @Test
  void longTailsAreFittedSoThatTheLMomentsAgree() {
    FittedPlan plan =
        fit(
            X.gaussianScale(),
            batch(Arrays.copyOf(LONG_TAILED, 7)),
            batch(Arrays.copyOfRange(LONG_TAILED, 7, 20)));
    Fitted.Gaussian fitted = (Fitted.Gaussian) plan.fitted().get(0);
    TukeyHh shape = new TukeyHh(fitted.left(), fitted.right());
    LMoments moments = new LMoments();
    moments.add((FloatColumn) Batches.floats("x", LONG_TAILED));
    double[] l = moments.values();
    assertThat(fitted.count()).isEqualTo(20);
    assertThat(shape.lSkewness()).isCloseTo(l[2] / l[1], within(1e-6));
    assertThat(shape.lKurtosis()).isCloseTo(l[3] / l[1], within(1e-6));
    assertThat(fitted.scale() * shape.lScale()).isCloseTo(l[1], within(1e-4));
    assertThat(fitted.location() + fitted.scale() * shape.lMean()).isCloseTo(l[0], within(1e-4));
  }

  @Test
  void withoutLongTailsItIsAZScore() {
    // Uniform: L-kurtosis 0. Mean 2, population variance 2.
    FittedPlan plan = fit(X.gaussianScale(), batch(0f, 1f, 2f, 3f, 4f));
    assertThat(plan.fitted())
        .containsExactly(new Fitted.Gaussian(GAUSSIAN, 5, 2, (float) Math.sqrt(2), 0, 0));
    assertThat(values(plan, batch(2f, 4f, null, Float.NaN, Float.POSITIVE_INFINITY)))
        .containsExactly(
            0f,
            (float) (2 / (double) (float) Math.sqrt(2)),
            null,
            Float.NaN,
            Float.POSITIVE_INFINITY);
  }

  @Test
  void sameOrNoValuesGiveZero() {
    assertThat(values(fit(X.gaussianScale(), batch(3f, 3f, 3f, 3f)), batch(3f, 5f)))
        .containsExactly(0f, 0f);
    assertThat(values(fit(X.gaussianScale(), batch((Float) null)), batch(3f))).containsExactly(0f);
  }

  @Test
  void lambertWSolvesItsEquation() {
    for (double x : new double[] {1e-300, 1e-9, 0.1, 1, Math.E, 10, 1e6, 1e100}) {
      double w = TukeyHh.lambertW(x);
      assertThat(w * Math.exp(w)).isCloseTo(x, within(1e-12 * x * (1 + w)));
    }
    assertThat(TukeyHh.lambertW(0)).isZero();
    assertThat(TukeyHh.lambertW(Double.NaN)).isNaN();
  }

  @Test
  void tailsOutOfRangeAreRefused() {
    assertThatThrownBy(() -> new Fitted.Gaussian(GAUSSIAN, 1, 0, 1, 0, 1))
        .hasMessage("Invalid tail of a Tukey hh distribution: 1.0 (must be in 0..1, below 1)");
  }

  /** The example of the documentation of TensorFlow Transform's {@code apply_buckets}. */
  @Test
  void givenBucketsAreThoseOfTensorFlowTransform() {
    FittedPlan plan =
        FittedPlan.of(Features.of().categorical(X.buckets(2, 5, 10)).unlabelled(), List.of());
    ExampleBatch raw = batch(4f, Float.NaN, 1f, Float.NEGATIVE_INFINITY, 7.5f, 10f, null, 2f, 5f);
    assertThat(values(plan, raw)).containsExactly(1L, 3L, 0L, 0L, 2L, 3L, null, 1L, 2L);
    assertThat(plan.features().categorical())
        .containsExactly(new FittedPlan.CategoricalFeature("x", 4));
  }

  private static void interpolated(double[] boundaries, Float[] given, float... expected) {
    FittedPlan plan =
        FittedPlan.of(Features.of().dense(X.interpolate(boundaries)).unlabelled(), List.of());
    List<Object> made = values(plan, batch(given));
    for (int i = 0; i < expected.length; i++) {
      assertThat((float) made.get(i)).isCloseTo(expected[i], within(1e-6f));
    }
  }

  /** The cases of TensorFlow Transform's {@code mappers_test.py}. */
  @Test
  void interpolationIsThatOfTensorFlowTransform() {
    interpolated(
        new double[] {10, 100, 1000, 10000},
        new Float[] {-1111f, 10f, 50f, 100f, 1000f, 9000f, 10000f, 1293817391f},
        0,
        0,
        4f / 9 / 3,
        1f / 3,
        2f / 3,
        (2 + 8f / 9) / 3,
        1,
        1);
    interpolated(
        new double[] {-20, -4, 1, 4, 20},
        new Float[] {-10f, -5f, -3f, 0f, 2f, 4f, 8f, 12f, 18f},
        0.15625f,
        0.234375f,
        .3f,
        .45f,
        0.583333f,
        .75f,
        0.8125f,
        .875f,
        0.96875f);
    interpolated(
        new double[] {0, 1},
        new Float[] {Float.NEGATIVE_INFINITY, Float.NaN, 0f, 1f, Float.POSITIVE_INFINITY},
        0,
        .5f,
        0,
        1,
        1);
    interpolated(new double[] {10}, new Float[] {-1f, 9f, 10f, 11f, Float.NaN}, 0, 0, 1, 1, .5f);
  }

  @Test
  void boundariesMustAscend() {
    for (double[] wrong : new double[][] {{}, {1, 1}, {2, 1}, {Double.NaN}, {1, 1e39}}) {
      assertThatThrownBy(() -> X.buckets(wrong))
          .hasMessageStartingWith("Invalid bucket boundaries: [")
          .hasMessageEndingWith("] (at least one, finite, each above the one before)");
      assertThatThrownBy(() -> X.interpolate(wrong))
          .hasMessageStartingWith("Invalid bucket boundaries: [");
    }
  }

  @Test
  void bucketsSurviveTheirJson() {
    var plan =
        Features.of()
            .dense(X.interpolate(0.1, 2).as("place"))
            .categorical(X.buckets(0.1, 2))
            .unlabelled();
    assertThat(FeaturePlan.fromJson(plan.toJson())).isEqualTo(plan);
    assertThat(plan.categorical().get("x").text()).isEqualTo("x.buckets(0.1, 2.0)");
    assertThat(plan.dense().get("place").text()).isEqualTo("x.interpolate(0.1, 2.0)");
  }

  @Test
  void scaledFeatureReadsAsItsAuthorWroteIt() {
    Expr robust = X.orElse(0).robustScale().expr();
    assertThat(robust.text()).isEqualTo("x.orElse(0.0).robustScale()");
    assertThat(X.gaussianScale().expr().text()).isEqualTo("x.gaussianScale()");
  }
}
