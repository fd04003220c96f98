package io.pergola.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import acme.Multiply;
import acme.Numbers;
import acme.ReadNumbers;
import acme.Total;
import acme.TrainNumbers;
import acme.WarmStart;
import io.pergola.artifact.Model;
import io.pergola.artifact.Schema;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.Importer;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.pipeline.PipelineDefinition;
import io.pergola.pipeline.Resolve;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Artifacts that are there already: of earlier runs, of other pipelines, of elsewhere. */
class ResolveTest extends RunFixture {
  record Learning(Path file, long rate) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      Channel<Numbers> numbers = p.add(new ReadNumbers(file));
      p.add(new TrainNumbers(numbers, rate));
      p.add(new Multiply(numbers, rate, file.getParent()));
    }
  }

  record Warm(Optional<String> generation) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      Resolve<Model> latest = Resolve.latest(Model.class);
      p.add(
          new WarmStart(
              p.add(generation.map(text -> latest.where("generation", text)).orElse(latest))));
    }
  }

  record Using() implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      Channel<Model> model =
          p.add(
              Resolve.latest(Model.class)
                  .fromPipeline(Learning.class)
                  .fromNode("train-numbers")
                  .required());
      p.add(new WarmStart(model.optional()));
    }
  }

  record Descending(Path file) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      Channel<Numbers> numbers = p.add(new ReadNumbers(file));
      p.add(
          new WarmStart(
              p.add(
                  Resolve.latest(Model.class).fromPipeline(Learning.class).producedFrom(numbers))));
    }
  }

  record Importing(Path from, boolean linked) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      Importer<Numbers> importer = Importer.of(from, Numbers.class);
      Channel<Numbers> numbers = p.add(linked ? importer.linked() : importer);
      p.add(new Total(List.of(numbers), List.of()));
    }
  }

  record ImportingSchema(Path from) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      p.add(Importer.of(from, Schema.class));
    }
  }

  private static String value(RunResult result, String node) throws IOException {
    NodeOutcome outcome = result.outcome(node).orElseThrow();
    List<ArtifactRecord> outputs =
        outcome instanceof NodeOutcome.Cached cached
            ? cached.outputs()
            : ((NodeOutcome.Completed) outcome).outputs();
    return Files.readString(outputs.get(0).directory().resolve("model.txt"));
  }

  @Test
  void requiredArtifactThatIsAbsentRefusesTheRunBeforeItBegins() {
    assertThat(planOf(plan(new Using()), "latest-model").get(0))
        .matches(
            "blocked Cannot find the newest Model of pipeline 'learning', by node 'train-numbers'"
                + " that 'latest-model' \\(ResolveTest.java:\\d+\\) requires: none is on record\\."
                + " Run what makes it first, or leave out required\\(\\)\\.");
    assertThatThrownBy(() -> run(new Using()))
        .isInstanceOf(RunRefusedException.class)
        .hasMessageStartingWith("Cannot find the newest Model of pipeline 'learning'");
    assertThat(workspace.history().runs(10)).isEmpty();
  }

  @Test
  void artifactOfAnotherPipelineIsFoundAndThePlanSaysWhich() throws Exception {
    run(new Learning(file, 2));
    RunResult newest = run(new Learning(file, 5));
    RunPlan plan = plan(new Using());
    RunResult result = run(new Using());

    ArtifactRecord model = artifact(newest, "train-numbers", "model");
    assertThat(plan.node("latest-model").orElseThrow().value())
        .isEqualTo(
            new RunPlan.Resolved(
                Optional.of(model.id()),
                "newest Model of pipeline 'learning', by node 'train-numbers': made by"
                    + " 'train-numbers' in run "
                    + newest.runId()));
    assertThat(value(result, "warm-start")).isEqualTo("31");
    assertThat(planOf(plan(new Using()), "warm-start")).containsExactly("cached");
  }

  @Test
  void latestOfTheSamePipelineIsThatOfTheRunBefore() throws Exception {
    assertThat(value(run(new Warm(Optional.empty())), "warm-start")).isEqualTo("1");
    assertThat(value(run(new Warm(Optional.empty())), "warm-start")).isEqualTo("2");
    assertThat(value(run(new Warm(Optional.empty())), "warm-start")).isEqualTo("3");
  }

  @Test
  void propertiesChooseAmongArtifacts() throws Exception {
    run(new Warm(Optional.empty()));
    run(new Warm(Optional.empty()));
    run(new Warm(Optional.empty()));

    assertThat(outcomes(run(new Warm(Optional.of("1.0")))))
        .containsExactly("latest-model=Resolved", "warm-start=Cached");
    assertThat(value(run(new Warm(Optional.of("7"))), "warm-start")).isEqualTo("1");
  }

  @Test
  void onlyWhatWasMadeFromTheSameDataCounts() throws Exception {
    run(new Learning(file, 2));
    numbers(10);
    run(new Learning(file, 3));
    numbers(1, 2, 3);

    assertThat(value(run(new Descending(file)), "warm-start")).isEqualTo("13");
    numbers(4, 5);
    RunResult none = run(new Descending(file));
    assertThat(((NodeOutcome.Resolved) none.outcome("latest-model").orElseThrow()).artifact())
        .isEmpty();
  }

  @Test
  void importedFilesAreCopiedAndCachedByTheirContent() throws Exception {
    Path from = Files.createDirectories(folder.resolve("elsewhere"));
    Files.writeString(from.resolve("numbers.txt"), "4\n5\n");
    Files.writeString(from.resolve("manifest.json"), "not ours");
    RunResult first = run(new Importing(from, false));

    ArtifactRecord numbers = artifact(first, "import-numbers", "numbers");
    assertThat(Manifest.read(numbers.directory()).files())
        .extracting(Manifest.Entry::path)
        .containsExactly("numbers.txt");
    assertThat(numbers.properties())
        .isEqualTo(properties("imported_files", 1L, "imported_from", from.toString()));
    assertThat(plan(new Importing(from, false)).fullyCached()).isTrue();

    Files.writeString(from.resolve("numbers.txt"), "4\n6\n");
    assertThat(planOf(plan(new Importing(from, false)), "import-numbers"))
        .containsExactly("file %s changed".formatted(from.resolve("numbers.txt")));
    assertThat(new Numbers(numbers.directory()).read()).containsExactly(4L, 5L);
  }

  @Test
  void linkedFilesAreTheSameFiles() throws Exception {
    Path from = Files.createDirectories(folder.resolve("elsewhere"));
    Path file = Files.writeString(from.resolve("numbers.txt"), "4\n5\n");
    RunResult first = run(new Importing(from, true));

    Path numbers = artifact(first, "import-numbers", "numbers").directory();
    assertThat(Files.getAttribute(numbers.resolve("numbers.txt"), "unix:ino"))
        .isEqualTo(Files.getAttribute(file, "unix:ino"));
  }

  @Test
  void filesOfAnotherTypeAreRefused() throws Exception {
    Path from = Files.createDirectories(folder.resolve("elsewhere"));
    Files.writeString(from.resolve("numbers.txt"), "4\n5\n");
    RunResult result = run(new ImportingSchema(from));

    assertThat(((RunResult.Failed) result).cause().line())
        .isEqualTo(
            "Node 'import-schema' failed: Cannot import %s as Schema: it has no schema.json. Give the folder that holds the files of one Schema."
                .formatted(from));
  }

  @Test
  void missingFolderBlocksTheImport() {
    assertThat(planOf(plan(new Importing(folder.resolve("nowhere"), false)), "import-numbers"))
        .first()
        .asString()
        .startsWith("blocked ")
        .contains("nowhere");
  }
}
