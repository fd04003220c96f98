package io.pergola.run;

import static org.assertj.core.api.Assertions.assertThat;

import acme.Counts;
import acme.Multiply;
import acme.Numbers;
import acme.ReadNumbers;
import acme.Split;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.pipeline.PipelineDefinition;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What is served from the cache, what is not, and what the plan says about it beforehand. */
class CachingTest extends RunFixture {
  record Chain(Path file, long factor, long limit) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      Channel<Numbers> numbers = p.add(new ReadNumbers(file));
      Channel<Numbers> product = p.add(new Multiply(numbers, factor, file.getParent()));
      p.add(new Split(product, limit, file.getParent()));
    }
  }

  /** Another pipeline whose first two nodes are the same as those of {@link Chain}. */
  record Other(Path file) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      Channel<Numbers> numbers = p.add("source", new ReadNumbers(file));
      p.add("product", new Multiply(numbers, 2, file.getParent()));
    }
  }

  @Test
  void firstPlanSaysFirstRun() {
    RunPlan plan = plan(new Chain(file, 2, 10));

    assertThat(planOf(plan, "read-numbers")).containsExactly("first run");
    assertThat(planOf(plan, "multiply")).containsExactly("first run");
    assertThat(plan.fullyCached()).isFalse();
  }

  @Test
  void secondRunIsServedFromCacheAndRunsNothing() throws Exception {
    RunResult first = run(new Chain(file, 2, 10));
    RunPlan plan = plan(new Chain(file, 2, 10));
    RunResult second = run(new Chain(file, 2, 10));

    assertThat(plan.fullyCached()).isTrue();
    NodeOutcome.Completed multiplied =
        (NodeOutcome.Completed) first.outcome("multiply").orElseThrow();
    assertThat(plan.node("multiply").orElseThrow().value())
        .isEqualTo(new RunPlan.Cached(multiplied.executionId(), first.runId()));
    assertThat(outcomes(second))
        .containsExactly("read-numbers=Cached", "multiply=Cached", "split=Cached");
    assertThat(Counts.read(folder)).containsExactly("read", "multiply", "split");
    assertThat(workspace.history().artifactsOf(second.runId()))
        .isEqualTo(workspace.history().artifactsOf(first.runId()));
  }

  @Test
  void thirdRunIsServedFromTheFirstOnesExecutions() {
    RunResult first = run(new Chain(file, 2, 10));
    run(new Chain(file, 2, 10));
    RunResult third = run(new Chain(file, 2, 10));

    assertThat(third.outcomes())
        .allMatch(o -> ((NodeOutcome.Cached) o).reusedRunId().equals(first.runId()));
  }

  @Test
  void changedParameterRunsItsNodeAndThePlanSaysWhy() {
    run(new Chain(file, 2, 10));
    RunPlan plan = plan(new Chain(file, 3, 10));
    RunResult second = run(new Chain(file, 3, 10));

    assertThat(planOf(plan, "read-numbers")).containsExactly("cached");
    assertThat(planOf(plan, "multiply")).containsExactly("parameter 'factor' changed: 2 -> 3");
    assertThat(planOf(plan, "split"))
        .containsExactly("input 'numbers' comes from 'multiply', which will run");
    assertThat(outcomes(second))
        .containsExactly("read-numbers=Cached", "multiply=Completed", "split=Completed");
  }

  @Test
  void sameContentFromARerunKeepsReadersCached() throws Exception {
    numbers(0, 0);
    run(new Chain(file, 2, 10));
    RunResult second = run(new Chain(file, 3, 10));

    assertThat(outcomes(second))
        .containsExactly("read-numbers=Cached", "multiply=Completed", "split=Cached");
  }

  @Test
  void changedFileOutsideTheStoreRunsItsReader() throws Exception {
    run(new Chain(file, 2, 10));
    numbers(1, 2, 4);
    RunPlan plan = plan(new Chain(file, 2, 10));

    assertThat(planOf(plan, "read-numbers")).containsExactly("file " + file + " changed");
  }

  @Test
  void rewrittenFileWithTheSameContentChangesNothing() throws Exception {
    run(new Chain(file, 2, 10));
    numbers(1, 2, 3);
    Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));

    assertThat(plan(new Chain(file, 2, 10)).fullyCached()).isTrue();
    assertThat(plan(new Chain(file, 2, 10)).fullyCached()).isTrue();
  }

  @Test
  void missingFileBlocksItsReaderAndFailsTheRun() throws Exception {
    Files.delete(file);
    RunPlan plan = plan(new Chain(file, 2, 10));
    RunResult result = run(new Chain(file, 2, 10));

    assertThat(planOf(plan, "read-numbers"))
        .containsExactly("blocked NoSuchFileException: " + file);
    assertThat(planOf(plan, "multiply"))
        .containsExactly("blocked it reads from 'read-numbers', which is blocked");
    assertThat(outcomes(result))
        .containsExactly("read-numbers=Failed", "multiply=Skipped", "split=Skipped");
  }

  @Test
  void cacheWorksAcrossPipelines() {
    run(new Chain(file, 2, 10));
    RunResult other = run(new Other(file));

    assertThat(outcomes(other)).containsExactly("source=Cached", "product=Cached");
  }

  @Test
  void cacheCanBeSwitchedOff() {
    run(new Chain(file, 2, 10));
    RunOptions off = RunOptions.defaults().withoutCache();
    RunPlan plan =
        PipelineRunner.in(workspace).plan(PipelineBuilder.build(new Chain(file, 2, 10)), off);
    RunResult second = run(new Chain(file, 2, 10), off);

    assertThat(planOf(plan, "multiply")).containsExactly("cache off");
    assertThat(outcomes(second))
        .containsExactly("read-numbers=Completed", "multiply=Completed", "split=Completed");
  }

  @Test
  void p7DeletedArtifactIsAMissThatIsExplained() throws Exception {
    RunResult first = run(new Chain(file, 2, 10));
    Path numbers = artifact(first, "multiply", "numbers").directory().resolve("numbers.txt");
    Files.delete(numbers);
    RunPlan plan = plan(new Chain(file, 2, 10));
    RunResult second = run(new Chain(file, 2, 10));

    assertThat(planOf(plan, "multiply"))
        .containsExactly("cached output 'numbers' cannot be used: file " + numbers + " is gone");
    assertThat(outcomes(second))
        .containsExactly("read-numbers=Cached", "multiply=Completed", "split=Cached");
  }

  @Test
  void p7FlippedBitIsAMissThatIsExplained() throws Exception {
    RunResult first = run(new Chain(file, 2, 10));
    Path numbers = artifact(first, "multiply", "numbers").directory().resolve("numbers.txt");
    FileTime before = Files.getLastModifiedTime(numbers);
    byte[] content = Files.readAllBytes(numbers);
    content[0] ^= 1;
    Files.write(numbers, content);
    Files.setLastModifiedTime(numbers, before);

    assertThat(planOf(plan(new Chain(file, 2, 10)), "multiply"))
        .containsExactly(
            "cached output 'numbers' cannot be used: the content of file "
                + numbers
                + " has changed");
  }

  @Test
  void p7ExtraFileIsAMissThatIsExplained() throws Exception {
    RunResult first = run(new Chain(file, 2, 10));
    Path extra = artifact(first, "multiply", "numbers").directory().resolve("extra.txt");
    Files.writeString(extra, "");

    assertThat(planOf(plan(new Chain(file, 2, 10)), "multiply"))
        .containsExactly(
            "cached output 'numbers' cannot be used: file " + extra + " does not belong to it");
  }

  @Test
  void p7TruncatedManifestIsAMissThatIsExplained() throws Exception {
    RunResult first = run(new Chain(file, 2, 10));
    Path manifest = artifact(first, "multiply", "numbers").directory().resolve(Manifest.FILE);
    Files.writeString(manifest, "{");

    assertThat(planOf(plan(new Chain(file, 2, 10)), "multiply"))
        .containsExactly(
            "cached output 'numbers' cannot be used: Cannot read "
                + manifest
                + ": it is not JSON.");
  }

  @Test
  void movedWorkspaceStillServesItsCache() throws Exception {
    run(new Chain(file, 2, 10));
    workspace.close();
    Files.move(folder.resolve("home"), folder.resolve("elsewhere"));
    workspace = open(folder.resolve("elsewhere"));

    assertThat(plan(new Chain(file, 2, 10)).fullyCached()).isTrue();
  }
}
