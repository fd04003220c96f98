package io.pergola.run.internal;

import io.pergola.run.Manifest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The files of an artifact: sealed and renamed when they are published, checked before each use.
 */
public final class ArtifactFolder {
  /** What the name of a folder begins with whose files are being deleted. */
  public static final String DELETED = ".deleted-";

  /** Up to this size a cache hit is read in full; above it, only files changed since sealing. */
  static final long ALWAYS_READ = 64L << 20;

  /** How closely files are looked at. */
  public enum Check {
    /** Names and sizes, and the content of what may have changed since it was sealed. */
    BEFORE_REUSE,
    /** Names, sizes and all content. */
    BEFORE_READING
  }

  /** Told of every operation on files that publishing needs; tests let them fail. */
  interface Operations {
    void next(String operation, Path path) throws IOException;
  }

  private static volatile Operations operations = (operation, path) -> {};

  private ArtifactFolder() {}

  static void observe(Operations observer) {
    operations = observer;
  }

  /** Whether there is any file to publish; hidden ones, left by aborted writers, do not count. */
  static boolean isEmpty(Path folder) throws IOException {
    return files(folder).isEmpty();
  }

  /**
   * Makes a finished folder durable: leftovers of aborted writers go, every file is synced, the
   * manifest is written last.
   */
  static Manifest seal(Path folder) throws IOException {
    deleteHidden(folder);
    Map<String, BasicFileAttributes> files = files(folder);
    List<Manifest.Entry> entries = new ArrayList<>(files.size());
    for (String path : files.keySet()) {
      sync(folder.resolve(path));
    }
    try {
      files.entrySet().parallelStream()
          .map(file -> entry(folder, file.getKey(), file.getValue().size()))
          .forEachOrdered(entries::add);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    Manifest manifest = Manifest.of(entries);
    Path file = folder.resolve(Manifest.FILE);
    operations.next("write", file);
    Files.write(file, manifest.json());
    sync(file);
    syncFolders(folder);
    return manifest;
  }

  /** Gives a sealed folder its final name; durable once the parent is synced. */
  static void rename(Path sealed, Path published) throws IOException {
    operations.next("rename", sealed);
    Files.move(sealed, published, StandardCopyOption.ATOMIC_MOVE);
  }

  /**
   * What is wrong with a published folder, in a few words; empty if it is as it was published.
   *
   * @param contentHash what the store has on record
   */
  static Optional<String> problem(Path folder, String contentHash, Check check) {
    Manifest manifest;
    Map<String, BasicFileAttributes> files;
    FileTime sealed;
    try {
      if (Files.notExists(folder)) {
        return Optional.of("folder %s is gone".formatted(folder));
      }
      manifest = Manifest.read(folder);
      sealed = Files.getLastModifiedTime(folder.resolve(Manifest.FILE));
      files = files(folder);
    } catch (NoSuchFileException e) {
      return Optional.of("file %s is gone".formatted(e.getFile()));
    } catch (IOException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
    if (!manifest.contentHash().equals(contentHash)) {
      return Optional.of("%s is not the one that was published".formatted(Manifest.FILE));
    }
    List<Manifest.Entry> toRead = new ArrayList<>();
    for (Manifest.Entry entry : manifest.files()) {
      BasicFileAttributes found = files.remove(entry.path());
      if (found == null) {
        return Optional.of("file %s is gone".formatted(folder.resolve(entry.path())));
      }
      if (found.size() != entry.size()) {
        return Optional.of(
            "file %s has %d bytes instead of %d"
                .formatted(folder.resolve(entry.path()), found.size(), entry.size()));
      }
      if (check == Check.BEFORE_READING
          || manifest.bytes() <= ALWAYS_READ
          || found.lastModifiedTime().compareTo(sealed) > 0) {
        toRead.add(entry);
      }
    }
    if (!files.isEmpty()) {
      String extra = files.keySet().iterator().next();
      return Optional.of("file %s does not belong to it".formatted(folder.resolve(extra)));
    }
    return toRead.parallelStream()
        .map(entry -> contentProblem(folder, entry))
        .flatMap(Optional::stream)
        .findFirst();
  }

  /** Deletes a folder and all it holds, if it is there. */
  public static void delete(Path folder) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          /** Somebody else may be deleting it as well. */
          @Override
          public FileVisitResult visitFileFailed(Path file, IOException failure)
              throws IOException {
            if (failure instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw failure;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
              throws IOException {
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static Optional<String> contentProblem(Path folder, Manifest.Entry entry) {
    Path file = folder.resolve(entry.path());
    try {
      return Digests.of(file).equals(entry.sha256())
          ? Optional.empty()
          : Optional.of("the content of file %s has changed".formatted(file));
    } catch (IOException e) {
      return Optional.of("file %s cannot be read: %s".formatted(file, e.getMessage()));
    }
  }

  private static Manifest.Entry entry(Path folder, String path, long size) {
    try {
      operations.next("read", folder.resolve(path));
      return new Manifest.Entry(path, size, Digests.of(folder.resolve(path)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Regular files by relative path, without hidden ones and the manifest. */
  private static Map<String, BasicFileAttributes> files(Path folder) throws IOException {
    Map<String, BasicFileAttributes> files = new TreeMap<>();
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            return isHidden(folder, directory)
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (isHidden(folder, file)) {
              return FileVisitResult.CONTINUE;
            }
            if (!attributes.isRegularFile()) {
              throw new IOException(
                  "Cannot publish %s: it is not a regular file. Write its content instead."
                      .formatted(file));
            }
            String path = folder.relativize(file).toString().replace('\\', '/');
            if (!path.equals(Manifest.FILE)) {
              files.put(path, attributes);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return files;
  }

  private static void deleteHidden(Path folder) throws IOException {
    List<Path> hidden = new ArrayList<>();
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            if (isHidden(folder, directory)) {
              hidden.add(directory);
              return FileVisitResult.SKIP_SUBTREE;
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (isHidden(folder, file)) {
              hidden.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    for (Path path : hidden) {
      delete(path);
    }
  }

  private static boolean isHidden(Path folder, Path path) {
    return !path.equals(folder) && path.getFileName().toString().startsWith(".");
  }

  private static void sync(Path file) throws IOException {
    operations.next("sync", file);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  private static void syncFolders(Path folder) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
              throws IOException {
            syncFolder(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** Syncs a directory's entries; Windows cannot, and needs not. */
  public static void syncFolder(Path directory) throws IOException {
    operations.next("sync", directory);
    if (!System.getProperty("os.name", "").startsWith("Windows")) {
      try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }
}
