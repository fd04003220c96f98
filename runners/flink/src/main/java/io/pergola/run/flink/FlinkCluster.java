package io.pergola.run.flink;

import io.pergola.run.InfrastructureException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/**
 * A Flink cluster of one JobManager and some TaskManagers, each a process of its own, on this
 * machine's loopback address. It goes on when the process that started it ends, unless its settings
 * say that it is to end with it.
 *
 * <p>Not highly available: the jobs of a JobManager that dies are lost with it.
 */
public final class FlinkCluster {
  private static final String JOB_MANAGER = "jobmanager";
  private static final String TASK_MANAGER = "taskmanager-";
  private static final String RECORD = "cluster.properties";
  private static final Duration START = Duration.ofSeconds(90);
  private static final Duration STOP = Duration.ofSeconds(10);

  private final FlinkClusterSettings settings;

  private FlinkCluster(FlinkClusterSettings settings) {
    this.settings = settings;
  }

  /**
   * A cluster as it is now.
   *
   * @param jobManager its process id
   * @param taskManagers their process ids
   * @param flink what Flink itself says; empty if it does not answer
   */
  public record Status(
      String master,
      Path folder,
      Optional<Long> jobManager,
      List<Long> taskManagers,
      Optional<Slots> flink) {}

  /** What is registered at the JobManager. */
  public record Slots(String version, int taskManagers, int slots, int freeSlots, int jobs) {}

  /**
   * Starts a cluster and waits until its slots are there.
   *
   * @throws InfrastructureException if it does not come up; nothing of it is left running then
   * @throws IllegalStateException if there is one already
   */
  public static FlinkCluster start(FlinkClusterSettings asked) throws InterruptedException {
    try {
      Optional<FlinkCluster> there = find(asked.folder());
      if (there.isPresent()) {
        throw new IllegalStateException(
            "Cannot start Flink in %s: it runs already, at %s. Use that one, or stop it first."
                .formatted(asked.folder(), there.get().master()));
      }
      if (asked.port() != 0 && !isFree(asked.port())) {
        throw new InfrastructureException(
            "Cannot start Flink: port %d is in use. Choose another one with --port."
                .formatted(asked.port()));
      }
      FlinkCluster cluster = new FlinkCluster(asked.port() == 0 ? asked.port(freePort()) : asked);
      cluster.launch();
      return cluster;
    } catch (IOException e) {
      throw new InfrastructureException(
          "Cannot start Flink in %s: %s".formatted(asked.folder(), e.getMessage()), e);
    }
  }

  /** The cluster of a folder, if any of its processes runs. */
  public static Optional<FlinkCluster> find(Path folder) throws IOException {
    Path place = folder.toAbsolutePath().normalize();
    Path record = place.resolve(RECORD);
    if (!Files.isRegularFile(record) || ClusterProcess.running(place).isEmpty()) {
      return Optional.empty();
    }
    Properties known = new Properties();
    try (var in = Files.newInputStream(record)) {
      known.load(in);
    }
    return Optional.of(
        new FlinkCluster(
            new FlinkClusterSettings(
                place,
                number(known, "port"),
                number(known, "task-managers"),
                number(known, "slots"),
                number(known, "heap-megabytes"),
                known.getProperty("class-path", ""),
                Optional.empty())));
  }

  /** The address of its REST endpoint, for {@link FlinkEngine#at}. */
  public String master() {
    return "localhost:" + settings.port();
  }

  public FlinkClusterSettings settings() {
    return settings;
  }

  public Status status() {
    try {
      List<ClusterProcess> running = ClusterProcess.running(settings.folder());
      return new Status(
          master(),
          settings.folder(),
          running.stream()
              .filter(one -> one.name().equals(JOB_MANAGER))
              .map(one -> one.process().pid())
              .findFirst(),
          running.stream()
              .filter(one -> one.name().startsWith(TASK_MANAGER))
              .map(one -> one.process().pid())
              .toList(),
          slots());
    } catch (IOException e) {
      throw new InfrastructureException(
          "Cannot read %s: %s".formatted(settings.folder(), e.getMessage()), e);
    }
  }

  /** Starts those of its processes that are gone, and waits until all slots are there. */
  public void repair() throws InterruptedException {
    try {
      launch();
    } catch (IOException e) {
      throw new InfrastructureException(
          "Cannot start Flink in %s: %s".formatted(settings.folder(), e.getMessage()), e);
    }
  }

  /** Ends all its processes and waits until they are gone; removes what is temporary. */
  public void stop() throws InterruptedException {
    try {
      List<ClusterProcess> running = ClusterProcess.running(settings.folder());
      for (ClusterProcess one : running) {
        one.process().destroy();
      }
      for (ClusterProcess one : running) {
        one.stop(STOP);
      }
      Files.deleteIfExists(settings.folder().resolve(RECORD));
      Files.deleteIfExists(settings.folder().resolve(ClusterConfiguration.PORT));
      EmbeddedCluster.delete(settings.folder().resolve("tmp"));
    } catch (IOException e) {
      throw new InfrastructureException(
          "Cannot clean up %s: %s. Remove it by hand.".formatted(settings.folder(), e.getMessage()),
          e);
    }
  }

  private void launch() throws IOException, InterruptedException {
    Path folder = settings.folder();
    Files.createDirectories(folder.resolve("logs"));
    ClusterConfiguration configuration = ClusterConfiguration.write(settings, freePort());
    writeRecord();
    List<String> running =
        ClusterProcess.running(folder).stream().map(ClusterProcess::name).toList();
    try {
      if (!running.contains(JOB_MANAGER)) {
        ClusterProcess.start(JOB_MANAGER, configuration.jobManager(), folder);
      }
      for (int i = 1; i <= settings.taskManagers(); i++) {
        if (!running.contains(TASK_MANAGER + i)) {
          ClusterProcess.start(TASK_MANAGER + i, configuration.taskManager(i), folder);
        }
      }
      awaitSlots();
    } catch (IOException | InterruptedException | RuntimeException e) {
      stop();
      throw e;
    }
  }

  private void awaitSlots() throws InterruptedException, IOException {
    int expected = settings.taskManagers() * settings.slots();
    long deadline = System.nanoTime() + START.toNanos();
    while (true) {
      Optional<Slots> slots = slots();
      if (slots.isPresent() && slots.get().slots() >= expected) {
        return;
      }
      List<String> running =
          ClusterProcess.running(settings.folder()).stream().map(ClusterProcess::name).toList();
      if (running.size() < settings.taskManagers() + 1) {
        throw new InfrastructureException(
            "Cannot start Flink: one of its processes ended, %s. See %s."
                .formatted(lastLine(running), settings.folder().resolve("logs")));
      }
      if (System.nanoTime() > deadline) {
        throw new InfrastructureException(
            "Cannot start Flink: after %d s it has %d of %d slots. See %s."
                .formatted(
                    START.toSeconds(),
                    slots.map(Slots::slots).orElse(0),
                    expected,
                    settings.folder().resolve("logs")));
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  private String lastLine(List<String> running) throws IOException {
    List<String> names = new ArrayList<>(List.of(JOB_MANAGER));
    for (int i = 1; i <= settings.taskManagers(); i++) {
      names.add(TASK_MANAGER + i);
    }
    names.removeAll(running);
    for (String name : names) {
      Path log = ClusterProcess.log(settings.folder(), name);
      if (Files.isRegularFile(log)) {
        List<String> lines = Files.readAllLines(log);
        if (!lines.isEmpty()) {
          return "%s, with the words: %s".formatted(name, lines.get(lines.size() - 1).strip());
        }
      }
    }
    return "none";
  }

  private Optional<Slots> slots() {
    try {
      FlinkRest.Overview found = new FlinkRest(master()).overview();
      return Optional.of(
          new Slots(
              found.version(),
              found.taskManagers(),
              found.slots(),
              found.freeSlots(),
              found.runningJobs()));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private void writeRecord() throws IOException {
    Properties known = new Properties();
    known.setProperty("port", Integer.toString(settings.port()));
    known.setProperty("task-managers", Integer.toString(settings.taskManagers()));
    known.setProperty("slots", Integer.toString(settings.slots()));
    known.setProperty("heap-megabytes", Integer.toString(settings.heapMegabytes()));
    known.setProperty("class-path", settings.classPath());
    try (var out = Files.newOutputStream(settings.folder().resolve(RECORD))) {
      known.store(out, "A Flink cluster");
    }
  }

  private static int number(Properties known, String key) {
    return Integer.parseInt(known.getProperty(key, "1"));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
