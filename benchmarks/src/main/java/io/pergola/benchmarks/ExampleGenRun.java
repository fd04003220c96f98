package io.pergola.benchmarks;

import io.pergola.artifact.Artifact;
import io.pergola.artifact.Examples;
import io.pergola.beam.ExampleFiles;
import io.pergola.examplegen.ExampleGen;
import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.Execution;
import io.pergola.pipeline.OptionalChannel;
import io.pergola.run.local.LocalEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.beam.sdk.Pipeline;

/** Runs an ExampleGen on the local engine as a pipeline's node does. */
public final class ExampleGenRun {
  private ExampleGenRun() {}

  /**
   * Writes the examples into a folder, which is emptied afterwards.
   *
   * @return the number of examples of all splits
   */
  public static <R extends Record> long rows(ExampleGen<R, ?> gen, Path examples, int threads)
      throws Exception {
    LocalEngine engine = LocalEngine.create(threads);
    Pipeline job = engine.newJob("example-gen");
    Channel<Examples<R>> out = new Channel<>("gen", "examples", examplesClass());
    Artifacts artifacts = new OneFolder(examples);
    gen.expand(job, artifacts, out);
    engine.run(job, new Unheard());
    gen.finish(artifacts, out);
    long rows = 0;
    for (String split : ExampleFiles.splits(examples)) {
      rows += ExampleFiles.rows(examples, split);
    }
    empty(examples);
    return rows;
  }

  /** Deletes a folder and all it holds. */
  public static void empty(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(path);
      }
    }
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static <R extends Record> Class<Examples<R>> examplesClass() {
    return (Class) Examples.class;
  }

  private record OneFolder(Path folder) implements Artifacts {
    @Override
    public <A extends Artifact> A of(Channel<A> channel) {
      return channel.type().cast(new Examples<>(folder));
    }

    @Override
    public <A extends Artifact> Optional<A> of(OptionalChannel<A> channel) {
      return Optional.empty();
    }

    @Override
    public Execution execution() {
      return new NoExecution();
    }
  }
}
