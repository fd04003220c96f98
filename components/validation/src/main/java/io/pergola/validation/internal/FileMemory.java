package io.pergola.validation.internal;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The states of files of examples, kept from run to run by what the files hold: of a window that
 * moves on by a day only the files of that day are read. The files of the examples must not mix
 * spans, which is how ExampleGens write them.
 *
 * @param folder where the states are, {@code <key>.sketch}
 * @param keys by file: digest of its content and of everything that states depend on
 */
public record FileMemory(String folder, HashMap<String, String> keys) implements Serializable {
  private static final String MANIFEST = "manifest.json";
  private static final String SUFFIX = ".sketch";
  private static final int MANIFEST_FORMAT = 1;
  private static final int WINDOWS_KEPT = 3;

  /**
   * The memory of some examples; empty if they have no manifest, which says what files hold.
   *
   * @param recipe stands for everything but the files that states depend on
   */
  public static Optional<FileMemory> of(Path folder, Path examples, String recipe) {
    Path manifest = examples.resolve(MANIFEST);
    if (!Files.exists(manifest)) {
      return Optional.empty();
    }
    HashMap<String, String> keys = new HashMap<>();
    for (JsonNode file : Json.list(Json.read(manifest, MANIFEST_FORMAT), "files")) {
      keys.put(
          examples.resolve(Json.text(file, "path")).toString(),
          digest(Json.text(file, "sha256") + "\n" + recipe));
    }
    return Optional.of(new FileMemory(folder.toString(), keys));
  }

  /** Whether the state of a file is kept. */
  boolean has(String file) {
    return find(file).isPresent();
  }

  /** The state of a file; empty if there is none, or it cannot be read. */
  Optional<byte[]> find(String file) {
    String key = keys.get(file);
    if (key == null) {
      return Optional.empty();
    }
    try {
      byte[] bytes = Files.readAllBytes(path(key));
      return StatisticsState.isWhole(bytes) ? Optional.of(bytes) : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Keeps the state of a file. */
  void keep(String file, byte[] state) {
    String key = keys.get(file);
    if (key != null) {
      Json.writeBytes(state, path(key));
    }
  }

  /** Forgets all but the states of these examples and of about three windows more. */
  public void tidy() throws IOException {
    Set<String> own = new HashSet<>(keys.values());
    Map<Path, FileTime> others = new HashMap<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of(folder), "*" + SUFFIX)) {
      for (Path file : all) {
        String name = file.getFileName().toString();
        if (!own.contains(name.substring(0, name.length() - SUFFIX.length()))) {
          others.put(file, Files.getLastModifiedTime(file));
        }
      }
    } catch (NoSuchFileException e) {
      return;
    }
    List<Path> oldestFirst = new ArrayList<>(others.keySet());
    oldestFirst.sort(Comparator.comparing(others::get));
    int surplus = oldestFirst.size() - WINDOWS_KEPT * own.size();
    for (Path file : oldestFirst.subList(0, Math.max(0, surplus))) {
      Files.deleteIfExists(file);
    }
  }

  private Path path(String key) {
    return Path.of(folder).resolve(key + SUFFIX);
  }

  private static String digest(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
