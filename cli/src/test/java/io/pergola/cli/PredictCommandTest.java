package io.pergola.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pergola.artifact.Row;
import io.pergola.feature.Column;
import io.pergola.feature.Columns;
import io.pergola.feature.Expr;
import io.pergola.feature.FeaturePlan;
import io.pergola.feature.Features;
import io.pergola.model.OnnxGraph;
import io.pergola.model.ServableWriter;
import io.pergola.model.Signature;
import io.pergola.transform.Fitted;
import io.pergola.transform.FittedPlan;
import io.pergola.transform.Terms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PredictCommandTest extends CliFixture {
  private static final Columns<Row> TRIP = Columns.of();

  /** What the ids of the companies add: blue, taxi, out of the vocabulary, missing. */
  private static final float[] COMPANY = {1, -1, 0.5f};

  private Path model;

  /** The logistic function of fare / 10 plus the company's weight; hours are refused above 23. */
  @BeforeEach
  void write() throws IOException {
    FeaturePlan plan =
        Features.of()
            .dense(TRIP.number(Column.number("fare")).orElse(5).dividedBy(10).as("fare"))
            .categorical(
                TRIP.text(Column.text("company")).vocabulary(2, 0),
                TRIP.number(Column.number("hour")).identity(24))
            .label(TRIP.number(Column.number("tips")).greaterThan(0));
    FittedPlan fitted =
        FittedPlan.of(
            plan,
            List.of(
                new Fitted.Vocabulary(
                    (Expr.Vocabulary) plan.categorical().get("company"),
                    9,
                    Terms.of("blue", "taxi"))));
    OnnxGraph g = OnnxGraph.named("core");
    OnnxGraph.Value fare = g.floats(Signature.DENSE, 1);
    OnnxGraph.Value company = g.gather(g.matrix("c", 3, 1, COMPANY), g.ids("company"));
    OnnxGraph.Value hour = g.gather(g.matrix("h", 25, 1, new float[25]), g.ids("hour"));
    byte[] core =
        g.output(Signature.PREDICTION, g.sigmoid(g.add(g.add(fare, company), hour))).bytes();
    model = folder.resolve("model");
    ServableWriter.write(model, Signature.of(fitted, Map.of()), fitted, core);
  }

  private static double expected(double fare, double company) {
    return 1 / (1 + Math.exp(-fare / 10 - company));
  }

  private static double probability(Answer answer) throws IOException {
    assertThat(answer.err()).isEmpty();
    return new ObjectMapper().readTree(answer.out()).get("prediction").doubleValue();
  }

  private Answer predict(String row, String... more) {
    String[] all = new String[more.length + 3];
    all[0] = "predict";
    all[1] = model.toString();
    all[2] = "--row=" + row;
    System.arraycopy(more, 0, all, 3, more.length);
    return pergola(all);
  }

  @Test
  void rowIsPredictedWithPlanAndCoreAndWithTheFullGraph() throws IOException {
    for (String[] more : List.of(new String[] {"--json"}, new String[] {"--json", "--full"})) {
      assertThat(probability(predict("{\"fare\": 12.5, \"company\": \"blue\"}", more)))
          .isCloseTo(expected(12.5, 1), within(1e-6));
      assertThat(probability(predict("{\"fare\": 3, \"company\": \"other\"}", more)))
          .isCloseTo(expected(3, 0.5), within(1e-6));
      assertThat(probability(predict("{}", more))).isCloseTo(expected(5, 0.5), within(1e-6));
    }
  }

  @Test
  void tableShowsTheProbabilityAndWhatWasNotRead() {
    Answer answer = predict("{\"fare\": 0, \"company\": \"taxi\", \"tips\": 1, \"far\": 2}");
    assertThat(answer.out().lines().map(String::strip))
        .containsExactly(
            "PROBABILITY",
            Float.toString((float) expected(0, -1)),
            "",
            "Not read by the model: far");
    assertThat(answer.code()).isZero();
  }

  @Test
  void fileIsPredictedLineByLine() throws IOException {
    Path csv = folder.resolve("trips.csv");
    Files.writeString(csv, "company,fare,hour,far\nblue,12.5,3,x\n,,,\n\"taxi\",-4,,\n");
    Path out = folder.resolve("out.csv");

    Answer printed = pergola("predict", model.toString(), "--csv=" + csv);
    Answer written = pergola("predict", model.toString(), "--csv=" + csv, "--output=" + out);
    Answer full = pergola("predict", model.toString(), "--csv=" + csv, "--full");

    List<String> lines = printed.out().lines().toList();
    assertThat(lines).hasSize(4);
    assertThat(lines.get(0)).isEqualTo("line,prediction");
    double[] wanted = {expected(12.5, 1), expected(5, 0.5), expected(-4, -1)};
    for (int i = 0; i < wanted.length; i++) {
      String[] cells = lines.get(i + 1).split(",");
      assertThat(cells[0]).isEqualTo(Integer.toString(i + 2));
      assertThat(Double.parseDouble(cells[1])).isCloseTo(wanted[i], within(1e-6));
    }
    assertThat(written.out().strip()).isEqualTo("3 predictions in " + out);
    assertThat(Files.readString(out)).isEqualTo(printed.out().replace("\r", ""));
    assertThat(full.out().lines()).hasSize(4);
    assertThat(folder.toFile().list((at, name) -> name.endsWith(".tmp"))).isEmpty();
  }

  @Test
  void jsonLinesAreWrittenWhereTheNameSaysSo() throws IOException {
    Path csv = folder.resolve("trips.csv");
    StringBuilder rows = new StringBuilder("company,fare,hour\n");
    for (int i = 0; i < 10_000; i++) {
      rows.append("blue,").append(i % 100).append(",\n");
    }
    Files.writeString(csv, rows);
    Path out = folder.resolve("out.jsonl");

    pergola("predict", model.toString(), "--csv=" + csv, "--output=" + out);

    List<String> lines = Files.readAllLines(out);
    assertThat(lines).hasSize(10_000);
    JsonNode last = new ObjectMapper().readTree(lines.get(9_999));
    assertThat(last.get("line").intValue()).isEqualTo(10_001);
    assertThat(last.get("prediction").doubleValue()).isCloseTo(expected(99, 1), within(1e-6));
  }

  @Test
  void badValuesAreRefusedWithTheirPlace() throws IOException {
    Path csv = folder.resolve("trips.csv");
    record Case(String row, String message) {}
    for (Case wrong :
        List.of(
            new Case(
                "blue,abc,1",
                "error: Cannot read column 'fare' of %s line 3: 'abc' is not a number. Fix the"
                    + " row."),
            new Case(
                "blue,1,24",
                "error: Cannot predict %s line 3: Cannot use 24 as feature 'hour': an identity"
                    + " takes whole numbers in 0..23. Correct the data, give the identity a larger"
                    + " size, or hash the number."))) {
      Files.writeString(csv, "company,fare,hour\nblue,1,1\n" + wrong.row() + "\n");
      Path out = folder.resolve("out.csv");
      Answer answer = pergola("predict", model.toString(), "--csv=" + csv, "--output=" + out);
      assertThat(answer.err().strip()).isEqualTo(wrong.message().formatted(csv));
      assertThat(answer.code()).isEqualTo(ExitCode.USAGE.code());
      assertThat(out).doesNotExist();
    }
    assertThat(predict("{\"fare\": \"abc\"}").err().strip())
        .isEqualTo(
            "error: Cannot read --row: column 'fare' is the text 'abc', and the model takes a"
                + " number. Give it as a number without quotes, or leave it out.");
    assertThat(predict("{\"hour\": 24}").err())
        .startsWith("error: Cannot use 24 as feature 'hour'");
    assertThat(predict("[1]").err()).startsWith("error: Cannot read --row: ");
    assertThat(pergola("predict", model.toString(), "--csv=none.csv").err().strip())
        .isEqualTo(
            "error: Cannot read none.csv: there is no such file. Give a CSV file with a header"
                + " line.");
    assertThat(pergola("predict", model.toString()).code()).isEqualTo(ExitCode.USAGE.code());
  }

  @Test
  void listsAreGivenInBrackets() throws IOException {
    FeaturePlan plan =
        Features.of()
            .dense(
                TRIP.numbers(Column.number("sizes")).padTo(2),
                TRIP.texts(Column.text("tags")).count().orElse(0).as("tags"))
            .label(TRIP.number(Column.number("y")));
    FittedPlan fitted = FittedPlan.of(plan, List.of());
    OnnxGraph g = OnnxGraph.named("core");
    OnnxGraph.Value x = g.floats(Signature.DENSE, 3);
    byte[] core =
        g.output(Signature.PREDICTION, g.gemm(x, g.matrix("w", 3, 1, new float[] {1, 10, 100})))
            .bytes();
    ServableWriter.write(model, Signature.of(fitted, Map.of()), fitted, core);

    assertThat(probability(predict("{\"sizes\": [2, 3, 4], \"tags\": [\"a\", \"b\"]}", "--json")))
        .isEqualTo(232);
    assertThat(probability(predict("{\"sizes\": [], \"tags\": null}", "--json"))).isZero();
    assertThat(predict("{\"sizes\": [\"a\"]}").err().strip())
        .isEqualTo(
            "error: Cannot read --row: the list of column 'sizes' has a, and the model takes"
                + " numbers. Give such values alone.");
    assertThat(predict("{\"sizes\": 2}").err().strip())
        .isEqualTo(
            "error: Cannot read --row: column 'sizes' is 2, and the model takes numbers. Give it as"
                + " a list in brackets, or leave it out.");
    Path csv = Files.writeString(folder.resolve("rows.csv"), "sizes,tags\n1,a\n");
    assertThat(pergola("predict", model.toString(), "--csv=" + csv).err().strip())
        .isEqualTo(
            "error: Cannot predict from %s: the model takes lists of column 'sizes', and a cell holds one value. Give rows one by one: --row."
                .formatted(csv));
  }

  @Test
  void classesBearTheNamesOfTheirTerms() throws IOException {
    FeaturePlan plan =
        Features.of()
            .dense(TRIP.number(Column.number("x")))
            .label(TRIP.text(Column.text("kind")).vocabulary(2, 0));
    FittedPlan fitted =
        FittedPlan.of(
            plan,
            List.of(
                new Fitted.Vocabulary(
                    (Expr.Vocabulary) plan.labels().get("kind"), 9, Terms.of("a, b", "c"))));
    OnnxGraph g = OnnxGraph.named("core");
    OnnxGraph.Value x = g.floats(Signature.DENSE, 1);
    byte[] core =
        g.output(
                Signature.PREDICTION, g.softmax(g.gemm(x, g.matrix("w", 1, 2, new float[] {0, 1}))))
            .bytes();
    ServableWriter.write(model, Signature.of(fitted, Map.of()), fitted, core);
    Path csv = folder.resolve("rows.csv");
    Files.writeString(csv, "x\n3\n");

    List<String> lines =
        pergola("predict", model.toString(), "--csv=" + csv).out().lines().toList();
    JsonNode json = new ObjectMapper().readTree(predict("{\"x\": -3}", "--json").out());

    assertThat(lines.get(0)).isEqualTo("line,class,\"probability of a, b\",probability of c");
    assertThat(lines.get(1)).startsWith("2,c,");
    assertThat(json.get("class").textValue()).isEqualTo("a, b");
    assertThat(json.get("probabilities").get("c").doubleValue())
        .isCloseTo(1 / (1 + Math.exp(3)), within(1e-6));
    assertThat(predict("{\"x\": 3}").out()).contains("CLASS").contains("a, b");
  }
}
