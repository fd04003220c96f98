package io.pergola.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.pergola.artifact.Model;
import io.pergola.artifact.Row;
import io.pergola.beam.ExampleBatch;
import io.pergola.feature.Column;
import io.pergola.feature.Columns;
import io.pergola.feature.Expr;
import io.pergola.feature.FeaturePlan;
import io.pergola.feature.Features;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.transform.Fitted;
import io.pergola.transform.FittedPlan;
import io.pergola.transform.Terms;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The code of the pages on models outside Pergola, and from elsewhere. */
class HowToTest {
  @TempDir Path directory;

  private static float[][] predict(Path file) throws OrtException {
    try (OrtEnvironment environment = OrtEnvironment.getEnvironment();
        OrtSession model = environment.createSession(file.toString());
        OnnxTensor fare =
            OnnxTensor.createTensor(environment, new float[][] {{12.5f}, {Float.NaN}});
        OnnxTensor company =
            OnnxTensor.createTensor(environment, new String[][] {{"blue"}, {"\uFFFF"}});
        OrtSession.Result result = model.run(Map.of("fare", fare, "company", company))) {
      return (float[][]) result.get("prediction").orElseThrow().getValue();
    }
  }

  @Test
  void fileIsRunWithoutPergola() throws IOException, OrtException {
    Columns<Row> row = Columns.of();
    FeaturePlan plan =
        Features.of()
            .dense(row.number(Column.number("fare")).orElse(1))
            .categorical(row.text(Column.text("company")).vocabulary(1, 0))
            .label(row.number(Column.number("tips")));
    FittedPlan fitted =
        FittedPlan.of(
            plan,
            List.of(
                new Fitted.Vocabulary(
                    (Expr.Vocabulary) plan.categorical().get("company"), 9, Terms.of("blue"))));
    OnnxGraph g = OnnxGraph.named("core");
    OnnxGraph.Value fare = g.floats(Signature.DENSE, 1);
    OnnxGraph.Value company =
        g.gather(g.matrix("company/table", 2, 1, new float[] {100, 200}), g.ids("company"));
    byte[] core = g.output(Signature.PREDICTION, g.add(fare, company)).bytes();
    ServableWriter.write(directory, Signature.of(fitted, Map.of()), fitted, core);
    OnnxEnvironment.get(); // On a thread with a large stack: the class path of tests is long.

    assertThat(predict(directory.resolve(FullGraph.FILE)))
        .isDeepEqualTo(new float[][] {{112.5f}, {201}});
    ExampleBatch raw =
        ExampleBatch.of(
            2,
            List.of(
                WideAndDeep.floats("fare", 12.5f, null),
                WideAndDeep.text("company", "blue", null)));
    try (Servable servable = Servable.open(directory)) {
      assertThat(servable.predict(raw).values()).containsExactly(112.5f, 201);
    }
  }

  /** Compiled for the page. */
  @SuppressWarnings("unused")
  private static Channel<Model> imported(PipelineBuilder p, Columns<Row> row) {
    Channel<Model> fraud =
        p.add(
            OnnxModelImporter.of(Path.of("fraud.onnx"))
                .floats("input", "amount", "age")
                .output("probabilities", 1)
                .label(Features.of().label(row.number(Column.number("fraud")).greaterThan(0.5))));
    return fraud;
  }
}
