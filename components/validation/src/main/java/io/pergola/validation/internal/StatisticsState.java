package io.pergola.validation.internal;

import io.pergola.beam.ColumnType;
import io.pergola.beam.ExampleBatch;
import io.pergola.beam.StateBytes;
import io.pergola.validation.DatasetStatistics;
import io.pergola.validation.SplitStatistics;
import io.pergola.validation.StatisticGenerator;
import io.pergola.validation.StatisticsFile;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * The accumulators of all splits, slices and features: what {@code statistics.sketch} holds.
 *
 * <p>A file is: magic, version, length of the payload, payload, CRC-32C of the payload.
 */
public final class StatisticsState {
  /** The file's name in a statistics artifact. */
  public static final String NAME = "statistics.sketch";

  private static final int MAGIC = 0x50475354;
  private static final int VERSION = 3;
  private static final int HEADER = 3 * Integer.BYTES;

  private final StatisticsSettings settings;
  private final TreeMap<String, SplitAccumulator> splits = new TreeMap<>();

  /** A state that has seen nothing, for what the recipe asks for. */
  public StatisticsState(StatisticsRecipe recipe) {
    this(StatisticsSettings.of(recipe));
  }

  private StatisticsState(StatisticsSettings settings) {
    this.settings = settings;
  }

  /**
   * The state of all that was seen by the states of these artifacts, in order.
   *
   * @param artifacts at least one
   * @param generators of authors, to merge what they have accumulated
   */
  public static StatisticsState merged(
      List<Path> artifacts, List<StatisticGenerator<?, ?>> generators) {
    StatisticsState merged = readFile(artifacts.get(0), generators);
    for (Path artifact : artifacts.subList(1, artifacts.size())) {
      merged.merge(readFile(artifact, generators));
    }
    return merged;
  }

  /** Adds a split with no examples, if it is not there. */
  public void declareSplit(String split) {
    split(split);
  }

  /** Adds a feature that has no values, if the split lacks it; the order of calls is kept. */
  public void declare(String split, String feature, ColumnType type) {
    split(split).declare(feature, type);
  }

  /** Adds examples of a split. */
  void add(
      String split, ExampleBatch batch, ExamplesAccumulator.Scans scans, StatisticsRecipe recipe) {
    split(split).add(batch, scans, recipe);
  }

  /**
   * Adds everything that the other has; do not use the other afterwards.
   *
   * @throws IllegalArgumentException if the two were made to say different things
   */
  public void merge(StatisticsState other) {
    if (!settings.equals(other.settings)) {
      throw new IllegalArgumentException(
          "Cannot merge statistics that are %s with statistics that are %s. Compute them alike."
              .formatted(settings.text(), other.settings.text()));
    }
    other.splits.forEach((name, split) -> split(name).merge(split));
  }

  /** The states of some features each, by their positions; the first has all that is of none. */
  List<StatisticsState> parts(int columnsPerPart) {
    int columns =
        splits.values().stream().mapToInt(split -> split.all().features().size()).max().orElse(0);
    List<StatisticsState> parts = new ArrayList<>();
    for (int from = 0; from == 0 || from < columns; from += columnsPerPart) {
      StatisticsState part = new StatisticsState(settings);
      for (Map.Entry<String, SplitAccumulator> split : splits.entrySet()) {
        part.splits.put(split.getKey(), split.getValue().part(from, from + columnsPerPart));
      }
      parts.add(part);
    }
    return parts;
  }

  /** The statistics of what was seen. */
  public DatasetStatistics statistics() {
    List<SplitStatistics> result = new ArrayList<>();
    splits.forEach((name, split) -> result.add(split.statistics(name, settings)));
    return new DatasetStatistics(result, settings.weightFeature());
  }

  /** The state as bytes, for {@link #of}. */
  public byte[] bytes() {
    StateBytes.Writer bytes = new StateBytes.Writer();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(MAGIC);
      out.writeInt(VERSION);
      out.writeInt(0);
      settings.write(out);
      out.writeInt(splits.size());
      for (Map.Entry<String, SplitAccumulator> split : splits.entrySet()) {
        out.writeUTF(split.getKey());
        split.getValue().write(out);
      }
      out.writeInt(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    byte[] written = bytes.toByteArray();
    int payload = written.length - HEADER - Integer.BYTES;
    ByteBuffer.wrap(written)
        .putInt(2 * Integer.BYTES, payload)
        .putInt(HEADER + payload, checksum(written, HEADER, payload));
    return written;
  }

  /** The state that {@link #bytes} gave. */
  public static StatisticsState of(byte[] bytes) {
    return of(bytes, 0, List.of());
  }

  /**
   * The state that {@link #bytes} gave, from an offset on.
   *
   * @param generators of authors, to merge what they have accumulated
   * @throws IllegalArgumentException if it is of another format, or damaged
   */
  static StatisticsState of(byte[] bytes, int from, List<StatisticGenerator<?, ?>> generators) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes, from, bytes.length - from);
    if (buffer.remaining() < HEADER + Integer.BYTES || buffer.getInt() != MAGIC) {
      throw new IllegalArgumentException(
          "Cannot read the state of statistics: it is not of a format that this release knows."
              + " Compute the statistics again.");
    }
    int version = buffer.getInt();
    if (version != VERSION) {
      throw new IllegalArgumentException(
          "Cannot read the state of statistics: it has version %d, and this release reads %d. %s"
              .formatted(
                  version,
                  VERSION,
                  version > VERSION ? "Use a newer release." : "Compute the statistics again."));
    }
    int payload = buffer.getInt();
    if (payload != buffer.remaining() - Integer.BYTES
        || checksum(bytes, from + HEADER, payload) != buffer.getInt(from + HEADER + payload)) {
      throw new IllegalArgumentException(
          "Cannot read the state of statistics: it is damaged, its checksum does not match."
              + " Compute the statistics again.");
    }
    try (DataInputStream in =
        new DataInputStream(new StateBytes.Reader(bytes, from + HEADER, payload))) {
      StatisticsState state = new StatisticsState(StatisticsSettings.read(in));
      int splits = in.readInt();
      for (int s = 0; s < splits; s++) {
        state.splits.put(in.readUTF(), SplitAccumulator.read(in, generators));
      }
      return state;
    } catch (EOFException e) {
      throw new IllegalArgumentException(
          "Cannot read the state of statistics: it ends too early. Compute the statistics again.",
          e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes the state and the statistics into an artifact's directory. */
  public void writeFiles(Path artifact) {
    StatisticsFile.write(statistics(), artifact);
    splits.values().forEach(split -> split.settle(settings));
    Json.writeBytes(bytes(), artifact.resolve(NAME));
  }

  /**
   * Reads the state from an artifact's directory.
   *
   * @param generators of authors, to merge what they have accumulated
   * @throws IllegalArgumentException if the file is absent, damaged, or of another format
   */
  static StatisticsState readFile(Path artifact, List<StatisticGenerator<?, ?>> generators) {
    Path file = artifact.resolve(NAME);
    try {
      return of(Files.readAllBytes(file), 0, generators);
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException(
          "Cannot merge the statistics of %s: there is no %s. Compute them again."
              .formatted(artifact, NAME),
          e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int checksum(byte[] bytes, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, length);
    return (int) crc.getValue();
  }

  private SplitAccumulator split(String name) {
    return splits.computeIfAbsent(name, split -> new SplitAccumulator());
  }
}
