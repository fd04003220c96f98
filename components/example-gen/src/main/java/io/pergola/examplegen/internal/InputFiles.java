package io.pergola.examplegen.internal;

import io.pergola.examplegen.FileFormat;
import io.pergola.examplegen.InputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The files that a path stands for. */
public final class InputFiles {
  private InputFiles() {}

  /**
   * The files of a file, a folder or a glob, in the order of their paths. Of a folder, every file
   * below it whose name is one of the format; of a glob, every file whose name matches the last
   * name of the path, in which {@code *} and {@code ?} are wild. Names that begin with a dot are
   * passed over.
   *
   * @throws InputException if there is none
   */
  static List<Path> files(Path source, FileFormat format) {
    try {
      List<Path> files = list(source, format);
      if (files.isEmpty()) {
        throw new InputException(
            source.toString(),
            0,
            "Cannot read %s: it has no %s file. Give a file, a folder with files named %s, or a glob such as data/%s."
                .formatted(source, format.title(), format.patterns(), format.exampleGlob()));
      }
      return files;
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot list %s: %s. Check the path.".formatted(source, e.getMessage()), e);
    }
  }

  /** The same; none if there is none. */
  static List<Path> filesIfAny(Path source, FileFormat format) {
    try {
      return Files.exists(source) ? list(source, format) : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot list %s: %s. Check the path.".formatted(source, e.getMessage()), e);
    }
  }

  private static List<Path> list(Path source, FileFormat format) throws IOException {
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
      try (Stream<Path> found =
          Files.find(
              source,
              Integer.MAX_VALUE,
              (f, attributes) ->
                  attributes.isRegularFile()
                      && format.matches(f.getFileName().toString())
                      && !isHidden(source.relativize(f)),
              FileVisitOption.FOLLOW_LINKS)) {
        return found.sorted(Comparator.comparing(Path::toString)).toList();
      }
    }
    if (!Files.exists(source)) {
      throw missing(source);
    }
    return List.of(source);
  }

  private static InputException missing(Path source) {
    return new InputException(
        source.toString(),
        0,
        "Cannot read %s: there is no such file or folder. Check the path.".formatted(source));
  }

  private static Stream<Path> regular(Stream<Path> files) {
    return files.filter(f -> !isHidden(f.getFileName())).filter(Files::isRegularFile);
  }

  private static List<Path> sorted(Stream<Path> files, Predicate<Path> wanted) {
    try (files) {
      return regular(files).filter(wanted).sorted(Comparator.comparing(Path::toString)).toList();
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

  private static boolean isGlob(String name) {
    return name.indexOf('*') >= 0 || name.indexOf('?') >= 0;
  }

  private static String escaped(Path glob) {
    return glob.toString().replaceAll("([\\\\\\[\\]{}])", "\\\\$1");
  }

  /** Looks at files, in order. */
  static List<InputFile> open(List<Path> paths, FileFormat format) {
    return paths.parallelStream().map(path -> open(path, format)).toList();
  }

  private static InputFile open(Path path, FileFormat format) {
    try {
      return InputFile.of(path, format);
    } catch (IOException e) {
      throw unreadable(path.toString(), e);
    }
  }

  /** What is thrown where a file cannot be read for reasons of the disk, or of gzip. */
  public static UncheckedIOException unreadable(String name, IOException cause) {
    String reason = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    return new UncheckedIOException(
        "Cannot read %s: %s. Check that the file is whole and readable.".formatted(name, reason),
        cause);
  }
}
