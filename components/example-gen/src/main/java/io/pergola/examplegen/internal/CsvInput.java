package io.pergola.examplegen.internal;

import io.pergola.examplegen.CsvException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The CSV files that a path stands for, and how they are divided among workers. */
public final class CsvInput {
  private CsvInput() {}

  /**
   * The files of a file, a folder or a glob, in the order of their paths. Of a folder, every file
   * below it that ends with {@code .csv} or {@code .csv.gz}; of a glob, every file whose name
   * matches the last name of the path, in which {@code *} and {@code ?} are wild. Names that begin
   * with a dot are passed over.
   *
   * @throws CsvException if there is none
   */
  public static List<Path> files(Path source) {
    try {
      List<Path> files = list(source);
      if (files.isEmpty()) {
        throw new CsvException(
            source.toString(),
            0,
            "Cannot read %s: it has no CSV file. Give a file, a folder with files named *.csv or *.csv.gz, or a glob such as data/trips-*.csv."
                .formatted(source));
      }
      return files;
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot list %s: %s. Check the path.".formatted(source, e.getMessage()), e);
    }
  }

  /** The same; none if there is none. */
  public static List<Path> filesIfAny(Path source) {
    try {
      return Files.exists(source) ? list(source) : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot list %s: %s. Check the path.".formatted(source, e.getMessage()), e);
    }
  }

  private static List<Path> list(Path source) throws IOException {
    Path last = source.getFileName();
    if (last != null && isGlob(last.toString()) && !Files.exists(source)) {
      PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + escaped(last));
      Path parent = source.getParent();
      Path folder = parent == null ? Path.of("") : parent;
      if (!Files.isDirectory(folder)) {
        throw missing(source);
      }
      return sorted(
          Files.list(folder).map(f -> parent == null ? f.getFileName() : f),
          f -> matcher.matches(f.getFileName()));
    }
    if (Files.isDirectory(source)) {
      return sorted(
          Files.walk(source, FileVisitOption.FOLLOW_LINKS)
              .filter(f -> !isHidden(source.relativize(f))),
          f -> isCsvName(f.getFileName().toString()));
    }
    if (!Files.exists(source)) {
      throw missing(source);
    }
    return List.of(source);
  }

  private static CsvException missing(Path source) {
    return new CsvException(
        source.toString(),
        0,
        "Cannot read %s: there is no such file or folder. Check the path.".formatted(source));
  }

  private static List<Path> sorted(Stream<Path> files, Predicate<Path> wanted) {
    try (files) {
      return files
          .filter(f -> !isHidden(f.getFileName()))
          .filter(Files::isRegularFile)
          .filter(wanted)
          .sorted(Comparator.comparing(Path::toString))
          .toList();
    }
  }

  private static boolean isHidden(Path path) {
    for (Path name : path) {
      if (name.toString().startsWith(".")) {
        return true;
      }
    }
    return false;
  }

  private static boolean isCsvName(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.endsWith(".csv") || lower.endsWith(".csv.gz");
  }

  private static boolean isGlob(String name) {
    return name.indexOf('*') >= 0 || name.indexOf('?') >= 0;
  }

  private static String escaped(Path glob) {
    return glob.toString().replaceAll("([\\\\\\[\\]{}])", "\\\\$1");
  }

  /** Looks at files, in order. */
  static List<CsvFile> open(List<Path> paths) {
    List<CsvFile> files = new ArrayList<>();
    for (Path path : paths) {
      try {
        files.add(CsvFile.of(path));
      } catch (IOException e) {
        throw unreadable(path.toString(), e);
      }
    }
    return files;
  }

  /** What is thrown where a file cannot be read for reasons of the disk, or of gzip. */
  static UncheckedIOException unreadable(String name, IOException cause) {
    String reason = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    return new UncheckedIOException(
        "Cannot read %s: %s. Check that the file is whole and readable.".formatted(name, reason),
        cause);
  }

  /**
   * Divides files among chunks of about {@code bytes}: larger files are cut, smaller ones packed
   * together, compressed ones stay whole. The result depends on nothing else.
   */
  static List<Chunk> chunks(List<CsvFile> files, long bytes) {
    List<Chunk> chunks = new ArrayList<>();
    List<Piece> pack = new ArrayList<>();
    long packed = 0;
    for (CsvFile file : files) {
      boolean alone = file.compressed() || file.size() > bytes;
      if (!pack.isEmpty() && (alone || packed + file.size() > bytes)) {
        chunks.add(new Chunk(chunks.size(), pack));
        pack.clear();
        packed = 0;
      }
      if (alone) {
        for (Piece piece : pieces(file, bytes)) {
          chunks.add(new Chunk(chunks.size(), List.of(piece)));
        }
      } else {
        pack.add(file.whole());
        packed += file.size();
      }
    }
    if (!pack.isEmpty()) {
      chunks.add(new Chunk(chunks.size(), pack));
    }
    return chunks;
  }

  private static List<Piece> pieces(CsvFile file, long bytes) {
    if (file.compressed()) {
      return List.of(file.whole());
    }
    int count = Math.toIntExact((file.size() + bytes - 1) / bytes);
    List<Piece> pieces = new ArrayList<>();
    long from = 0;
    for (int i = 0; i < count; i++) {
      // As in file.size() * (i + 1) / count, which may overflow.
      long to = file.size() / count * (i + 1) + file.size() % count * (i + 1) / count;
      pieces.add(new Piece(file, from, to, i));
      from = to;
    }
    return pieces;
  }
}
