package io.pergola.run.flink;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How an engine uses Flink.
 *
 * @param master the cluster's REST address; empty for an embedded one
 * @param parallelism tasks of a job at the same time; empty for as many as there is room for
 * @param staged what is sent along with each job
 * @param extra what is sent along besides
 * @param shared a folder that task managers must see
 * @param patience how long a JobManager that was there may be silent
 */
record FlinkOptions(
    Optional<String> master,
    OptionalInt parallelism,
    Staged staged,
    List<Path> extra,
    Optional<Path> shared,
    Duration patience) {

  /** What is sent along with each job. */
  sealed interface Staged {
    /** The class path, unless the cluster has it. */
    record Automatic() implements Staged {}

    /** The class path. */
    record ClassPath() implements Staged {}

    /** These files. */
    record Files(List<Path> files) implements Staged {
      public Files {
        files = List.copyOf(files);
      }
    }
  }

  FlinkOptions {
    extra = List.copyOf(extra);
  }

  static FlinkOptions of(Optional<String> master, Duration patience) {
    return new FlinkOptions(
        master, OptionalInt.empty(), new Staged.Automatic(), List.of(), Optional.empty(), patience);
  }

  FlinkOptions parallelism(OptionalInt tasks) {
    return new FlinkOptions(master, tasks, staged, extra, shared, patience);
  }

  FlinkOptions staged(Staged what) {
    return new FlinkOptions(master, parallelism, what, extra, shared, patience);
  }

  FlinkOptions extra(List<Path> files) {
    return new FlinkOptions(master, parallelism, staged, files, shared, patience);
  }

  FlinkOptions shared(Path folder) {
    return new FlinkOptions(
        master, parallelism, staged, extra, Optional.of(folder.toAbsolutePath()), patience);
  }

  FlinkOptions patience(Duration time) {
    return new FlinkOptions(master, parallelism, staged, extra, shared, time);
  }
}
