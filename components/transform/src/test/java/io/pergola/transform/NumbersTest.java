package io.pergola.transform;

import static io.pergola.feature.Numeric.sum;
import static io.pergola.feature.Numeric.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pergola.artifact.Row;
import io.pergola.beam.ExampleBatch;
import io.pergola.feature.Column;
import io.pergola.feature.Columns;
import io.pergola.feature.Features;
import io.pergola.feature.Label;
import io.pergola.feature.Numeric;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Arithmetic, functions, truth values and choices. */
class NumbersTest {
  private static final Columns<Row> ROW = Columns.of();
  private static final float NAN = Float.NaN;
  private static final float INFINITY = Float.POSITIVE_INFINITY;

  private final Numeric a = ROW.number(Column.number("a"));
  private final Numeric b = ROW.number(Column.number("b"));

  /** The values of a feature, with and without dictionaries. */
  private static List<Object> values(Numeric feature, ExampleBatch raw) {
    FittedPlan plan = FittedPlan.of(Features.of().dense(feature.as("x")).unlabelled(), List.of());
    List<Object> values = Batches.values(plan.apply(raw), "x");
    assertThat(Batches.values(plan.apply(Batches.dictionaries(raw)), "x")).isEqualTo(values);
    return values;
  }

  private static List<Object> values(Label truth, ExampleBatch raw) {
    return values(truth.asNumber(), raw);
  }

  private static ExampleBatch ofA(Float... values) {
    return Batches.batch(Batches.floats("a", values));
  }

  @Test
  void functionsAreThoseOfMathematicsRoundedOnce() {
    assertThat(values(a.ln(), ofA(1f, (float) Math.E, 0f, -1f, null)))
        .containsExactly(0f, (float) StrictMath.log((float) Math.E), -INFINITY, NAN, null);
    // ln(1 + x) = x - x^2/2 + ...: 1e-8 to all digits, where ln(1f + 1e-8f) would be 0.
    assertThat(values(a.log1p(), ofA(0f, 1e-8f, -1f, -2f)))
        .containsExactly(0f, 1e-8f, -INFINITY, NAN);
    assertThat(values(a.abs(), ofA(-2.5f, 2.5f, -0f, null))).containsExactly(2.5f, 2.5f, 0f, null);
    assertThat(values(a.sqrt(), ofA(9f, 2f, -1f))).containsExactly(3f, 1.4142135f, NAN);
    assertThat(values(a.floor(), ofA(1.5f, -1.5f, 2f))).containsExactly(1f, -2f, 2f);
    assertThat(values(a.round(), ofA(0.5f, 1.5f, 2.5f, -1.5f, 2.6f)))
        .containsExactly(0f, 2f, 2f, -2f, 3f);
    assertThat(values(a.power(3), ofA(2f, -2f, null))).containsExactly(8f, -8f, null);
    assertThat(values(a.power(0.5), ofA(9f, -1f))).containsExactly(3f, NAN);
  }

  @Test
  void powersOfEAndTenAndTheWholeNumberAbove() {
    assertThat(values(a.exp(), ofA(0f, 1f, -INFINITY, 1000f, NAN, null)))
        .containsExactly(1f, (float) Math.E, 0f, INFINITY, NAN, null);
    assertThat(values(a.log10(), ofA(1000f, 0.1f, 0f, -1f)))
        .containsExactly(3f, (float) StrictMath.log10(0.1f), -INFINITY, NAN);
    assertThat(values(a.ceil(), ofA(1.5f, -1.5f, 2f))).containsExactly(2f, -1f, 2f);
  }

  @Test
  void anotherNumberStandsInForOneThatIsMissing() {
    ExampleBatch raw =
        Batches.batch(
            Batches.floats("a", 1f, null, NAN, null), Batches.floats("b", 5f, 6f, 7f, null));
    assertThat(values(a.orElse(b), raw)).containsExactly(1f, 6f, NAN, null);
  }

  @Test
  void clipKeepsToItsBoundsAndLeavesNaN() {
    assertThat(values(a.clip(-1, 2), ofA(-3f, -1f, 0.5f, 2f, INFINITY, NAN, null)))
        .containsExactly(-1f, -1f, 0.5f, 2f, 2f, NAN, null);
    assertThatThrownBy(() -> a.clip(2, 1))
        .hasMessage("Invalid range of clip: 2.0..1.0 (low must be at most high)");
    assertThatThrownBy(() -> a.clip(Double.NaN, 1)).hasMessageStartingWith("Invalid range of clip");
  }

  @Test
  void minAndMaxAreMissingWhereEitherIs() {
    ExampleBatch raw =
        Batches.batch(
            Batches.floats("a", 1f, 5f, null, 2f, NAN), Batches.floats("b", 3f, 4f, 1f, null, 1f));
    assertThat(values(a.min(b), raw)).containsExactly(1f, 4f, null, null, NAN);
    assertThat(values(a.max(b), raw)).containsExactly(3f, 5f, null, null, NAN);
  }

  @Test
  void sumTakesThoseThatArePresent() {
    ExampleBatch raw =
        Batches.batch(
            Batches.floats("a", 1f, null, 2f, null), Batches.floats("b", 10f, 20f, null, null));
    assertThat(values(sum(a, b), raw)).containsExactly(11f, 20f, 2f, null);
    assertThat(values(sum(a, b, a), raw)).containsExactly(12f, 20f, 4f, null);
    assertThat(values(a.plus(b), raw)).containsExactly(11f, null, null, null);
    // From left to right in float32: 2^24 + 1 is 2^24, and again.
    ExampleBatch large = Batches.batch(Batches.floats("a", 1f), Batches.floats("b", 16_777_216f));
    assertThat(values(sum(b, a, a), large)).containsExactly(16_777_216f);
    assertThat(values(sum(a, a, b), large)).containsExactly(16_777_218f);
  }

  @Test
  void isMissingIsNeverMissing() {
    assertThat(values(a.isMissing(), ofA(1f, null, NAN))).containsExactly(0f, 1f, 0f);
    assertThat(values(a.isMissing(), ofA(1f, 2f))).containsExactly(0f, 0f);
    ExampleBatch text = Batches.batch(Batches.text("t", "x", null, ""));
    assertThat(values(ROW.text(Column.text("t")).isMissing(), text)).containsExactly(0f, 1f, 0f);
    assertThat(values(a.identity(5).isMissing(), ofA(1f, null))).containsExactly(0f, 1f);
  }

  @Test
  void logicIsThatOfSql() {
    // Rows: all nine pairs of true, false and missing.
    ExampleBatch raw =
        Batches.batch(
            Batches.floats("a", 1f, 1f, 1f, 0f, 0f, 0f, null, null, null),
            Batches.floats("b", 1f, 0f, null, 1f, 0f, null, 1f, 0f, null));
    Label left = a.equalTo(1);
    Label right = b.equalTo(1);
    assertThat(values(left.and(right), raw))
        .containsExactly(1f, 0f, null, 0f, 0f, 0f, null, 0f, null);
    assertThat(values(left.or(right), raw))
        .containsExactly(1f, 1f, 1f, 1f, 0f, null, 1f, null, null);
    assertThat(values(left.not(), raw)).containsExactly(0f, 0f, 0f, 1f, 1f, 1f, null, null, null);
  }

  @Test
  void conditionalTakesTheNumberThatTheTruthChooses() {
    ExampleBatch raw =
        Batches.batch(
            Batches.floats("a", 60f, 10f, null, 60f, 10f),
            Batches.floats("b", 1f, 2f, 3f, null, null));
    assertThat(values(when(a.greaterThan(50)).then(b).otherwise(a), raw))
        .containsExactly(1f, 10f, null, null, 10f);
    assertThat(values(when(a.greaterThan(50)).then(1).otherwise(0), raw))
        .containsExactly(1f, 0f, null, 1f, 0f);
    assertThat(when(a.greaterThan(50)).then(b).otherwise(0).name()).isEqualTo("a");
  }

  @Test
  void columnsAreComparedWithEachOther() {
    ExampleBatch raw =
        Batches.batch(Batches.floats("a", 1f, 2f, NAN), Batches.floats("b", 1f, 3f, NAN));
    assertThat(values(a.equalTo(b), raw)).containsExactly(1f, 0f, 0f);
    assertThat(values(a.notEqualTo(b), raw)).containsExactly(0f, 1f, 1f);
  }

  @Test
  void presenceOfManyRowsIsThatOfEach() {
    Float[] some = new Float[200];
    Float[] others = new Float[200];
    Object[] sums = new Object[200];
    Object[] either = new Object[200];
    for (int i = 0; i < 200; i++) {
      some[i] = i % 3 == 0 ? null : (float) i;
      others[i] = i % 5 == 0 ? null : 1f;
      sums[i] =
          some[i] == null && others[i] == null
              ? null
              : (Object) ((some[i] == null ? 0f : some[i]) + (others[i] == null ? 0f : others[i]));
      boolean isTrue = others[i] != null || some[i] != null && some[i] > 100;
      either[i] = isTrue ? 1f : null;
    }
    ExampleBatch raw = Batches.batch(Batches.floats("a", some), Batches.floats("b", others));
    assertThat(values(sum(a, b), raw)).containsExactly(sums);
    assertThat(values(a.greaterThan(100).or(b.equalTo(1)), raw)).containsExactly(either);
  }
}
