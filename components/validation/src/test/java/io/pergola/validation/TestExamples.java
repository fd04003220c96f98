package io.pergola.validation;

import io.pergola.artifact.Artifact;
import io.pergola.artifact.Examples;
import io.pergola.artifact.Statistics;
import io.pergola.beam.ColumnType;
import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleBatchBuilder;
import io.pergola.beam.ExampleFileWriter;
import io.pergola.beam.ExampleFiles;
import io.pergola.beam.ExampleSchema;
import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.Execution;
import io.pergola.pipeline.FakeExecution;
import io.pergola.pipeline.OptionalChannel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptionsFactory;

/** Examples in files, and what a runner would do with the components of this room. */
final class TestExamples {
  private TestExamples() {}

  /** The file of the shared data, by walking up from the working directory. */
  static Optional<Path> shared(String name) {
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      for (String folder : List.of("shared/data", "../shared/data")) {
        Path file = at.resolve(folder).resolve(name).normalize();
        if (Files.exists(file)) {
          return Optional.of(file);
        }
      }
    }
    return Optional.empty();
  }

  /** Lines of cells; an empty cell is missing. For files without quotes. */
  static List<String[]> cells(Path csv) throws IOException {
    List<String[]> rows = new ArrayList<>();
    for (String line : Files.readAllLines(csv)) {
      rows.add(line.split(",", -1));
    }
    return rows;
  }

  static ExampleBatch batch(ExampleSchema schema, List<String[]> rows) {
    ExampleBatchBuilder builder = new ExampleBatchBuilder(schema);
    for (String[] row : rows) {
      for (int c = 0; c < row.length; c++) {
        if (row[c] == null || row[c].isEmpty()) {
          continue;
        }
        ColumnType type = schema.columns().get(c).type();
        switch (type) {
          case INT -> builder.putLong(c, Long.parseLong(row[c]));
          case FLOAT -> builder.putFloat(c, Float.parseFloat(row[c]));
          case DOUBLE -> builder.putDouble(c, Double.parseDouble(row[c]));
          default -> builder.putText(c, row[c]);
        }
      }
      builder.endRow();
    }
    return builder.build();
  }

  static void write(Path examples, String split, int part, ExampleBatch batch) throws IOException {
    try (ExampleFileWriter writer =
        ExampleFileWriter.open(ExampleFiles.partFile(examples, split, part), batch.schema())) {
      writer.write(batch);
    }
  }

  /** Runs StatisticsGen as a runner would. */
  static DatasetStatistics statistics(Path examples, Path into) throws IOException {
    return statistics(examples, into, gen -> gen);
  }

  /** The same, with options. */
  static DatasetStatistics statistics(
      Path examples, Path into, UnaryOperator<StatisticsGen> options) throws IOException {
    return statistics(examples, into, options, new FakeArtifacts());
  }

  /** The same, as one of several runs that may share a memo. */
  static DatasetStatistics statistics(
      Path examples, Path into, UnaryOperator<StatisticsGen> options, FakeArtifacts artifacts)
      throws IOException {
    Channel<Examples<Object>> in = channel("examples", Examples.class);
    Channel<Statistics> out = channel("statistics", Statistics.class);
    artifacts.put(in, new Examples<>(examples)).put(out, new Statistics(into));
    StatisticsGen gen = options.apply(StatisticsGen.of(in));
    Pipeline beam = pipeline();
    gen.expand(beam, artifacts, out);
    beam.run().waitUntilFinish();
    gen.finish(artifacts, out);
    return StatisticsFile.read(into);
  }

  static Pipeline pipeline() {
    DirectOptions options = PipelineOptionsFactory.create().as(DirectOptions.class);
    options.setTargetParallelism(2);
    return Pipeline.create(options);
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  static <A extends Artifact> Channel<A> channel(String name, Class type) {
    return new Channel<>("node", name, type);
  }

  /** The artifacts of one execution, and what was reported. */
  static final class FakeArtifacts extends FakeExecution implements Artifacts {
    final Map<Channel<?>, Artifact> artifacts = new HashMap<>();
    final List<String> stops = new ArrayList<>();
    Optional<Path> memo = Optional.empty();

    FakeArtifacts() {
      super("node");
    }

    FakeArtifacts put(Channel<?> channel, Artifact artifact) {
      artifacts.put(channel, artifact);
      return this;
    }

    @Override
    @SuppressWarnings("unchecked")
    public <A extends Artifact> A of(Channel<A> channel) {
      return (A) artifacts.get(channel);
    }

    @Override
    public <A extends Artifact> Optional<A> of(OptionalChannel<A> channel) {
      return Optional.ofNullable(of(channel.channel()));
    }

    @Override
    public Execution execution() {
      return this;
    }

    @Override
    public Optional<Path> memo() {
      return memo;
    }

    @Override
    public void stopRun(String reason) {
      stops.add(reason);
    }
  }
}
