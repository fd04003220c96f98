package io.pergola.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.pergola.artifact.Row;
import io.pergola.feature.Column;
import io.pergola.feature.Columns;
import io.pergola.feature.Expr;
import io.pergola.feature.FeaturePlan;
import io.pergola.feature.Features;
import io.pergola.feature.Keyed;
import io.pergola.feature.Numeric;
import io.pergola.feature.Scaling;
import io.pergola.feature.Text;
import io.pergola.transform.Fitted;
import io.pergola.transform.FittedPlan;
import io.pergola.transform.Terms;
import java.time.ZoneId;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Where plans cannot be said in standard operators, and what is said of it. */
class FullGraphEndsTest {
  private static final Columns<Row> ROW = Columns.of();
  private static final Numeric A = ROW.number(Column.number("a"));
  private static final Numeric SMALL = ROW.number(Column.number("small"));
  private static final Text T = ROW.text(Column.text("t"));

  /** A plan that ends, and what is said of it. */
  record End(FeaturePlan plan, String text) {}

  static Stream<End> ends() {
    return Stream.of(
        new End(
            Features.of().categorical(T.hash(10)).unlabelled(),
            "t.hash(10) of feature 't': ONNX has no operator that hashes as Fingerprint64 does"),
        new End(
            Features.of().categorical(T.cross(SMALL.identity(9)).hash(7)).unlabelled(),
            "(t x small.identity(9)).hash(7) of feature 't_x_small': ONNX has no operator that"
                + " hashes as Fingerprint64 does"),
        new End(
            Features.of().dense(A, T.length().as("l")).unlabelled(),
            "t.length() of feature 'l': ONNX has no operator that changes or measures texts as"
                + " Java does"),
        new End(
            Features.of().categorical(T.strip().hash(1)).unlabelled(),
            "t.strip() of feature 't': ONNX has no operator that changes or measures texts as Java"
                + " does"),
        new End(
            Features.of().dense(A.map("cubed", x -> x * x * x).as("c")).unlabelled(),
            "a.map(\"cubed\") of feature 'c': function 'cubed' is Java code of"
                + " io.pergola.model.FullGraphEndsTest"),
        new End(
            Features.of().categorical(T.map("cut", String::strip).hash(1)).unlabelled(),
            "t.map(\"cut\") of feature 't': function 'cut' is Java code of"
                + " io.pergola.model.FullGraphEndsTest"),
        new End(
            Features.of().categorical(T.lower().orElse("None").hash(1)).unlabelled(),
            "t.lower().orElse(\"None\") of feature 't': ONNX has no operator that makes small letters"
                + " as Java does, only a look-up that finds them"),
        new End(
            Features.of().dense(T.tokenize(Pattern.compile("[a-z]+")).count()).unlabelled(),
            "t.tokenize(\"[a-z]+\") of feature 't': ONNX has no operator that finds what a pattern"
                + " matches, only one that splits"),
        new End(
            Features.of().dense(T.split(Pattern.compile(", *")).count()).unlabelled(),
            "t.split(\", *\") of feature 't': ONNX splits at characters, and the pattern is not one of"
                + " a set of 256 at most"),
        new End(
            Features.of().dense(T.lower().tokenize().distinct().count()).unlabelled(),
            "t.lower().tokenize().distinct() of feature 't': ONNX has no operator that makes small"
                + " letters as Java does, only a look-up that finds them"),
        new End(
            Features.of().dense(T.tokenize().hash(9).multiHot().as("m")).unlabelled(),
            "t.tokenize().hash(9) of feature 'm': ONNX has no operator that hashes as Fingerprint64"
                + " does"),
        new End(
            Features.of()
                .dense(T.time("uuuu-MM-dd", ZoneId.of("UTC")).year(ZoneId.of("UTC")))
                .unlabelled(),
            "t.time(\"uuuu-MM-dd\", UTC) of feature 't_year': ONNX has no operator that reads times"
                + " in texts"),
        new End(
            Features.of().categorical(A.identity((1 << 24) + 1)).unlabelled(),
            "a.identity(16777217) of feature 'a': float32 does not have every id above 16777216"),
        new End(
            Features.of().dense(ROW.number(Column.number("prediction"))).unlabelled(),
            "the raw column 'prediction' has the name of the output"),
        new End(
            Features.of().dense(new Numeric("one", new Expr.Constant(1))).unlabelled(),
            "the plan reads no raw column"));
  }

  @ParameterizedTest
  @MethodSource("ends")
  void reasonIsGivenWhereAPlanEnds(End end) {
    FittedPlan plan = FittedPlan.of(end.plan(), List.of());
    FullGraph full = FullGraph.of(plan, FullGraphTest.core(plan));
    assertThat(full).isInstanceOf(FullGraph.Ends.class);
    assertThat(((FullGraph.Ends) full).text()).isEqualTo(end.text());
  }

  @Test
  void aGaussianScaleOfEachKeyEnds() {
    FeaturePlan plan = Features.of().dense(A.perKey(T).gaussianScale()).unlabelled();
    Keyed keyed = (Keyed) plan.dense().get("a");
    Fitted whole = new Fitted.Gaussian((Scaling.Gaussian) keyed.of(), 9, 0, 1, 0, 0.1f);
    FittedPlan fitted =
        FittedPlan.of(
            plan, List.of(new Fitted.PerKey(keyed, whole, Terms.of("b"), List.of(whole))));
    assertThat(((FullGraph.Ends) FullGraph.of(fitted, FullGraphTest.core(fitted))).text())
        .isEqualTo(
            "a.perKey(t).gaussianScale() of feature 'a': a Gaussian or quantile scale for each key"
                + " has no form in the graph");
  }

  @Test
  void vocabularyEndsWhereItHashesOrHasTermsThatAreNoText() {
    FeaturePlan hashing = Features.of().categorical(T.vocabulary(9, 2)).unlabelled();
    FittedPlan plan =
        FittedPlan.of(hashing, List.of(FullGraphTest.terms(hashing.categorical().get("t"))));
    assertThat(((FullGraph.Ends) FullGraph.of(plan, FullGraphTest.core(plan))).text())
        .isEqualTo(
            "t.vocabulary(9, 2, 1) of feature 't': a vocabulary with 2 out-of-vocabulary buckets"
                + " hashes, and ONNX has no such hash");
    FeaturePlan exact = Features.of().categorical(T.vocabulary(9, 0)).unlabelled();
    FittedPlan broken =
        FittedPlan.of(
            exact,
            List.of(
                new Fitted.Vocabulary(
                    (Expr.Vocabulary) exact.categorical().get("t"),
                    1,
                    Terms.ofBytes(List.of(new byte[] {(byte) 0xff})))));
    assertThat(((FullGraph.Ends) FullGraph.of(broken, FullGraphTest.core(broken))).reason())
        .isEqualTo("a term is not UTF-8, and a text in ONNX is");
  }
}
