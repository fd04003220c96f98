package io.pergola.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pergola.artifact.Row;
import io.pergola.beam.ExampleBatch;
import io.pergola.feature.Column;
import io.pergola.feature.Columns;
import io.pergola.feature.Expr;
import io.pergola.feature.FeaturePlan;
import io.pergola.feature.Features;
import io.pergola.feature.Mapped;
import io.pergola.feature.Numbers;
import io.pergola.feature.Numeric;
import io.pergola.feature.Text;
import io.pergola.fingerprint.CodeReference;
import io.pergola.fingerprint.Fingerprints;
import io.pergola.pipeline.PipelineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RowFunctionsTest {
  private static final Columns<Row> ROW = Columns.of();
  private static final Numeric X = ROW.number(Column.number("x"));
  private static final Numeric Y = ROW.number(Column.number("y"));
  private static final Text T = ROW.text(Column.text("t"));
  private static final Numbers LIST = ROW.numbers(Column.number("list"));

  @TempDir Path directory;

  private static double haversine(double[] x) {
    double a = StrictMath.sin((x[2] - x[0]) / 2);
    double b = StrictMath.sin((x[3] - x[1]) / 2);
    return 2
        * StrictMath.asin(Math.sqrt(a * a + StrictMath.cos(x[0]) * StrictMath.cos(x[2]) * b * b));
  }

  private static FittedPlan plan(Numeric... features) {
    return FittedPlan.of(Features.of().dense(features).unlabelled(), List.of());
  }

  private static List<Object> values(FittedPlan plan, ExampleBatch raw, String feature) {
    List<Object> values = Batches.values(plan.apply(raw), feature);
    assertThat(Batches.values(plan.apply(Batches.dictionaries(raw)), feature)).isEqualTo(values);
    return values;
  }

  @Test
  void missingStaysMissingAndNanIsGivenAndKept() {
    FittedPlan plan = plan(X.map("cubed", x -> x * x * x));
    ExampleBatch raw = Batches.batch(Batches.floats("x", 2f, null, Float.NaN, -3f));
    assertThat(values(plan, raw, "x")).containsExactly(8f, null, Float.NaN, -27f);
  }

  @Test
  void aFunctionThatTakesMissingNumbersGetsNanForThemAndGivesNanForMissing() {
    Numeric share =
        X.mapMissingAsNan("share", Y, (x, y) -> Double.isNaN(y) ? -1 : x / y).as("share");
    FittedPlan plan = plan(share, X.mapMissingAsNan("or_five", x -> Double.isNaN(x) ? 5 : x));
    ExampleBatch raw =
        Batches.batch(
            Batches.floats("x", 1f, null, 3f, null, 0f),
            Batches.floats("y", 2f, 4f, null, null, 0f));
    assertThat(values(plan, raw, "share")).containsExactly(0.5f, null, -1f, -1f, null);
    assertThat(values(plan, raw, "x")).containsExactly(1f, 5f, 3f, 5f, 0f);
  }

  @Test
  void resultsAreRoundedToFloat32Once() {
    FittedPlan plan = plan(X.map("third", x -> x / 3 + 1e-9));
    ExampleBatch raw = Batches.batch(Batches.floats("x", 1f, 1e30f));
    assertThat(values(plan, raw, "x"))
        .containsExactly((float) (1.0 / 3 + 1e-9), (float) ((double) 1e30f / 3 + 1e-9));
  }

  @Test
  void textsBecomeTextsAndNumbersAndNullIsMissing() {
    Text area = T.map("area", t -> t.startsWith("+") ? t.substring(1, 3) : null);
    FittedPlan plan =
        FittedPlan.of(
            Features.of()
                .dense(T.mapToNumber("digits", t -> t.chars().filter(Character::isDigit).count()))
                .categorical(area.hash(1_000_000).as("area"))
                .unlabelled(),
            List.of());
    ExampleBatch raw = Batches.batch(Batches.text("t", "+49 30", "030", null, ""));
    assertThat(values(plan, raw, "t")).containsExactly(4f, 3f, null, 0f);
    long hash = Long.remainderUnsigned(Fingerprint64.of("49".getBytes(), 0, 2), 1_000_000);
    assertThat(values(plan, raw, "area")).containsExactly(hash, null, null, null);
  }

  @Test
  void listsAreGivenWhole() {
    FittedPlan plan = plan(LIST.mapToNumber("spread", RowFunctionsTest::spread));
    assertThat(plan.apply(Map.of("list", List.of(1.5, 4L, 2.0)))).isEqualTo(Map.of("list", 2.5f));
    assertThat(plan.apply(Map.of("list", List.of()))).isEqualTo(Map.of("list", 0f));
    assertThat(plan.apply(Map.of())).isEmpty();
  }

  private static double spread(double[] x) {
    return x.length == 0
        ? 0
        : Arrays.stream(x).max().getAsDouble() - Arrays.stream(x).min().getAsDouble();
  }

  /** Each way of calling each kind of function. */
  private static FittedPlan everyKind() {
    double rate = 0.25;
    String suffix = "!";
    return FittedPlan.of(
        Features.of()
            .dense(
                X.map("rated", x -> x * rate).as("one"),
                X.map("hypot", Y, StrictMath::hypot).as("two"),
                Numeric.mapAll("distance", RowFunctionsTest::haversine, X, Y, Y, X).as("many"),
                X.mapMissingAsNan("known", x -> x > 0 ? x : Double.NaN).as("one_nan"),
                X.mapMissingAsNan("least", Y, (x, y) -> x < y ? x : y).as("two_nan"),
                Numeric.mapMissingAsNanAll("first", x -> Double.isNaN(x[0]) ? x[1] : x[0], X, Y)
                    .as("many_nan"),
                T.map("suffixed", t -> t.isEmpty() ? null : t + suffix).length().as("length"),
                T.mapToNumber("hash", String::hashCode).as("hash"),
                LIST.mapToNumber("spread", RowFunctionsTest::spread).as("spread"))
            .categorical(T.map("suffixed", t -> t + suffix).hash(97).as("bucket"))
            .unlabelled(),
        List.of());
  }

  @Test
  void aBatchAMapAndARowGiveTheSameBits() {
    FittedPlan plan = everyKind();
    PreparedPlan prepared = plan.prepare();
    PreparedPlan.Row row = prepared.row();
    Random random = new Random(11);
    int n = 300;
    Float[] x = new Float[n];
    Float[] y = new Float[n];
    String[] t = new String[n];
    for (int i = 0; i < n; i++) {
      x[i] = random.nextInt(5) == 0 ? null : Float.intBitsToFloat(random.nextInt());
      y[i] = random.nextInt(5) == 0 ? null : (float) random.nextGaussian();
      t[i] = random.nextInt(5) == 0 ? null : "\u00e9".repeat(random.nextInt(3)) + random.nextInt(4);
    }
    ExampleBatch raw =
        Batches.batch(
            Batches.floats("x", x),
            Batches.floats("y", y),
            Batches.text("t", t),
            Batches.floats("list", y));
    Map<String, List<Object>> batch = Batches.values(plan.apply(raw));
    for (int i = 0; i < n; i++) {
      Map<String, Object> values = new HashMap<>();
      row.clear();
      if (x[i] != null) {
        values.put("x", x[i]);
        row.put(prepared.column("x"), (double) x[i]);
      }
      if (y[i] != null) {
        values.put("y", y[i]);
        values.put("list", y[i]);
        row.put(prepared.column("y"), (double) y[i]);
        row.put(prepared.column("list"), List.of(y[i]));
      }
      if (t[i] != null) {
        values.put("t", t[i]);
        row.put(prepared.column("t"), t[i]);
      }
      Map<String, Object> map = plan.apply(values);
      row.apply();
      int at = 0;
      for (FittedPlan.DenseFeature feature : plan.features().dense()) {
        Object expected = batch.get(feature.name()).get(i);
        assertThat(map.get(feature.name())).as(feature.name()).isEqualTo(expected);
        assertThat((Object) row.dense()[at]).isEqualTo(expected == null ? 0f : expected);
        assertThat(row.isDensePresent(at++)).isEqualTo(expected != null);
      }
      Object bucket = batch.get("bucket").get(i);
      assertThat(map.get("bucket")).isEqualTo(bucket);
      assertThat(row.categorical()[0]).isEqualTo(bucket == null ? 97 : (Long) bucket);
    }
  }

  @Test
  void aFittedPlanReadAgainCallsTheSameFunctions() throws IOException {
    everyKind().write(directory);
    FittedPlan read = FittedPlan.read(directory);
    assertThat(read).isEqualTo(everyKind());
    Map<String, Object> row = Map.of("x", 2.0, "y", 1.0, "t", "ab", "list", List.of(1, 9));
    assertThat(read.apply(row)).isEqualTo(everyKind().apply(row));
    assertThat(read.apply(row)).containsEntry("one", 0.5f).containsEntry("spread", 8f);
  }

  @Test
  void plansShowFunctionsByNameAndColumnsByLineage() {
    FeaturePlan plan = everyKind().plan();
    assertThat(plan.dense().get("one").text()).isEqualTo("x.map(\"rated\")");
    assertThat(plan.dense().get("two").text()).isEqualTo("x.map(\"hypot\", y)");
    assertThat(plan.dense().get("many_nan").text())
        .isEqualTo("mapMissingAsNanAll(\"first\", x, y)");
    assertThat(plan.dense().get("spread").text()).isEqualTo("list.mapToNumber(\"spread\")");
    assertThat(plan.columns())
        .containsEntry("many", List.of("x", "y"))
        .containsEntry("bucket", List.of("t"));
  }

  @Test
  void anotherFunctionIsAnotherPlanForTheCache() {
    double half = 0.5;
    double quarter = 0.25;
    FeaturePlan plan = dense(X.map("f", x -> x * half));
    assertThat(fingerprint(dense(X.map("f", x -> x + half)))).isNotEqualTo(fingerprint(plan));
    assertThat(fingerprint(dense(X.map("f", x -> x * quarter)))).isNotEqualTo(fingerprint(plan));
    assertThat(fingerprint(FeaturePlan.fromJson(plan.toJson()))).isEqualTo(fingerprint(plan));
  }

  @Test
  void differencesOfPlansNameFunctionsThatAreOthers() {
    double half = 0.5;
    double quarter = 0.25;
    FittedPlan before = plan(X.map("f", x -> x * half), Y.map("g", x -> x + 1));
    FittedPlan after = plan(X.map("f", x -> x * quarter), Y.map("g", x -> x + 2));
    assertThat(PlanDifference.between(before, before).features()).isEmpty();
    assertThat(PlanDifference.between(before, after).features())
        .extracting(PlanDifference.Feature::constants)
        .containsExactly(
            List.of("function 'f': captures [double 0.5] -> [double 0.25]"),
            List.of("function 'g': other code"));
  }

  private static FeaturePlan dense(Numeric feature) {
    return Features.of().dense(feature).unlabelled();
  }

  private static String fingerprint(FeaturePlan plan) {
    return Fingerprints.ofValue(plan, "plan");
  }

  @Test
  void whatAFunctionThrowsNamesFeatureFunctionAndValue() {
    FittedPlan plan = plan(T.mapToNumber("parsed", Double::parseDouble).as("price"));
    String message =
        "Cannot compute feature 'price': function 'parsed' failed for 'free'"
            + " (java.lang.NumberFormatException: For input string: \"free\"). Correct the function"
            + " in io.pergola.transform.RowFunctionsTest.";
    assertThatThrownBy(() -> plan.apply(Batches.batch(Batches.text("t", "1.5", "free"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message)
        .hasCauseInstanceOf(NumberFormatException.class);
    PreparedPlan.Row row = plan.prepare().row();
    assertThatThrownBy(() -> row.put(0, "free").apply()).hasMessage(message);
  }

  @Test
  void functionsAreCalledForNothingThatNoRowHas() {
    // Where a row is missing, columns hold 99; a dictionary has an entry that is not in use.
    FittedPlan plan = plan(X.map("small", RowFunctionsTest::small));
    ExampleBatch raw = Batches.batch(Batches.floats("x", 1f, null, 2f));
    assertThat(values(plan, raw, "x")).containsExactly(1f, null, 2f);
  }

  private static double small(double x) {
    if (x > 50) {
      throw new IllegalStateException("too large");
    }
    return x;
  }

  @Test
  void aPlanWhoseFunctionIsNotThereIsReadAndShownButNotApplied() throws IOException {
    everyKind().write(directory);
    Path file = directory.resolve("transform.json");
    Files.writeString(
        file, Files.readString(file).replace("io.pergola.transform.RowFunctionsTest", "gone.Gone"));
    FittedPlan read = FittedPlan.read(directory);
    assertThat(read.plan().dense().get("one").text()).isEqualTo("x.map(\"rated\")");
    assertThatThrownBy(() -> read.apply(Map.of("x", 1.0)))
        .isInstanceOf(PipelineException.class)
        .hasMessageContaining(
            "its class gone.Gone is not on the class path. Add the jar that has it.");
    assertThatThrownBy(read::prepare).isInstanceOf(PipelineException.class);
  }

  @Test
  void functionsOfImpossibleShapeAreRefused() {
    CodeReference any =
        new CodeReference(
            "a.A", "a.A", "b", "(D)D", CodeReference.Kind.STATIC, List.of(), "0123456789ab");
    List<Expr.OfNumber> two = List.of(X.expr(), Y.expr());
    assertThatThrownBy(
            () -> new Mapped.Numbers("f", any, Mapped.Arguments.ONE, Mapped.Missing.STAYS, two))
        .hasMessage("Invalid numbers for function 'f': 2 (it takes ONE)");
    assertThatThrownBy(
            () -> new Mapped.Numbers(" ", any, Mapped.Arguments.TWO, Mapped.Missing.STAYS, two))
        .hasMessage("Invalid name of a function: '' (must not be blank)");
  }
}
