package io.pergola.beam;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.pergola.pipeline.FakeManifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileMemoryTest {
  @TempDir Path folder;

  private FileMemory memory;
  private String monday;
  private String tuesday;

  @BeforeEach
  void twoFiles() throws IOException {
    monday = file("monday", "m");
    tuesday = file("tuesday", "t");
    FakeManifest.write(folder.resolve("examples"));
    memory = memory();
  }

  private String file(String name, String content) throws IOException {
    Path file = folder.resolve("examples/train").resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, content).toString();
  }

  private FileMemory memory() {
    return FileMemory.of(folder.resolve("memo"), folder.resolve("examples")).orElseThrow();
  }

  private static List<byte[]> parts(String... parts) {
    return Arrays.stream(parts).map(part -> part.getBytes(UTF_8)).toList();
  }

  private List<Path> entries() throws IOException {
    try (Stream<Path> all = Files.list(folder.resolve("memo"))) {
      return all.sorted().toList();
    }
  }

  @Test
  void partsAreFoundOneByOneByFileAndRecipe() {
    memory.keep(monday, "mean", parts("one", "", "three"));
    memory.keep(tuesday, "mean", List.of());

    assertThat(memory.parts(monday, "mean")).contains(List.of(0, 2));
    assertThat(memory.find(monday, "mean", 0)).contains("one".getBytes(UTF_8));
    assertThat(memory.find(monday, "mean", 2)).contains("three".getBytes(UTF_8));
    assertThat(memory.find(monday, "mean", 3)).isEmpty();
    assertThat(memory.parts(tuesday, "mean")).contains(List.of());
    assertThat(memory.has(monday, "median")).isFalse();
    assertThat(memory.has("elsewhere", "mean")).isFalse();
  }

  @Test
  void whatCountsIsWhatAFileHoldsAndNotWhereItIs() throws IOException {
    memory.keep(monday, "mean", parts("one"));
    file("monday", "another day");
    String moved = file("wednesday", "m");
    Files.delete(folder.resolve("examples/manifest.json"));
    FakeManifest.write(folder.resolve("examples"));

    assertThat(memory().has(moved, "mean")).isTrue();
    assertThat(memory().has(monday, "mean")).isFalse();
  }

  @Test
  void noChangedOrMissingByteIsTrusted() throws IOException {
    memory.keep(monday, "mean", parts("one", "two"));
    Path entry = entries().get(0);
    byte[] whole = Files.readAllBytes(entry);
    for (int at = 0; at < whole.length; at++) {
      byte[] changed = whole.clone();
      changed[at] ^= 1;
      Files.write(entry, changed);
      boolean both =
          memory.find(monday, "mean", 0).isPresent() && memory.find(monday, "mean", 1).isPresent();
      assertThat(both).as("byte %d changed", at).isFalse();
      Files.write(entry, Arrays.copyOf(whole, at));
      assertThat(memory.has(monday, "mean")).as("%d bytes", at).isFalse();
    }
    Files.write(entry, whole);
    assertThat(memory.find(monday, "mean", 1)).contains("two".getBytes(UTF_8));
  }

  @Test
  void theOldestOfOtherWindowsAreForgotten() throws IOException {
    for (int i = 0; i < 8; i++) {
      memory.keep(monday, "old " + i, parts("x"));
      for (Path entry : entries()) {
        Files.setLastModifiedTime(
            entry, FileTime.fromMillis(Files.getLastModifiedTime(entry).toMillis() - 1_000));
      }
    }
    memory.keep(monday, "mean", parts("one"));
    memory.keep(tuesday, "mean", parts("one"));

    memory.tidy(List.of("mean"));

    assertThat(entries()).hasSize(2 + 3 * 2);
    assertThat(memory.has(monday, "old 0")).isFalse();
    assertThat(memory.has(monday, "old 2")).isTrue();
    assertThat(memory.has(tuesday, "mean")).isTrue();
  }

  @Test
  void someFilesHaveAMemoryIfAllOfThemAreKnown() throws IOException {
    assertThat(memory.only(List.of(monday)).orElseThrow().contents()).containsOnlyKeys(monday);
    assertThat(memory.only(List.of(monday, "elsewhere"))).isEmpty();
    assertThat(FileMemory.of(folder.resolve("memo"), folder)).isEmpty();
  }
}
