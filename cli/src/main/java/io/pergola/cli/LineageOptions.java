package io.pergola.cli;

import io.pergola.openlineage.LineageTarget;
import io.pergola.openlineage.OpenLineageListener;
import io.pergola.run.Workspace;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Who else is told of a run. */
final class LineageOptions {
  /** Names the target for runs that nobody types, such as those of a schedule. */
  static final String ENVIRONMENT = "PERGOLA_OPENLINEAGE";

  @Option(
      names = "--openlineage",
      paramLabel = "URL|FILE",
      description = {
        "Send OpenLineage events of the run: http://host:port, or a file to append to.",
        "Default: the environment variable PERGOLA_OPENLINEAGE, else nowhere."
      })
  @Nullable String target;

  /** A listener that sends events, if they are wanted. */
  Optional<OpenLineageListener> listener(Workspace workspace) {
    String wanted = target == null ? System.getenv(ENVIRONMENT) : target;
    if (wanted == null || wanted.isBlank()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new OpenLineageListener(workspace, LineageTarget.parse(wanted), new StatisticsQuality()));
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }
}
