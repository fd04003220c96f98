package io.pergola.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import acme.Multiply;
import acme.Numbers;
import acme.ReadNumbers;
import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.InlineComponent;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.pipeline.PipelineDefinition;
import io.pergola.run.internal.Repetition;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Running again what an artifact was made by, and what is said of the differences. */
class ReproductionTest extends RunFixture {
  private static final AtomicInteger DICE = new AtomicInteger();

  /** Writes another number each time. */
  record Throw(Channel<Numbers> numbers) implements InlineComponent<Channel<Numbers>> {
    @Override
    public void run(Artifacts artifacts, Channel<Numbers> out) throws Exception {
      Files.writeString(
          artifacts.of(out).directory().resolve("numbers.txt"), "" + DICE.incrementAndGet());
    }
  }

  record Chain(Path file, long factor) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      Channel<Numbers> numbers = p.add(new ReadNumbers(file));
      Channel<Numbers> product = p.add(new Multiply(numbers, factor, file.getParent()));
      p.add(new Throw(product));
    }
  }

  private Reproduction reproduce(ArtifactRecord artifact, PipelineDefinition pipeline)
      throws Exception {
    Path other = Files.createTempDirectory(folder, "again");
    try (Workspace scratch = Workspace.open(other)) {
      return new Repetition(workspace.store(), workspace.home(), scratch.store(), scratch.home())
          .of(artifact, PipelineBuilder.build(pipeline), Optional.empty(), RunListener.none());
    }
  }

  @Test
  void sameCodeParametersAndInputsGiveTheSameContent() throws Exception {
    RunResult run = run(new Chain(file, 2));

    Reproduction again = reproduce(artifact(run, "multiply", "numbers"), new Chain(file, 2));

    assertThat(again.isExact()).isTrue();
    assertThat(again.nodes())
        .extracting(Reproduction.Node::id)
        .containsExactly("read-numbers", "multiply");
  }

  @Test
  void nodesAfterTheArtifactAreNotRunAgain() throws Exception {
    RunResult run = run(new Chain(file, 2));
    int thrown = DICE.get();

    reproduce(artifact(run, "multiply", "numbers"), new Chain(file, 2));

    assertThat(DICE).hasValue(thrown);
  }

  @Test
  void changedFileIsNamedAsTheReason() throws Exception {
    RunResult run = run(new Chain(file, 2));
    numbers(4, 5, 6);

    Reproduction again = reproduce(artifact(run, "multiply", "numbers"), new Chain(file, 2));

    assertThat(again.isExact()).isFalse();
    Reproduction.Node first = again.firstDifference().orElseThrow();
    assertThat(first.id()).isEqualTo("read-numbers");
    assertThat(first.reasons()).containsExactly(new Reason.ExternalFileChanged(file.toString()));
    assertThat(first.why()).isEmpty();
  }

  @Test
  void changedParameterIsNamedAsTheReason() throws Exception {
    RunResult run = run(new Chain(file, 2));

    Reproduction again = reproduce(artifact(run, "multiply", "numbers"), new Chain(file, 3));

    assertThat(again.firstDifference().orElseThrow().reasons())
        .containsExactly(new Reason.ParameterChanged("factor", "2", "3"));
  }

  @Test
  void nodeThatIsNotDeterministicIsSaidToBe() throws Exception {
    RunResult run = run(new Chain(file, 2));

    Reproduction again = reproduce(artifact(run, "throw", "numbers"), new Chain(file, 2));

    Reproduction.Node first = again.firstDifference().orElseThrow();
    assertThat(first.id()).isEqualTo("throw");
    assertThat(first.reasons()).isEmpty();
    assertThat(first.why()).singleElement().asString().contains("random numbers without a seed");
  }

  @Test
  void nodeThatIsGoneIsRefused() {
    RunResult run = run(new Chain(file, 2));
    ArtifactRecord artifact = artifact(run, "throw", "numbers");
    PipelineDefinition shorter = p -> p.add(new ReadNumbers(file));

    assertThatThrownBy(() -> reproduce(artifact, shorter))
        .isInstanceOf(RunRefusedException.class)
        .hasMessageContaining("has no node 'throw' any more");
  }
}
