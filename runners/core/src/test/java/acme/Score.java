package acme;

import io.pergola.artifact.Evaluation;
import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.InlineComponent;
import java.nio.file.Files;
import java.nio.file.Path;

/** An evaluation whose {@code accuracy} is the sum of the numbers, in hundredths. */
public record Score(Channel<Numbers> numbers, Path log)
    implements InlineComponent<Channel<Evaluation>> {
  @Override
  public void run(Artifacts artifacts, Channel<Evaluation> out) throws Exception {
    long sum = artifacts.of(numbers).read().stream().mapToLong(Long::longValue).sum();
    Files.writeString(artifacts.of(out).directory().resolve("score.txt"), sum + "\n");
    artifacts.execution().property(out, "accuracy", sum / 100.0);
    artifacts.execution().property(out, "task", "sums");
    Counts.ran(log, "score");
  }
}
