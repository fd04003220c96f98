package io.pergola.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pergola.feature.Column;
import io.pergola.feature.Columns;
import io.pergola.feature.Features;
import io.pergola.model.FullGraph;
import io.pergola.model.Graphs;
import io.pergola.model.ServableWriter;
import io.pergola.model.Signature;
import io.pergola.transform.FittedPlan;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TrainingCommandTest extends CliFixture {
  @BeforeEach
  void train() {
    assertThat(pergola("run", "acme.Regatta", "--crews=2").code()).isZero();
  }

  private JsonNode newest(String command) throws Exception {
    return new ObjectMapper().readTree(pergola(command, "--json").out()).get(0);
  }

  @Test
  void drawsTheCurvesOfTheNewestModel() {
    Answer answer = pergola("training");

    assertThat(answer.err()).isEmpty();
    assertThat(answer.out().lines().toList())
        .contains(
            "binary, label wins: 4 steps of 64 examples; step 2 was kept: evaluation loss 0.5000,"
                + " auc 0.8750",
            "loss  · training  o evaluation",
            "auc  o evaluation",
            "knots  · training",
            "learning rate 0.2500 throughout",
            "time 12.5 s: input 12.5 %, compute 50.0 %, evaluation 25.0 %, checkpoints 6.3 %, other"
                + " 6.3 %",
            "of the network's time: hidden_1 50.0 %, wide 25.0 %",
            "Compute-bound: the network takes 80 % of a step. Larger batches, fewer hidden units or"
                + " narrower",
            "embeddings train more rows a second; a training takes one core, so several can run at"
                + " once.",
            "Layer 'hidden_1' takes 50 % of the network's time: it is the one to make smaller.");
    assertThat(answer.out()).doesNotContain("\u001b");
  }

  @Test
  void saysHowTheFormsOfTheModelCompare() throws Exception {
    Path model = Files.createDirectories(folder.resolve("copy"));
    Path trained = Path.of(newest("artifacts").get("directory").asText());
    Files.copy(trained.resolve("training.json"), model.resolve("training.json"));
    Signature signature =
        Signature.of(
            FittedPlan.of(
                Features.of().label(Columns.of().number(Column.number("wins")).greaterThan(0)),
                List.of()),
            Map.of());
    SortedMap<String, Double> parity = new TreeMap<>(Map.of("examples", 2000.0, "core", 2.5e-8));
    FullGraph.Ends ends = new FullGraph.Ends("crew", "crew.hash(9)", "there is no hash");
    Graphs ended =
        new Graphs(Optional.of(new Graphs.Full(Optional.of(ends))), parity, Optional.empty());
    ServableWriter.sign(model, signature.with(ended));

    assertThat(pergola("training", model.toString()).out().lines().toList())
        .containsSubsequence(
            "no full.onnx: crew.hash(9) of feature 'crew': there is no hash",
            "on 2,000 raw examples the largest difference from the network is 2.50e-08 (core.onnx)");

    parity.put("full", 5e-8);
    ServableWriter.sign(
        model,
        signature.with(new Graphs(Optional.of(Graphs.Full.THERE), parity, Optional.empty())));

    assertThat(pergola("training", model.toString()).out())
        .contains("full.onnx takes raw columns")
        .containsPattern("2.50e-08\\s\\(core.onnx\\),\\s5.00e-08\\s\\(full.onnx\\)");
  }

  @Test
  void aModelIsNamedByItsIdItsDirectoryOrItsRun() throws Exception {
    String expected = pergola("training").out();
    JsonNode model = newest("artifacts");

    assertThat(pergola("training", model.get("id").asText()).out()).isEqualTo(expected);
    assertThat(pergola("training", model.get("directory").asText()).out()).isEqualTo(expected);
    assertThat(pergola("training", newest("runs").get("id").asText()).out()).isEqualTo(expected);
  }

  @Test
  void aRunWithoutAModelIsRefused() throws Exception {
    sail("calm");
    String run = newest("runs").get("id").asText();

    Answer answer = pergola("training", run);

    assertThat(answer.code()).isEqualTo(2);
    assertThat(answer.err())
        .isEqualTo(
            "error: Cannot show the training of run %s: it has no model with training curves. List models: pergola artifacts --type=Model.\n"
                .formatted(run));
  }

  @Test
  void aNarrowTerminalHasShorterLinesAndColours() {
    StringWriter out = new StringWriter();
    Console narrow =
        new Console(
            new java.io.PrintWriter(out, true),
            new java.io.PrintWriter(new StringWriter(), true),
            true,
            40);

    assertThat(Commands.execute(narrow, "training", "--home=" + home())).isZero();

    assertThat(out.toString()).contains("\u001b[34m·\u001b[0m").contains("\u001b[33mo\u001b[0m");
    assertThat(out.toString().replaceAll("\u001b\\[\\d+m", "").lines())
        .allMatch(line -> line.length() < 40);
  }

  @Test
  void printsTheFileAsItIs() throws Exception {
    Path directory = Path.of(newest("artifacts").get("directory").asText());

    assertThat(pergola("training", "--json").out())
        .isEqualTo(Files.readString(directory.resolve("training.json")));
  }

  @Test
  void writesAPage() throws Exception {
    Path page = folder.resolve("out/training.html");

    assertThat(pergola("training", "--html=" + page).out())
        .startsWith(page + " (")
        .endsWith(" KB). Open it in a browser.\n");
    assertThat(Files.readString(page))
        .startsWith("<!DOCTYPE html>")
        .contains("label wins")
        .contains("Where the time went: 12.5 s");
    assertThat(pergola("training", "--json", "--html=" + page).err())
        .isEqualTo("error: Cannot write a page as JSON. Leave out --html or --json.\n");
  }
}
