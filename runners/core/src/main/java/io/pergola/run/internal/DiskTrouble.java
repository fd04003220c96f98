package io.pergola.run.internal;

import io.pergola.run.Causes;
import io.pergola.run.InfrastructureException;
import io.pergola.run.UserCodeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileStore;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Says of a disk that is full, broken or closed to us what it said and what to do. */
public final class DiskTrouble {
  private static final long MEGABYTE = 1_000_000;
  private static final List<String> FULL =
      List.of("No space left on device", "Disk quota exceeded", "not enough space on the disk");
  private static final List<String> BROKEN =
      List.of("Input/output error", "Read-only file system", "Stale file handle", "sync failed");
  private static final List<String> CLOSED =
      List.of("Permission denied", "Operation not permitted", "Access is denied");

  private DiskTrouble() {}

  /**
   * The failure, or what it means if it is one of a disk; that code of the author ran into it does
   * not make it the author's.
   */
  static Throwable explain(Throwable failure, Path home) {
    Throwable root =
        failure instanceof UserCodeException user ? user.root().orElse(failure) : failure;
    Throwable cause = root.getCause();
    if (root instanceof UncheckedIOException && cause != null) {
      root = cause;
    }
    if (!(root instanceof IOException)) {
      return failure;
    }
    String message = said((IOException) root);
    if (says(message, FULL)) {
      return new InfrastructureException(
          "Cannot write: %s. %s. Free some there, or move the workspace (--home) to a larger disk."
              .formatted(message, state(home)),
          failure);
    }
    if (says(message, BROKEN)) {
      return new InfrastructureException(
          "Cannot use the disk: %s. Look at it and its mount (the system's log says more), then run again; what is done is kept."
              .formatted(message),
          failure);
    }
    if (root instanceof AccessDeniedException || says(message, CLOSED)) {
      return new InfrastructureException(
          "Cannot access %s. Give user '%s' the right to it, then run again; what is done is kept."
              .formatted(message, System.getProperty("user.name")),
          failure);
    }
    if (failure == root && isOf(root, home)) {
      return new InfrastructureException(
          "Cannot use the workspace: %s. Look at that file and its disk, then run again; what is done is kept."
              .formatted(Causes.line(root)),
          failure);
    }
    return failure;
  }

  /** As {@link #explain}, in one line. */
  public static String line(Throwable failure, Path home) {
    return Causes.line(explain(failure, home));
  }

  private static boolean isOf(Throwable failure, Path home) {
    return failure instanceof FileSystemException about
        && String.valueOf(about.getFile()).startsWith(home.toString());
  }

  private static boolean says(String message, List<String> phrases) {
    return phrases.stream().anyMatch(message::contains);
  }

  /** An access that was denied says only which file's. */
  private static String said(IOException failure) {
    if (failure instanceof AccessDeniedException denied && denied.getReason() == null) {
      return denied.getFile() + ": Permission denied";
    }
    return String.valueOf(failure.getMessage());
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
