package io.pergola.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the functions that a plan names are found. */
final class CodeOption {
  @Option(
      names = "--from-jar",
      paramLabel = "JAR",
      description = "The jar that holds the functions of yours that the plan calls.")
  @Nullable Path jar;

  /** Has plans that are applied by this thread look there. */
  void use() {
    Optional<Path> given = Optional.ofNullable(jar);
    if (given.isPresent()) {
      Thread.currentThread().setContextClassLoader(PipelineLoader.loader(given));
    }
  }
}
