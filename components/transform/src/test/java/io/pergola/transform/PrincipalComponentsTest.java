package io.pergola.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pergola.artifact.Row;
import io.pergola.beam.ExampleBatch;
import io.pergola.feature.Column;
import io.pergola.feature.Columns;
import io.pergola.feature.FeaturePlan;
import io.pergola.feature.Features;
import io.pergola.feature.Numeric;
import io.pergola.feature.Vector;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrincipalComponentsTest {
  private static final Columns<Row> ROW = Columns.of();
  private static final Numeric A = ROW.number(Column.number("a"));
  private static final Numeric B = ROW.number(Column.number("b"));
  private static final Numeric C = ROW.number(Column.number("c"));
  private static final float HALF_ROOT = (float) Math.sqrt(0.5);

  @TempDir Path directory;

  private static FeaturePlan plan(Vector vector) {
    return Features.of().dense(vector).unlabelled();
  }

  private static FittedPlan fit(FeaturePlan plan, ExampleBatch... batches) {
    FittedPlan unfitted = FittedPlan.partial(plan, List.of());
    Map<Integer, Accumulator> merged = new HashMap<>();
    for (ExampleBatch batch : batches) {
      Analysis analysis = new Analysis(unfitted, 0);
      analysis.add(batch);
      analysis.drain(
          (key, accumulator) -> {
            Accumulator sent = Accumulator.of(Accumulator.bytes(accumulator));
            merged.computeIfAbsent(key, k -> sent.empty()).merge(sent);
          });
    }
    return Analysis.fit(unfitted, 0, merged);
  }

  private static Fitted.Pca fitted(FittedPlan plan) {
    return (Fitted.Pca) plan.fitted().get(0);
  }

  private static float[] vector(FittedPlan plan, Map<String, Object> row) {
    return (float[]) plan.apply(row).get("v");
  }

  @Test
  void twoNumbersThatMoveTogetherHaveTheDiagonalAsTheirDirection() {
    // The covariance [[a, c], [c, a]] has (1, 1) / sqrt(2) of a + c, (1, -1) / sqrt(2) of a - c.
    ExampleBatch seen =
        Batches.batch(
            Batches.floats("a", 1f, -1f, 2f, -2f, 10f, null, Float.NaN),
            Batches.floats("b", 2f, -2f, 1f, -1f, null, 3f, 1f));
    FittedPlan plan = fit(plan(Vector.of("v", A, B).pca(2)), seen);
    Fitted.Pca pca = fitted(plan);
    assertThat(pca.count()).isEqualTo(4);
    assertThat(pca.mean()).containsExactly(0f, 0f);
    assertThat(pca.covariance()).containsExactly(List.of(2.5f), List.of(2f, 2.5f));
    assertThat(pca.components().get(0)).containsExactly(HALF_ROOT, HALF_ROOT);
    assertThat(pca.components().get(1)).containsExactly(HALF_ROOT, -HALF_ROOT);

    float[] projected = vector(plan, Map.of("a", 3.0, "b", 1.0));
    assertThat(projected).containsExactly(4 * HALF_ROOT, 2 * HALF_ROOT);
    assertThat(plan.apply(Map.of("a", 3.0))).isEmpty();
    assertThat(vector(plan, Map.of("a", Float.NaN, "b", 1.0))).containsOnly(Float.NaN);
  }

  @Test
  void covarianceIsThePopulationsAndTheMeanIsNotSubtractedFromWhatIsProjected() {
    // (x, y) - means are (-1, -2), (0, 0), (1, 2): covariance 2/3 [[1, 2], [2, 4]].
    ExampleBatch seen =
        Batches.batch(Batches.floats("a", 9f, 10f, 11f), Batches.floats("b", -2f, 0f, 2f));
    FittedPlan plan = fit(plan(Vector.of("v", A, B).pca(1)), seen);
    Fitted.Pca pca = fitted(plan);
    assertThat(pca.mean()).containsExactly(10f, 0f);
    assertThat(pca.covariance())
        .containsExactly(List.of((float) (2 / 3.0)), List.of((float) (4 / 3.0), (float) (8 / 3.0)));
    double root5 = Math.sqrt(5);
    assertThat(pca.components().get(0)).containsExactly((float) (1 / root5), (float) (2 / root5));
    assertThat(vector(plan, Map.of("a", 10.0, "b", 0.0))[0])
        .isCloseTo((float) (10 / root5), within(1e-6f));
  }

  @Test
  void threeByThreeHasTheDirectionsOfItsFormula() {
    // Independent parts with variances 4, 1 and 1/4 along the columns of a rotation.
    double[][] directions = {
      {2 / 3.0, 2 / 3.0, 1 / 3.0}, {-2 / 3.0, 1 / 3.0, 2 / 3.0}, {1 / 3.0, -2 / 3.0, 2 / 3.0}
    };
    double[] deviations = {2, 1, 0.5};
    Float[][] x = new Float[3][6];
    for (int k = 0; k < 3; k++) {
      for (int sign = 0; sign < 2; sign++) {
        for (int i = 0; i < 3; i++) {
          double value = (sign == 0 ? 1 : -1) * deviations[k] * Math.sqrt(3) * directions[k][i];
          x[i][2 * k + sign] = (float) value;
        }
      }
    }
    ExampleBatch seen =
        Batches.batch(
            Batches.floats("a", x[0]), Batches.floats("b", x[1]), Batches.floats("c", x[2]));
    Fitted.Pca pca = fitted(fit(plan(Vector.of("v", A, B, C).pca(3)), seen));
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j <= i; j++) {
        double expected = 0;
        for (int k = 0; k < 3; k++) {
          expected += deviations[k] * deviations[k] * directions[k][i] * directions[k][j];
        }
        assertThat(pca.covariance().get(i).get(j)).isCloseTo((float) expected, within(1e-6f));
      }
    }
    // Turned so that the largest component is positive; of equally large ones either may be.
    for (int k = 0; k < 3; k++) {
      double product = 0;
      for (int i = 0; i < 3; i++) {
        product += directions[k][i] * pca.components().get(k).get(i);
      }
      assertThat(Math.abs(product)).isCloseTo(1, within(1e-6));
    }
  }

  @Test
  void wideVectorsHaveOrthonormalDirectionsOfDescendingVariance() {
    int width = 40;
    Random random = new Random(5);
    Numeric[] numbers = new Numeric[width];
    io.pergola.beam.ExampleColumn[] columns = new io.pergola.beam.ExampleColumn[width];
    float[][] x = new float[width][500];
    for (int row = 0; row < 500; row++) {
      float common = (float) random.nextGaussian();
      for (int i = 0; i < width; i++) {
        x[i][row] = common * i + (float) random.nextGaussian() * (width - i) + 3;
      }
    }
    for (int i = 0; i < width; i++) {
      numbers[i] = ROW.number(Column.number("c" + i));
      columns[i] = io.pergola.beam.FloatColumn.of("c" + i, x[i], null);
    }
    Fitted.Pca pca = fitted(fit(plan(Vector.of("v", numbers).pca(width)), Batches.batch(columns)));
    double before = Double.POSITIVE_INFINITY;
    for (int k = 0; k < width; k++) {
      for (int l = 0; l <= k; l++) {
        double product = 0;
        for (int i = 0; i < width; i++) {
          product += (double) pca.components().get(k).get(i) * pca.components().get(l).get(i);
        }
        assertThat(product).isCloseTo(k == l ? 1 : 0, within(1e-6));
      }
      // Of the projections themselves, in float64.
      double sum = 0;
      double squares = 0;
      for (int row = 0; row < 500; row++) {
        double projected = 0;
        for (int i = 0; i < width; i++) {
          projected += (double) x[i][row] * pca.components().get(k).get(i);
        }
        sum += projected;
        squares += projected * projected;
      }
      double variance = squares / 500 - sum / 500 * (sum / 500);
      assertThat(variance).isLessThan(before + 1e-3);
      before = variance;
    }
  }

  /** Fewer vectors than components, and columns that are sums of others: most eigenvalues are 0. */
  @Test
  void singularCovariancesHaveDirectionsToo() {
    int width = 60;
    Random random = new Random(8);
    double[][] x = new double[10][width];
    for (double[] row : x) {
      for (int i = 0; i < width; i++) {
        row[i] = i % 3 == 2 ? row[i - 1] + row[i - 2] : (float) random.nextGaussian();
      }
    }
    double[][] matrix = new double[width][width];
    for (int i = 0; i < width; i++) {
      for (int j = 0; j < width; j++) {
        for (double[] row : x) {
          matrix[i][j] += row[i] * row[j];
        }
      }
    }
    double[][] given =
        java.util.Arrays.stream(matrix).map(double[]::clone).toArray(double[][]::new);
    List<double[]> vectors = Eigenvectors.of(given);
    double before = Double.POSITIVE_INFINITY;
    for (int k = 0; k < width; k++) {
      double[] v = vectors.get(k);
      double value = 0;
      double length = 0;
      double[] image = new double[width];
      for (int i = 0; i < width; i++) {
        for (int j = 0; j < width; j++) {
          image[i] += matrix[i][j] * v[j];
        }
        value += v[i] * image[i];
        length += v[i] * v[i];
      }
      // A v = value v, of length 1, and values descend.
      for (int i = 0; i < width; i++) {
        assertThat(image[i]).isCloseTo(value * v[i], within(1e-11));
      }
      assertThat(length).isCloseTo(1, within(1e-13));
      assertThat(value).isLessThanOrEqualTo(before + 1e-11);
      before = value;
    }
    assertThat(before).isCloseTo(0, within(1e-11));
  }

  @Test
  void groupingAndOrderOfExamplesChangeNothing() {
    Random random = new Random(9);
    Float[] a = new Float[200];
    Float[] b = new Float[200];
    for (int i = 0; i < 200; i++) {
      // Of every size, so that rounding would show.
      a[i] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(30) - 15));
      b[i] = random.nextInt(9) == 0 ? null : a[i] * 3 + (float) random.nextGaussian();
    }
    ExampleBatch all = Batches.batch(Batches.floats("a", a), Batches.floats("b", b));
    FeaturePlan plan = plan(Vector.of("v", A, B).pca(2));
    FittedPlan expected = fit(plan, all);
    assertThat(
            fit(
                plan,
                Batches.slice(all, 150, 200),
                Batches.slice(all, 0, 70),
                Batches.slice(all, 70, 150)))
        .isEqualTo(expected);
    assertThat(fit(plan, Batches.dictionaries(all))).isEqualTo(expected);
  }

  @Test
  void nothingSeenOrNothingThatMovesGivesTheAxes() {
    FeaturePlan plan = plan(Vector.of("v", A, B).pca(2));
    List<List<Float>> axes = List.of(List.of(1f, 0f), List.of(0f, 1f));
    assertThat(fitted(fit(plan)).components()).isEqualTo(axes);
    ExampleBatch constant =
        Batches.batch(Batches.floats("a", 4f, 4f), Batches.floats("b", -1f, -1f));
    Fitted.Pca pca = fitted(fit(plan, constant));
    assertThat(pca.components()).isEqualTo(axes);
    assertThat(pca.mean()).containsExactly(4f, -1f);
  }

  @Test
  void hugeNumbersStayFinite() {
    ExampleBatch seen =
        Batches.batch(Batches.floats("a", 3e38f, -3e38f), Batches.floats("b", 1e-40f, 2e-40f));
    Fitted.Pca pca = fitted(fit(plan(Vector.of("v", A, B).pca(1)), seen));
    assertThat(pca.components().get(0)).containsExactly(1f, 0f);
    assertThat(pca.covariance().get(0)).containsExactly(Float.MAX_VALUE);
  }

  @Test
  void aRowABatchAndAPlanReadAgainGiveTheSameBits() throws IOException {
    Vector oneHot = ROW.text(Column.text("t")).hash(3).oneHot();
    FeaturePlan plan =
        Features.of()
            .dense(
                Vector.of("v", A.orElse(1), B).pca(2),
                oneHot.pca(2).as("hot"),
                ROW.numbers(Column.number("l")).padTo(3).pca(1).as("list"))
            .unlabelled();
    ExampleBatch raw =
        Batches.batch(
            Batches.floats("a", 1f, null, 3f, 0.1f),
            Batches.floats("b", 0.7f, 2f, null, 5f),
            Batches.text("t", "x", "y", null, "z"),
            Batches.floats("l", 1f, 2f, 3f, null));
    FittedPlan fitted = fit(plan, raw);
    fitted.write(directory);
    FittedPlan read = FittedPlan.read(directory);
    assertThat(read).isEqualTo(fitted);
    PreparedPlan prepared = read.prepare();
    PreparedPlan.Row row = prepared.row();
    ExampleBatch made = fitted.apply(raw);
    for (int i = 0; i < raw.rows(); i++) {
      ExampleBatch one = fitted.apply(Batches.slice(raw, i, i + 1));
      row.clear();
      Object a = Batches.values(raw, "a").get(i);
      Object b = Batches.values(raw, "b").get(i);
      if (a != null) {
        row.put(prepared.column("a"), (double) (Float) a);
      }
      if (b != null) {
        row.put(prepared.column("b"), (double) (Float) b);
      }
      row.apply();
      io.pergola.beam.FloatColumn v = (io.pergola.beam.FloatColumn) made.column("v");
      io.pergola.beam.FloatColumn alone = (io.pergola.beam.FloatColumn) one.column("v");
      for (int k = 0; v.isPresent(i) && k < 2; k++) {
        assertThat(alone.value(k)).isEqualTo(v.value(v.start(i) + k));
        // Dense features by name: hot (2), list (1), v (2).
        assertThat(row.dense()[3 + k]).isEqualTo(v.value(v.start(i) + k));
      }
      assertThat(row.isDensePresent(2)).isEqualTo(v.isPresent(i));
    }
  }

  @Test
  void impossibleComponentsAreRefused() {
    Vector two = Vector.of("v", A, B);
    assertThatThrownBy(() -> two.pca(3))
        .hasMessage("Invalid number of components of vector(a, b): 3 (must be 1 to 2, its width)");
    assertThatThrownBy(() -> ROW.text(Column.text("t")).hash(257).oneHot().pca(2))
        .hasMessage(
            "Invalid width of a vector to find components of: 257 of t.hash(257).oneHot() (must be"
                + " at most 256)");
    assertThat(two.pca(1).expr().text()).isEqualTo("vector(a, b).pca(1)");
    FeaturePlan plan = plan(two.pca(1));
    assertThat(FeaturePlan.fromJson(plan.toJson())).isEqualTo(plan);
  }
}
