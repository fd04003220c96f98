package io.pergola.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pergola.artifact.Row;
import io.pergola.beam.ColumnType;
import io.pergola.beam.DoubleColumn;
import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleSchema;
import io.pergola.beam.LongColumn;
import io.pergola.feature.Categorical;
import io.pergola.feature.Column;
import io.pergola.feature.Columns;
import io.pergola.feature.Expr;
import io.pergola.feature.FeaturePlan;
import io.pergola.feature.Features;
import io.pergola.feature.Label;
import io.pergola.feature.Numeric;
import io.pergola.feature.Text;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FittedPlanTest {
  private static final Columns<Row> ROW = Columns.of();

  private static Numeric number(String name) {
    return ROW.number(Column.number(name));
  }

  private static Text text(String name) {
    return ROW.text(Column.text(name));
  }

  private static FittedPlan plan(FeaturePlan plan, Fitted... fitted) {
    return FittedPlan.of(plan, List.of(fitted));
  }

  private static FittedPlan dense(Numeric feature, Fitted... fitted) {
    return plan(Features.of().dense(feature).unlabelled(), fitted);
  }

  /** The values of the plan's only column; the same whether the batch has dictionaries or not. */
  private static List<Object> values(FittedPlan plan, ExampleBatch raw) {
    ExampleBatch features = plan.apply(raw);
    assertThat(Batches.values(plan.apply(Batches.dictionaries(raw))))
        .isEqualTo(Batches.values(features));
    return Batches.values(features, features.columns().get(0).name());
  }

  private static List<Object> ids(Categorical feature, ExampleBatch raw) {
    return values(plan(Features.of().categorical(feature).unlabelled()), raw);
  }

  @Test
  void zScoreIsTheDistanceFromTheMeanInStandardDeviations() {
    Numeric x = number("x").zScore();
    FittedPlan plan = dense(x, new Fitted.ZScore((Expr.ZScore) x.expr(), 3, 0.1f, 0.3f));
    ExampleBatch raw = Batches.batch(Batches.floats("x", 0.1f, null, 7.7f, Float.NaN));
    assertThat(values(plan, raw)).containsExactly(0f, null, (7.7f - 0.1f) / 0.3f, Float.NaN);
  }

  @Test
  void zScoreWithoutDeviationIsZero() {
    Numeric x = number("x").zScore();
    FittedPlan plan = dense(x, new Fitted.ZScore((Expr.ZScore) x.expr(), 3, 5, 0));
    assertThat(values(plan, Batches.batch(Batches.floats("x", 5f, 6f, null))))
        .containsExactly(0f, 0f, null);
  }

  @Test
  void minMaxMapsTheAnalysedRangeAndBeyond() {
    Numeric x = number("x").minMax(-1, 3);
    FittedPlan plan = dense(x, new Fitted.MinMax((Expr.MinMax) x.expr(), 3, 10, 20));
    assertThat(values(plan, Batches.batch(Batches.floats("x", 10f, 20f, 15f, 25f, null))))
        .containsExactly(-1f, 3f, 1f, 5f, null);
    FittedPlan flat = dense(x, new Fitted.MinMax((Expr.MinMax) x.expr(), 3, 10, 10));
    assertThat(values(flat, Batches.batch(Batches.floats("x", 10f, 11f))))
        .containsExactly(-1f, -1f);
  }

  @Test
  void bucketIsTheNumberOfBoundariesAtOrBelow() {
    Numeric x = number("x");
    var buckets = x.bucketize(4);
    FittedPlan plan =
        plan(
            Features.of().categorical(buckets).unlabelled(),
            new Fitted.Bucketize((Expr.Bucketize) buckets.expr(), 9, List.of(1f, 2f, 2f)));
    ExampleBatch raw =
        Batches.batch(
            Batches.floats("x", 0.9f, 1f, 1.5f, 2f, 3f, null, Float.NEGATIVE_INFINITY, Float.NaN));
    assertThat(values(plan, raw)).containsExactly(0L, 1L, 1L, 3L, 3L, null, 0L, 3L);
  }

  @Test
  void vocabularyGivesIdsThenBucketsForTheRest() {
    var ids = text("t").vocabulary(5, 3);
    FittedPlan plan =
        plan(
            Features.of().categorical(ids).unlabelled(),
            new Fitted.Vocabulary((Expr.Vocabulary) ids.expr(), 9, Terms.of("b", "é")));
    // The fitted vocabulary has 2 of 5 possible terms: other terms come right after these.
    long rest = 2 + Long.remainderUnsigned(fingerprint("zz"), 3);
    assertThat(values(plan, Batches.batch(Batches.text("t", "b", "é", null, "zz"))))
        .containsExactly(0L, 1L, null, rest);
    assertThat(plan.features().categorical())
        .containsExactly(new FittedPlan.CategoricalFeature("t", 8));
  }

  @Test
  void vocabularyWithoutBucketsGivesMinusOne() {
    var ids = text("t").vocabulary(5, 0);
    FittedPlan plan =
        plan(
            Features.of().categorical(ids).unlabelled(),
            new Fitted.Vocabulary((Expr.Vocabulary) ids.expr(), 9, Terms.of("b")));
    assertThat(values(plan, Batches.batch(Batches.text("t", "a", "b", null))))
        .containsExactly(-1L, 0L, null);
  }

  @Test
  void textIsHashedByItsBytes() {
    assertThat(ids(text("t").hash(1000), Batches.batch(Batches.text("t", "Taxi", "", null, "é"))))
        .containsExactly(
            Long.remainderUnsigned(fingerprint("Taxi"), 1000),
            Long.remainderUnsigned(fingerprint(""), 1000),
            null,
            Long.remainderUnsigned(fingerprint("é"), 1000));
  }

  @Test
  void numbersAreHashedByTheirDecimalText() {
    ExampleBatch floats = Batches.batch(Batches.floats("x", 3f, 0.1f, -0f, null));
    assertThat(ids(number("x").hash(1 << 20), floats))
        .containsExactly(bucket("3"), bucket("0.1"), bucket("0"), null);
  }

  @Test
  void wholeNumbersOfAnyTypeAreHashedAlike() {
    ExampleBatch integers = Batches.batch(Batches.longs("x", 3L, 16_777_217L, null));
    // The second is no float32: integers are taken as they are.
    assertThat(ids(number("x").hash(1 << 20), integers))
        .containsExactly(bucket("3"), bucket("16777217"), null);
    assertThat(ids(number("x").orElse(-2).hash(1 << 20), integers))
        .containsExactly(bucket("3"), bucket("16777217"), bucket("-2"));
    ExampleBatch doubles = Batches.batch(DoubleColumn.of("x", new double[] {3, 0.1}, null));
    assertThat(
            Batches.values(
                plan(Features.of().categorical(number("x").hash(1 << 20)).unlabelled())
                    .apply(doubles),
                "x"))
        .containsExactly(bucket("3"), bucket("0.1"));
  }

  @Test
  void crossHashesItsPartsJoined() {
    var cross = text("a").cross(number("h").identity(24)).hash(1 << 20);
    ExampleBatch raw =
        Batches.batch(
            Batches.text("a", "x", "y", null, "x"), Batches.longs("h", 5L, null, 3L, 23L));
    assertThat(ids(cross, raw)).containsExactly(bucket("x_X_5"), null, null, bucket("x_X_23"));
  }

  @Test
  void crossOfFewCombinationsIsThatOfMany() {
    String[] left = new String[100];
    Long[] right = new Long[100];
    for (int i = 0; i < 100; i++) {
      left[i] = i % 7 == 0 ? null : List.of("a", "b", "c").get(i % 3);
      right[i] = i % 11 == 0 ? null : (long) (i % 4);
    }
    var cross = text("a").cross(number("h").identity(4)).hash(1 << 20);
    FittedPlan plan = plan(Features.of().categorical(cross).unlabelled());
    ExampleBatch raw = Batches.batch(Batches.text("a", left), Batches.longs("h", right));
    List<Object> expected = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      expected.add(left[i] == null || right[i] == null ? null : bucket(left[i] + "_X_" + right[i]));
    }
    // The builder makes a dictionary of three entries.
    ExampleBatch encoded = Batches.slice(raw, 0, 100);
    assertThat(encoded.column("a").entryCount()).isEqualTo(3);
    assertThat(Batches.values(plan.apply(encoded), "a_x_h")).isEqualTo(expected);
    assertThat(Batches.values(plan.apply(raw), "a_x_h")).isEqualTo(expected);
  }

  @Test
  void identityIsTheNumber() {
    assertThat(ids(number("h").identity(24), Batches.batch(Batches.longs("h", 0L, 23L, null))))
        .containsExactly(0L, 23L, null);
    assertThat(ids(number("h").identity(24), Batches.batch(Batches.floats("h", 3f, -0f))))
        .containsExactly(3L, 0L);
  }

  @Test
  void identityRefusesWhatIsOutOfRange() {
    var plan = plan(Features.of().categorical(number("h").identity(24)).unlabelled());
    for (ExampleBatch raw :
        List.of(
            Batches.batch(Batches.longs("h", 1L, 24L)),
            Batches.batch(Batches.longs("h", -1L, 2L)),
            Batches.batch(Batches.floats("h", 2.5f)),
            Batches.batch(Batches.floats("h", Float.NaN)))) {
      for (ExampleBatch given : List.of(raw, Batches.dictionaries(raw))) {
        assertThatThrownBy(() -> plan.apply(given))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageMatching(
                "Cannot use (24|-1|2\\.5|nan) as feature 'h': an identity takes whole numbers in"
                    + " 0\\.\\.23\\. Correct the data, give the identity a larger size, or hash the"
                    + " number\\.");
      }
    }
  }

  @Test
  void arithmeticRoundsToFloat32() {
    ExampleBatch raw =
        Batches.batch(Batches.floats("a", 0.1f, 5f, null), Batches.floats("b", 0.2f, null, 1f));
    Numeric a = number("a");
    Numeric b = number("b");
    assertThat(values(dense(a.plus(b)), raw)).containsExactly(0.1f + 0.2f, null, null);
    assertThat(values(dense(a.minus(b)), raw)).containsExactly(0.1f - 0.2f, null, null);
    assertThat(values(dense(a.times(b)), raw)).containsExactly(0.1f * 0.2f, null, null);
    assertThat(values(dense(a.dividedBy(b)), raw)).containsExactly(0.1f / 0.2f, null, null);
    assertThat(values(dense(a.dividedBy(0)), raw))
        .containsExactly(Float.POSITIVE_INFINITY, Float.POSITIVE_INFINITY, null);
    assertThat(values(dense(a.times(0.2)), raw)).containsExactly(0.1f * 0.2f, 5f * 0.2f, null);
  }

  @Test
  void integersAndDoublesBecomeFloat32() {
    assertThat(values(dense(number("x")), Batches.batch(Batches.longs("x", 16_777_217L, null))))
        .containsExactly(16_777_216f, null);
    FittedPlan plan = dense(number("x"));
    ExampleBatch doubles = Batches.batch(DoubleColumn.of("x", new double[] {0.1}, null));
    assertThat(Batches.values(plan.apply(doubles), "x")).containsExactly(0.1f);
  }

  @Test
  void comparisonsAreOneOrZeroAndMissingWhereEitherIs() {
    ExampleBatch raw =
        Batches.batch(
            Batches.floats("a", 1f, 2f, 3f, null, Float.NaN),
            Batches.floats("b", 2f, 2f, 2f, 2f, 2f));
    Numeric a = number("a");
    Numeric b = number("b");
    record Case(Label label, Object... expected) {}
    for (Case c :
        List.of(
            new Case(a.greaterThan(b), 0f, 0f, 1f, null, 0f),
            new Case(a.atLeast(b), 0f, 1f, 1f, null, 0f),
            new Case(a.lessThan(b), 1f, 0f, 0f, null, 0f),
            new Case(a.atMost(b), 1f, 1f, 0f, null, 0f),
            new Case(a.equalTo(2), 0f, 1f, 0f, null, 0f),
            new Case(a.notEqualTo(2), 1f, 0f, 1f, null, 1f))) {
      assertThat(values(plan(Features.of().label(c.label())), raw)).containsExactly(c.expected());
    }
  }

  @Test
  void labelOfTheRealTripsIsThatOfPlainFloatArithmetic() throws IOException {
    Numeric fare = number("fare").orElse(0);
    FittedPlan plan =
        plan(Features.of().label(number("tips").orElse(0).greaterThan(fare.times(0.2))));
    int tips = Trips.header().indexOf("tips");
    int fares = Trips.header().indexOf("fare");
    List<Object> expected = new ArrayList<>();
    for (String[] row : Trips.rows()) {
      float tip = row[tips].isEmpty() ? 0f : Float.parseFloat(row[tips]);
      float of = row[fares].isEmpty() ? 0f : Float.parseFloat(row[fares]);
      expected.add(tip > of * 0.2f ? 1f : 0f);
    }
    assertThat(Batches.values(plan.apply(Trips.batch()), "tips")).isEqualTo(expected);
  }

  @Test
  void fillPutsAValueWhereThereIsNone() {
    assertThat(values(dense(number("x").orElse(7)), Batches.batch(Batches.floats("x", null, 2f))))
        .containsExactly(7f, 2f);
    assertThat(
            ids(
                text("t").orElse("none").hash(1 << 20),
                Batches.batch(Batches.text("t", null, "b"))))
        .containsExactly(bucket("none"), bucket("b"));
  }

  @Test
  void columnOfAnotherTypeIsRefusedWithItsValue() {
    assertThatThrownBy(
            () -> dense(number("x")).apply(Batches.batch(Batches.text("x", null, "abc"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot compute feature 'x': column 'x' holds TEXT such as 'abc', and the plan reads it"
                + " as numbers. Give it as numbers, or plan it as text: trip.text(...).");
    assertThatThrownBy(
            () ->
                plan(Features.of().categorical(text("x").hash(3)).unlabelled())
                    .apply(Batches.batch(Batches.longs("x", 60601L))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("column 'x' holds INT such as 60601, and the plan reads it as text.");
  }

  @Test
  void columnWithoutAnyValueIsMissingWhateverItsType() {
    assertThat(values(dense(number("x")), Batches.batch(Batches.text("x", null, null))))
        .containsExactly(null, null);
    assertThat(ids(text("x").hash(3), Batches.batch(Batches.longs("x", (Long) null))))
        .containsExactly((Object) null);
  }

  @Test
  void absentColumnIsRefused() {
    assertThatThrownBy(() -> dense(number("x")).apply(Batches.batch(Batches.floats("y", 1f))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot compute feature 'x': the examples have no column 'x', only [y]. Add the"
                + " column, with missing values if need be.");
  }

  @Test
  void listsOfOneValueAreReadAndLongerOnesRefused() {
    LongColumn lists =
        new LongColumn("x", 3, new long[] {4, 5}, null, new long[] {0b101}, new int[] {0, 1, 1, 2});
    assertThat(Batches.values(dense(number("x")).apply(Batches.batch(lists)), "x"))
        .containsExactly(4f, null, 5f);
    LongColumn longer = new LongColumn("x", 1, new long[] {4, 5}, null, null, new int[] {0, 2});
    assertThatThrownBy(() -> dense(number("x")).apply(Batches.batch(longer)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("column 'x' has 2 values in one example, the first 4.");
  }

  @Test
  void labelIsLeftOutWhereItsColumnsAreAbsent() {
    FittedPlan plan =
        plan(Features.of().dense(number("fare")).label(number("tips").greaterThan(number("fare"))));
    ExampleBatch raw = Batches.batch(Batches.floats("fare", 1f));
    assertThat(Batches.values(plan.apply(raw))).containsOnlyKeys("fare");
    assertThat(plan.schema(raw.schema()))
        .isEqualTo(new ExampleSchema(List.of(ExampleSchema.Field.of("fare", ColumnType.FLOAT))));
    assertThat(plan.inputs()).containsExactly(new FittedPlan.Input("fare", FittedPlan.Kind.NUMBER));
    assertThat(plan.labelInputs())
        .containsExactly(
            new FittedPlan.Input("fare", FittedPlan.Kind.NUMBER),
            new FittedPlan.Input("tips", FittedPlan.Kind.NUMBER));
  }

  @Test
  void theWeightOfExamplesStandsLastAndIsNoInput() {
    FittedPlan plan =
        plan(
            Features.of()
                .dense(number("fare"))
                .weight(number("tips").plus(1).as("importance"))
                .label(number("tips")));
    ExampleBatch raw = Batches.batch(Batches.floats("fare", 1f), Batches.floats("tips", 2f));

    assertThat(Batches.values(plan.apply(raw)))
        .containsExactly(
            Map.entry("fare", List.of(1f)),
            Map.entry("tips", List.of(2f)),
            Map.entry("importance", List.of(3f)));
    assertThat(plan.features().weight()).contains("importance");
    assertThat(plan.schema(raw.schema()).find("importance")).isPresent();
    assertThat(plan.inputs()).containsExactly(new FittedPlan.Input("fare", FittedPlan.Kind.NUMBER));
    assertThat(plan.weightInputs())
        .containsExactly(new FittedPlan.Input("tips", FittedPlan.Kind.NUMBER));
    assertThat(Batches.values(plan.applyWithoutLabel(raw))).containsOnlyKeys("fare");
    ExampleBatch without = Batches.batch(Batches.floats("fare", 1f));
    assertThat(Batches.values(plan.apply(without))).containsOnlyKeys("fare");
    assertThat(plan.schema(without.schema()).find("importance")).isEmpty();
    assertThat(plan.apply(Map.of("fare", 1f, "tips", 2f))).containsEntry("importance", 3f);
  }

  @Test
  void everyAnalyzerMustBeFitted() {
    FeaturePlan plan = Features.of().dense(number("x").zScore()).unlabelled();
    assertThatThrownBy(() -> FittedPlan.of(plan, List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("nothing is fitted for ZScore");
  }

  @Test
  void noRowsGiveNoFeatures() {
    ExampleBatch none = Batches.batch(Batches.text("t"), Batches.longs("h"));
    var cross = text("t").cross(number("h").identity(24)).hash(10);
    assertThat(ids(cross, none)).isEmpty();
  }

  private static long fingerprint(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return Fingerprint64.of(bytes, 0, bytes.length);
  }

  private static Object bucket(String text) {
    return Long.remainderUnsigned(fingerprint(text), 1 << 20);
  }
}
