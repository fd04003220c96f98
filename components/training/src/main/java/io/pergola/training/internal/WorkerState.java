package io.pergola.training.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Weights, updater state and losses in a folder, which is there whole or not at all. */
final class WorkerState {
  /** What a round starts from. */
  static final String START = "start";

  private WorkerState() {}

  /** What a worker leaves. */
  static String of(int worker) {
    return "worker-" + worker;
  }

  /** Writes a network and the losses of its steps; if another has done so already, leaves that. */
  static void write(Path folder, Network network, double[] losses) throws IOException {
    Path temporary = folder.resolveSibling("." + folder.getFileName() + "-" + UUID.randomUUID());
    Files.createDirectories(temporary);
    Checkpoints.writeFloats(temporary.resolve("parameters.bin"), network.parameters());
    INDArray updater = network.updaterState();
    if (updater != null) {
      Checkpoints.writeFloats(temporary.resolve("updater.bin"), updater);
    }
    ByteBuffer bytes = ByteBuffer.allocate(8 * losses.length);
    bytes.asDoubleBuffer().put(losses);
    Files.write(temporary.resolve("losses.bin"), bytes.array());
    try {
      Files.move(temporary, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileAlreadyExistsException e) {
      Checkpoints.delete(temporary);
    } catch (FileSystemException e) {
      // What an engine runs twice gives the same twice; a folder that is not empty says so.
      if (!Files.isDirectory(folder)) {
        throw e;
      }
      Checkpoints.delete(temporary);
    }
  }

  /** Puts weights and updater state into a network; returns the losses. */
  static double[] read(Path folder, Network network) throws IOException {
    Checkpoints.readFloats(folder.resolve("parameters.bin"), network.parameters());
    INDArray updater = network.updaterState();
    if (updater != null) {
      Checkpoints.readFloats(folder.resolve("updater.bin"), updater);
    }
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(folder.resolve("losses.bin")));
    double[] losses = new double[bytes.remaining() / 8];
    bytes.asDoubleBuffer().get(losses);
    return losses;
  }
}
