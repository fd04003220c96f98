package io.pergola.examplegen;

import io.pergola.artifact.Artifact;
import io.pergola.artifact.Examples;
import io.pergola.artifact.Row;
import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleColumn;
import io.pergola.beam.ExampleFiles;
import io.pergola.beam.RecordRows;
import io.pergola.beam.RowGroup;
import io.pergola.beam.RowGroupReader;
import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.Execution;
import io.pergola.pipeline.FakeExecution;
import io.pergola.pipeline.OptionalChannel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptionsFactory;

/** Runs an ExampleGen and reads what it wrote. */
final class Runs {
  private final Path examples;
  private final Map<String, Object> properties;

  private Runs(Path examples, Map<String, Object> properties) {
    this.examples = examples;
    this.properties = properties;
  }

  /** Runs with as many workers. */
  static <R extends Record> Runs of(ExampleGen<R, ?> gen, Path examples, int workers) {
    DirectOptions options = PipelineOptionsFactory.create().as(DirectOptions.class);
    options.setTargetParallelism(workers);
    Pipeline beam = Pipeline.create(options);
    FakeExecution execution = new FakeExecution("csv-example-gen");
    @SuppressWarnings({"unchecked", "rawtypes"})
    Channel<Examples<R>> channel =
        (Channel<Examples<R>>) (Channel) new Channel<>("gen", "examples", Examples.class);
    try {
      Files.createDirectories(examples);
      gen.expand(beam, new OneOutput(examples, execution), channel);
      beam.run().waitUntilFinish();
      gen.finish(new OneOutput(examples, execution), channel);
    } catch (Pipeline.PipelineExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Runs(examples, execution.properties);
  }

  /** Examples that something else wrote. */
  static Runs read(Path examples) {
    return new Runs(examples, Map.of());
  }

  Path folder() {
    return examples;
  }

  Map<String, Object> properties() {
    return properties;
  }

  long rows(String split) {
    return ExampleFiles.rows(examples, split);
  }

  /** The rows of a split in file order, as text. */
  List<String> texts(String split) {
    List<String> rows = new ArrayList<>();
    for (RowGroup group : ExampleFiles.rowGroups(examples, List.of(split))) {
      ExampleBatch batch = read(group);
      RecordRows<Row> reader = RecordRows.of(Row.class);
      for (int i = 0; i < batch.rows(); i++) {
        rows.add(reader.row(batch, i).values().toString());
      }
    }
    return rows;
  }

  List<ExampleBatch> batches(String split) {
    return ExampleFiles.rowGroups(examples, List.of(split)).stream().map(Runs::read).toList();
  }

  private static ExampleBatch read(RowGroup group) {
    try {
      return RowGroupReader.read(group);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int present(String split, String column) {
    return batches(split).stream()
        .map(b -> b.column(column))
        .mapToInt(ExampleColumn::presentCount)
        .sum();
  }

  private record OneOutput(Path directory, Execution execution) implements Artifacts {
    @Override
    @SuppressWarnings("unchecked")
    public <A extends Artifact> A of(Channel<A> channel) {
      return (A) new Examples<>(directory);
    }

    @Override
    public <A extends Artifact> Optional<A> of(OptionalChannel<A> channel) {
      return Optional.empty();
    }
  }
}
