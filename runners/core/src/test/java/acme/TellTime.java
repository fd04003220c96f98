package acme;

import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.InlineComponent;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes down what it knows of time; fails the first time if asked to. */
public record TellTime(Path log, int failures) implements InlineComponent<Channel<Report>> {
  @Override
  public void run(Artifacts artifacts, Channel<Report> out) throws Exception {
    Files.writeString(
        artifacts.of(out).directory().resolve("time.txt"),
        artifacts.execution().context().toString());
    Counts.ran(log, artifacts.execution().context().toString());
    if (Counts.read(log).size() <= failures) {
      throw new IllegalStateException("not yet");
    }
  }
}
