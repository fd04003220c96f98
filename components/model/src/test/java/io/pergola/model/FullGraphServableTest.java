package io.pergola.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pergola.artifact.Row;
import io.pergola.beam.ExampleBatch;
import io.pergola.feature.Column;
import io.pergola.feature.Columns;
import io.pergola.feature.Features;
import io.pergola.feature.Numeric;
import io.pergola.feature.Text;
import io.pergola.transform.FittedPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models with and without a graph over raw columns, as they are opened. */
class FullGraphServableTest {
  private static final Columns<Row> ROW = Columns.of();
  private static final Numeric A = ROW.number(Column.number("a"));
  private static final Text T = ROW.text(Column.text("t"));

  @TempDir Path directory;

  @Test
  void servableOpensItsFullGraph() throws IOException {
    WideAndDeep model = new WideAndDeep(WideAndDeep.classes(), 3, 1);
    ServableWriter.write(directory, model.signature(), model.plan, model.onnx());
    ExampleBatch raw =
        WideAndDeep.raw(
            new Float[] {12f, null, 3f},
            new Float[] {1f, 2f, null},
            new String[] {"taxi", null, "other"},
            new Long[] {null, 23L, 0L},
            new Float[] {1f, 1f, 1f});
    try (Servable servable = Servable.open(directory);
        Servable full = Servable.openFull(directory)) {
      assertThat(full.predict(raw).values()).isEqualTo(servable.predict(raw).values());
      assertThat(full.labels(raw)).isEqualTo(servable.labels(raw));
      assertThatIllegalStateException()
          .isThrownBy(() -> full.predict(new ModelInputs(0, 2, new float[0], new long[2][0], null)))
          .withMessage(
              "Cannot predict from features: the graph takes raw values. Give raw examples.");
    }
  }

  @Test
  void modelWithoutFullGraphSaysWhy() throws IOException {
    FittedPlan plan =
        FittedPlan.of(
            Features.of()
                .categorical(T.hash(10))
                .label(ROW.number(Column.number("y")).greaterThan(0)),
            List.of());
    OnnxGraph g = OnnxGraph.named("core");
    byte[] core =
        g.output(Signature.PREDICTION, g.gather(FullGraphTest.counting(g, 11), g.ids("t"))).bytes();
    Files.writeString(directory.resolve(FullGraph.FILE), "of an earlier attempt");
    ServableWriter.write(directory, Signature.of(plan, Map.of()), plan, core);
    assertThat(directory.resolve(FullGraph.FILE)).doesNotExist();
    assertThat(Signature.read(directory).graphs().full())
        .contains(
            new Graphs.Full(
                Optional.of(
                    new FullGraph.Ends(
                        "t",
                        "t.hash(10)",
                        "ONNX has no operator that hashes as Fingerprint64 does"))));
    assertThatThrownBy(() -> Servable.openFull(directory))
        .isInstanceOf(ModelException.class)
        .hasMessage(
            "Cannot open full.onnx of model %s: t.hash(10) of feature 't': ONNX has no operator that hashes as Fingerprint64 does. Use the model's plan and core.onnx."
                .formatted(directory));
  }

  @Test
  void aModelWhosePlanCallsFunctionsOfItsAuthorPredictsOnTheJvm() throws IOException {
    FittedPlan plan =
        FittedPlan.of(
            Features.of()
                .dense(A.map("cubed", x -> x * x * x))
                .label(ROW.number(Column.number("y"))),
            List.of());
    ServableWriter.write(directory, Signature.of(plan, Map.of()), plan, FullGraphTest.core(plan));
    assertThat(Signature.read(directory).graphs().full())
        .contains(
            new Graphs.Full(
                Optional.of(
                    new FullGraph.Ends(
                        "a",
                        "a.map(\"cubed\")",
                        "function 'cubed' is Java code of io.pergola.model.FullGraphServableTest"))));
    try (Servable servable = Servable.open(directory)) {
      ExampleBatch raw = ExampleBatch.of(3, List.of(WideAndDeep.floats("a", 2f, null, -3f)));
      assertThat(servable.predict(raw).values()).containsExactly(8f, 0f, -27f);
    }
  }
}
