package io.pergola.cli;

import io.pergola.run.ArtifactRecord;
import io.pergola.run.Workspace;
import io.pergola.validation.CuratedSchema;
import io.pergola.validation.DataSchema;
import io.pergola.validation.SchemaFile;
import io.pergola.validation.SchemaVersion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Finds and reads the schema that a word on the command line means. */
final class SchemaSource {
  static final String TYPE = "Schema";

  private SchemaSource() {}

  /**
   * The file of a schema.
   *
   * @param word a schema file, or an artifact's id, directory or URI; the newest artifact if empty
   */
  static Path file(HomeOption home, Optional<String> word) {
    if (word.isPresent() && !word.get().matches("\\d+") && !word.get().startsWith("file:")) {
      Path path = Path.of(word.get());
      Path file = Files.isDirectory(path) ? path.resolve(SchemaFile.NAME) : path;
      if (Files.isRegularFile(file)) {
        return file;
      }
    }
    try (Workspace workspace = home.existing()) {
      return new Finder(workspace.history())
          .artifact(word, TYPE)
          .directory()
          .resolve(SchemaFile.NAME);
    }
  }

  /** Reads a schema; its mistakes are those of who wrote it. */
  static DataSchema read(Path file) {
    try {
      return SchemaFile.read(file);
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  /** The schema of the run that produced an artifact. */
  static Path ofRun(Workspace workspace, ArtifactRecord artifact) {
    List<ArtifactRecord> schemas =
        workspace.history().artifactsOf(artifact.runId()).stream()
            .filter(each -> each.type().equals(TYPE))
            .toList();
    if (schemas.size() != 1) {
      throw new UsageException(
          "Cannot tell which schema the anomalies of artifact %d are of: its run has %d. Name it: --schema=FILE or --schema=ID."
              .formatted(artifact.id(), schemas.size()));
    }
    return schemas.get(0).directory().resolve(SchemaFile.NAME);
  }

  /** Says what was written, and how a pipeline takes it. */
  static void written(Console console, CuratedSchema curated, Optional<SchemaVersion> version) {
    if (version.isEmpty()) {
      console.line("No difference: %s stays as it is.".formatted(curated.file()));
      return;
    }
    console.line("");
    console.line("Wrote %s, version %d.".formatted(curated.file(), version.get().version()));
    if (version.get().version() > 1) {
      console.line(
          "Version %d is kept in %s"
              .formatted(
                  version.get().version() - 1, curated.version(version.get().version() - 1)));
    }
    console.line(
        "A pipeline takes it with SchemaGen.of(statistics).curatedBy(Path.of(\"%s\"))."
            .formatted(curated.file()));
  }
}
