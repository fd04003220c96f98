package io.pergola.cli;

import io.pergola.run.ArtifactRecord;
import io.pergola.run.RunHistory;
import io.pergola.run.RunRecord;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Finds the artifact or run that a word on the command line means. */
final class Finder {
  private static final int RECENT = 1_000;

  private final RunHistory history;

  Finder(RunHistory history) {
    this.history = history;
  }

  /** A run by id or by the beginning of one; the newest if no word is given. */
  RunRecord run(Optional<String> word) {
    if (word.isEmpty()) {
      return history.runs(1).stream()
          .findFirst()
          .orElseThrow(
              () ->
                  new UsageException(
                      "Cannot show the newest run: there is none yet. Run a pipeline first:"
                          + " pergola quickstart."));
    }
    Optional<RunRecord> exact = history.run(word.get());
    if (exact.isPresent()) {
      return exact.get();
    }
    List<RunRecord> like =
        history.runs(RECENT).stream().filter(run -> run.id().startsWith(word.get())).toList();
    if (like.size() != 1) {
      throw new UsageException(
          like.isEmpty()
              ? "Unknown run: '%s'. List them: pergola runs.".formatted(word.get())
              : "Ambiguous run: '%s' begins %d of them. Type more of it."
                  .formatted(word.get(), like.size()));
    }
    return like.get(0);
  }

  /** An artifact by id, file URI or directory; the newest of any type if no word is given. */
  ArtifactRecord artifact(Optional<String> word) {
    return find(word, Optional.empty());
  }

  /** An artifact of a type; the newest one if no word is given. */
  ArtifactRecord artifact(Optional<String> word, String type) {
    ArtifactRecord found = find(word, Optional.of(type));
    if (!found.type().equals(type)) {
      throw new UsageException(
          "Cannot show artifact %d: it is of type %s, not %s. List those: pergola artifacts --type=%s."
              .formatted(found.id(), found.type(), type, type));
    }
    return found;
  }

  private ArtifactRecord find(Optional<String> word, Optional<String> type) {
    if (word.isEmpty()) {
      return newest(type)
          .orElseThrow(
              () ->
                  new UsageException(
                      "Cannot find an artifact%s: there is none yet. Run a pipeline first: pergola"
                              .formatted(type.map(" of type %s"::formatted).orElse(""))
                          + " quickstart."));
    }
    return byWord(word.get())
        .orElseThrow(
            () ->
                new UsageException(
                    "Unknown artifact: '%s' (an id, a directory or its URI). List them: pergola"
                            .formatted(word.get())
                        + " artifacts."));
  }

  private Optional<ArtifactRecord> newest(Optional<String> type) {
    return (type.isPresent() ? history.artifacts(type.get(), 1) : history.artifacts(1))
        .stream().findFirst();
  }

  private Optional<ArtifactRecord> byWord(String word) {
    if (word.matches("\\d{1,18}")) {
      return history.artifact(Long.parseLong(word));
    }
    Path directory = directory(word);
    return history.artifactIn(directory);
  }

  /** The directory that a word names, as the store has it. */
  static Path directory(String word) {
    try {
      Path path = word.startsWith("file:") ? Path.of(URI.create(word)) : Path.of(word);
      Path directory = path.toAbsolutePath().normalize();
      return Files.isRegularFile(directory) && directory.getParent() != null
          ? directory.getParent()
          : directory;
    } catch (IllegalArgumentException e) {
      throw new UsageException(
          "Invalid artifact: '%s' (an id, a directory or its URI)".formatted(word));
    }
  }
}
