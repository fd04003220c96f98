package io.pergola.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.pergola.artifact.Artifact;
import io.pergola.artifact.Blessing;
import io.pergola.artifact.Model;
import io.pergola.artifact.PushedModel;
import io.pergola.evaluation.EvaluationFile;
import io.pergola.evaluation.Verdict;
import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.Execution;
import io.pergola.pipeline.FakeExecution;
import io.pergola.pipeline.OptionalChannel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PusherTest {
  private final Channel<Model> model = new Channel<>("trainer", "model", Model.class);
  private final Channel<Blessing> blessing = new Channel<>("evaluator", "blessing", Blessing.class);
  private final OptionalChannel<PushedModel> out =
      new OptionalChannel<>(new Channel<>("pusher", "pushed", PushedModel.class));
  private final FakeExecution execution = new FakeExecution("pusher");

  @TempDir private Path temporary;

  @BeforeEach
  void makeModel() throws IOException {
    Files.createDirectories(temporary.resolve("model"));
    Files.writeString(temporary.resolve("model/signature.json"), "{}");
    Files.createDirectories(temporary.resolve("blessing"));
  }

  @Test
  void blessedModelIsPushedAndTheOutputSaysWhere() throws IOException {
    push(new Verdict.Blessed(List.of()));

    PushedVersion pushed = PushedVersion.read(temporary.resolve("pushed"));
    assertThat(Path.of(pushed.destination()).resolve("signature.json")).hasContent("{}");
    assertThat(Path.of(pushed.destination()))
        .isEqualTo(temporary.resolve("serving").resolve(Long.toString(pushed.version())));
    assertThat(execution.properties)
        .containsEntry("pushed_version", pushed.version())
        .containsEntry("pushed_destination", pushed.destination());
  }

  @Test
  void modelThatIsNotBlessedLeavesNothing() throws IOException {
    push(
        new Verdict.NotBlessed(
            List.of(new Verdict.Failure("auc", "overall", "auc at least 0.9", 0.5, null, 10)),
            List.of()));

    assertThat(temporary.resolve("serving")).doesNotExist();
    assertThat(temporary.resolve("pushed")).doesNotExist();
    assertThat(execution.properties).isEmpty();
    assertThat(execution.messages).containsExactly("not blessed, not pushed");
  }

  private void push(Verdict verdict) throws IOException {
    EvaluationFile.writeVerdict(temporary.resolve("blessing"), verdict);
    Pusher.of(model).ifBlessed(blessing).to(temporary.resolve("serving")).run(new Folders(), out);
  }

  private final class Folders implements Artifacts {
    @Override
    public <A extends Artifact> A of(Channel<A> channel) {
      try {
        return channel
            .type()
            .getConstructor(Path.class)
            .newInstance(temporary.resolve(channel.output()));
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public <A extends Artifact> Optional<A> of(OptionalChannel<A> channel) {
      return Optional.of(of(channel.channel()));
    }

    @Override
    public Execution execution() {
      return execution;
    }
  }
}
