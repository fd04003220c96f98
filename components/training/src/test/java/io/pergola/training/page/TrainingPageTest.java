package io.pergola.training.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pergola.training.TrainingCurves;
import io.pergola.training.TrainingCurves.Evaluation;
import io.pergola.training.TrainingCurves.Point;
import io.pergola.training.TrainingProfile;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainingPageTest {
  private static final String EVIL = "</title><script>alert(1)</script>";

  private static TrainingCurves curves(String label, List<Evaluation> evaluations) {
    return new TrainingCurves(
        "binary",
        label,
        64,
        20,
        10,
        List.of(new Point(10, 1, 0.01), new Point(20, 0.5, 0.005)),
        evaluations);
  }

  private static Evaluation evaluation(int step, double loss, String metric, double value) {
    return new Evaluation(step, loss, new TreeMap<>(Map.of(metric, value)));
  }

  @Test
  void hasAChartForTheLossEachMetricAndTheLearningRate() {
    String page =
        TrainingPage.of(
            "taxi/trainer",
            curves("tip", List.of(evaluation(10, 0.5, "auc", 0.75), evaluation(20, 1, "auc", 1))),
            Optional.empty());

    assertThat(Pattern.compile("<figcaption>([^<]*) ").matcher(page).results())
        .extracting(found -> found.group(1))
        .containsExactly("Loss", "auc", "Learning rate");
    assertThat(page)
        .contains(
            "binary, label tip: 20 steps of 64 examples; the weights of step 10 were kept with")
        .contains("<title>evaluation, step 10: 0.5</title>")
        .contains("<tr class=\"kept\"><td>10</td><td>0.5</td><td>0.75</td></tr>");
  }

  @Test
  void theHighestAndLowestValuesStandATwentiethFromTheEdges() {
    String page = TrainingPage.of("t", curves("tip", List.of()), Optional.empty());

    // 214 units for 1.05 down to 0.475 - 0.025 of the span 0.55; step 10 of 20 in the middle.
    Matcher line =
        Pattern.compile("line-a\" d=\"M([\\d.]+) ([\\d.]+)L([\\d.]+) ([\\d.]+)").matcher(page);
    assertThat(line.find()).isTrue();
    assertThat(Double.parseDouble(line.group(1))).isCloseTo(62 + 564 / 2.0, within(0.06));
    assertThat(Double.parseDouble(line.group(2))).isCloseTo(12 + 214 / 22.0, within(0.06));
    assertThat(Double.parseDouble(line.group(3))).isCloseTo(62 + 564, within(0.06));
    assertThat(Double.parseDouble(line.group(4))).isCloseTo(12 + 214 * 21 / 22.0, within(0.06));
  }

  @Test
  void theProfileIsABarOfSharesAndItsAdvice() {
    String page =
        TrainingPage.of(
            "t",
            curves("tip", List.of()),
            Optional.of(
                new TrainingProfile(
                    12.5,
                    0.125,
                    0.5,
                    0.25,
                    0.0625,
                    new TreeMap<>(Map.of("hidden_1", 0.5, "wide", 0.25)))));

    assertThat(page)
        .contains("<figcaption>Where the time went: 12.5 s</figcaption>")
        .contains("<rect class=\"fill-input\" x=\"0.0\" width=\"80.0\" height=\"34\">")
        .contains("<rect class=\"fill-compute\" x=\"80.0\" width=\"320.0\" height=\"34\">")
        .contains("<rect class=\"fill-other\" x=\"600.0\" width=\"40.0\" height=\"34\">")
        .contains("<li class=\"part part-checkpoint\">checkpoint 6.3 %</li>")
        .contains(
            "<tr><th scope=\"row\">hidden_1</th><td>50.0 %</td></tr>\n<tr><th scope=\"row\">wide</th><td>25.0 %</td></tr>")
        .contains("<p>Compute-bound: the network takes 80 % of a step.");
  }

  @Test
  void aConstantLearningRateIsASentence() {
    TrainingCurves curves =
        new TrainingCurves("binary", "tip", 64, 1, 1, List.of(new Point(1, 0.5, 0.003)), List.of());

    assertThat(TrainingPage.of("t", curves, Optional.empty()))
        .contains("The learning rate was 0.003 throughout.</p>")
        .doesNotContain("<figcaption>Learning rate");
  }

  @Test
  void aTrainingWithoutPointsHasAPageWithoutCharts() {
    TrainingCurves none = new TrainingCurves("binary", "tip", 64, 0, 0, List.of(), List.of());

    assertThat(TrainingPage.of("t", none, Optional.empty()))
        .contains("<h1>Training</h1>")
        .doesNotContain("<svg");
  }

  @Test
  void allowsNothingButItsOwnStyle() throws Exception {
    String page = TrainingPage.of("t", curves("tip", List.of()), Optional.empty());
    String style = page.substring(page.indexOf("<style>") + 7, page.indexOf("</style>"));
    byte[] hash =
        MessageDigest.getInstance("SHA-256").digest(style.getBytes(StandardCharsets.UTF_8));

    assertThat(page)
        .contains(
            "content=\"default-src 'none'; style-src 'sha256-%s'; base-uri 'none'; form-action 'none'\""
                .formatted(Base64.getEncoder().encodeToString(hash)))
        .doesNotContain("<script")
        .doesNotContain("style=")
        .doesNotContain("http:")
        .doesNotContain("https:");
  }

  @Test
  void namesAreShownAndNotObeyed() {
    String page =
        TrainingPage.of(
            EVIL, curves(EVIL, List.of(evaluation(10, 0.5, EVIL, 0.75))), Optional.empty());

    assertThat(page).doesNotContain("<script").contains("&lt;script&gt;alert(1)");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 10, '0,2,4,6,8,10'",
    "0.47, 1.03, '0.5,0.6,0.7,0.8,0.9,1'",
    "-3, 4, '-3,-2,-1,0,1,2,3,4'"
  })
  void ticksAreRoundNumbers(double from, double to, String expected) {
    assertThat(CurveChart.ticks(from, to).stream().map(CurveChart::number).toList())
        .isEqualTo(List.of(expected.split(",")));
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "0.25, 0.25", "0.6931471, 0.69315", "12345.678, 12346", "1.25e-5, 1.25e-05"})
  void numbersHaveFiveDigitsAtMost(double value, String expected) {
    assertThat(CurveChart.number(value)).isEqualTo(expected);
  }
}
