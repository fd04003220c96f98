package io.pergola.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.pergola.artifact.Examples;
import io.pergola.artifact.Model;
import io.pergola.evaluation.Evaluator;
import io.pergola.evaluation.Metric;
import io.pergola.examplegen.CsvExampleGen;
import io.pergola.feature.Columns;
import io.pergola.feature.Features;
import io.pergola.model.OnnxGraph;
import io.pergola.model.OnnxModelImporter;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.pipeline.PipelineDefinition;
import io.pergola.run.Engine;
import io.pergola.run.PipelineRunner;
import io.pergola.run.RunListener;
import io.pergola.run.RunOptions;
import io.pergola.run.RunResult;
import io.pergola.run.Workspace;
import io.pergola.run.local.LocalEngine;
import io.pergola.serving.Pusher;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A model from elsewhere goes the way of our own: evaluated, pushed if it is good, asked. */
class ImportedModelTest extends CliFixture {
  /** What the examples have. */
  record Point(Float x, Float y) implements Serializable {}

  /** Judges a file by examples, and pushes it if it is right in nine of ten. */
  record Imports(Path data, Path onnx, Path serving) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      Channel<Examples<Point>> points =
          p.add(CsvExampleGen.of(Point.class).from(data).trainToEval(1, 1));
      Channel<Model> model =
          p.add(
              OnnxModelImporter.of(onnx)
                  .floats("given", "x")
                  .label(
                      Features.of().label(Columns.<Point>of().number(Point::y).greaterThan(0.5))));
      Evaluator.Outputs verdict =
          p.add(Evaluator.of(points, model).require(Metric.accuracy().atLeast(0.9)));
      p.add(Pusher.of(model).ifBlessed(verdict.blessing()).to(serving));
    }
  }

  @Test
  void goodOneIsPushedAndPredicts() throws Exception {
    RunResult result = run(20);

    assertThat(result).as(result.toString()).isInstanceOf(RunResult.Succeeded.class);
    Path pushed = only(folder.resolve("serving"));
    Answer answer = pergola("predict", pushed.toString(), "--row={\"x\": 0.6}", "--json");
    assertThat(answer.err()).isEmpty();
    assertThat(new ObjectMapper().readTree(answer.out()).get("prediction").doubleValue())
        .isCloseTo(1 / (1 + Math.exp(-2)), within(1e-6));
    Path csv = Files.writeString(folder.resolve("ask.csv"), "x,y\n0.5,\n");
    assertThat(pergola("predict", pushed.toString(), "--csv=" + csv).out()).contains("2,0.5");
  }

  @ParameterizedTest
  @ValueSource(ints = {-20, 0})
  void badOneIsNot(int slope) throws Exception {
    RunResult result = run(slope);

    assertThat(result).as(result.toString()).isNotInstanceOf(RunResult.Failed.class);
    assertThat(folder.resolve("serving")).doesNotExist();
  }

  /** Runs the pipeline on the model {@code logistic(slope (x - 0.5))}. */
  private RunResult run(int slope) throws Exception {
    OnnxGraph g = OnnxGraph.named("elsewhere");
    OnnxGraph.Value x =
        g.gemm(
            g.floats("given", 1),
            g.matrix("w", 1, 1, new float[] {slope}),
            g.vector("b", new float[] {-slope / 2f}));
    Path onnx = Files.write(folder.resolve("given.onnx"), g.output("p", g.sigmoid(x)).bytes());
    StringBuilder rows = new StringBuilder("x,y\n");
    for (int i = 0; i < 200; i++) {
      rows.append(i / 200f).append(',').append(i > 100 ? 1 : 0).append('\n');
    }
    Path data = Files.createDirectories(folder.resolve("data"));
    Files.writeString(data.resolve("points.csv"), rows);
    try (Engine engine = LocalEngine.create(2);
        Workspace workspace = Workspace.open(folder.resolve("home"))) {
      return PipelineRunner.in(workspace)
          .on(engine)
          .run(
              PipelineBuilder.build(new Imports(data, onnx, folder.resolve("serving"))),
              RunOptions.defaults(),
              RunListener.none());
    }
  }

  private static Path only(Path directory) throws Exception {
    try (Stream<Path> all = Files.list(directory)) {
      List<Path> versions =
          all.filter(path -> !path.getFileName().toString().startsWith(".")).toList();
      assertThat(versions).hasSize(1);
      return versions.get(0);
    }
  }
}
