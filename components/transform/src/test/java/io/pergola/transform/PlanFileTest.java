package io.pergola.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pergola.artifact.Row;
import io.pergola.feature.Aggregate;
import io.pergola.feature.Categorical;
import io.pergola.feature.Column;
import io.pergola.feature.Columns;
import io.pergola.feature.EqualWidth;
import io.pergola.feature.Expr;
import io.pergola.feature.FeaturePlan;
import io.pergola.feature.Features;
import io.pergola.feature.FixedVector;
import io.pergola.feature.IdList;
import io.pergola.feature.Ids;
import io.pergola.feature.Keyed;
import io.pergola.feature.Numeric;
import io.pergola.feature.Ranking;
import io.pergola.feature.Scaling;
import io.pergola.feature.Vector;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanFileTest {
  @TempDir Path directory;

  /** Every kind of expression once. */
  private static FittedPlan everything() {
    Columns<Row> trip = Columns.of();
    Numeric fare = trip.number(Column.number("fare")).orElse(0);
    FeaturePlan plan =
        Features.of()
            .dense(
                fare.zScore(),
                trip.number(Column.number("miles")).minMax(-1, 1),
                fare.plus(1).minus(2).times(0.1).dividedBy(3).as("sum"))
            .categorical(
                trip.number(Column.number("latitude")).bucketize(4),
                trip.text(Column.text("payment")).orElse("").vocabulary(10, 2, 3),
                trip.text(Column.text("company")).hash(1_000),
                trip.number(Column.number("hour")).identity(24),
                trip.text(Column.text("company"))
                    .cross(trip.number(Column.number("hour")).identity(24))
                    .hash(50))
            .label(trip.number(Column.number("tips")).greaterThan(fare.times(0.2)));
    return FittedPlan.of(
        plan,
        List.of(
            new Fitted.ZScore((Expr.ZScore) plan.dense().get("fare"), 15_000, 11.8f, 10.25f),
            new Fitted.MinMax((Expr.MinMax) plan.dense().get("miles"), 14_000, 0, 1e-7f),
            new Fitted.Bucketize(
                (Expr.Bucketize) plan.categorical().get("latitude"),
                9_000,
                List.of(-41.9f, 41.88f, 41.95f)),
            new Fitted.Vocabulary(
                (Expr.Vocabulary) plan.categorical().get("payment"),
                15_000,
                Terms.ofBytes(
                    List.of(
                        "Credit Card".getBytes(StandardCharsets.UTF_8),
                        "é\t\"".getBytes(StandardCharsets.UTF_8),
                        new byte[] {(byte) 0xFF, 0})))));
  }

  /** The analyzers that came after the first golden file. */
  private static FittedPlan scales() {
    Numeric fare = Columns.<Row>of().number(Column.number("fare"));
    FeaturePlan plan =
        Features.of()
            .dense(fare.robustScale().as("robust"), fare.gaussianScale().as("gaussian"))
            .unlabelled();
    return FittedPlan.of(
        plan,
        List.of(
            new Fitted.Robust((Scaling.Robust) plan.dense().get("robust"), 20, 8, 6.5f, 12),
            new Fitted.Gaussian(
                (Scaling.Gaussian) plan.dense().get("gaussian"), 20, 9.5f, 3, 0, 0.25f)));
  }

  /** Constants for each key, one of which is not UTF-8. */
  private static FittedPlan keys() {
    Columns<Row> trip = Columns.of();
    FeaturePlan plan =
        Features.of()
            .dense(
                trip.number(Column.number("fare"))
                    .perKey(trip.text(Column.text("company")))
                    .zScore())
            .unlabelled();
    Keyed.Scale scale = (Keyed.Scale) plan.dense().get("fare");
    Expr.ZScore zScore = (Expr.ZScore) scale.of();
    return FittedPlan.of(
        plan,
        List.of(
            new Fitted.PerKey(
                scale,
                new Fitted.ZScore(zScore, 6, 10, 4),
                Terms.ofBytes(
                    List.of("Blue".getBytes(StandardCharsets.UTF_8), new byte[] {(byte) 0xFF, 0})),
                List.of(
                    new Fitted.ZScore(zScore, 4, 8, 0.5f), new Fitted.ZScore(zScore, 1, 14, 0)))));
  }

  /** Constants of lists, and of what came after them. */
  private static FittedPlan lists() {
    Columns<Row> review = Columns.of();
    Ids words = review.text(Column.text("text")).tokenize().vocabulary(5, 0);
    Vector weights = words.tfIdf();
    Numeric fare = review.number(Column.number("fare")).quantileScale(3);
    Categorical ranked =
        review
            .text(Column.text("text"))
            .vocabulary(5, 1, Ranking.byInformation(fare.greaterThan(0.5)).atLeast(0.25));
    FeaturePlan plan =
        Features.of()
            .dense(weights, fare)
            .categorical(ranked.as("r"))
            .sequence(words.as("s").padTo(4))
            .unlabelled();
    return FittedPlan.of(
        plan,
        List.of(
            new Fitted.TokenVocabulary((IdList.Vocabulary) words.expr(), 40, Terms.of("b", "a")),
            new Fitted.TfIdf((FixedVector.TfIdf) weights.expr(), 9, List.of(7L, 2L)),
            new Fitted.Quantile((Scaling.Quantile) fare.expr(), 12, List.of(1.5f, 2f)),
            new Fitted.Ranked(ranked.expr(), 11, Terms.of("b b", "a"))));
  }

  /** Constants of all examples, of intervals, and of directions. */
  private static FittedPlan directions() {
    Columns<Row> trip = Columns.of();
    Numeric fare = trip.number(Column.number("fare"));
    Numeric miles = trip.number(Column.number("miles"));
    Vector pca = Vector.of("pair", fare, miles).pca(1);
    Numeric mean = fare.analysed().mean();
    Numeric ofKey = fare.perKey(trip.text(Column.text("company"))).sum();
    Categorical width = fare.bucketizeEqualWidth(3);
    FeaturePlan plan =
        Features.of()
            .dense(pca, mean.as("mean"), ofKey.as("sum"))
            .categorical(width.as("width"))
            .unlabelled();
    Aggregate sum = (Aggregate) ((Keyed) ofKey.expr()).of();
    return FittedPlan.of(
        plan,
        List.of(
            new Fitted.Aggregate((Aggregate) mean.expr(), 8, 11.25f),
            new Fitted.EqualWidth(
                (EqualWidth) width.expr(), 8, 2, 14, List.of(6f, 10f), List.of(1L, 2L, 5L)),
            new Fitted.PerKey(
                (Keyed) ofKey.expr(),
                new Fitted.Aggregate(sum, 8, 90),
                Terms.of("Blue"),
                List.of(new Fitted.Aggregate(sum, 3, 40.5f))),
            new Fitted.Pca(
                (FixedVector.Pca) pca.expr(),
                7,
                List.of(1f, -2.5f),
                List.of(List.of(4f), List.of(0f, 0.25f)),
                List.of(List.of(1f, 0f)))));
  }

  @Test
  void fileIsTheGoldenOne() throws IOException {
    everything().write(directory);
    assertThat(directory.resolve("transform.json")).hasContent(golden("transform.json"));
    scales().write(directory);
    assertThat(directory.resolve("transform.json")).hasContent(golden("transform-scales.json"));
    assertThat(FittedPlan.read(directory)).isEqualTo(scales());
    lists().write(directory);
    assertThat(directory.resolve("transform.json")).hasContent(golden("transform-lists.json"));
    assertThat(FittedPlan.read(directory)).isEqualTo(lists());
    keys().write(directory);
    assertThat(directory.resolve("transform.json")).hasContent(golden("transform-keys.json"));
    assertThat(FittedPlan.read(directory)).isEqualTo(keys());
    directions().write(directory);
    assertThat(directory.resolve("transform.json")).hasContent(golden("transform-directions.json"));
    assertThat(FittedPlan.read(directory)).isEqualTo(directions());
  }

  private static String golden(String name) throws IOException {
    try (InputStream golden = PlanFileTest.class.getResourceAsStream(name)) {
      return new String(golden.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void planSurvivesItsFile() throws IOException {
    everything().write(directory);
    assertThat(FittedPlan.read(directory)).isEqualTo(everything());
    assertThat(FittedPlan.read(directory.resolve("transform.json"))).isEqualTo(everything());
    assertThat(directory.toFile().list()).containsExactly("transform.json");
  }

  @Test
  void newerFormatIsRefused() throws IOException {
    Path file = directory.resolve("transform.json");
    Files.writeString(file, "{\"format\": 2, \"whatever\": []}");
    assertThatThrownBy(() -> FittedPlan.read(directory))
        .isInstanceOf(IOException.class)
        .hasMessage(
            ("Cannot read %s: its format is 2, and this release reads up to 1. Use the release"
                    + " that wrote it, or a newer one.")
                .formatted(file));
  }

  @Test
  void filesThatAreNoPlanAreRefused() throws IOException {
    Path file = directory.resolve("transform.json");
    for (String text :
        List.of(
            "[]",
            "{}",
            "{\"format\": 1",
            "{\"format\": 1, \"plan\": {}}",
            "{\"format\": 1, \"plan\":"
                + " {\"dense\":{\"x\":{\"op\":\"nonsense\"}},\"categorical\":{},\"labels\":{}},"
                + " \"fitted\":[]}",
            "{\"format\": 1, \"plan\":"
                + " {\"dense\":{\"x\":{\"op\":\"z_score\",\"of\":{\"op\":\"number\",\"column\":\"x\"}}},\"categorical\":{},\"labels\":{}},"
                + " \"fitted\":[]}")) {
      Files.writeString(file, text);
      assertThatThrownBy(() -> FittedPlan.read(directory))
          .as(text)
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("Cannot read " + file + ": ");
    }
  }
}
