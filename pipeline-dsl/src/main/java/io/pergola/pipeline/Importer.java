package io.pergola.pipeline;

import io.pergola.artifact.Artifact;
import io.pergola.artifact.ArtifactType;
import io.pergola.fingerprint.BuiltIn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Brings files from elsewhere into the pipeline as an artifact: {@code
 * p.add(Importer.of(Path.of("models/2026-10"), Model.class))}. Cached by their content; where they
 * came from is on record as {@code imported_from}.
 *
 * @param from a folder with the files of one artifact, or a single file
 * @param type what they are
 * @param how whether they are copied
 */
@BuiltIn
public record Importer<A extends Artifact>(Path from, Class<A> type, Importer.How how)
    implements InlineComponent<Channel<A>> {
  private static final String MANIFEST = "manifest.json";

  /** What becomes of the files. */
  public enum How {
    COPIED,
    LINKED
  }

  /** Copies the files. */
  public static <A extends Artifact> Importer<A> of(Path from, Class<A> type) {
    return new Importer<>(from, type, How.COPIED);
  }

  /**
   * Refers to the files where they are, by hard links: for large ones on the same disk, which
   * nobody writes to any more. A file that changes all the same is found by its checksum, and not
   * read.
   */
  public Importer<A> linked() {
    return new Importer<>(from, type, How.LINKED);
  }

  @Override
  public String defaultId() {
    return "import-" + Names.kebab(type.getSimpleName());
  }

  @Override
  public List<Path> externalInputs() {
    return List.of(from);
  }

  @Override
  public Optional<Channel<A>> outputs(OutputChannels outputs) {
    return Optional.of(outputs.channel(Names.snake(type.getSimpleName()), type));
  }

  @Override
  public void run(Artifacts artifacts, Channel<A> out) throws IOException {
    Path to = artifacts.of(out).directory();
    SortedMap<String, Path> files = files();
    ArtifactType declared = type.getAnnotation(ArtifactType.class);
    List<String> missing =
        declared == null
            ? List.of()
            : Stream.of(declared.files()).filter(name -> !files.containsKey(name)).toList();
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException(
          "Cannot import %s as %s: it has no %s. Give the folder that holds the files of one %s."
              .formatted(
                  from,
                  type.getSimpleName(),
                  String.join(" and no ", missing),
                  type.getSimpleName()));
    }
    for (var file : files.entrySet()) {
      Path target = to.resolve(file.getKey());
      Files.createDirectories(target.getParent());
      bring(file.getValue(), target);
    }
    artifacts
        .execution()
        .property(out, "imported_from", from.toAbsolutePath().normalize().toString());
    artifacts.execution().property(out, "imported_files", files.size());
  }

  private void bring(Path file, Path target) throws IOException {
    if (how == How.COPIED) {
      Files.copy(file, target);
      return;
    }
    try {
      Files.createLink(target, file.toRealPath());
    } catch (IOException | UnsupportedOperationException e) {
      throw new IOException(
          "Cannot link %s: %s. Import a copy: leave out linked().".formatted(file, e), e);
    }
  }

  /** Files by their names below {@code from}, without hidden ones and an artifact's manifest. */
  private SortedMap<String, Path> files() throws IOException {
    SortedMap<String, Path> files = new TreeMap<>();
    if (Files.isRegularFile(from)) {
      files.put(String.valueOf(from.getFileName()), from);
      return files;
    }
    try (Stream<Path> all = Files.walk(from)) {
      all.filter(Files::isRegularFile)
          .forEach(file -> files.put(from.relativize(file).toString().replace('\\', '/'), file));
    }
    files.keySet().removeIf(name -> name.startsWith(".") || name.contains("/."));
    files.remove(MANIFEST);
    return files;
  }
}
