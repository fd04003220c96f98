package acme;

import io.pergola.run.Aliases;
import io.pergola.run.GarbageCollection;
import io.pergola.run.GcPolicy;
import io.pergola.run.Workspace;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** A program that moves an alias and collects garbage, for tests that kill it. */
public final class Collecting {
  private Collecting() {}

  public static void main(String[] arguments) throws IOException {
    try (Workspace workspace =
        Workspace.open(Path.of(arguments[0]).resolve("home"), arguments[2])) {
      Aliases.in(workspace)
          .point(
              workspace.history().artifact(Long.parseLong(arguments[1])).orElseThrow(),
              "champion",
              "ann");
      GarbageCollection gc = GarbageCollection.in(workspace);
      gc.mark(GcPolicy.olderThan(Duration.ZERO).keepRuns(0));
      gc.delete(Duration.ZERO);
    }
  }
}
