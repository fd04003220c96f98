package io.pergola.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pergola.artifact.Row;
import io.pergola.feature.Column;
import io.pergola.feature.Columns;
import io.pergola.feature.Expr;
import io.pergola.feature.FeaturePlan;
import io.pergola.feature.Features;
import io.pergola.feature.Numeric;
import io.pergola.transform.Fitted;
import io.pergola.transform.FittedPlan;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TransformCommandTest extends CliFixture {
  private Path graph;

  /** Mean 10 and deviation 2; hours 0 to 23. */
  @BeforeEach
  void write() throws IOException {
    Columns<Row> trip = Columns.of();
    Numeric fare = trip.number(Column.number("fare"));
    FeaturePlan plan =
        Features.of()
            .dense(
                fare.zScore(),
                fare.dividedBy(trip.number(Column.number("miles"))).as("fare_per_mile"))
            .categorical(
                trip.number(Column.number("hour")).identity(24),
                trip.text(Column.text("company")).hash(1))
            .label(trip.number(Column.number("tips")).greaterThan(fare.times(0.2)));
    graph = folder.resolve("graph");
    Files.createDirectories(graph);
    FittedPlan.of(plan, List.of(new Fitted.ZScore((Expr.ZScore) fare.zScore().expr(), 9, 10, 2)))
        .write(graph);
  }

  private Answer transform(String row, String... more) {
    String[] all = new String[more.length + 3];
    all[0] = "transform";
    all[1] = graph.toString();
    all[2] = "--row=" + row;
    System.arraycopy(more, 0, all, 3, more.length);
    return pergola(all);
  }

  @Test
  void featuresOfARowStandWithHowTheyAreComputed() {
    Answer answer = transform("{\"fare\": 12.5, \"hour\": 7, \"company\": \"Blue\", \"far\": 1}");

    assertThat(answer.err()).isEmpty();
    assertThat(answer.code()).isZero();
    assertThat(answer.out().lines().map(String::stripTrailing))
        .containsExactly(
            "FEATURE        VALUE  COMPUTED AS",
            "fare            1.25  fare.zScore()",
            "fare_per_mile      \u2205  fare.dividedBy(miles)",
            "company            0  company.hash(1)",
            "hour               7  hour.identity(24)",
            "",
            "Not read by the plan: far");
  }

  @Test
  void listsAreGivenAndShownAsLists() throws IOException {
    Columns<Row> film = Columns.of();
    FeaturePlan plan =
        Features.of()
            .dense(film.numbers(Column.number("stars")).padTo(3))
            .sequence(film.texts(Column.text("genres")).hash(1).padTo(2))
            .unlabelled();
    FittedPlan.of(plan, List.of()).write(graph);
    String row = "{\"stars\": [4, 2.5], \"genres\": [\"crime\"]}";

    assertThat(transform(row).out().lines().map(String::stripTrailing))
        .containsExactly(
            "FEATURE            VALUE  COMPUTED AS",
            "stars    [4.0, 2.5, 0.0]  stars.padTo(3, 0.0)",
            "genres            [0, 1]  genres.hash(1).padTo(2)");
    assertThat(new ObjectMapper().readTree(transform(row, "--json").out()))
        .isEqualTo(new ObjectMapper().readTree("{\"stars\": [4.0, 2.5, 0.0], \"genres\": [0, 1]}"));
    assertThat(transform("{\"stars\": [\"many\"]}").err())
        .contains("Cannot compute feature 'stars' from column 'stars': 'many' is text.");
  }

  @Test
  void jsonHasWhatIsMissingAsNullAndTheLabelWhereItsColumnsAre() throws IOException {
    Answer answer =
        transform("{\"fare\": 10, \"miles\": 0, \"hour\": null, \"tips\": 3}", "--json");

    JsonNode json = new ObjectMapper().readTree(answer.out());
    assertThat(json)
        .isEqualTo(
            new ObjectMapper()
                .readTree(
                    "{\"fare\": 0.0, \"fare_per_mile\": \"Infinity\", \"company\": null,"
                        + " \"hour\": null, \"tips\": 1.0}"));
  }

  @Test
  void planIsReadFromItsFileAsWell() {
    Answer answer =
        pergola("transform", graph.resolve("transform.json").toString(), "--row={\"fare\": 8}");

    assertThat(answer.out()).contains("fare            -1.0  fare.zScore()");
  }

  /** A plan whose function is in a jar that Pergola's own class path lacks. */
  @Test
  void functionsOfAuthorsAreFoundInTheirJar() throws Exception {
    Path jar =
        SourceJar.of(
            folder,
            "fares",
            Map.of(
                "com.acme.Fares",
                """
                package com.acme;
                import io.pergola.feature.*;
                public class Fares {
                  public static FeaturePlan plan() {
                    Numeric fare = Columns.of().number(Column.number("fare"));
                    return Features.of().dense(fare.map("doubled", x -> 2 * x)).unlabelled();
                  }
                }
                """),
            Map.of());
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    try (URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, before)) {
      FeaturePlan plan =
          (FeaturePlan) loader.loadClass("com.acme.Fares").getMethod("plan").invoke(null);
      FittedPlan.of(plan, List.of()).write(graph);

      assertThat(transform("{\"fare\": 8}", "--from-jar=" + jar).out())
          .contains("fare      16.0  fare.map(\"doubled\")");
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }

  @Test
  void refusedValuesAreNamedWithFeatureAndColumn() {
    record Case(String row, String message) {}
    for (Case wrong :
        List.of(
            new Case(
                "{\"fare\": \"abc\"}",
                "error: Cannot compute feature 'fare' from column 'fare': 'abc' is text. Give it as"
                    + " a number: an int, long, float or double, or leave it out."),
            new Case(
                "{\"company\": 7}",
                "error: Cannot compute feature 'company' from column 'company': 7 is of type Long."
                    + " Give it as text, or leave it out."),
            new Case(
                "{\"fare\": [1, 2]}",
                "error: Cannot compute feature 'fare' from column 'fare': [1, 2] is of type"
                    + " ArrayList. Give it as a number: an int, long, float or double, or leave it"
                    + " out."),
            new Case(
                "{\"hour\": 24}",
                "error: Cannot use 24 as feature 'hour': an identity takes whole numbers in 0..23."
                    + " Correct the data, give the identity a larger size, or hash the number."))) {
      Answer answer = transform(wrong.row());

      assertThat(answer.err().strip()).isEqualTo(wrong.message());
      assertThat(answer.code()).isEqualTo(ExitCode.USAGE.code());
    }
  }

  @Test
  void rowThatIsNoObjectIsRefused() {
    for (String row : List.of("{\"fare\": ", "[1]", "12", "null", "{} {}")) {
      Answer answer = transform(row);

      assertThat(answer.err())
          .startsWith("error: Cannot read --row: ")
          .contains("Give an object of columns: --row='{\"fare\": 12.5}'.");
      assertThat(answer.code()).isEqualTo(ExitCode.USAGE.code());
    }
  }
}
