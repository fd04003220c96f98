package io.pergola.run.flink;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** Tells whether two processes have the same class path, by names and sizes of its files. */
final class ClassPathToken {
  /** The configuration key under which a cluster says what is on its class path. */
  static final String KEY = "pergola.class-path";

  /** What a cluster says that was made for this version by hand, such as an image. */
  static final String PROVIDED = "provided";

  private ClassPathToken() {}

  static String of(String classPath) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (Path file : files(classPath)) {
        long size = Files.isRegularFile(file) ? file.toFile().length() : 0;
        Object name = Files.isRegularFile(file) ? file.getFileName() : file.toAbsolutePath();
        digest.update((name + "\t" + size + "\n").getBytes(StandardCharsets.UTF_8));
      }
      return HexFormat.of().formatHex(digest.digest(), 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  static List<Path> files(String classPath) {
    return Stream.of(classPath.split(File.pathSeparator, -1))
        .filter(entry -> !entry.isEmpty())
        .map(Path::of)
        .filter(Files::exists)
        .toList();
  }
}
