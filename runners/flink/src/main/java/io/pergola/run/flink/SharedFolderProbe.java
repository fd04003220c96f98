package io.pergola.run.flink;

import io.pergola.run.JobListener;
import java.io.IOException;
import java.io.Serializable;
import java.net.InetAddress;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Reshuffle;

/**
 * A file in the folder of artifacts, and a job that looks for it on all task managers. Without it,
 * a task manager with a folder of that name of its own would write outputs that nobody ever sees.
 */
final class SharedFolderProbe implements AutoCloseable {
  private static final int LOOKS_A_SLOT = 8;

  static final JobListener QUIET =
      new JobListener() {
        @Override
        public void submitted(String jobId) {}

        @Override
        public void rows(long rows) {}
      };

  private final Path file;

  private SharedFolderProbe(Path file) {
    this.file = file;
  }

  static SharedFolderProbe in(Path folder) throws IOException {
    Files.createDirectories(folder);
    Path file = folder.resolve(".probe-" + UUID.randomUUID());
    Files.createFile(file);
    return new SharedFolderProbe(file);
  }

  /** Adds the looking to a job. */
  void describe(Pipeline job, int slots) {
    job.apply(
            "Looks",
            Create.of(IntStream.range(0, slots * LOOKS_A_SLOT).boxed().toList())
                .withCoder(VarIntCoder.of()))
        .apply("Spread", Reshuffle.viaRandomKey())
        .apply("Look", ParDo.of(new Look(file.toString())));
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(file);
  }

  private static final class Look extends DoFn<Integer, Void> implements Serializable {
    private static final long serialVersionUID = 1L;
    private final String file;

    Look(String file) {
      this.file = file;
    }

    @ProcessElement
    public void process(@Element Integer look) throws IOException {
      Path folder = Path.of(file).getParent();
      if (!Files.exists(Path.of(file))) {
        throw new IncompatibleClusterException(
            "Cannot run on this Flink: task manager %s does not see the files in %s. Put the workspace on a file system that all machines mount at the same path."
                .formatted(InetAddress.getLocalHost().getHostName(), folder));
      }
      Path own = Path.of(file + "-" + UUID.randomUUID());
      try {
        Files.delete(Files.createFile(own));
      } catch (IOException e) {
        throw new IncompatibleClusterException(
            "Cannot run on this Flink: task manager %s cannot write to %s (%s). Give its user that right."
                .formatted(
                    InetAddress.getLocalHost().getHostName(),
                    folder,
                    e instanceof AccessDeniedException ? "permission denied" : e.getMessage()),
            e);
      }
    }
  }
}
