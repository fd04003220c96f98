package io.pergola.beam;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * What was computed of files of examples, kept from run to run by what the files hold: of a window
 * that moves on by a day only the files of that day are read. The files of the examples must not
 * mix spans, which is how ExampleGens write them.
 *
 * <p>What is kept of a file is named by a recipe: a text that stands for everything else that it
 * depends on. It has parts, which can be found one by one. An entry is a file {@code <key>.kept}:
 * magic, version and number of parts (32 bits each, as all numbers), for each part its length and
 * CRC-32C, the CRC-32C of all this, then the parts. It appears whole or not at all; one that is
 * damaged nevertheless is not found. Thread-safe, and several processes may use a folder at once.
 *
 * @param folder where the entries are
 * @param contents by file: the digest of what it holds
 */
public record FileMemory(String folder, HashMap<String, String> contents) implements Serializable {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String MANIFEST = "manifest.json";
  private static final int MANIFEST_FORMAT = 1;
  private static final String SUFFIX = ".kept";
  private static final int WINDOWS_KEPT = 3;
  private static final int MAGIC = 0x50474B50;
  private static final int VERSION = 1;
  private static final int MAX_PARTS = 1 << 16;

  public FileMemory {
    contents = new HashMap<>(contents);
  }

  /**
   * The memory of some examples; empty if they have no manifest, which says what files hold, or one
   * of a format that this release does not read.
   *
   * @param folder where entries are kept; it may be absent
   */
  public static Optional<FileMemory> of(Path folder, Path examples) {
    HashMap<String, String> contents = new HashMap<>();
    try {
      JsonNode manifest = JSON.readTree(Files.readAllBytes(examples.resolve(MANIFEST)));
      if (manifest.path("format").asInt() != MANIFEST_FORMAT) {
        return Optional.empty();
      }
      for (JsonNode file : manifest.required("files")) {
        contents.put(
            examples.resolve(file.required("path").asText()).toString(),
            file.required("sha256").asText());
      }
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Optional.of(new FileMemory(folder.toString(), contents));
  }

  /** The same for these files only; empty if what one of them holds is not known. */
  public Optional<FileMemory> only(Collection<String> files) {
    HashMap<String, String> some = new HashMap<>(contents);
    some.keySet().retainAll(new HashSet<>(files));
    return contents.keySet().containsAll(files)
        ? Optional.of(new FileMemory(folder, some))
        : Optional.empty();
  }

  /** Whether something is kept of a file. */
  public boolean has(String file, String recipe) {
    return parts(file, recipe).isPresent();
  }

  /**
   * The numbers of those parts of what is kept of a file that have bytes; empty if nothing is kept.
   * The parts themselves are not read.
   */
  public Optional<List<Integer>> parts(String file, String recipe) {
    return open(file, recipe, (header, in) -> Optional.of(header.filled()));
  }

  /** A part of what is kept of a file; empty if there is none, or it is damaged. */
  public Optional<byte[]> find(String file, String recipe, int part) {
    return open(file, recipe, (header, in) -> header.part(part, in));
  }

  private <T> Optional<T> open(String file, String recipe, Reading<T> reading) {
    Optional<Path> path = path(file, recipe);
    if (path.isEmpty()) {
      return Optional.empty();
    }
    try (InputStream stream = Files.newInputStream(path.get());
        DataInputStream in = new DataInputStream(stream)) {
      Optional<Header> header = Header.read(in);
      return header.isPresent() && header.get().size() == Files.size(path.get())
          ? reading.of(header.get(), in)
          : Optional.empty();
    } catch (NoSuchFileException | EOFException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads something of an entry, whose header was read. */
  private interface Reading<T> {
    Optional<T> of(Header header, DataInputStream in) throws IOException;
  }

  /**
   * Keeps something of a file, if what the file holds is known.
   *
   * @param parts some of which may be of no bytes
   */
  public void keep(String file, String recipe, List<byte[]> parts) {
    Optional<Path> path = path(file, recipe);
    if (path.isPresent()) {
      try {
        write(parts, path.get());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** By a temporary file beside it, so that nobody sees half of it. */
  private void write(List<byte[]> parts, Path path) throws IOException {
    Path in = Path.of(folder);
    Files.createDirectories(in);
    Path temporary = in.resolve("." + path.getFileName() + "." + UUID.randomUUID() + ".tmp");
    try (var out = Files.newOutputStream(temporary)) {
      out.write(Header.of(parts).bytes());
      for (byte[] part : parts) {
        out.write(part);
      }
    }
    Files.move(
        temporary, path, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  /**
   * Forgets all but what these recipes made of these files, and as much as about three windows more
   * have.
   */
  public void tidy(Collection<String> recipes) throws IOException {
    Set<String> own = new HashSet<>();
    for (String content : contents.values()) {
      recipes.forEach(recipe -> own.add(key(content, recipe) + SUFFIX));
    }
    Map<Path, FileTime> others = new HashMap<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of(folder), "*" + SUFFIX)) {
      for (Path entry : all) {
        if (!own.contains(entry.getFileName().toString())) {
          others.put(entry, Files.getLastModifiedTime(entry));
        }
      }
    } catch (NoSuchFileException e) {
      return;
    }
    List<Path> oldestFirst = new ArrayList<>(others.keySet());
    oldestFirst.sort(Comparator.comparing(others::get));
    int surplus = oldestFirst.size() - WINDOWS_KEPT * own.size();
    for (Path entry : oldestFirst.subList(0, Math.max(0, surplus))) {
      Files.deleteIfExists(entry);
    }
  }

  private Optional<Path> path(String file, String recipe) {
    return Optional.ofNullable(contents.get(file))
        .map(content -> Path.of(folder).resolve(key(content, recipe) + SUFFIX));
  }

  private static String key(String content, String recipe) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256")
                  .digest((content + "\n" + recipe).getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256.", e);
    }
  }

  /** What stands before the parts of an entry. */
  private record Header(int[] lengths, int[] checksums) {
    static Header of(List<byte[]> parts) {
      if (parts.size() > MAX_PARTS) {
        throw new IllegalArgumentException(
            "Invalid number of parts: %d (at most %d)".formatted(parts.size(), MAX_PARTS));
      }
      return new Header(
          parts.stream().mapToInt(part -> part.length).toArray(),
          parts.stream().mapToInt(part -> checksum(part, part.length)).toArray());
    }

    /** Empty if it is of another version, or damaged. */
    static Optional<Header> read(DataInputStream in) throws IOException {
      if (in.readInt() != MAGIC || in.readInt() != VERSION) {
        return Optional.empty();
      }
      int parts = in.readInt();
      if (parts < 0 || parts > MAX_PARTS) {
        return Optional.empty();
      }
      ByteBuffer table = ByteBuffer.wrap(in.readNBytes(parts * 2 * Integer.BYTES));
      Header header = new Header(new int[parts], new int[parts]);
      for (int i = 0; i < parts && table.remaining() >= 2 * Integer.BYTES; i++) {
        header.lengths[i] = table.getInt();
        header.checksums[i] = table.getInt();
      }
      byte[] wanted = header.bytes();
      int checksum = ByteBuffer.wrap(wanted).getInt(wanted.length - Integer.BYTES);
      return in.readInt() == checksum ? Optional.of(header) : Optional.empty();
    }

    byte[] bytes() {
      ByteBuffer bytes = ByteBuffer.allocate((4 + 2 * lengths.length) * Integer.BYTES);
      bytes.putInt(MAGIC).putInt(VERSION).putInt(lengths.length);
      for (int i = 0; i < lengths.length; i++) {
        bytes.putInt(lengths[i]).putInt(checksums[i]);
      }
      return bytes.putInt(checksum(bytes.array(), bytes.position())).array();
    }

    /** Of the whole entry, in bytes. */
    long size() {
      long size = (4L + 2L * lengths.length) * Integer.BYTES;
      for (int length : lengths) {
        size += length;
      }
      return size;
    }

    List<Integer> filled() {
      List<Integer> filled = new ArrayList<>();
      for (int i = 0; i < lengths.length; i++) {
        if (lengths[i] > 0) {
          filled.add(i);
        }
      }
      return filled;
    }

    Optional<byte[]> part(int part, DataInputStream in) throws IOException {
      if (part >= lengths.length) {
        return Optional.empty();
      }
      for (int i = 0; i < part; i++) {
        in.skipNBytes(lengths[i]);
      }
      byte[] bytes = in.readNBytes(lengths[part]);
      return bytes.length == lengths[part] && checksum(bytes, bytes.length) == checksums[part]
          ? Optional.of(bytes)
          : Optional.empty();
    }

    private static int checksum(byte[] bytes, int length) {
      CRC32C crc = new CRC32C();
      crc.update(bytes, 0, length);
      return (int) crc.getValue();
    }
  }
}
