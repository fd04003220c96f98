package io.pergola.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** Writes what a runner says of the files of an artifact, for tests of single components. */
public final class FakeManifest {
  private FakeManifest() {}

  /** Writes the manifest of all files that are in a folder. */
  public static void write(Path artifact) throws IOException {
    List<String> entries = new ArrayList<>();
    try (Stream<Path> all = Files.walk(artifact)) {
      for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
        entries.add(
            "{ \"path\" : \"%s\", \"size\" : %d, \"sha256\" : \"%s\" }"
                .formatted(
                    artifact.relativize(file).toString().replace('\\', '/'),
                    Files.size(file),
                    sha256(Files.readAllBytes(file))));
      }
    }
    Files.writeString(
        artifact.resolve("manifest.json"),
        "{ \"format\" : 1, \"files\" : [ " + String.join(", ", entries) + " ] }");
  }

  private static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
