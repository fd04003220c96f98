package acme;

import io.pergola.artifact.Model;
import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.InlineComponent;
import io.pergola.pipeline.OptionalChannel;
import java.nio.file.Files;

/** A model that goes on from another one: its value, and one more. */
public record WarmStart(OptionalChannel<Model> from) implements InlineComponent<Channel<Model>> {
  @Override
  public void run(Artifacts artifacts, Channel<Model> out) throws Exception {
    long before =
        artifacts.of(from).isPresent()
            ? Long.parseLong(
                Files.readString(artifacts.of(from).get().directory().resolve("model.txt")))
            : 0;
    Files.writeString(
        artifacts.of(out).directory().resolve("model.txt"), Long.toString(before + 1));
    artifacts.execution().property(out, "generation", before + 1);
  }
}
