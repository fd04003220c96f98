package acme;

import io.pergola.artifact.Statistics;
import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.InlineComponent;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.pipeline.PipelineDefinition;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A pipeline whose parameters are a list and an optional value, and which fails until somebody has
 * put a file there.
 *
 * @param names who is aboard
 * @param captain who of them leads
 * @param ready without this file nobody sails
 */
public record Crew(List<String> names, Optional<String> captain, Path ready)
    implements PipelineDefinition {
  @Override
  public void define(PipelineBuilder p) {
    p.add(new Roll(names, captain.orElse("nobody")));
    p.add(new Sail(ready));
  }

  /** Writes the names down. */
  public record Roll(List<String> names, String captain)
      implements InlineComponent<Channel<Statistics>> {
    @Override
    public void run(Artifacts artifacts, Channel<Statistics> out) throws Exception {
      Files.writeString(
          artifacts.of(out).directory().resolve("roll.txt"),
          String.join("+", names) + " led by " + captain);
    }
  }

  /** Waits for nobody. */
  public record Sail(Path ready) implements InlineComponent<Channel<Statistics>> {
    @Override
    public void run(Artifacts artifacts, Channel<Statistics> out) throws Exception {
      Files.writeString(artifacts.of(out).directory().resolve("sail.txt"), Files.readString(ready));
    }
  }
}
