package io.pergola.run;

import acme.Numbers;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.pipeline.PipelineDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A workspace in a temporary folder, and a file of numbers beside it. */
abstract class RunFixture {
  @TempDir Path folder;
  Workspace workspace;
  Path file;

  /** Opens the workspace under test; again for another folder. */
  Workspace open(Path home) {
    return Workspace.open(home);
  }

  @BeforeEach
  void open() throws IOException {
    workspace = open(folder.resolve("home"));
    file = folder.resolve("numbers.txt");
    numbers(1, 2, 3);
  }

  @AfterEach
  void close() {
    workspace.close();
  }

  void numbers(long... numbers) throws IOException {
    Files.writeString(file, Numbers.text(java.util.Arrays.stream(numbers).boxed().toList()));
  }

  RunResult run(PipelineDefinition pipeline) {
    return run(pipeline, RunOptions.defaults());
  }

  RunResult run(PipelineDefinition pipeline, RunOptions options) {
    return PipelineRunner.in(workspace)
        .run(PipelineBuilder.build(pipeline), options, RunListener.none());
  }

  /** Works beside the test, in a thread of its own: a common pool may have only one. */
  static <T> CompletableFuture<T> beside(Supplier<T> work) {
    return CompletableFuture.supplyAsync(work, task -> new Thread(task, "beside").start());
  }

  RunPlan plan(PipelineDefinition pipeline) {
    return PipelineRunner.in(workspace)
        .plan(PipelineBuilder.build(pipeline), RunOptions.defaults());
  }

  /** The plan of one node as a word and its reasons' texts. */
  static List<String> planOf(RunPlan plan, String node) {
    return plan.node(node)
        .orElseThrow()
        .value()
        .match(
            cached -> List.of("cached"),
            toRun -> toRun.reasons().stream().map(Reason::text).toList(),
            resolved -> List.of("resolved " + resolved.artifactId().isPresent()),
            skipped -> List.of("skipped " + skipped.reason()),
            undecided -> List.of("undecided " + undecided.condition(), undecided.when()),
            blocked -> List.of("blocked " + blocked.reason()));
  }

  /** Node ids and how they ended: {@code read-numbers=Cached}. */
  static List<String> outcomes(RunResult result) {
    return result.outcomes().stream()
        .map(outcome -> outcome.node() + "=" + outcome.getClass().getSimpleName())
        .toList();
  }

  ArtifactRecord artifact(RunResult result, String node, String output) {
    return workspace.history().artifactsOf(result.runId()).stream()
        .filter(a -> a.node().equals(node) && a.output().equals(output))
        .findFirst()
        .orElseThrow();
  }

  /** Names of files under the artifacts' folder that belong to no published artifact. */
  List<String> strayFiles() throws IOException {
    List<Path> published =
        workspace.history().artifacts(1000).stream().map(ArtifactRecord::directory).toList();
    try (Stream<Path> files = Files.walk(workspace.artifacts())) {
      return files
          .filter(Files::isRegularFile)
          .filter(path -> published.stream().noneMatch(path::startsWith))
          .map(Path::toString)
          .toList();
    }
  }

  static TreeMap<String, Object> properties(Object... pairs) {
    TreeMap<String, Object> map = new TreeMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      map.put((String) pairs[i], pairs[i + 1]);
    }
    return map;
  }
}
