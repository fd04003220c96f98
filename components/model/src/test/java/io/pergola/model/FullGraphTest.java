package io.pergola.model;

import static io.pergola.feature.Numeric.sum;
import static io.pergola.feature.Numeric.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.onnx.proto.OnnxMl;
import io.pergola.artifact.Row;
import io.pergola.beam.ColumnType;
import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleBatchBuilder;
import io.pergola.beam.ExampleColumn;
import io.pergola.beam.ExampleSchema;
import io.pergola.feature.Aggregate;
import io.pergola.feature.Categorical;
import io.pergola.feature.Column;
import io.pergola.feature.Columns;
import io.pergola.feature.Dense;
import io.pergola.feature.EqualWidth;
import io.pergola.feature.Expr;
import io.pergola.feature.FeaturePlan;
import io.pergola.feature.Features;
import io.pergola.feature.FixedVector;
import io.pergola.feature.Keyed;
import io.pergola.feature.Label;
import io.pergola.feature.Numbers;
import io.pergola.feature.Numeric;
import io.pergola.feature.Ranking;
import io.pergola.feature.Scaling;
import io.pergola.feature.Text;
import io.pergola.feature.Vector;
import io.pergola.transform.Fitted;
import io.pergola.transform.FittedPlan;
import io.pergola.transform.Terms;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FullGraphTest {
  private static final Columns<Row> ROW = Columns.of();
  private static final Numeric A = ROW.number(Column.number("a"));
  private static final Numeric B = ROW.number(Column.number("b"));
  private static final Numeric N = ROW.number(Column.number("n"));
  private static final Numeric SMALL = ROW.number(Column.number("small"));
  private static final Numbers L = ROW.numbers(Column.number("l"));
  private static final Vector PAIR = Vector.of("v", A, B);
  private static final Text T = ROW.text(Column.text("t"));

  /** A plan with one feature. */
  record Case(String name, FeaturePlan plan, List<Fitted> fitted) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> cases() {
    return Stream.of(
        dense("column", A),
        dense("integers", N),
        dense("constant", when(A.isMissing()).then(1).otherwise(2)),
        dense("constant alone beside a column", sum(A.orElse(0), A.orElse(1)).as("x")),
        dense("orElse", A.orElse(-7.5)),
        dense("plus", A.plus(B)),
        dense("minus", A.minus(B)),
        dense("times", A.times(B)),
        dense("divided", A.dividedBy(B)),
        dense("min", A.min(B)),
        dense("max", A.max(B)),
        dense("power", A.power(2.5)),
        dense("power 0", A.power(0)),
        dense("power -1", A.power(-1)),
        dense("abs", A.abs()),
        dense("sqrt", A.sqrt()),
        dense("floor", A.floor()),
        dense("round", A.round()),
        dense("ln", A.ln()),
        dense("log1p", A.log1p()),
        dense("sin", A.sin()),
        dense("cos", A.cos()),
        dense("exp", A.exp()),
        dense("log10", A.log10()),
        dense("ceil", A.ceil()),
        dense("or else another", A.orElse(B)),
        dense("text is", T.is("b", "stra\u00dfe").asNumber()),
        dense("text is empty or not", T.is("").not().asNumber()),
        dense("clip", A.clip(-1, 2)),
        dense("sum", sum(A, B, N)),
        dense("when", when(A.greaterThan(B)).then(A).otherwise(N)),
        dense("when without missing", when(T.isMissing()).then(3).otherwise(4)),
        dense("greater", A.greaterThan(B).asNumber()),
        dense("at least", A.atLeast(B).asNumber()),
        dense("less", A.lessThan(B).asNumber()),
        dense("at most", A.atMost(B).asNumber()),
        dense("equal", A.equalTo(B).asNumber()),
        dense("not equal", A.notEqualTo(B).asNumber()),
        dense("undefined equals itself", ofUndefined(A.dividedBy(A)).asNumber()),
        dense("missing number", A.isMissing().asNumber()),
        dense("missing text", T.isMissing().asNumber()),
        dense("filled is never missing", A.orElse(1).isMissing().asNumber().plus(A.orElse(0))),
        dense("and", A.greaterThan(0).and(B.greaterThan(0)).asNumber()),
        dense("or", A.greaterThan(0).or(B.greaterThan(0)).asNumber()),
        dense("or of what is always there", A.isMissing().or(B.isMissing()).asNumber()),
        dense("not", A.greaterThan(0).not().asNumber()),
        dense("z-score", A.zScore(), e -> new Fitted.ZScore((Expr.ZScore) e, 9, 0.3f, 1.7f)),
        dense("flat z-score", A.zScore(), e -> new Fitted.ZScore((Expr.ZScore) e, 9, 0.3f, 0)),
        dense("min-max", A.minMax(-1, 3), e -> new Fitted.MinMax((Expr.MinMax) e, 9, -0.7f, 5.3f)),
        dense(
            "flat z-score of what is always there",
            A.orElse(1).zScore(),
            e -> new Fitted.ZScore((Expr.ZScore) e, 9, 0.3f, 0)),
        dense(
            "flat min-max of what is always there",
            A.orElse(1).minMax(2, 3),
            e -> new Fitted.MinMax((Expr.MinMax) e, 9, 5, 5)),
        dense("flat min-max", A.minMax(2, 3), e -> new Fitted.MinMax((Expr.MinMax) e, 9, 5, 5)),
        dense(
            "robust",
            A.robustScale(),
            e -> new Fitted.Robust((Scaling.Robust) e, 9, 0.1f, -0.4f, 1.9f)),
        dense(
            "gaussian",
            A.gaussianScale(),
            e -> new Fitted.Gaussian((Scaling.Gaussian) e, 9, 0.1f, 0.8f, 0.05f, 0.4f)),
        dense(
            "normal gaussian",
            A.gaussianScale(),
            e -> new Fitted.Gaussian((Scaling.Gaussian) e, 9, 0.1f, 0.8f, 0, 0)),
        dense(
            "flat gaussian",
            A.gaussianScale(),
            e -> new Fitted.Gaussian((Scaling.Gaussian) e, 9, 0.1f, 0, 0, 0)),
        dense("interpolate", A.interpolate(-1.5, 0, 2.25)),
        dense("interpolate at one", A.interpolate(0.5)),
        dense("interpolate undefined", A.dividedBy(A).interpolate(0, 0.5, 2)),
        dense("z-score per text", A.perKey(T).zScore(), e -> perText((Keyed) e)),
        dense("min-max per id", A.perKey(SMALL.identity(9)).minMax(0, 2), e -> perId((Keyed) e)),
        dense("robust scale per text", A.perKey(T).robustScale(), e -> robustPerText((Keyed) e)),
        dense(
            "mean of all",
            sum(A, A.analysed().mean()).as("x"),
            e -> new Fitted.Aggregate(aggregate(A.analysed().mean()), 9, 2.5f)),
        dense("sum per text", A.perKey(T).sum(), e -> sumPerText((Keyed) e)),
        dense("principal components", PAIR.pca(2), e -> directions((FixedVector.Pca) e)),
        categorical(
            "equal width",
            A.bucketizeEqualWidth(3),
            e ->
                new Fitted.EqualWidth(
                    (EqualWidth) e, 3, -1, 2, List.of(0f, 1f), List.of(1L, 1L, 1L))),
        categorical(
            "equal width of nothing",
            A.bucketizeEqualWidth(3),
            e -> new Fitted.EqualWidth((EqualWidth) e, 0, 0, 0, List.of(), List.of(0L, 0L, 0L))),
        categorical("buckets", A.buckets(-1, 0, 0.5, 2)),
        categorical("buckets of undefined", A.dividedBy(A).buckets(0, 1, 2)),
        categorical(
            "bucketize",
            A.bucketize(4),
            e -> new Fitted.Bucketize((Expr.Bucketize) e, 9, List.of(-1f, 0.5f, 0.5f))),
        categorical(
            "bucketize of nothing",
            A.bucketize(4),
            e -> new Fitted.Bucketize((Expr.Bucketize) e, 0, List.of())),
        categorical("vocabulary", T.vocabulary(9, 0), FullGraphTest::terms),
        categorical("vocabulary with one bucket", T.vocabulary(9, 1), FullGraphTest::terms),
        categorical("filled vocabulary", T.orElse("straße").vocabulary(9, 0), FullGraphTest::terms),
        categorical(
            "empty vocabulary",
            T.vocabulary(9, 1),
            e -> new Fitted.Vocabulary((Expr.Vocabulary) e, 0, Terms.of())),
        categorical("identity", SMALL.identity(9)),
        categorical("filled identity", SMALL.orElse(3).identity(9)),
        categorical("hash of one bucket", T.hash(1)),
        categorical("cross of one bucket", T.cross(SMALL.identity(9)).hash(1)),
        dense("one-hot", SMALL.identity(9).oneHot()),
        dense("one-hot of terms", T.vocabulary(5, 0).oneHot(), FullGraphTest::terms, "t"),
        dense("packed", Vector.of("v", A, B.orElse(2), SMALL)),
        dense("list", L.padTo(3)),
        dense("computed list", L.dividedBy(255).abs().plus(1).padTo(4, -1)),
        dense(
            "quantile scale",
            A.quantileScale(5),
            e -> new Fitted.Quantile((Scaling.Quantile) e, 9, List.of(-1f, 0.5f, 0.5f, 2f))),
        dense(
            "quantile scale of nothing",
            A.quantileScale(5),
            e -> new Fitted.Quantile((Scaling.Quantile) e, 0, List.of())),
        categorical(
            "ranked vocabulary",
            T.vocabulary(9, 0, Ranking.byWeight(A)),
            e -> new Fitted.Ranked(e, 9, Terms.of("b", "other"))),
        dense("missing id", SMALL.identity(9).isMissing().asNumber()));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void graphGivesWhatThePlanGives(Case each) throws Exception {
    FittedPlan plan = FittedPlan.of(each.plan(), each.fitted());
    ModelInputs expected = ModelInputs.of(plan.features(), plan.applyWithoutLabel(raw()));
    FullGraph full = FullGraph.of(plan, core(plan));
    assertThat(full).isInstanceOf(FullGraph.Whole.class);
    float[] actual =
        run(plan, ((FullGraph.Whole) full).onnx(), raw(), Math.max(1, expected.width()));
    float[] wanted = only(expected);
    for (int row = 0; row < wanted.length; row++) {
      // The sign of a zero may be lost.
      assertThat(actual[row] + 0f).as("value %d", row).isEqualTo((Float) (wanted[row] + 0f));
    }
  }

  /** The values of the only feature. */
  static float[] only(ModelInputs inputs) {
    if (inputs.width() > 0) {
      return inputs.dense();
    } else if (inputs.sequences().length > 0) {
      float[] ids = new float[inputs.sequences()[0].length];
      for (int i = 0; i < ids.length; i++) {
        ids[i] = inputs.sequences()[0][i];
      }
      return ids;
    }
    float[] values = new float[inputs.rows()];
    for (int row = 0; row < values.length; row++) {
      values[row] = inputs.categorical()[0][row];
    }
    return values;
  }

  private static Label ofUndefined(Numeric x) {
    return x.equalTo(x);
  }

  static Fitted terms(Expr e) {
    return new Fitted.Vocabulary((Expr.Vocabulary) e, 9, Terms.of("b", "", "straße", "𝕏 é"));
  }

  private static Fitted perText(Keyed e) {
    Expr.ZScore of = (Expr.ZScore) e.of();
    return new Fitted.PerKey(
        e,
        new Fitted.ZScore(of, 9, 0.5f, 2),
        Terms.of("", "b"),
        List.of(new Fitted.ZScore(of, 3, 1, 3), new Fitted.ZScore(of, 3, 7, 0)));
  }

  private static Fitted robustPerText(Keyed e) {
    Scaling.Robust of = (Scaling.Robust) e.of();
    return new Fitted.PerKey(
        e,
        new Fitted.Robust(of, 9, 0.5f, -1, 2),
        Terms.of("", "b"),
        List.of(new Fitted.Robust(of, 3, 1, 0.5f, 3), new Fitted.Robust(of, 3, 7, 7, 7)));
  }

  private static Aggregate aggregate(Numeric of) {
    return (Aggregate) of.expr();
  }

  private static Fitted sumPerText(Keyed e) {
    Aggregate of = (Aggregate) e.of();
    return new Fitted.PerKey(
        e,
        new Fitted.Aggregate(of, 9, 50),
        Terms.of("", "b"),
        List.of(new Fitted.Aggregate(of, 3, 7.25f), new Fitted.Aggregate(of, 3, -1)));
  }

  private static Fitted directions(FixedVector.Pca e) {
    return new Fitted.Pca(
        e,
        9,
        List.of(1f, 2f),
        List.of(List.of(2f), List.of(0.5f, 1f)),
        List.of(List.of(0.8f, 0.6f), List.of(-0.6f, 0.8f)));
  }

  private static Fitted perId(Keyed e) {
    Expr.MinMax of = (Expr.MinMax) e.of();
    return new Fitted.PerKey(
        e,
        new Fitted.MinMax(of, 9, 0, 2),
        Terms.of("3", "8"),
        List.of(new Fitted.MinMax(of, 3, -1, 3), new Fitted.MinMax(of, 3, 7, 7)));
  }

  @Test
  void bucketsPerKeyMayDifferInNumber() throws Exception {
    Keyed.Buckets e = new Keyed.Buckets(new Expr.Bucketize((Expr.OfNumber) A.expr(), 3), T.expr());
    FeaturePlan plan = Features.of().categorical(new Categorical("x", e)).unlabelled();
    Fitted fitted =
        new Fitted.PerKey(
            e,
            new Fitted.Bucketize(e.of(), 9, List.of(0f, 1f)),
            Terms.of("", "b"),
            List.of(
                new Fitted.Bucketize(e.of(), 3, List.of(0.5f)),
                new Fitted.Bucketize(e.of(), 3, List.of())));
    graphGivesWhatThePlanGives(new Case("", plan, List.of(fitted)));
  }

  @Test
  void featuresOfAllKindsStandSideBySide() throws Exception {
    FeaturePlan plan =
        Features.of()
            .dense(A.orElse(1), B, sum(A, B).as("c"))
            .categorical(SMALL.identity(9), T.hash(1))
            .unlabelled();
    FittedPlan fitted = FittedPlan.of(plan, List.of());
    OnnxGraph g = OnnxGraph.named("core");
    List<OnnxGraph.Value> parts = new ArrayList<>(List.of(g.floats(Signature.DENSE, 3)));
    parts.add(g.gather(counting(g, 11), g.ids("small")));
    byte[] core = g.output(Signature.PREDICTION, g.concat(parts)).bytes();

    float[] actual = run(fitted, ((FullGraph.Whole) FullGraph.of(fitted, core)).onnx(), raw(), 4);

    ModelInputs expected = ModelInputs.of(fitted.features(), fitted.applyWithoutLabel(raw()));
    for (int row = 0; row < expected.rows(); row++) {
      for (int i = 0; i < 3; i++) {
        assertThat(actual[row * 4 + i] + 0f)
            .isEqualTo((Float) (expected.dense()[row * 3 + i] + 0f));
      }
      assertThat(actual[row * 4 + 3]).isEqualTo(expected.categorical()[0][row]);
    }
  }

  @Test
  void whatIdentityRefusesTheGraphRefuses() throws Exception {
    FittedPlan plan =
        FittedPlan.of(Features.of().categorical(SMALL.identity(2)).unlabelled(), List.of());
    byte[] onnx = ((FullGraph.Whole) FullGraph.of(plan, core(plan))).onnx();
    for (float bad : new float[] {2, -1, 0.5f, 1e30f, Float.POSITIVE_INFINITY}) {
      ExampleBatch raw = ExampleBatch.of(1, List.of(WideAndDeep.floats("small", bad)));
      assertThatIllegalArgumentException().isThrownBy(() -> plan.apply(raw));
      assertThatIllegalStateException()
          .isThrownBy(() -> run(plan, onnx, raw, 1))
          .withMessageContaining("out of data bounds");
    }
  }

  @Test
  void textThatJavaCannotHandOverIsRefused() throws Exception {
    FeaturePlan plan = Features.of().categorical(T.vocabulary(9, 1)).unlabelled();
    FittedPlan fitted = FittedPlan.of(plan, List.of(terms(plan.categorical().get("t"))));
    byte[] onnx = ((FullGraph.Whole) FullGraph.of(fitted, core(fitted))).onnx();
    ExampleBatch raw = ExampleBatch.of(1, List.of(WideAndDeep.text("t", "\uD835\uDD4F")));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> run(fitted, onnx, raw, 1))
        .withMessageStartingWith(
            "Cannot feed column 't' to input 't': '\uD835\uDD4F' has a character beyond U+FFFF");
  }

  @Test
  void comparableExamplesAreThoseThatEnterAsTheyAre() {
    FittedPlan plan =
        FittedPlan.of(Features.of().dense(A).categorical(T.hash(1)).unlabelled(), List.of());
    ExampleBatch raw =
        ExampleBatch.of(
            6,
            List.of(
                WideAndDeep.floats("a", 1f, Float.NaN, null, 2f, 3f, 4f),
                WideAndDeep.text("t", "x", "x", null, "\uD835\uDD4F", "\uFFFF", "a\0")));
    assertThat(FullGraph.comparable(plan, raw)).containsExactly(0, 2);
  }

  @Test
  void namesOfColumnsMayLookLikeThoseOfSteps() throws Exception {
    FittedPlan plan =
        FittedPlan.of(
            Features.of()
                .dense(
                    ROW.number(Column.number("plan/Not/1")).as("x"),
                    ROW.number(Column.number("core/prediction")).as("y"),
                    ROW.number(Column.number("dense")).as("z"))
                .unlabelled(),
            List.of());
    byte[] onnx = ((FullGraph.Whole) FullGraph.of(plan, core(plan))).onnx();
    ExampleBatch raw =
        ExampleBatch.of(
            1,
            List.of(
                WideAndDeep.floats("plan/Not/1", 1f),
                WideAndDeep.floats("core/prediction", 2f),
                WideAndDeep.floats("dense", 3f)));
    assertThat(run(plan, onnx, raw, 3)).containsExactly(1, 2, 3);
  }

  @Test
  void fileSaysHowMissingValuesEnter() throws Exception {
    WideAndDeep model = new WideAndDeep(WideAndDeep.plan(), 1, 1);
    OnnxMl.ModelProto full =
        OnnxMl.ModelProto.parseFrom(
            ((FullGraph.Whole) FullGraph.of(model.plan, model.onnx())).onnx());
    assertThat(full.getGraph().getInputList().stream().map(OnnxMl.ValueInfoProto::getName))
        .containsExactly("company", "fare", "hour", "miles");
    assertThat(full.getGraph().getInput(1).getType().getTensorType().getShape().getDimCount())
        .isEqualTo(2);
    assertThat(full.getMetadataPropsList().stream().map(p -> p.getKey() + "=" + p.getValue()))
        .containsExactly("pergola.missing_number=NaN", "pergola.missing_text=\uFFFF");
    assertThat(full.getOpsetImportList().stream().map(o -> o.getDomain() + ":" + o.getVersion()))
        .containsExactly(":17", "ai.onnx.ml:3");
  }

  private static Case dense(String name, Dense x) {
    return new Case(name, Features.of().dense(x).unlabelled(), List.of());
  }

  private static Case dense(String name, Dense x, Function<Expr, Fitted> fitted) {
    return new Case(name, Features.of().dense(x).unlabelled(), List.of(fitted.apply(x.expr())));
  }

  /** A vector of something fitted. */
  private static Case dense(String name, Vector x, Function<Expr, Fitted> fitted, String ofWhat) {
    Expr inner = x.expr().operands().get(0);
    return new Case(
        name + " of " + ofWhat, Features.of().dense(x).unlabelled(), List.of(fitted.apply(inner)));
  }

  private static Case categorical(String name, Categorical x) {
    return new Case(name, Features.of().categorical(x).unlabelled(), List.of());
  }

  private static Case categorical(String name, Categorical x, Function<Expr, Fitted> fitted) {
    return new Case(
        name, Features.of().categorical(x).unlabelled(), List.of(fitted.apply(x.expr())));
  }

  /** Lists of 1 to 5 numbers, of which every seventh is missing. */
  private static ExampleColumn lists(int rows) {
    ExampleBatchBuilder builder =
        new ExampleBatchBuilder(
            new ExampleSchema(List.of(new ExampleSchema.Field("l", ColumnType.FLOAT, true))));
    for (int row = 0; row < rows; row++) {
      for (int i = 0; row % 7 != 0 && i <= row % 5; i++) {
        builder.putFloat(0, row * 1.5f - 10 * i);
      }
      builder.endRow();
    }
    return builder.build().column("l");
  }

  /** A graph that gives its features as they are, ids as numbers. */
  static byte[] core(FittedPlan plan) {
    FittedPlan.Features features = plan.features();
    OnnxGraph g = OnnxGraph.named("core");
    List<OnnxGraph.Value> parts = new ArrayList<>();
    if (!features.dense().isEmpty()) {
      parts.add(g.floats(Signature.DENSE, features.denseWidth()));
    }
    for (FittedPlan.CategoricalFeature feature : features.categorical()) {
      int rows = Math.min(feature.size() + 1, 100);
      parts.add(g.gather(counting(g, rows), g.ids(feature.name())));
    }
    for (FittedPlan.SequenceFeature feature : features.sequences()) {
      OnnxGraph.Value ids = g.ids(feature.name(), feature.length());
      OnnxGraph.Value rows = g.gather(counting(g, feature.size() + 1), ids);
      parts.add(g.layers().reshape(rows, List.of(feature.length())));
    }
    return g.output(Signature.PREDICTION, g.concat(parts)).bytes();
  }

  static OnnxGraph.Weights counting(OnnxGraph g, int rows) {
    float[] table = new float[rows];
    for (int i = 0; i < rows; i++) {
      table[i] = i;
    }
    return g.matrix("counting", rows, 1, table);
  }

  static float[] run(FittedPlan plan, byte[] onnx, ExampleBatch raw, int outputs)
      throws IOException {
    List<GraphInput> inputs = Servable.rawInputs(plan).inputs();
    try (RawSession session =
        RawSession.open(
            onnx,
            new ImportedGraph(inputs, Signature.PREDICTION, Optional.empty()),
            outputs,
            1,
            Path.of(FullGraph.FILE))) {
      return session.run(raw).values();
    }
  }

  /**
   * Every pair of interesting numbers, and texts and ids beside them.
   *
   * @param more texts
   */
  static ExampleBatch raw(String... more) {
    Float[] numbers = {
      null,
      0f,
      -0f,
      1f,
      -1f,
      0.5f,
      1.5f,
      2.5f,
      -2.5f,
      1e-7f,
      -1e-7f,
      3.1415927f,
      1e30f,
      -1e30f,
      (float) 1e-40,
      Float.POSITIVE_INFINITY,
      Float.NEGATIVE_INFINITY
    };
    List<String> texts =
        new ArrayList<>(Arrays.asList(null, "", "b", "straße", "e\u0301", "other", "B", " b"));
    texts.addAll(List.of(more));
    Long[] integers = {null, 0L, 16_777_217L, -16_777_219L, (1L << 40) + (1L << 16) + 1, 7L};
    int n = numbers.length * numbers.length;
    Float[] a = new Float[n];
    Float[] b = new Float[n];
    Long[] integer = new Long[n];
    Long[] small = new Long[n];
    String[] text = new String[n];
    for (int i = 0; i < n; i++) {
      a[i] = numbers[i / numbers.length];
      b[i] = numbers[i % numbers.length];
      integer[i] = integers[i % integers.length];
      small[i] = i % 10 == 9 ? null : (Long) (long) (i % 10);
      text[i] = texts.get(i % texts.size());
    }
    return ExampleBatch.of(
        n,
        List.of(
            WideAndDeep.floats("a", a),
            WideAndDeep.floats("b", b),
            WideAndDeep.longs("n", integer),
            WideAndDeep.longs("small", small),
            lists(n),
            WideAndDeep.text("t", text)));
  }
}
