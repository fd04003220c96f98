package io.pergola.examplegen.internal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.UUID;

/** Files that are there whole or not at all, also after a crash. */
final class DurableFiles {
  private DurableFiles() {}

  /** Writes a file, or replaces it. */
  static void write(Path file, byte[] content) throws IOException {
    Path temporary = temporary(file);
    Files.write(temporary, content);
    publish(temporary, file);
  }

  /** A hidden file beside the place of a file that is to be written; folders are made. */
  static Path temporary(Path file) throws IOException {
    Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent());
    Files.createDirectories(folder);
    return folder.resolve("." + file.getFileName() + "." + UUID.randomUUID() + ".tmp");
  }

  /** Moves a file that is complete to its place, in the same folder. */
  static void publish(Path temporary, Path file) throws IOException {
    force(temporary, StandardOpenOption.WRITE);
    Files.move(
        temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    force(Objects.requireNonNull(file.toAbsolutePath().getParent()), StandardOpenOption.READ);
  }

  private static void force(Path path, StandardOpenOption mode) throws IOException {
    try (FileChannel channel = FileChannel.open(path, mode)) {
      channel.force(true);
    }
  }
}
