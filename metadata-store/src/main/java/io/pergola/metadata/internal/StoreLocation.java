package io.pergola.metadata.internal;

import io.pergola.metadata.MetadataStoreException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Which database a location names: a path, {@code jdbc:sqlite:PATH} or {@code jdbc:postgresql:...}.
 */
final class StoreLocation {
  private static final String SQLITE = "jdbc:sqlite:";
  private static final String POSTGRESQL = "jdbc:postgresql:";

  private StoreLocation() {}

  static Dialect dialect(String location) {
    if (location.startsWith(POSTGRESQL)) {
      return new PostgresDialect(
          PostgresLocation.of(
              location, Optional.ofNullable(System.getenv(PostgresLocation.PASSWORD_VARIABLE))));
    }
    if (!location.startsWith("jdbc:")) {
      return sqlite(location);
    }
    String file = location.startsWith(SQLITE) ? location.substring(SQLITE.length()) : "";
    if (file.isBlank() || file.startsWith(":") || file.startsWith("file:") || file.contains("?")) {
      throw new MetadataStoreException(
          "Cannot open a metadata store of this kind: '%s'. Give a path, jdbc:sqlite:PATH without"
                  .formatted(kind(location))
              + " parameters, or jdbc:postgresql://HOST[:PORT]/DATABASE.");
    }
    return sqlite(file);
  }

  private static Dialect sqlite(String file) {
    try {
      return new SqliteDialect(Path.of(file));
    } catch (InvalidPathException e) {
      throw new MetadataStoreException(
          "Cannot open the metadata store '%s': it is not a path (%s). Correct it."
              .formatted(file, e.getReason()),
          e);
    }
  }

  /** As much of a location as holds no password. */
  private static String kind(String location) {
    int second = location.indexOf(':', "jdbc:".length());
    return location.startsWith(SQLITE)
        ? location.replaceFirst("\\?.*", "?...")
        : second < 0 ? "jdbc:..." : location.substring(0, second) + ":...";
  }
}
