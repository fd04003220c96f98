package acme;

import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.InlineComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/** Works on until {@code go} appears, whoever interrupts it. */
public record Deaf(Channel<Numbers> numbers, Path log, Path go)
    implements InlineComponent<Channel<Numbers>> {
  @Override
  public void run(Artifacts artifacts, Channel<Numbers> out) throws Exception {
    artifacts.of(out).write(artifacts.of(numbers).read());
    Counts.ran(log, "waiting");
    while (!Files.exists(go)) {
      LockSupport.parkNanos(10_000_000);
      Thread.interrupted();
    }
    Counts.ran(log, "woke");
  }
}
