package io.pergola.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pergola.artifact.Artifact;
import io.pergola.artifact.Blessing;
import io.pergola.artifact.Evaluation;
import io.pergola.artifact.Examples;
import io.pergola.artifact.Model;
import io.pergola.beam.ColumnType;
import io.pergola.beam.ExampleBatchBuilder;
import io.pergola.beam.ExampleFileWriter;
import io.pergola.beam.ExampleFiles;
import io.pergola.beam.ExampleSchema;
import io.pergola.feature.Columns;
import io.pergola.feature.FeaturePlan;
import io.pergola.feature.Features;
import io.pergola.model.OnnxGraph;
import io.pergola.model.OnnxModelImporter;
import io.pergola.model.ServableWriter;
import io.pergola.model.Signature;
import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.Execution;
import io.pergola.pipeline.FakeExecution;
import io.pergola.pipeline.OptionalChannel;
import io.pergola.transform.FittedPlan;
import io.pergola.validation.SliceKey;
import io.pergola.validation.Slicing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.beam.sdk.Pipeline;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluatorTest {
  /** Raw columns of the test's examples; {@code y} above 0.5 is positive. */
  record Point(Float x, Float y, Integer hour, String place, Integer row) {}

  private static final int ROWS = 5_000;
  private static final ExampleSchema SCHEMA =
      new ExampleSchema(
          List.of(
              ExampleSchema.Field.of("x", ColumnType.FLOAT),
              ExampleSchema.Field.of("y", ColumnType.FLOAT),
              ExampleSchema.Field.of("hour", ColumnType.INT),
              ExampleSchema.Field.of("place", ColumnType.TEXT),
              ExampleSchema.Field.of("row", ColumnType.INT)));

  @SuppressWarnings("unchecked")
  private final Channel<Examples<Point>> examples =
      new Channel<>("gen", "examples", (Class<Examples<Point>>) (Class<?>) Examples.class);

  private final Channel<Model> model = new Channel<>("trainer", "model", Model.class);
  private final OptionalChannel<Model> baseline =
      new OptionalChannel<>(new Channel<>("latest", "model", Model.class));
  private final Evaluator.Outputs out =
      new Evaluator.Outputs(
          new Channel<>("evaluator", "evaluation", Evaluation.class),
          new Channel<>("evaluator", "blessing", Blessing.class));

  @TempDir private Path temporary;
  private final float[] x = new float[ROWS];
  private final boolean[] positive = new boolean[ROWS];
  private final int[] hour = new int[ROWS];
  private boolean hasBaseline;
  private final FakeExecution execution = new FakeExecution("evaluator");

  @BeforeEach
  void makeExamplesAndModels() throws IOException {
    Random random = new Random(3);
    ExampleBatchBuilder builder = new ExampleBatchBuilder(SCHEMA);
    int part = 0;
    for (int row = 0; row < ROWS; row++) {
      x[row] = random.nextFloat();
      positive[row] = random.nextFloat() < x[row];
      hour[row] = row % 7 == 0 ? -1 : row % 3;
      builder.putFloat(0, x[row]);
      if (row % 10 != 9) {
        builder.putFloat(1, positive[row] ? 1 : 0);
      }
      if (hour[row] >= 0) {
        builder.putLong(2, hour[row]);
      }
      builder.putText(3, row % 2 == 0 ? "north" : "south");
      builder.putLong(4, row % 10);
      builder.endRow();
      if (builder.rows() == 1_500 || row == ROWS - 1) {
        Path file = ExampleFiles.partFile(temporary.resolve("examples"), "eval", part++);
        try (ExampleFileWriter writer = ExampleFileWriter.open(file, SCHEMA)) {
          writer.write(builder.build());
        }
      }
    }
    writeModel(temporary.resolve("model"), 4, -2);
    writeModel(temporary.resolve("baseline"), 0.1f, -0.3f);
  }

  @Test
  void metricsBySliceEqualAPlainLoopOverTheExamples() throws Exception {
    EvaluationResult result =
        evaluate(
            Evaluator.of(examples, model)
                .slicedBy(Point::hour)
                .slicedBy(Slicing.by(Point::place).cross(Point::hour)));

    assertThat(result.examples()).isEqualTo(4_500);
    assertThat(result.unlabelled()).isEqualTo(500);
    assertThat(result.slices())
        .extracting(slice -> slice.key().toString())
        .containsExactly(
            "overall",
            "hour=0",
            "hour=1",
            "hour=2",
            "hour=0, place=north",
            "hour=0, place=south",
            "hour=1, place=north",
            "hour=1, place=south",
            "hour=2, place=north",
            "hour=2, place=south");
    assertThat(accuracy(result, SliceKey.OVERALL)).isCloseTo(expectedAccuracy(-2), within(1e-12));
    assertThat(accuracy(result, SliceKey.of("hour", "1")))
        .isCloseTo(expectedAccuracy(1), within(1e-12));
  }

  @Test
  void modelBetterThanTheBaselineIsBlessed() throws Exception {
    hasBaseline = true;
    EvaluationResult result =
        evaluate(
            Evaluator.of(examples, model)
                .against(baseline)
                .require(Metric.accuracy().atLeast(0.7), Metric.accuracy().noWorseThanBaseline()));

    assertThat(result.hasBaseline()).isTrue();
    assertThat(result.slices().get(0).baselineValue(Metric.accuracy())).isPresent();
    assertThat(EvaluationFile.readVerdict(temporary.resolve("evaluator.blessing")))
        .isEqualTo(new Verdict.Blessed(List.of()));
    assertThat(execution.properties).containsEntry("blessed", 1);
  }

  @Test
  void modelBelowAThresholdIsNotBlessedAndTheReasonIsKept() throws Exception {
    evaluate(Evaluator.of(examples, model).require(Metric.accuracy().atLeast(0.99)));

    Verdict verdict = EvaluationFile.readVerdict(temporary.resolve("evaluator.blessing"));
    assertThat(verdict).isInstanceOf(Verdict.NotBlessed.class);
    assertThat(((Verdict.NotBlessed) verdict).failures().get(0).required())
        .isEqualTo("accuracy at least 0.99");
    assertThat(execution.properties).containsEntry("blessed", 0);
  }

  /** The same function as the model of these tests, from elsewhere, under names of its own. */
  @Test
  void importedModelIsEvaluatedAsOurOwn() throws Exception {
    EvaluationResult own = evaluate(Evaluator.of(examples, model).slicedBy(Point::hour));
    OnnxGraph g = OnnxGraph.named("elsewhere");
    OnnxGraph.Value given = g.floats("given", 1);
    OnnxGraph.Value line =
        g.gemm(
            given, g.matrix("slope", 1, 1, new float[] {4}), g.vector("offset", new float[] {-2}));
    Path file = temporary.resolve("elsewhere.onnx");
    Files.write(file, g.output("chance", g.sigmoid(line)).bytes());
    try (Stream<Path> old = Files.list(temporary.resolve("model"))) {
      for (Path each : old.toList()) {
        Files.delete(each);
      }
    }
    OnnxModelImporter.of(file)
        .floats("given", "x")
        .label(Features.of().label(Columns.<Point>of().number(Point::y).greaterThan(0.5)))
        .run(new FakeArtifacts(), model);

    EvaluationResult imported = evaluate(Evaluator.of(examples, model).slicedBy(Point::hour));

    assertThat(imported.unlabelled()).isEqualTo(own.unlabelled());
    assertThat(imported.slices()).hasSameSizeAs(own.slices());
    for (EvaluationResult.Slice slice : own.slices()) {
      EvaluationResult.Slice same = imported.slice(slice.key()).orElseThrow();
      assertThat(same.examples()).isEqualTo(slice.examples());
      slice
          .metrics()
          .forEach(
              (kind, value) ->
                  assertThat(same.metrics().get(kind)).isCloseTo(value, within(1e-12)));
    }
  }

  @Test
  void singleValueSlicingHasOneSlice() throws Exception {
    EvaluationResult result =
        evaluate(Evaluator.of(examples, model).slicedBy(Slicing.where(Point::place, "north")));
    assertThat(result.slices()).hasSize(2);
    assertThat(result.slice(SliceKey.of("place", "north"))).isPresent();
  }

  @Test
  void sliceOfSeveralSlicingsCountsItsExamplesOnce() throws Exception {
    EvaluationResult result =
        evaluate(
            Evaluator.of(examples, model)
                .slicedBy(Slicing.by(Point::place), Slicing.where(Point::place, "north"))
                .slicedBy(Point::place));

    assertThat(result.slice(SliceKey.of("place", "north")).orElseThrow().examples())
        .isEqualTo(2_500);
  }

  @Test
  void sliceOfAThresholdIsMeasuredWithoutBeingAskedFor() throws Exception {
    evaluate(
        Evaluator.of(examples, model)
            .require(Metric.accuracy().atLeast(0.99).on(Point::place, "north").ifPresent()));

    Verdict verdict = EvaluationFile.readVerdict(temporary.resolve("evaluator.blessing"));
    assertThat(((Verdict.NotBlessed) verdict).failures().get(0).examples()).isEqualTo(2_500);
  }

  @Test
  void sliceOfExamplesWithoutLabelIsAbsent() throws Exception {
    EvaluationResult result =
        evaluate(Evaluator.of(examples, model).slicedBy(Slicing.where(Point::row, 9)));

    assertThat(result.slices())
        .extracting(EvaluationResult.Slice::key)
        .containsExactly(SliceKey.OVERALL);
  }

  @Test
  void baselineOfAnotherTaskCountsAsNone() throws Exception {
    hasBaseline = true;
    Columns<Point> columns = Columns.of();
    FeaturePlan plan =
        Features.of().dense(columns.number(Point::x).orElse(0)).label(columns.number(Point::y));
    FittedPlan fitted = FittedPlan.of(plan, List.of());
    OnnxGraph graph = OnnxGraph.named("number");
    graph.output("prediction", graph.identity(graph.floats("dense", 1)));
    ServableWriter.write(
        temporary.resolve("baseline"), Signature.of(fitted, Map.of()), fitted, graph.bytes());

    EvaluationResult result =
        evaluate(
            Evaluator.of(examples, model)
                .against(baseline)
                .require(Metric.accuracy().noWorseThanBaseline()));

    assertThat(result.hasBaseline()).isFalse();
    assertThat(EvaluationFile.readVerdict(temporary.resolve("evaluator.blessing")).skipped())
        .containsExactly(
            "accuracy no worse than the baseline's: there is no baseline to compare with");
  }

  @Test
  void slicingByTooManyValuesNamesTheFeature() {
    assertThatThrownBy(() -> evaluate(Evaluator.of(examples, model).slicedBy(Point::x)))
        .hasStackTraceContaining("Cannot slice by x: there are more than 1,000 slices.");
  }

  private EvaluationResult evaluate(Evaluator<Point> evaluator) throws Exception {
    Pipeline beam = Pipeline.create();
    Artifacts artifacts = new FakeArtifacts();
    evaluator.expand(beam, artifacts, out);
    beam.run().waitUntilFinish();
    evaluator.finish(artifacts, out);
    return EvaluationFile.read(temporary.resolve("evaluator.evaluation"));
  }

  private double expectedAccuracy(int onlyHour) {
    int n = 0;
    int right = 0;
    for (int row = 0; row < ROWS; row++) {
      if (row % 10 != 9 && (onlyHour < -1 || hour[row] == onlyHour)) {
        n++;
        right += 1 / (1 + Math.exp(2 - 4 * x[row])) > 0.5 == positive[row] ? 1 : 0;
      }
    }
    return (double) right / n;
  }

  private static double accuracy(EvaluationResult result, SliceKey key) {
    return result.slice(key).orElseThrow().value(Metric.accuracy()).orElseThrow();
  }

  private static void writeModel(Path directory, float weight, float bias) throws IOException {
    Columns<Point> columns = Columns.of();
    FeaturePlan plan =
        Features.of()
            .dense(columns.number(Point::x).orElse(0))
            .label(columns.number(Point::y).greaterThan(0.5));
    FittedPlan fitted = FittedPlan.of(plan, List.of());
    OnnxGraph graph = OnnxGraph.named("test");
    OnnxGraph.Value logit =
        graph.gemm(
            graph.floats("dense", 1),
            graph.matrix("w", 1, 1, new float[] {weight}),
            graph.vector("b", new float[] {bias}));
    graph.output("prediction", graph.sigmoid(logit));
    Files.createDirectories(directory);
    ServableWriter.write(directory, Signature.of(fitted, Map.of()), fitted, graph.bytes());
  }

  private final class FakeArtifacts implements Artifacts {
    @Override
    public <A extends Artifact> A of(Channel<A> channel) {
      String name =
          channel.node().equals("evaluator")
              ? channel.toString()
              : channel.node().equals("gen") ? "examples" : "model";
      try {
        return channel.type().getConstructor(Path.class).newInstance(temporary.resolve(name));
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public <A extends Artifact> Optional<A> of(OptionalChannel<A> channel) {
      return hasBaseline
          ? Optional.of(channel.channel().type().cast(new Model(temporary.resolve("baseline"))))
          : Optional.empty();
    }

    @Override
    public Execution execution() {
      return execution;
    }
  }
}
