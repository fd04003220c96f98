package io.pergola.cli;

import io.pergola.run.ArtifactRecord;
import io.pergola.run.RunHistory;
import io.pergola.run.Workspace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Parameters;

/** The artifact that a command shows. */
final class ArtifactArgument {
  @Parameters(
      arity = "0..1",
      paramLabel = "ARTIFACT",
      description = "Its id, directory or URI. Default: the newest of its kind")
  @Nullable String artifact;

  Optional<String> word() {
    return Optional.ofNullable(artifact);
  }

  /** The directory to read {@code file} from; one outside of any workspace is read as it is. */
  Path directory(HomeOption home, String type, String file) {
    return directory(home, type, directory -> Files.isRegularFile(directory.resolve(file)));
  }

  /** The same, where it takes more than a file to tell. */
  Path directory(HomeOption home, String type, Predicate<Path> isOne) {
    String word = artifact;
    if (word != null && !word.matches("\\d+")) {
      Path directory = Finder.directory(word);
      if (isOne.test(directory)) {
        return directory;
      }
    }
    try (Workspace workspace = home.existing()) {
      return new Finder(workspace.history()).artifact(word(), type).directory();
    }
  }

  /**
   * The directory of an artifact, or of the first of its type that a run made or took from the
   * cache.
   *
   * @param word what a command was given: a run's id, or what {@link #directory} takes
   * @param cannot what is said of a run without one: the fact with {@code %s} for the run, and the
   *     remedy
   */
  static Path directoryOrOfRun(
      @Nullable String word, HomeOption home, String type, String file, String cannot) {
    if (word != null && home.exists()) {
      try (Workspace workspace = home.existing()) {
        RunHistory history = workspace.history();
        if (history.run(word).isPresent()) {
          return history.artifactsOf(word).stream()
              .filter(artifact -> artifact.type().equals(type))
              .map(ArtifactRecord::directory)
              .filter(directory -> Files.isRegularFile(directory.resolve(file)))
              .findFirst()
              .orElseThrow(() -> new UsageException(cannot.formatted(word)));
        }
      }
    }
    ArtifactArgument argument = new ArtifactArgument();
    argument.artifact = word;
    return argument.directory(home, type, file);
  }
}
