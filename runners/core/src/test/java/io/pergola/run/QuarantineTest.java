package io.pergola.run;

import static org.assertj.core.api.Assertions.assertThat;

import acme.BlessNumbers;
import acme.Multiply;
import acme.Numbers;
import acme.ReadNumbers;
import acme.TrainNumbers;
import io.pergola.artifact.Model;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.LatestBlessedModel;
import io.pergola.pipeline.OptionalChannel;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.pipeline.PipelineDefinition;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What is in quarantine, and what was made from it, is neither served from the cache nor found. */
class QuarantineTest extends RunFixture {
  record Product(Path file, Path log) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      Channel<Numbers> numbers = p.add(new ReadNumbers(file));
      p.add(new Multiply(numbers, 7, log));
    }
  }

  record Training(Path file, long rate) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      Channel<Model> model = p.add(new TrainNumbers(p.add(new ReadNumbers(file)), rate));
      OptionalChannel<Model> baseline = p.add(new LatestBlessedModel());
      p.add(new BlessNumbers(model, baseline));
    }
  }

  private long quarantine(RunResult result, String node, String output) {
    long id = artifact(result, node, output).id();
    workspace.store().marks().quarantine(id, "bad labels", "ann");
    return id;
  }

  @Test
  void aQuarantinedResultAndItsDescendantsAreNotServedFromTheCache() {
    Product product = new Product(file, folder);
    RunResult first = run(product);
    long numbers = quarantine(first, "read-numbers", "numbers");

    RunPlan plan = plan(product);
    assertThat(planOf(plan, "read-numbers"))
        .containsExactly(
            "artifact %d is in quarantine (bad labels): output 'numbers' is not reused"
                .formatted(numbers));
    assertThat(outcomes(run(product)))
        .containsExactly("read-numbers=Completed", "multiply=Completed");
    assertThat(outcomes(run(product)))
        .as("what was made anew is used")
        .containsExactly("read-numbers=Cached", "multiply=Cached");
  }

  @Test
  void aDescendantSaysWhichAncestorIsInQuarantine() {
    Product product = new Product(file, folder);
    RunResult first = run(product);
    long numbers = quarantine(first, "read-numbers", "numbers");
    run(product);
    workspace.store().marks().quarantine(artifact(first, "multiply", "numbers").id(), "x", "ann");
    workspace.store().marks().lift(numbers, "ann");

    assertThat(outcomes(run(product)))
        .as("the newest results are not in quarantine")
        .containsExactly("read-numbers=Cached", "multiply=Cached");
  }

  @Test
  void anEarlierResultOfTheSameKeyIsNotServedInstead() {
    Product product = new Product(file, folder);
    run(product);
    RunResult second = run(product, RunOptions.defaults().withoutCache());
    quarantine(second, "read-numbers", "numbers");

    assertThat(planOf(plan(product), "read-numbers")).hasSize(1);
    assertThat(planOf(plan(product), "read-numbers").get(0)).contains("is in quarantine");
  }

  @Test
  void aLiftedQuarantineLetsTheCacheServeAgain() {
    Product product = new Product(file, folder);
    long numbers = quarantine(run(product), "read-numbers", "numbers");
    workspace.store().marks().lift(numbers, "ann");

    assertThat(plan(product).fullyCached()).isTrue();
  }

  @Test
  void aQuarantinedModelIsNoBaseline() {
    RunResult first = run(new Training(file, 1));
    RunResult second = run(new Training(file, 2));
    assertThat(planOf(plan(new Training(file, 3)), "latest-blessed-model"))
        .containsExactly("resolved true");

    quarantine(second, "train-numbers", "model");
    assertThat(resolved(plan(new Training(file, 3))))
        .as("the one before it")
        .isEqualTo(artifact(first, "train-numbers", "model").id());
    quarantine(first, "train-numbers", "model");
    assertThat(planOf(plan(new Training(file, 3)), "latest-blessed-model"))
        .containsExactly("resolved false");
  }

  private static long resolved(RunPlan plan) {
    return ((RunPlan.Resolved) plan.node("latest-blessed-model").orElseThrow().value())
        .artifactId()
        .orElseThrow();
  }
}
