package io.pergola.training.internal.tensorboard;

import io.pergola.training.TrainingCurves.Evaluation;
import io.pergola.training.TrainingCurves.Point;
import io.pergola.training.internal.Network;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Writes a training as TensorBoard reads it, while it goes on: the runs {@code train} (loss,
 * learning rate, weights, the network) and {@code eval} (loss and metrics), a folder each. Not
 * thread-safe.
 */
public final class TensorBoardLog implements AutoCloseable {
  private static final String TRAIN = "train";
  private static final String EVAL = "eval";

  private final Path folder;
  private final SortedMap<String, Long> kept = new TreeMap<>();
  private final SortedMap<String, EventFile> files = new TreeMap<>();
  private boolean described;

  /**
   * A log that begins anew, whatever the folder holds.
   *
   * @param folder created with the first event
   */
  public TensorBoardLog(Path folder) {
    this.folder = folder;
  }

  /** Goes on where the runs' files had these lengths; only before the first event. */
  public void restore(SortedMap<String, Long> lengths) {
    kept.putAll(lengths);
    described = lengths.containsKey(TRAIN);
  }

  /** The lengths of the runs' files in bytes, all of them on disk. */
  public SortedMap<String, Long> lengths() {
    SortedMap<String, Long> lengths = new TreeMap<>(kept);
    files.forEach((run, file) -> attempt(() -> lengths.put(run, file.flushed())));
    return Collections.unmodifiableSortedMap(lengths);
  }

  /** Adds the network's graph, and its configuration as text, unless they are there. */
  public void describe(Network network) {
    if (!described) {
      described = true;
      add(TRAIN, Events.graph(NetworkNodes.of(network.model())));
      add(TRAIN, Events.text("network", network.configuration().indent(4).stripTrailing()));
    }
  }

  /** Adds a point of the training. */
  public void point(Point point) {
    List<Events.Scalar> scalars = new ArrayList<>();
    scalars.add(new Events.Scalar("loss", point.loss()));
    if (!Double.isNaN(point.learningRate())) {
      scalars.add(new Events.Scalar("learning_rate", point.learningRate()));
    }
    add(TRAIN, Events.scalars(point.step(), scalars));
  }

  /** Adds an evaluation. */
  public void evaluation(Evaluation evaluation) {
    List<Events.Scalar> scalars = new ArrayList<>();
    scalars.add(new Events.Scalar("loss", evaluation.loss()));
    evaluation.metrics().forEach((name, value) -> scalars.add(new Events.Scalar(name, value)));
    add(EVAL, Events.scalars(evaluation.step(), scalars));
  }

  /** Adds a number of the author's own. */
  public void summary(int step, String name, double value) {
    add(TRAIN, Events.scalars(step, List.of(new Events.Scalar("summary/" + name, value))));
  }

  /** Adds a histogram of each of the network's tables of weights. */
  public void weights(int step, Network network) {
    network
        .weights()
        .forEach(
            (name, values) -> {
              if (values.length > 0) {
                add(TRAIN, Events.histogram(step, "weights/" + name, values));
              }
            });
  }

  /** Copies the runs, each with its folder, into another folder. */
  public void copyTo(Path target) {
    lengths()
        .keySet()
        .forEach(
            run ->
                attempt(
                    () -> {
                      Path file = Files.createDirectories(target.resolve(run));
                      Files.copy(
                          folder.resolve(run).resolve(EventFile.NAME),
                          file.resolve(EventFile.NAME));
                    }));
  }

  private void add(String run, Message event) {
    attempt(
        () -> {
          EventFile file = files.get(run);
          if (file == null) {
            file = EventFile.open(folder.resolve(run), kept.getOrDefault(run, 0L));
            files.put(run, file);
          }
          file.add(event);
        });
  }

  private interface Action {
    void run() throws IOException;
  }

  private static void attempt(Action action) {
    try {
      action.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    files.values().forEach(file -> attempt(file::close));
    files.clear();
  }
}
