package io.pergola.validation.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pergola.beam.ColumnType;
import io.pergola.validation.CommonStatistics;
import io.pergola.validation.CrossStatistics;
import io.pergola.validation.CustomStatistic;
import io.pergola.validation.DatasetStatistics;
import io.pergola.validation.FeatureStatistics;
import io.pergola.validation.FeatureStatistics.BytesFeature;
import io.pergola.validation.FeatureStatistics.NumericFeature;
import io.pergola.validation.FeatureStatistics.TextFeature;
import io.pergola.validation.Histogram;
import io.pergola.validation.Histogram.Bucket;
import io.pergola.validation.OtherSlices;
import io.pergola.validation.SliceKey;
import io.pergola.validation.SliceStatistics;
import io.pergola.validation.SplitStatistics;
import io.pergola.validation.StatisticsDifference;
import io.pergola.validation.TokenStatistics;
import io.pergola.validation.ValueCount;
import io.pergola.validation.page.StatisticsPage.Side;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.parser.Parser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatisticsPageTest {
  private static final List<String> EVIL =
      List.of(
          "</script><script>alert(1)</script>",
          "<!-- <script>",
          "\"'><img src=x onerror=alert(2)>",
          "a\u2028b\u2029c",
          "&lt;b&gt;",
          "__proto__",
          "\u202Egnp.exe",
          "\u001b[31m",
          "東京 🍣",
          "");

  @TempDir Path folder;

  private static CommonStatistics common(long present, long missing) {
    return new CommonStatistics(present, missing, 1, 1, 1, present, Histogram.EMPTY);
  }

  private static NumericFeature number(String name, double mean, double low, double high) {
    List<Bucket> buckets = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      buckets.add(
          new Bucket(low + i * (high - low) / 10, low + (i + 1) * (high - low) / 10, 10 + i));
    }
    Histogram histogram = new Histogram(buckets);
    return new NumericFeature(
        name,
        ColumnType.DOUBLE,
        common(145, 55),
        mean,
        2.5,
        29,
        3,
        0,
        low,
        mean,
        high,
        140,
        0,
        histogram,
        histogram,
        0);
  }

  private static TextFeature text(String name, List<ValueCount> values) {
    long total = values.stream().mapToLong(ValueCount::count).sum();
    return new TextFeature(
        name,
        common(total, 0),
        values.size(),
        0,
        4.25,
        0,
        80,
        0,
        values.subList(0, Math.min(20, values.size())),
        values,
        0);
  }

  private static List<ValueCount> counts(List<String> values) {
    return IntStream.range(0, values.size())
        .mapToObj(i -> new ValueCount(values.get(i), 100L - i))
        .toList();
  }

  private static SplitStatistics split(String name, FeatureStatistics... features) {
    return new SplitStatistics(name, 200, List.of(features));
  }

  private static DatasetStatistics plain(String text) {
    return new DatasetStatistics(
        List.of(
            split("eval", number("fare", 11.25, 0, 40), text("company", counts(List.of("a")))),
            split(
                "train",
                number("fare", 12.75, 0, 50),
                new BytesFeature("photo", common(200, 0), 200, 0, 1024, 10, 4096),
                text("company", counts(List.of("Blue", text))))));
  }

  private static Document parsed(String page) {
    Parser parser = Parser.htmlParser().setTrackErrors(50);
    Document document = parser.parseInput(page, "");
    assertThat(parser.getErrors()).isEmpty();
    return document;
  }

  private static JsonNode data(Document page) throws IOException {
    return new ObjectMapper().readTree(page.getElementById("data").data());
  }

  @Test
  void aPageIsOneHtmlFileThatParsesWithoutAnError() {
    Document page = parsed(StatisticsPage.of(new Side("first & <b>", plain("Green"))));

    assertThat(page.title()).isEqualTo("Statistics: first & <b>");
    assertThat(page.documentType().name()).isEqualTo("html");
    assertThat(page.selectFirst("html").attr("lang")).isEqualTo("en");
    assertThat(page.select("form label").size())
        .isEqualTo(page.select("form input, form select").size());
    for (Element field : page.select("form label")) {
      assertThat(field.text()).as("what a screen reader says").isNotBlank();
    }
    assertThat(page.select("[id]").eachAttr("id")).doesNotHaveDuplicates();
  }

  @Test
  void aPageLoadsNothingAndRunsNothingButItsOwnScript() throws Exception {
    String html = StatisticsPage.of(new Side("a", plain("Green")), new Side("b", plain("Red")));
    Document page = parsed(html);

    assertThat(html)
        .doesNotContainPattern("(?i)https?:|//[a-z]+\\.|@import|url\\(|fetch\\(|eval\\(");
    assertThat(page.select("[src], link, iframe, object, embed, base")).isEmpty();
    assertThat(page.select("[href]").eachAttr("href")).containsExactly("#tables");
    assertThat(page.select("[style]")).as("the policy would refuse them").isEmpty();
    String policy = page.selectFirst("meta[http-equiv=Content-Security-Policy]").attr("content");
    assertThat(policy)
        .startsWith("default-src 'none';")
        .contains("style-src 'sha256-" + sha256(page.selectFirst("style").data()) + "'")
        .contains("script-src 'sha256-" + sha256(page.select("script").last().data()) + "'")
        .doesNotContain("unsafe");
  }

  private static String sha256(String text) throws Exception {
    return Base64.getEncoder()
        .encodeToString(
            MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void thePageHasTheNumbersOfEveryFeatureOfEverySplit() throws Exception {
    DatasetStatistics statistics = plain("Green");
    JsonNode data = data(parsed(StatisticsPage.of(new Side("a", statistics))));

    assertThat(data.path("populations")).hasSize(2);
    for (int i = 0; i < 2; i++) {
      SplitStatistics split = statistics.splits().get(i);
      JsonNode population = data.path("populations").get(i);
      assertThat(population.path("split").asText()).isEqualTo(split.name());
      assertThat(population.path("examples").asLong()).isEqualTo(200);
      assertThat(population.path("features")).hasSameSizeAs(split.features());
      for (int f = 0; f < split.features().size(); f++) {
        FeatureStatistics feature = split.features().get(f);
        JsonNode drawn = population.path("features").get(f);
        assertThat(drawn.path("name").asText()).isEqualTo(feature.name());
        assertThat(drawn.path("type").asText()).isEqualTo(feature.type().name());
        assertThat(drawn.path("present").asLong()).isEqualTo(feature.common().present());
        assertThat(drawn.path("missing").asLong()).isEqualTo(feature.common().missing());
        if (feature instanceof NumericFeature number) {
          assertThat(drawn.path("mean").asDouble()).isEqualTo(number.mean());
          assertThat(drawn.path("stddev").asDouble()).isEqualTo(2.5);
          assertThat(drawn.path("zeros").asLong()).isEqualTo(29);
          assertThat(drawn.path("max").asDouble()).isEqualTo(number.max());
          assertThat(drawn.path("histogram")).hasSize(10);
          assertThat(drawn.path("quantiles")).hasSize(10);
        }
      }
    }
  }

  @Test
  void namesAndValuesCannotLeaveTheirElement() throws Exception {
    SplitStatistics evil =
        split(
            EVIL.get(0),
            EVIL.stream()
                .map(name -> text("name " + name, counts(EVIL)))
                .toArray(TextFeature[]::new));
    String html = StatisticsPage.of(new Side(EVIL.get(0), new DatasetStatistics(List.of(evil))));
    Document page = parsed(html);

    assertThat(page.select("script")).as("the data and the script").hasSize(2);
    assertThat(page.select("img")).isEmpty();
    String json = page.getElementById("data").data();
    assertThat(json).doesNotContainPattern("[<>&'\u2028\u2029]");
    JsonNode features = data(page).path("populations").get(0).path("features");
    for (int i = 0; i < EVIL.size(); i++) {
      assertThat(features.get(i).path("name").asText()).isEqualTo("name " + EVIL.get(i));
      assertThat(features.get(0).path("values").get(i).asText()).isEqualTo(EVIL.get(i));
    }
    assertThat(page.title()).isEqualTo("Statistics: " + EVIL.get(0));
  }

  @Test
  void distancesAreThoseOfStatisticsDifference() throws Exception {
    DatasetStatistics before = plain("Green");
    DatasetStatistics after =
        new DatasetStatistics(
            List.of(split("train", number("fare", 30, 5, 90), number("new", 1, 0, 1))));
    JsonNode data = data(parsed(StatisticsPage.of(new Side("a", before), new Side("b", after))));

    JsonNode train = null;
    for (JsonNode pair : data.path("pairs")) {
      if (pair.path("title").asText().equals("b") && pair.path("split").asText().equals("train")) {
        train = pair;
      }
    }
    assertThat(train.path("left").asInt()).isEqualTo(1);
    assertThat(train.path("right").asInt()).isEqualTo(2);
    Map<String, Double> found = new TreeMap<>();
    train.path("distances").forEach(one -> found.put(one.get(0).asText(), one.get(1).asDouble()));
    Map<String, Double> expected = new TreeMap<>();
    StatisticsDifference.between(before, after).features().stream()
        .filter(feature -> feature.split().equals("train"))
        .forEach(feature -> expected.put(feature.name(), feature.distance()));
    assertThat(found).isEqualTo(expected).containsEntry("new", 1.0);
    JsonNode eval = data.path("pairs").get(0);
    assertThat(eval.path("split").asText()).isEqualTo("eval");
    assertThat(eval.has("right")).as("B has no such split").isFalse();
  }

  private static DatasetStatistics sliced() {
    SplitStatistics whole = split("train", number("fare", 12, 0, 50));
    SplitStatistics night = split("train", number("fare", 25, 0, 50));
    SplitStatistics all =
        new SplitStatistics(
            "train",
            200,
            OptionalDouble.empty(),
            whole.features(),
            List.of(new SliceStatistics(SliceKey.of("hour", "23"), night)),
            List.of(new OtherSlices("hour", 7, 70)),
            Optional.of(
                new CrossStatistics(
                    List.of(new CrossStatistics.Pair("fare", "miles", 200, 3, 0.75)),
                    Optional.empty(),
                    List.of())),
            List.of(new CustomStatistic("own.number", 4.5)),
            List.of());
    return new DatasetStatistics(List.of(all));
  }

  @Test
  void aSliceCanBeShownAndComparedWithItsSplit() throws Exception {
    JsonNode data = data(parsed(StatisticsPage.of(new Side("a", sliced()))));

    assertThat(data.path("populations")).hasSize(2);
    assertThat(data.path("populations").get(0).has("slices")).isFalse();
    assertThat(data.path("populations").get(0).path("otherSlices").get(0).path("slices").asInt())
        .isEqualTo(7);
    assertThat(data.path("populations").get(1).path("slice").asText()).isEqualTo("hour=23");
    assertThat(data.path("pairs")).hasSize(1);
    assertThat(data.path("pairs").get(0).path("title").asText()).isEqualTo("all of train");
    assertThat(data.path("pairs").get(0).path("left").asInt()).isEqualTo(1);
    assertThat(data.path("pairs").get(0).path("right").asInt()).isZero();
  }

  @Test
  void rareValuesAreLeftOutButTheirCountsStay() throws Exception {
    List<ValueCount> many =
        IntStream.range(0, 1_000)
            .mapToObj(i -> new ValueCount("x".repeat(i == 0 ? 600 : 3) + i, 5_000L - i))
            .toList();
    JsonNode feature =
        data(parsed(
                StatisticsPage.of(
                    new Side("a", new DatasetStatistics(List.of(split("s", text("t", many))))))))
            .path("populations")
            .get(0)
            .path("features")
            .get(0);

    assertThat(feature.path("values")).hasSize(100);
    assertThat(feature.path("values").get(0).asText()).isEqualTo("x".repeat(500) + "…");
    assertThat(feature.path("counts")).hasSize(1_000);
  }

  private static SplitStatistics withTokens(String word, long times) {
    List<ValueCount> ranks = new ArrayList<>(List.of(new ValueCount(word, times)));
    EVIL.forEach(token -> ranks.add(new ValueCount(token, 2)));
    SplitStatistics split = split("train", text("review", counts(List.of("a b"))));
    return new SplitStatistics(
        split.name(),
        split.examples(),
        split.weightedExamples(),
        split.features(),
        split.slices(),
        split.otherSlices(),
        split.cross(),
        split.custom(),
        List.of(
            new TokenStatistics(
                "review",
                1_234,
                0.875,
                4.5,
                Histogram.EMPTY,
                3,
                40,
                12.5,
                Histogram.EMPTY,
                ranks,
                0,
                List.of(
                    new TokenStatistics.Reported(word, times, 0.25, 1, 7, 1.5, Histogram.EMPTY)))));
  }

  @Test
  void tokensOfATextAreAmongItsDetails() throws Exception {
    assumeThat(hasNode()).as("node is on this machine").isTrue();
    Document drawn =
        Jsoup.parse(
            inNode(
                StatisticsPage.of(
                    new Side("a", new DatasetStatistics(List.of(withTokens("movie", 77)))),
                    new Side("b", new DatasetStatistics(List.of(withTokens("film", 55))))),
                "drawing-test.js"));

    assertThat(drawn.select("script, img, [onerror]")).isEmpty();
    assertThat(drawn.select(".detail h3").eachText())
        .contains("Tokens", "Most frequent tokens", "Tokens asked for");
    assertThat(row(drawn, "In the vocabulary")).containsExactly("87.5 %", "87.5 %");
    assertThat(row(drawn, "Per example"))
        .containsExactly("3 to 40, mean 12.5", "3 to 40, mean 12.5");
    assertThat(row(drawn, "movie")).startsWith("77", "–");
    assertThat(row(drawn, "film")).startsWith("–", "55");
    assertThat(drawn.select("h3:contains(Tokens asked for) + table td").eachText())
        .contains("77 in 25.0 % of examples", "55 in 25.0 % of examples");
  }

  /** The cells of the first line of facts with this heading. */
  private static List<String> row(Document drawn, String heading) {
    return drawn.select(".facts tr").stream()
        .filter(line -> line.select("th").text().equals(heading))
        .findFirst()
        .orElseThrow()
        .select("td")
        .eachText();
  }

  /** What the script draws, asked by a test in JavaScript; needs Node on the machine. */
  private String inNode(String page, String test) throws Exception {
    Document document = parsed(page);
    Path script = folder.resolve("page.js");
    Path data = folder.resolve("data.json");
    try (InputStream in = StatisticsPageTest.class.getResourceAsStream(test)) {
      Files.writeString(
          script,
          document.select("script").last().data()
              + new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
    Files.writeString(data, document.getElementById("data").data());
    Process process =
        new ProcessBuilder("node", script.toString(), data.toString())
            .redirectErrorStream(true)
            .start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(out).isZero();
    return out;
  }

  private static boolean hasNode() {
    try {
      return new ProcessBuilder("node", "--version").start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void theScriptFormatsNumbersRebucketsAndOrdersAsItSays() throws Exception {
    assumeThat(hasNode()).as("node is on this machine").isTrue();

    assertThat(inNode(StatisticsPage.of(new Side("a", plain("Green"))), "functions-test.js"))
        .isEqualTo("ok\n");
  }

  @Test
  void theScriptDrawsEveryFeatureAndEscapesWhatItDraws() throws Exception {
    assumeThat(hasNode()).as("node is on this machine").isTrue();
    List<FeatureStatistics> features = new ArrayList<>();
    EVIL.forEach(name -> features.add(text("name " + name, counts(EVIL))));
    EVIL.forEach(name -> features.add(number("number " + name, 12.75, 0, 50)));
    DatasetStatistics statistics =
        new DatasetStatistics(List.of(split("train", features.toArray(FeatureStatistics[]::new))));

    String html =
        inNode(
            StatisticsPage.of(new Side("a", statistics), new Side("b", statistics)),
            "drawing-test.js");

    Parser parser = Parser.htmlParser().setTrackErrors(50);
    Document drawn = parser.parseInput("<!DOCTYPE html><title>x</title>" + html, "");
    assertThat(parser.getErrors()).isEmpty();
    assertThat(drawn.select("script, img, [onerror], [style]")).isEmpty();
    assertThat(drawn.select("button.name")).hasSize(features.size());
    assertThat(drawn.select("tr.details")).hasSize(features.size());
    assertThat(drawn.select("button.name").eachText())
        .contains("name " + EVIL.get(0), "name \\u202egnp.exe", "number __proto__");
    assertThat(drawn.select("svg.spark[role=img][aria-label]")).hasSize(features.size());
    assertThat(drawn.select("td[data-title=Mean] .side-a").eachText()).contains("A 12.75");
    assertThat(drawn.select("td[data-title=Missing] .side-a .red").eachText()).contains("27.5 %");
    assertThat(drawn.select("th[scope=row] button[aria-controls]").size())
        .isEqualTo(features.size());
    assertThat(Jsoup.parse(html).select("[id]").eachAttr("id")).doesNotHaveDuplicates();
  }
}
