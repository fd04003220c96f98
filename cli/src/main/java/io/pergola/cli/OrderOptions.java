package io.pergola.cli;

import io.pergola.run.RunOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Why a run is asked for, and what if it has to wait. */
final class OrderOptions {
  @Option(names = "--reason", paramLabel = "TEXT", description = "Why; recorded with the run.")
  @Nullable String reason;

  @Option(
      names = "--no-wait",
      description = "Refuse to start if the pipeline's limit of live runs is reached.")
  boolean noWait;

  RunOptions in(RunOptions options) {
    RunOptions asked = noWait ? options.refusingToWait() : options;
    String why = reason;
    return why == null ? asked : asked.reason(why);
  }
}
