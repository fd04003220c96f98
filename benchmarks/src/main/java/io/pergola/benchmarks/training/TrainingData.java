package io.pergola.benchmarks.training;

import io.pergola.artifact.Artifact;
import io.pergola.artifact.Examples;
import io.pergola.artifact.FeatureVector;
import io.pergola.artifact.Model;
import io.pergola.artifact.TransformGraph;
import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleColumn;
import io.pergola.beam.ExampleFileWriter;
import io.pergola.beam.ExampleFiles;
import io.pergola.beam.FloatColumn;
import io.pergola.beam.LongColumn;
import io.pergola.feature.Categorical;
import io.pergola.feature.Column;
import io.pergola.feature.Columns;
import io.pergola.feature.Features;
import io.pergola.feature.Numeric;
import io.pergola.pipeline.Channel;
import io.pergola.transform.FittedPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Made-up transformed examples, both as arrays and as the artifacts a trainer reads.
 *
 * @param dense [n][d], row-major
 * @param ids [k][n]
 * @param labels [n], 0 or 1
 */
@SuppressWarnings("ArrayRecordComponent") // Read only.
record TrainingData(int rows, int width, int[] sizes, float[] dense, long[][] ids, float[] labels) {
  static final Channel<TransformGraph> GRAPH =
      new Channel<>("transform", "graph", TransformGraph.class);

  @SuppressWarnings({"unchecked", "rawtypes"})
  static final Channel<Examples<FeatureVector>> EXAMPLES =
      new Channel<>("transform", "examples", (Class) Examples.class);

  /** The categorical features of TFX's taxi example: words, hours, areas, buckets, a cross. */
  static final int[] TAXI = {1_010, 1_010, 10, 10, 10, 10, 24, 31, 12, 77, 77, 100};

  static final Channel<Model> MODEL = new Channel<>("trainer", "model", Model.class);

  /** Normal numbers, skewed ids, and a label that depends on all of them. */
  static TrainingData of(int rows, int width, int[] sizes, long seed) {
    Random random = new Random(seed);
    float[] dense = new float[rows * width];
    long[][] ids = new long[sizes.length][rows];
    float[] labels = new float[rows];
    for (int row = 0; row < rows; row++) {
      double z = 0;
      for (int j = 0; j < width; j++) {
        dense[row * width + j] = (float) random.nextGaussian();
        z += dense[row * width + j] * (j % 2 == 0 ? 1 : -0.5);
      }
      for (int f = 0; f < sizes.length; f++) {
        ids[f][row] = (long) (sizes[f] * Math.pow(random.nextDouble(), 2));
        z += (ids[f][row] * 7_919 % 5 - 2) * 0.3;
      }
      labels[row] = z > 0 ? 1 : 0;
    }
    return new TrainingData(rows, width, sizes, dense, ids, labels);
  }

  /** Writes the folders {@code graph} and {@code examples}. */
  void write(Path folder) throws IOException {
    Columns<Object> columns = Columns.of();
    List<Numeric> numbers = new ArrayList<>();
    List<Categorical> categories = new ArrayList<>();
    List<ExampleColumn> values = new ArrayList<>();
    for (int j = 0; j < width; j++) {
      String name = "x_%02d".formatted(j);
      numbers.add(columns.number(Column.number(name)));
      float[] column = new float[rows];
      for (int row = 0; row < rows; row++) {
        column[row] = dense[row * width + j];
      }
      values.add(FloatColumn.of(name, column, null));
    }
    for (int f = 0; f < sizes.length; f++) {
      String name = "id_%02d".formatted(f);
      categories.add(columns.number(Column.number(name)).identity(sizes[f]));
      values.add(LongColumn.of(name, ids[f], null));
    }
    values.add(FloatColumn.of("label", labels, null));
    Features features =
        Features.of()
            .dense(numbers.toArray(Numeric[]::new))
            .categorical(categories.toArray(Categorical[]::new));
    FittedPlan plan =
        FittedPlan.of(
            features.label(columns.number(Column.number("label")).greaterThan(0.5)), List.of());
    plan.write(Files.createDirectories(folder.resolve("graph")));
    ExampleBatch batch = plan.apply(ExampleBatch.of(rows, values));
    Path examples = folder.resolve("examples");
    Files.createDirectories(examples.resolve("train"));
    try (ExampleFileWriter file =
        ExampleFileWriter.open(ExampleFiles.partFile(examples, "train", 0), batch.schema())) {
      file.write(batch);
    }
  }

  /** The artifact of a channel under the folder given to {@link #write}. */
  static Artifact artifact(Path folder, Channel<?> channel) {
    if (channel.equals(GRAPH)) {
      return new TransformGraph(folder.resolve("graph"));
    }
    return channel.equals(EXAMPLES)
        ? new Examples<FeatureVector>(folder.resolve("examples"))
        : new Model(folder.resolve("model"));
  }
}
