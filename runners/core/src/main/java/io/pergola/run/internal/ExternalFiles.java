package io.pergola.run.internal;

import io.pergola.metadata.DigestMemo;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Digests of the files outside the store that a component reads. */
final class ExternalFiles {
  /** Above so many files of one path they count as one part, so that keys stay small. */
  private static final int SINGLY = 500;

  /**
   * A file changed so recently that a second change may leave its time as it is: its digest is not
   * remembered. The coarsest file systems count in 2 seconds.
   */
  private static final long SETTLED_MILLIS = 2_500;

  private final DigestMemo memo;

  ExternalFiles(DigestMemo memo) {
    this.memo = memo;
  }

  /**
   * The parts of a cache key that stand for these paths.
   *
   * @throws NoSuchFileException if a path, or a glob, stands for no file
   */
  SortedMap<String, KeyParts.Part> parts(List<Path> paths) throws IOException {
    SortedMap<String, KeyParts.Part> parts = new TreeMap<>();
    for (Path path : paths) {
      Path absolute = path.toAbsolutePath().normalize();
      SortedMap<String, Path> files = files(absolute);
      if (files.isEmpty()) {
        throw new NoSuchFileException(absolute.toString());
      }
      if (files.size() > SINGLY) {
        StringBuilder all = new StringBuilder();
        for (var file : files.entrySet()) {
          all.append(file.getKey()).append('\t').append(digest(file.getValue())).append('\n');
        }
        String text = "%s (%d files)".formatted(absolute, files.size());
        parts.put(
            KeyParts.EXTERNAL + absolute, new KeyParts.Part(Digests.of(all.toString()), text));
      } else {
        for (Path file : files.values()) {
          String name = file.toString();
          parts.put(KeyParts.EXTERNAL + name, new KeyParts.Part(digest(file), name));
        }
      }
    }
    return parts;
  }

  /** The files a path stands for, by their names under it. */
  private static SortedMap<String, Path> files(Path path) throws IOException {
    SortedMap<String, Path> files = new TreeMap<>();
    String last = path.getFileName() == null ? "" : path.getFileName().toString();
    Path parent = path.getParent();
    Optional<BasicFileAttributes> found = look(path);
    if (found.filter(BasicFileAttributes::isDirectory).isPresent()) {
      try (Stream<Path> all = Files.walk(path)) {
        all.filter(Files::isRegularFile)
            .filter(file -> !isHidden(path, file))
            .forEach(file -> files.put(path.relativize(file).toString(), file));
      }
    } else if (found.filter(BasicFileAttributes::isRegularFile).isPresent()) {
      files.put(last, path);
    } else if ((last.contains("*") || last.contains("?"))
        && parent != null
        && Files.isDirectory(parent)) {
      List<Path> matches = new ArrayList<>();
      try (DirectoryStream<Path> all = Files.newDirectoryStream(parent, last)) {
        all.forEach(matches::add);
      }
      for (Path file : matches) {
        if (Files.isRegularFile(file)) {
          files.put(String.valueOf(file.getFileName()), file);
        }
      }
    }
    return files;
  }

  /** A disk that does not answer is not a file that is not there. */
  private static Optional<BasicFileAttributes> look(Path path) throws IOException {
    try {
      return Optional.of(Files.readAttributes(path, BasicFileAttributes.class));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private static boolean isHidden(Path folder, Path file) {
    for (Path name : folder.relativize(file)) {
      if (name.toString().startsWith(".")) {
        return true;
      }
    }
    return false;
  }

  private String digest(Path file) throws IOException {
    BasicFileAttributes before = Files.readAttributes(file, BasicFileAttributes.class);
    Instant modified = before.lastModifiedTime().toInstant();
    var known = memo.find(file.toString(), before.size(), modified);
    if (known.isPresent()) {
      return known.get();
    }
    String digest = Digests.of(file);
    BasicFileAttributes after = Files.readAttributes(file, BasicFileAttributes.class);
    boolean settled = modified.plusMillis(SETTLED_MILLIS).isBefore(Instant.now());
    if (settled
        && before.size() == after.size()
        && before.lastModifiedTime().equals(after.lastModifiedTime())) {
      memo.put(file.toString(), before.size(), modified, digest);
    }
    return digest;
  }
}
