package io.pergola.run.flink;

import java.io.File;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A Flink cluster of separate processes on this machine.
 *
 * @param folder where it keeps its configuration, logs, temporary files and process ids
 * @param port of the REST endpoint; 0 for any that is free
 * @param taskManagers processes that do the work, at least 1
 * @param slots parallel tasks of each of them, at least 1
 * @param heapMegabytes the Java heap of each task manager, at least 256
 * @param classPath what all processes have on their class path: Flink, Beam, Pergola and whatever
 *     else jobs need and do not bring along
 * @param owner the process that all of it ends with, even if that one is killed; empty for a
 *     cluster that goes on
 */
public record FlinkClusterSettings(
    Path folder,
    int port,
    int taskManagers,
    int slots,
    int heapMegabytes,
    String classPath,
    Optional<ProcessHandle> owner) {
  public FlinkClusterSettings {
    folder = folder.toAbsolutePath().normalize();
    classPath =
        Stream.of(classPath.split(File.pathSeparator, -1))
            .filter(entry -> !entry.isEmpty())
            .map(entry -> Path.of(entry).toAbsolutePath().toString())
            .collect(Collectors.joining(File.pathSeparator));
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("Invalid port: %d (0 to 65535)".formatted(port));
    }
    if (taskManagers < 1 || taskManagers > 100) {
      throw new IllegalArgumentException(
          "Invalid number of task managers: %d (1 to 100)".formatted(taskManagers));
    }
    if (slots < 1 || slots > 100) {
      throw new IllegalArgumentException("Invalid number of slots: %d (1 to 100)".formatted(slots));
    }
    if (heapMegabytes < 256) {
      throw new IllegalArgumentException(
          "Invalid heap of a task manager: %d MB (from 256)".formatted(heapMegabytes));
    }
  }

  /** Two task managers of two slots and 1 GB each, on port 8081, with this process's class path. */
  public static FlinkClusterSettings in(Path folder) {
    return new FlinkClusterSettings(
        folder, 8081, 2, 2, 1024, System.getProperty("java.class.path"), Optional.empty());
  }

  public FlinkClusterSettings port(int restPort) {
    return new FlinkClusterSettings(
        folder, restPort, taskManagers, slots, heapMegabytes, classPath, owner);
  }

  public FlinkClusterSettings taskManagers(int processes) {
    return new FlinkClusterSettings(
        folder, port, processes, slots, heapMegabytes, classPath, owner);
  }

  public FlinkClusterSettings slots(int each) {
    return new FlinkClusterSettings(
        folder, port, taskManagers, each, heapMegabytes, classPath, owner);
  }

  public FlinkClusterSettings heapMegabytes(int each) {
    return new FlinkClusterSettings(folder, port, taskManagers, slots, each, classPath, owner);
  }

  public FlinkClusterSettings classPath(String path) {
    return new FlinkClusterSettings(folder, port, taskManagers, slots, heapMegabytes, path, owner);
  }

  /** The same cluster, which ends when this process does, however that ends. */
  public FlinkClusterSettings endingWithThisProcess() {
    return owner(ProcessHandle.current());
  }

  FlinkClusterSettings owner(ProcessHandle process) {
    return new FlinkClusterSettings(
        folder, port, taskManagers, slots, heapMegabytes, classPath, Optional.of(process));
  }
}
