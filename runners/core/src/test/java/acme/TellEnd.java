package acme;

import io.pergola.pipeline.Channel;
import io.pergola.pipeline.ExitHandler;
import io.pergola.pipeline.RunSummary;
import java.nio.file.Path;

/** Notes in the log how a run ended and how many numbers it left; fails if it is told to. */
public record TellEnd(Channel<Numbers> numbers, Path log, int failures) implements ExitHandler {
  @Override
  public void run(RunSummary run) throws Exception {
    int left = run.output(numbers).isPresent() ? run.output(numbers).get().read().size() : 0;
    Counts.ran(
        log,
        "end %s%s%s, %d numbers"
            .formatted(
                run.outcome(),
                run.node().map(" at "::concat).orElse(""),
                run.reason().map(": "::concat).orElse(""),
                left));
    if (Counts.read(log).stream().filter(line -> line.startsWith("end ")).count() <= failures) {
      throw new IllegalStateException("nobody listens");
    }
  }
}
