package io.pergola.run.flink;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A process of a cluster that may outlive the one that started it. Its file names process id and
 * start time, so that another process with that id is not taken for it.
 */
record ClusterProcess(String name, ProcessHandle process, Path pidFile) {
  private static final String SUFFIX = ".pid";

  /** Starts a command; its output goes to a log file. */
  static ClusterProcess start(String name, List<String> command, Path folder) throws IOException {
    List<String> words = new ArrayList<>();
    Path setsid = Path.of("/usr/bin/setsid");
    if (Files.isExecutable(setsid)) {
      words.add(setsid.toString()); // a session of its own: no Ctrl-C of a terminal reaches it
    }
    words.addAll(command);
    Process process =
        new ProcessBuilder(words)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(log(folder, name).toFile())
            .start();
    Path file = folder.resolve(name + SUFFIX);
    Files.writeString(file, process.pid() + " " + startOf(process.toHandle()) + "\n");
    return new ClusterProcess(name, process.toHandle(), file);
  }

  static Path log(Path folder, String name) {
    return folder.resolve("logs").resolve(name + ".log");
  }

  /** The processes on record in a folder that still run. Files of others are removed. */
  static List<ClusterProcess> running(Path folder) throws IOException {
    List<ClusterProcess> running = new ArrayList<>();
    if (!Files.isDirectory(folder)) {
      return running;
    }
    List<Path> files;
    try (var all = Files.list(folder)) {
      files = all.filter(file -> file.toString().endsWith(SUFFIX)).sorted().toList();
    }
    for (Path file : files) {
      Optional<ProcessHandle> process = read(file);
      if (process.isPresent()) {
        String name = file.getFileName().toString();
        running.add(
            new ClusterProcess(
                name.substring(0, name.length() - SUFFIX.length()), process.get(), file));
      } else {
        Files.deleteIfExists(file);
      }
    }
    return running;
  }

  /** Asks it to end, insists after a while, and waits until it is gone. */
  void stop(Duration patience) throws InterruptedException, IOException {
    process.destroy();
    if (!isGoneWithin(patience)) {
      process.destroyForcibly();
      isGoneWithin(Duration.ofSeconds(10));
    }
    Files.deleteIfExists(pidFile);
  }

  private boolean isGoneWithin(Duration time) throws InterruptedException {
    try {
      process.onExit().get(time.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return !process.isAlive();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  private static Optional<ProcessHandle> read(Path file) throws IOException {
    String[] parts = Files.readString(file).strip().split(" ", -1);
    if (parts.length != 2 || !parts[0].matches("\\d{1,18}")) {
      return Optional.empty();
    }
    return ProcessHandle.of(Long.parseLong(parts[0]))
        .filter(ProcessHandle::isAlive)
        .filter(process -> startOf(process).equals(parts[1]));
  }

  /** When it began, to tell it from a later process with its id. */
  static String startOf(ProcessHandle process) {
    return Long.toString(process.info().startInstant().map(Instant::toEpochMilli).orElse(0L));
  }
}
