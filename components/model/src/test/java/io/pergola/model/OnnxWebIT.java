package io.pergola.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pergola.beam.BytesColumn;
import io.pergola.beam.DoubleColumn;
import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleColumn;
import io.pergola.beam.FloatColumn;
import io.pergola.beam.LongColumn;
import io.pergola.transform.FittedPlan;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs what is exported in Node, with the runtime of browsers and the code that the page shows. */
class OnnxWebIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern SCRIPT =
      Pattern.compile("^```js\\n(.*?)^```", Pattern.MULTILINE | Pattern.DOTALL);

  @TempDir Path folder;

  @Test
  void everyPlanThatIsExportedPredictsTheSameInABrowsersRuntime() throws Exception {
    assumeTrue(isThere("node") && isThere("npm"), "node or npm is not on the path");
    Path project = project();
    ExampleBatch raw = FullGraphTest.raw("𝕏 é", "\uD83D\uDE95");
    comparesInABrowsersRuntime(FullGraphTest.cases().toList(), raw, project);
  }

  @Test
  void textsListsAndTimesPredictTheSameInABrowsersRuntime() throws Exception {
    assumeTrue(isThere("node") && isThere("npm"), "node or npm is not on the path");
    comparesInABrowsersRuntime(
        FullGraphListsTest.cases().toList(), FullGraphListsTest.raw(100, 2), project());
  }

  private void comparesInABrowsersRuntime(
      List<FullGraphTest.Case> cases, ExampleBatch raw, Path project) throws Exception {
    writeRows(raw);
    Map<String, float[]> expected = new LinkedHashMap<>();
    for (int i = 0; i < cases.size(); i++) {
      FittedPlan plan = FittedPlan.of(cases.get(i).plan(), cases.get(i).fitted());
      ModelInputs inputs = ModelInputs.of(plan.features(), plan.applyWithoutLabel(raw));
      expected.put("case-" + i, FullGraphTest.only(inputs));
      FullGraph.Whole full = (FullGraph.Whole) FullGraph.of(plan, FullGraphTest.core(plan));
      Files.write(folder.resolve("case-" + i + ".onnx"), full.onnx());
    }

    run(project, "node", "check.mjs", folder.toString());

    for (int i = 0; i < cases.size(); i++) {
      JsonNode found = JSON.readTree(Files.readString(folder.resolve("case-" + i + ".onnx.json")));
      float[] wanted = expected.get("case-" + i);
      assertThat(found).as(cases.get(i).name()).hasSize(wanted.length);
      for (int row = 0; row < wanted.length; row++) {
        float actual = Float.parseFloat(found.get(row).asText());
        if (Float.isFinite(wanted[row])) {
          assertThat(actual)
              .as("row %d of %s", row, cases.get(i).name())
              .isCloseTo(wanted[row], within(1e-5f * Math.max(1, Math.abs(wanted[row]))));
        } else {
          assertThat(actual)
              .as("row %d of %s", row, cases.get(i).name())
              .isEqualTo((Float) wanted[row]);
        }
      }
    }
  }

  @Test
  void wholeModelPredictsTheSameInABrowsersRuntime() throws Exception {
    assumeTrue(isThere("node") && isThere("npm"), "node or npm is not on the path");
    Path project = project();
    WideAndDeep model = new WideAndDeep(WideAndDeep.classes(), 3, 1);
    ServableWriter.write(folder, model.signature(), model.plan, model.onnx());
    Files.delete(folder.resolve(Servable.CORE));
    Float[] fare = new Float[500];
    Float[] miles = new Float[500];
    String[] company = new String[500];
    Long[] hour = new Long[500];
    String[] companies = {"taxi", null, "blue", "other", ""};
    for (int i = 0; i < fare.length; i++) {
      fare[i] = i % 7 == 0 ? null : (Float) (i / 10f);
      miles[i] = i % 11 == 0 ? null : (Float) (i / 100f);
      company[i] = companies[i % companies.length];
      hour[i] = i % 13 == 0 ? null : (Long) (long) (i % 24);
    }
    ExampleBatch raw = WideAndDeep.raw(fare, miles, company, hour, new Float[500]);
    writeRows(raw);

    run(project, "node", "check.mjs", folder.toString());

    JsonNode found = JSON.readTree(Files.readString(folder.resolve("full.onnx.json")));
    float[] wanted;
    try (Servable full = Servable.openFull(folder)) {
      wanted = full.predict(raw).values();
    }
    assertThat(found).hasSize(wanted.length);
    for (int i = 0; i < wanted.length; i++) {
      assertThat(Float.parseFloat(found.get(i).asText())).isCloseTo(wanted[i], within(1e-5f));
    }
  }

  /** The npm project with the page's code in it, made once for all tests. */
  private static Path project() throws Exception {
    Path project = Files.createDirectories(Path.of("target/node").toAbsolutePath());
    for (String name : List.of("package.json", "check.mjs")) {
      Files.copy(
          Path.of("src/test/node").resolve(name),
          project.resolve(name),
          StandardCopyOption.REPLACE_EXISTING);
    }
    Matcher script =
        SCRIPT.matcher(
            Files.readString(Path.of("../../docs/how-to/use-a-model-outside-pergola.md")));
    assertThat(script.find()).isTrue();
    Files.writeString(project.resolve("predict.mjs"), script.group(1));
    if (!Files.isDirectory(project.resolve("node_modules/onnxruntime-web"))) {
      run(
          project,
          "npm",
          "install",
          "--no-audit",
          "--no-fund",
          "--no-package-lock",
          "--ignore-scripts",
          "--loglevel=error");
    }
    return project;
  }

  private static boolean isThere(String program) throws InterruptedException {
    try {
      return new ProcessBuilder(program, "--version")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static void run(Path directory, String... command) throws Exception {
    Process process =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
  }

  private void writeRows(ExampleBatch raw) throws IOException {
    ObjectNode root = JSON.createObjectNode();
    ArrayNode numbers = root.putArray("numbers");
    List<ExampleColumn> columns = new ArrayList<>(raw.columns());
    for (ExampleColumn column : columns) {
      if (column.type().isNumber()) {
        numbers.add(column.name());
      }
    }
    ArrayNode rows = root.putArray("rows");
    for (int row = 0; row < raw.rows(); row++) {
      ObjectNode object = rows.addObject();
      for (ExampleColumn column : columns) {
        if (!column.isPresent(row)) {
          continue;
        }
        if (column.isMultivalent()) {
          ArrayNode list = object.putArray(column.name());
          for (int value = column.start(row); value < column.end(row); value++) {
            list.add(text(column, value));
          }
        } else {
          object.put(column.name(), text(column, row));
        }
      }
    }
    JSON.writeValue(folder.resolve("rows.json").toFile(), root);
  }

  private static String text(ExampleColumn column, int index) {
    if (column instanceof BytesColumn bytes) {
      return bytes.text(index);
    } else if (column instanceof LongColumn integers) {
      return Long.toString(integers.value(index));
    } else if (column instanceof DoubleColumn doubles) {
      return Double.toString(doubles.value(index));
    }
    return Float.toString(((FloatColumn) column).value(index));
  }
}
