package io.pergola.run.internal;

import io.pergola.run.InfrastructureException;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/** Says of a full disk which one it is, how full, and what to do. */
final class DiskFull {
  private static final long MEGABYTE = 1_000_000;

  private DiskFull() {}

  /** The failure, with the disk's state if it is that the disk of the workspace is full. */
  static Throwable explain(Throwable failure, Path home) {
    String message = String.valueOf(failure.getMessage());
    boolean full =
        failure instanceof IOException
            && (message.contains("No space left on device")
                || message.contains("Disk quota exceeded")
                || message.contains("not enough space on the disk"));
    if (!full) {
      return failure;
    }
    return new InfrastructureException(
        "Cannot write: %s. %s. Free some there, or move the workspace (--home) to a larger disk."
            .formatted(message, state(home)),
        failure);
  }

  private static String state(Path home) {
    try {
      FileStore disk = Files.getFileStore(home);
      return "The disk of workspace %s (%s) has %,d of %,d MB free"
          .formatted(
              home, disk.name(), disk.getUsableSpace() / MEGABYTE, disk.getTotalSpace() / MEGABYTE);
    } catch (IOException e) {
      return "The workspace is " + home;
    }
  }
}
