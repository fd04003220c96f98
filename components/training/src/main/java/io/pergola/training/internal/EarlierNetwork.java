package io.pergola.training.internal;

import io.pergola.transform.FittedPlan;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.util.ModelSerializer;

/**
 * A network that an earlier run trained, and the plan that made its features.
 *
 * @param network of either kind
 */
public record EarlierNetwork(Model network, FittedPlan plan) {
  private static final String CONFIGURATION = "configuration.json";

  /** Only graphs have vertices. */
  private static final String OF_GRAPH = "\"vertexInputs\"";

  /**
   * Reads a network as {@link Network#write} wrote it, without the state of its updater.
   *
   * @return empty if there is no such file
   */
  public static Optional<Model> read(Path file) throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    String configuration;
    try (ZipFile zip = new ZipFile(file.toFile())) {
      ZipEntry entry = zip.getEntry(CONFIGURATION);
      if (entry == null) {
        throw new IOException(
            "Cannot read network %s: it has no %s. Train the earlier model again."
                .formatted(file, CONFIGURATION));
      }
      configuration = new String(zip.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8);
    }
    return Optional.of(
        configuration.contains(OF_GRAPH)
            ? ModelSerializer.restoreComputationGraph(file.toFile(), false)
            : ModelSerializer.restoreMultiLayerNetwork(file.toFile(), false));
  }
}
