package io.pergola.run.internal;

import io.pergola.pipeline.PipelineGraph;
import io.pergola.run.Manifest;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Where a node's outputs are written and published: {@code artifacts/<pipeline>/<node>/<output>/},
 * in {@code .tmp-<execution>-<attempt>} and then {@code <execution>}.
 */
final class OutputFolders {
  private static final String TEMPORARY = ".tmp-";

  private final Path artifacts;
  private final String pipeline;
  private final PipelineGraph.Node node;
  private final long execution;
  private final Set<String> renamed = new HashSet<>();
  private OptionalLong claim = OptionalLong.empty();

  OutputFolders(Path artifacts, String pipeline, PipelineGraph.Node node, long execution) {
    this.artifacts = artifacts;
    this.pipeline = pipeline;
    this.node = node;
    this.execution = execution;
  }

  Path parent(String output) {
    return artifacts.resolve(pipeline).resolve(node.id()).resolve(output);
  }

  Path published(String output) {
    return parent(output).resolve(Long.toString(execution));
  }

  Path temporary(String output, int attempt) {
    return parent(output).resolve(TEMPORARY + execution + "-" + attempt);
  }

  /** Where this process keeps what a job of another process wrote. */
  Path claimed(String output, int attempt, long epoch) {
    return parent(output).resolve(TEMPORARY + execution + "-" + attempt + "-by-" + epoch);
  }

  /**
   * Whether an attempt's outputs are still as its job writes them: all there, under their temporary
   * names, and none of them sealed.
   */
  boolean areBeingWritten(int attempt) {
    return node.outputs().stream()
        .allMatch(
            output ->
                Files.isDirectory(temporary(output.name(), attempt))
                    && !Files.exists(temporary(output.name(), attempt).resolve(Manifest.FILE))
                    && !Files.exists(published(output.name())));
  }

  /**
   * Takes the outputs of another process's attempt. That process may still be there, stopped and
   * continued: whatever it does to its folders by name, it does not reach them any more.
   *
   * @throws IOException if one of them is gone
   */
  void claim(int attempt, long epoch) throws IOException {
    for (PipelineGraph.Output output : node.outputs()) {
      Files.move(
          temporary(output.name(), attempt),
          claimed(output.name(), attempt, epoch),
          StandardCopyOption.ATOMIC_MOVE);
    }
    this.claim = OptionalLong.of(epoch);
  }

  /** Where an attempt's outputs are before they are published. */
  Path unpublished(String output, int attempt) {
    return claim.isPresent()
        ? claimed(output, attempt, claim.getAsLong())
        : temporary(output, attempt);
  }

  void create(int attempt) throws IOException {
    for (PipelineGraph.Output output : node.outputs()) {
      Files.createDirectories(temporary(output.name(), attempt));
    }
  }

  /** Makes every output durable; an optional one that is empty is dropped. */
  SortedMap<String, Manifest> seal(int attempt) throws IOException {
    SortedMap<String, Manifest> manifests = new TreeMap<>();
    for (PipelineGraph.Output output : node.outputs()) {
      Path folder = unpublished(output.name(), attempt);
      if (output.optional() && ArtifactFolder.isEmpty(folder)) {
        ArtifactFolder.delete(folder);
      } else {
        manifests.put(output.name(), ArtifactFolder.seal(folder));
      }
    }
    return manifests;
  }

  /** Gives sealed outputs their final names. */
  void rename(int attempt, Iterable<String> outputs) throws IOException {
    for (String output : outputs) {
      ArtifactFolder.rename(unpublished(output, attempt), published(output));
      renamed.add(output);
      ArtifactFolder.syncFolder(parent(output));
      FaultPoint.AFTER_FIRST_RENAME.reached(node.id());
    }
    ArtifactFolder.syncFolder(artifacts.resolve(pipeline).resolve(node.id()));
    ArtifactFolder.syncFolder(artifacts.resolve(pipeline));
    ArtifactFolder.syncFolder(artifacts);
  }

  /**
   * Removes what a failed attempt of this process has written. Another process may have taken the
   * run over, and its job's outputs with it: a folder goes at once, by its name, or not at all.
   */
  void discard(int attempt) throws IOException {
    for (PipelineGraph.Output output : node.outputs()) {
      Path folder = unpublished(output.name(), attempt);
      if (Files.isDirectory(folder)) {
        Path gone = folder.resolveSibling(folder.getFileName() + "-gone-" + UUID.randomUUID());
        Files.move(folder, gone, StandardCopyOption.ATOMIC_MOVE);
        ArtifactFolder.delete(gone);
      }
      if (renamed.contains(output.name())) {
        ArtifactFolder.delete(published(output.name()));
      }
    }
    claim = OptionalLong.empty();
    renamed.clear();
  }

  /** Removes whatever attempts of this execution left that was not published. */
  void discard() throws IOException {
    for (PipelineGraph.Output output : node.outputs()) {
      Path parent = parent(output.name());
      if (!Files.isDirectory(parent)) {
        continue;
      }
      List<Path> leftovers = new ArrayList<>();
      try (DirectoryStream<Path> all =
          Files.newDirectoryStream(parent, TEMPORARY + execution + "-*")) {
        all.forEach(leftovers::add);
      }
      leftovers.add(published(output.name()));
      for (Path leftover : leftovers) {
        ArtifactFolder.delete(leftover);
      }
    }
  }
}
