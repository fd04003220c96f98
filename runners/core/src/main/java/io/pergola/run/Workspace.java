package io.pergola.run;

import io.pergola.metadata.MetadataStore;
import io.pergola.metadata.MetadataStoreException;
import io.pergola.pipeline.BuiltPipeline;
import io.pergola.run.internal.ArtifactFolder;
import io.pergola.run.internal.Repetition;
import io.pergola.run.internal.StoredHistory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The folder that holds everything of one user's pipelines: {@code metadata.db}, {@code artifacts/}
 * and {@code logs/}. Several processes may have it open. Thread-safe.
 */
public final class Workspace implements AutoCloseable {
  private final Path home;
  private final MetadataStore store;

  private Workspace(Path home, MetadataStore store) {
    this.home = home;
    this.store = store;
  }

  /**
   * Opens a workspace, and makes it if it is not there.
   *
   * @throws InfrastructureException if it cannot be written to
   */
  public static Workspace open(Path home) {
    return open(home, home.toAbsolutePath().normalize().resolve("metadata.db").toString());
  }

  /**
   * Opens a workspace whose metadata are elsewhere: where several machines see the same folder,
   * they share runs and caches through one database on a server.
   *
   * @param metadata as {@link MetadataStore#open(String)} takes it; it belongs to this folder
   *     alone, because artifacts are recorded relative to it
   * @throws InfrastructureException if the folder cannot be written to or the database not opened
   */
  public static Workspace open(Path home, String metadata) {
    Path absolute = home.toAbsolutePath().normalize();
    try {
      Files.createDirectories(absolute.resolve("artifacts"));
      Files.createDirectories(absolute.resolve("logs"));
      return new Workspace(absolute, MetadataStore.open(metadata));
    } catch (IOException e) {
      throw new InfrastructureException(
          "Cannot open workspace %s: %s. Make that folder one that can be written to, or name another (--home)."
              .formatted(absolute, Causes.line(e)),
          e);
    } catch (MetadataStoreException e) {
      throw new InfrastructureException(
          "Cannot open workspace %s: %s".formatted(absolute, Causes.line(e)), e);
    }
  }

  /** Deletes a workspace that nobody has open, with everything in it; none is no error. */
  public static void delete(Path home) {
    try {
      ArtifactFolder.delete(home);
    } catch (IOException e) {
      throw new InfrastructureException(
          "Cannot delete workspace %s: %s. Delete the folder yourself."
              .formatted(home, Causes.line(e)),
          e);
    }
  }

  /** The folder itself, absolute. */
  public Path home() {
    return home;
  }

  /** Where published artifacts are. */
  public Path artifacts() {
    return home.resolve("artifacts");
  }

  /** Where runs write their logs. */
  public Path logs() {
    return home.resolve("logs");
  }

  /**
   * Runs what an artifact was made by again, in another workspace, and compares.
   *
   * @param scratch an empty workspace; its caller closes and removes it
   * @param artifact one that this workspace has
   * @param pipeline built as it was for the artifact's run, with the same parameters
   * @throws RunRefusedException if the artifact's run or node is not there any more
   */
  public Reproduction reproduce(
      Workspace scratch,
      ArtifactRecord artifact,
      BuiltPipeline pipeline,
      Engine engine,
      RunListener listener) {
    return new Repetition(store, home, scratch.store, scratch.home)
        .of(artifact, pipeline, Optional.of(engine), listener);
  }

  /** Reads what is on record of runs. */
  public RunHistory history() {
    return new StoredHistory(store, home);
  }

  /** The record of what happened; lineage is asked from here. */
  public MetadataStore store() {
    return store;
  }

  @Override
  public void close() {
    store.close();
  }
}
