package acme;

import io.pergola.beam.BeamComponent;
import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.Channel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.beam.sdk.Pipeline;

/**
 * A component whose job is up to the engine. It tells its execution something before and after the
 * job, and makes a second file of what the job wrote.
 */
public record BeamTold(Channel<Numbers> numbers) implements BeamComponent<Channel<Numbers>> {
  @Override
  public void expand(Pipeline beam, Artifacts artifacts, Channel<Numbers> out) {
    artifacts.execution().property(out, "before", 1);
  }

  @Override
  public void finish(Artifacts artifacts, Channel<Numbers> out) throws IOException {
    Path directory = artifacts.of(out).directory();
    List<Long> written = artifacts.of(out).read();
    Files.writeString(directory.resolve("count.txt"), Integer.toString(written.size()));
    artifacts.execution().property(out, "after", written.size());
  }
}
