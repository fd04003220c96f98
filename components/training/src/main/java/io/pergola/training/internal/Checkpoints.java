package io.pergola.training.internal;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The state of a training loop on disk, so that a new attempt goes on where a killed one stood: one
 * folder a checkpoint, complete or not there, the newest kept.
 */
final class Checkpoints {
  private static final int FORMAT = 2;
  private static final String PREFIX = "step-";
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final Path folder;
  private final String key;

  /**
   * Checkpoints of one training.
   *
   * @param key tells whether a checkpoint found is of the same training: the network, the data, the
   *     settings
   */
  Checkpoints(Path folder, String key) {
    this.folder = folder;
    this.key = key;
  }

  /**
   * Where a loop stands.
   *
   * @param epoch of the example stream
   * @param offset of the example stream
   * @param iteration of the network, which Adam counts by
   * @param bestStep the step of the lowest evaluation loss, 0 before the first
   * @param bestLoss the lowest evaluation loss
   * @param referenceLoss the last evaluation loss that counted as lower
   * @param waited evaluations since then
   * @param evaluationLoss the last evaluation loss
   * @param curves as far as they go
   */
  record State(
      int format,
      String key,
      long step,
      long epoch,
      long offset,
      int iteration,
      long bestStep,
      double bestLoss,
      double referenceLoss,
      int waited,
      double evaluationLoss,
      CurveRecorder.State curves) {
    Progress progress() {
      return new Progress(bestStep, bestLoss, referenceLoss, waited, evaluationLoss);
    }
  }

  State state(
      long step,
      ExampleStream stream,
      Network network,
      Progress progress,
      CurveRecorder.State curves) {
    return new State(
        FORMAT,
        key,
        step,
        stream.epoch(),
        stream.offset(),
        network.iteration(),
        progress.bestStep(),
        progress.bestLoss(),
        progress.referenceLoss(),
        progress.waited(),
        progress.evaluationLoss(),
        curves);
  }

  /** What a loop carries from evaluation to evaluation, as {@link State} has it. */
  record Progress(
      long bestStep, double bestLoss, double referenceLoss, int waited, double evaluationLoss) {
    /** Before the first evaluation. */
    static final Progress NONE =
        new Progress(0, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, 0, Double.NaN);

    /**
     * After another evaluation.
     *
     * @param minDelta how much lower than the last one that counted a loss must be to count
     */
    Progress evaluated(long step, double loss, double minDelta) {
      boolean counts = loss < referenceLoss - minDelta;
      return new Progress(
          loss < bestLoss ? step : bestStep,
          Math.min(loss, bestLoss),
          counts ? loss : referenceLoss,
          counts ? 0 : waited + 1,
          loss);
    }
  }

  /** Writes a checkpoint and removes the older ones. */
  void write(State state, Network network, @Nullable INDArray best) {
    Path target = folder.resolve("%s%012d".formatted(PREFIX, state.step()));
    Path temporary = folder.resolve("." + target.getFileName() + ".tmp");
    try {
      Files.createDirectories(folder);
      delete(temporary);
      Files.createDirectory(temporary);
      writeFloats(temporary.resolve("parameters.bin"), network.parameters());
      INDArray updater = network.updaterState();
      if (updater != null) {
        writeFloats(temporary.resolve("updater.bin"), updater);
      }
      if (best != null) {
        writeFloats(temporary.resolve("best.bin"), best);
      }
      byte[] json = JSON.writeValueAsString(state).getBytes(StandardCharsets.UTF_8);
      try (FileChannel file = create(temporary.resolve("state.json"))) {
        file.write(ByteBuffer.wrap(json));
        file.force(true);
      }
      delete(target);
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
      for (Path other : all()) {
        if (!other.equals(target)) {
          delete(other);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The newest checkpoint of this training. */
  Optional<State> latest() {
    try {
      for (Path checkpoint : all()) {
        State state =
            JSON.readValue(Files.readString(checkpoint.resolve("state.json")), State.class);
        if (state.format() == FORMAT && state.key().equals(key)) {
          return Optional.of(state);
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Puts a checkpoint's weights and updater state into a network. */
  void restore(State state, Network network) {
    Path checkpoint = folder.resolve("%s%012d".formatted(PREFIX, state.step()));
    try {
      readFloats(checkpoint.resolve("parameters.bin"), network.parameters());
      INDArray updater = network.updaterState();
      if (updater != null) {
        readFloats(checkpoint.resolve("updater.bin"), updater);
      }
      network.iteration(state.iteration());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The best weights of a checkpoint, if it has some. */
  Optional<INDArray> best(State state, Network network) {
    Path file = folder.resolve("%s%012d".formatted(PREFIX, state.step())).resolve("best.bin");
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      INDArray best = network.parameters().dup();
      readFloats(file, best);
      return Optional.of(best);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<Path> all() throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(PREFIX))
          .sorted(Comparator.reverseOrder())
          .toList();
    }
  }

  private static FileChannel create(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  static void writeFloats(Path file, INDArray values) throws IOException {
    FloatBuffer from = Arrays2d.values(values);
    ByteBuffer block = ByteBuffer.allocateDirect(1 << 20).order(ByteOrder.LITTLE_ENDIAN);
    try (FileChannel channel = create(file)) {
      for (long left = values.length(); left > 0; ) {
        int count = (int) Math.min(left, block.capacity() / 4);
        block.clear().limit(count * 4);
        FloatBuffer part = from.slice(from.position(), count);
        block.asFloatBuffer().put(part);
        from.position(from.position() + count);
        while (block.hasRemaining()) {
          channel.write(block);
        }
        left -= count;
      }
      channel.force(true);
    }
  }

  static void readFloats(Path file, INDArray values) throws IOException {
    long expected = values.length() * 4;
    if (Files.size(file) != expected) {
      throw new IOException(
          "Cannot read checkpoint %s: it has %d bytes, not %d. Delete its folder."
              .formatted(file, Files.size(file), expected));
    }
    FloatBuffer to = Arrays2d.values(values);
    ByteBuffer block = ByteBuffer.allocateDirect(1 << 20).order(ByteOrder.LITTLE_ENDIAN);
    try (FileChannel channel = FileChannel.open(file)) {
      for (long left = values.length(); left > 0; ) {
        int count = (int) Math.min(left, block.capacity() / 4);
        block.clear().limit(count * 4);
        while (block.hasRemaining() && channel.read(block) >= 0) {
          continue;
        }
        block.flip();
        to.put(block.asFloatBuffer());
        left -= count;
      }
    }
  }

  static void delete(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
