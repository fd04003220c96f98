package io.pergola.cli;

import io.pergola.run.InfrastructureException;
import io.pergola.run.Workspace;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.UUID;

/** The jars of a workspace, each named by its content: {@code jars/<sha256>.jar}. */
final class DeployedJars {
  private final Path folder;

  private DeployedJars(Path folder) {
    this.folder = folder;
  }

  static DeployedJars in(Workspace workspace) {
    return new DeployedJars(workspace.home().resolve("jars"));
  }

  /** Where the jar of this hash is. */
  Path file(String hash) {
    if (!hash.matches("[0-9a-f]{64}")) {
      throw new UsageException(
          "Invalid hash of a jar: '%s' (64 hexadecimal digits)".formatted(hash));
    }
    return folder.resolve(hash + ".jar");
  }

  /** Copies a jar: written aside, synced, then renamed. One that is there already stays. */
  String store(Path jar) {
    Path aside = folder.resolve(".tmp-" + UUID.randomUUID());
    try {
      Files.createDirectories(folder);
      try {
        String hash = copy(jar, aside);
        Path place = file(hash);
        if (!Files.isRegularFile(place) || !hash(place).equals(hash)) {
          Files.move(aside, place, StandardCopyOption.ATOMIC_MOVE);
          sync(folder);
        }
        return hash;
      } finally {
        Files.deleteIfExists(aside);
      }
    } catch (IOException e) {
      throw new InfrastructureException(
          "Cannot store %s in %s: %s. Check the disk's space and permissions."
              .formatted(jar, folder, e.getMessage()),
          e);
    }
  }

  private static String copy(Path from, Path to) throws IOException {
    MessageDigest digest = sha256();
    try (DigestInputStream in = new DigestInputStream(Files.newInputStream(from), digest)) {
      Files.copy(in, to);
    }
    try (FileChannel channel = FileChannel.open(to, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static String hash(Path file) throws IOException {
    MessageDigest digest = sha256();
    try (DigestInputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      in.transferTo(java.io.OutputStream.nullOutputStream());
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void sync(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-256", e);
    }
  }
}
