package io.pergola.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pergola.artifact.Statistics;
import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.Importer;
import io.pergola.pipeline.InlineComponent;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.pipeline.PipelineDefinition;
import io.pergola.pipeline.Resolve;
import io.pergola.run.RunRefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Artifacts of other pipelines and of elsewhere, as the how-to page shows them. */
class OtherPipelinesTest {
  @TempDir Path folder;

  record Make(String text) implements InlineComponent<Channel<Statistics>> {
    @Override
    public void run(Artifacts artifacts, Channel<Statistics> out) throws IOException {
      Files.writeString(artifacts.of(out).directory().resolve("statistics.json"), text);
    }
  }

  record Copy(Channel<Statistics> from) implements InlineComponent<Channel<Statistics>> {
    @Override
    public void run(Artifacts artifacts, Channel<Statistics> out) throws IOException {
      Files.copy(
          artifacts.of(from).directory().resolve("statistics.json"),
          artifacts.of(out).directory().resolve("statistics.json"));
    }
  }

  record Counting(String text) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      p.add(new Make(text));
    }
  }

  record Comparing() implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      // tag::resolve[]
      Channel<Statistics> theirs =
          p.add(Resolve.latest(Statistics.class).fromPipeline(Counting.class).required());
      // end::resolve[]
      p.add(new Copy(theirs));
    }
  }

  record Importing(Path reference) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      // tag::import[]
      Channel<Statistics> expected = p.add(Importer.of(reference, Statistics.class));
      // end::import[]
      p.add(new Copy(expected));
    }
  }

  @Test
  void newestArtifactOfAnotherPipelineIsUsed() {
    PipelineTester tester = PipelineTester.in(folder);
    assertThatThrownBy(() -> tester.run(new Comparing()))
        .isInstanceOf(RunRefusedException.class)
        .hasMessageMatching(
            "Cannot find the newest ExampleStatistics of pipeline 'counting' that"
                + " 'latest-statistics' \\(OtherPipelinesTest.java:\\d+\\) requires: none is on"
                + " record. Run what makes it first, or leave out required\\(\\).");

    tester.run(new Counting("one")).requireSucceeded();
    tester.run(new Counting("two")).requireSucceeded();
    TestedRun run = tester.run(new Comparing()).requireSucceeded();

    assertThat(run.directory("copy", "statistics").resolve("statistics.json")).hasContent("two");
    tester.run(new Comparing()).requireAllCached();
  }

  @Test
  void importedFilesAreCachedByTheirContent() throws IOException {
    PipelineTester tester = PipelineTester.in(folder.resolve("home"));
    Path reference = Files.createDirectories(folder.resolve("reference"));
    Files.writeString(reference.resolve("statistics.json"), "one");

    tester.run(new Importing(reference)).requireSucceeded();
    tester.run(new Importing(reference)).requireAllCached();
    Files.writeString(reference.resolve("statistics.json"), "three");
    TestedRun run = tester.run(new Importing(reference)).requireSucceeded();

    run.requireOnlyRan("import-statistics", "copy");
    assertThat(run.directory("copy", "statistics").resolve("statistics.json")).hasContent("three");
  }
}
