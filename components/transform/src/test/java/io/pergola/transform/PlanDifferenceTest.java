package io.pergola.transform;

import static org.assertj.core.api.Assertions.assertThat;

import io.pergola.feature.Expr;
import io.pergola.feature.FeaturePlan;
import io.pergola.feature.Keyed;
import io.pergola.feature.Scaling;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PlanDifferenceTest {
  private static final Expr.ZScore FARE =
      new Expr.ZScore(new Expr.FillNumber(new Expr.NumberColumn("fare"), 0));
  private static final Expr.Vocabulary COMPANY =
      new Expr.Vocabulary(new Expr.TextColumn("company"), 10, 1, 1);

  private static FittedPlan plan(
      Map<String, Expr.OfNumber> dense,
      Map<String, Expr.OfCategory> categorical,
      Fitted... constants) {
    return FittedPlan.of(
        new FeaturePlan(new TreeMap<>(dense), new TreeMap<>(categorical), new TreeMap<>()),
        List.of(constants));
  }

  @Test
  void equalPlansHaveNoDifference() {
    FittedPlan plan = plan(Map.of("fare", FARE), Map.of(), new Fitted.ZScore(FARE, 9, 1, 2));

    assertThat(PlanDifference.between(plan, plan).features()).isEmpty();
  }

  @Test
  void newAndGoneFeaturesReadAsTheirAuthorWroteThem() {
    FittedPlan before = plan(Map.of("fare", FARE), Map.of(), new Fitted.ZScore(FARE, 9, 1, 2));
    FittedPlan after =
        plan(
            Map.of(),
            Map.of("company", COMPANY),
            new Fitted.Vocabulary(COMPANY, 9, Terms.of("a", "b")));

    assertThat(PlanDifference.between(before, after).features())
        .containsExactly(
            new PlanDifference.Feature(
                "company",
                Optional.empty(),
                Optional.of("company.vocabulary(10, 1, 1)"),
                List.of()),
            new PlanDifference.Feature(
                "fare", Optional.of("fare.orElse(0.0).zScore()"), Optional.empty(), List.of()));
  }

  @Test
  void movedScalesAreSaidConstantByConstant() {
    Scaling.Robust robust = new Scaling.Robust(new Expr.NumberColumn("fare"));
    Scaling.Gaussian gaussian = new Scaling.Gaussian(new Expr.NumberColumn("fare"));
    FittedPlan before =
        plan(
            Map.of("a", robust, "b", gaussian),
            Map.of(),
            new Fitted.Robust(robust, 9, 2, 1, 4),
            new Fitted.Gaussian(gaussian, 9, 5, 2, 0, 0.5f));
    FittedPlan after =
        plan(
            Map.of("a", robust, "b", gaussian),
            Map.of(),
            new Fitted.Robust(robust, 9, 3, 1, 4.5f),
            new Fitted.Gaussian(gaussian, 9, 5, 2.5f, 0, 0.25f));

    assertThat(PlanDifference.between(before, after).features())
        .flatExtracting(PlanDifference.Feature::constants)
        .containsExactly(
            "median 2.0 -> 3.0",
            "third quartile 4.0 -> 4.5",
            "scale 2.0 -> 2.5",
            "right tail 0.5 -> 0.25");
  }

  @Test
  void keysThatCameWentOrMovedAreCounted() {
    Expr.ZScore zScore = new Expr.ZScore(new Expr.NumberColumn("fare"));
    Keyed.Scale scale = new Keyed.Scale(zScore, new Expr.TextColumn("company"));
    Fitted one = new Fitted.ZScore(zScore, 4, 1, 2);
    Fitted other = new Fitted.ZScore(zScore, 4, 5, 2);
    FittedPlan before =
        plan(
            Map.of("fare", scale),
            Map.of(),
            new Fitted.PerKey(scale, one, Terms.of("a", "b", "c"), List.of(one, one, one)));
    FittedPlan after =
        plan(
            Map.of("fare", scale),
            Map.of(),
            new Fitted.PerKey(scale, other, Terms.of("b", "c", "d"), List.of(other, one, one)));

    assertThat(PlanDifference.between(before, after).features())
        .flatExtracting(PlanDifference.Feature::constants)
        .containsExactly("mean 1.0 -> 5.0", "keys: 3, 1 new, 1 gone, 1 with other constants");
    assertThat(PlanDifference.between(before, before).features()).isEmpty();
  }

  @Test
  void movedConstantsAreSaidOneByOne() {
    FittedPlan before =
        plan(
            Map.of("fare", FARE),
            Map.of("company", COMPANY),
            new Fitted.ZScore(FARE, 9, 1, 2),
            new Fitted.Vocabulary(COMPANY, 9, Terms.of("a", "b")));
    FittedPlan after =
        plan(
            Map.of("fare", FARE),
            Map.of("company", COMPANY),
            new Fitted.ZScore(FARE, 9, 1.5f, 2),
            new Fitted.Vocabulary(COMPANY, 9, Terms.of("a", "c", "d")));

    assertThat(PlanDifference.between(before, after).features())
        .flatExtracting(PlanDifference.Feature::constants)
        .containsExactly("vocabulary: 3 terms, 2 new, 1 gone", "mean 1.0 -> 1.5");
  }
}
