package io.pergola.validation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A schema file that people curate. Each change makes a new version: the file says which one it is
 * and keeps a line for each, and the text of earlier versions stays in a folder beside it, {@code
 * schema.json.versions/1.json}.
 *
 * @param file such as {@code schema.json}; need not be there yet
 */
public record CuratedSchema(Path file) {

  /** The schema, if there is a file. */
  public Optional<DataSchema> read() {
    return Files.exists(file) ? Optional.of(SchemaFile.read(file)) : Optional.empty();
  }

  /**
   * Writes a new version, unless it expects the same as the one there is.
   *
   * @param origin where it comes from, such as {@code accepted anomalies of artifact 12}
   * @return the version written; empty if nothing has changed
   */
  public Optional<SchemaVersion> write(DataSchema schema, String origin, Instant at) {
    Optional<DataSchema> before = read();
    if (before.equals(Optional.of(schema))) {
      return Optional.empty();
    }
    List<SchemaVersion> history = new ArrayList<>();
    if (before.isPresent()) {
      history.addAll(SchemaFile.history(file));
      if (history.isEmpty()) {
        history.add(new SchemaVersion(1, at, "as it was found", List.of()));
      }
      keep(history.get(history.size() - 1).version());
    }
    long next = history.isEmpty() ? 1 : history.get(history.size() - 1).version() + 1;
    List<String> changes =
        before.map(was -> SchemaDifference.between(was, schema).lines()).orElse(List.of());
    SchemaVersion version = new SchemaVersion(next, at, origin, changes);
    history.add(version);
    SchemaFile.write(schema, history, file);
    return Optional.of(version);
  }

  /** Where the text of an earlier version is. */
  public Path version(long version) {
    return file.resolveSibling(file.getFileName() + ".versions").resolve(version + ".json");
  }

  private void keep(long version) {
    Path kept = version(version);
    try {
      Files.createDirectories(kept.toAbsolutePath().getParent());
      Files.copy(file, kept, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
