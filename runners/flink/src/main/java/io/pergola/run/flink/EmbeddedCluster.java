package io.pergola.run.flink;

import io.pergola.run.InfrastructureException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.HeartbeatManagerOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.MetricOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one Flink of this process, running while any engine uses it. */
final class EmbeddedCluster {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedCluster.class);

  static final int CORES = Runtime.getRuntime().availableProcessors();

  /** Jobs that find slots at the same time; others wait. */
  static final int JOBS_AT_ONCE = 4;

  private static final String FOLDER = "pergola-flink-";

  private static @Nullable EmbeddedCluster current;
  private static int users;

  private final MiniCluster cluster;
  private final Path folder;
  private final Path stub;
  private final String master;
  private final Thread cleanUp;

  private EmbeddedCluster(Path folder) throws Exception {
    this.folder = folder;
    this.stub = StubJar.in(folder);
    this.cleanUp = new Thread(() -> deleteQuietly(folder), "pergola-flink-clean-up");
    Runtime.getRuntime().addShutdownHook(cleanUp);
    this.cluster =
        new MiniCluster(
            new MiniClusterConfiguration.Builder()
                .setConfiguration(configuration(folder))
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(CORES * JOBS_AT_ONCE)
                .build());
    cluster.start();
    this.master = "localhost:" + cluster.getRestAddress().get(60, TimeUnit.SECONDS).getPort();
  }

  static synchronized void acquire() {
    if (current == null) {
      current = start();
    }
    users++;
  }

  static synchronized void release() {
    users--;
    if (users == 0 && current != null) {
      current.stop();
      current = null;
    }
  }

  static synchronized EmbeddedCluster current() {
    return Objects.requireNonNull(current);
  }

  /** The REST address, {@code localhost:port}. */
  String master() {
    return master;
  }

  /** Where this cluster and its jobs keep temporary files. */
  Path folder() {
    return folder;
  }

  Path stub() {
    return stub;
  }

  private static EmbeddedCluster start() {
    try {
      Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
      deleteFoldersOfDeadProcesses(temporary);
      Path folder =
          Files.createTempDirectory(temporary, FOLDER + ProcessHandle.current().pid() + "-");
      long start = System.nanoTime();
      EmbeddedCluster cluster = new EmbeddedCluster(folder);
      LOG.info("Embedded Flink started in {} ms", (System.nanoTime() - start) / 1_000_000);
      return cluster;
    } catch (UnknownHostException e) {
      throw new InfrastructureException(
          ("Cannot start the embedded Flink: this machine's own name has no address: %s. Add the"
                  + " name to /etc/hosts, or use the local engine.")
              .formatted(e.getMessage()),
          e);
    } catch (Exception e) {
      throw new InfrastructureException(
          "Cannot start the embedded Flink: %s. Use the local engine, or --flink-master."
              .formatted(e.getMessage()),
          e);
    }
  }

  private void stop() {
    try {
      cluster.closeAsync().get(30, TimeUnit.SECONDS);
      delete(folder);
    } catch (Exception e) {
      LOG.warn("The embedded Flink did not stop cleanly", e);
    } finally {
      removeHook();
    }
  }

  private void removeHook() {
    try {
      Runtime.getRuntime().removeShutdownHook(cleanUp);
    } catch (IllegalStateException e) {
      LOG.debug("The JVM is shutting down and cleans up itself");
    }
  }

  private static Configuration configuration(Path folder) throws UnknownHostException {
    Configuration configuration = new Configuration();
    configuration.set(RestOptions.ADDRESS, "localhost");
    configuration.set(RestOptions.BIND_ADDRESS, "localhost");
    configuration.set(RestOptions.BIND_PORT, "0");
    // Flink fetches blobs from this address; without it, its server listens on every address.
    configuration.set(JobManagerOptions.BIND_HOST, InetAddress.getLocalHost().getHostAddress());
    configuration.set(TaskManagerOptions.BIND_HOST, "localhost");
    configuration.set(WebOptions.SUBMIT_ENABLE, false);
    configuration.set(CoreOptions.CLASSLOADER_RESOLVE_ORDER, "parent-first");
    // Also the place of the akka jar that Flink unpacks and leaves behind on System.exit.
    configuration.set(CoreOptions.TMP_DIRS, folder.toString());
    configuration.set(WebOptions.REFRESH_INTERVAL, 500L);
    configuration.set(MetricOptions.METRIC_FETCHER_UPDATE_INTERVAL, 1_000L);
    configuration.set(WebOptions.TMP_DIR, folder.toString());
    configuration.set(WebOptions.UPLOAD_DIR, folder.toString());
    configuration.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(256));
    configuration.set(TaskManagerOptions.NETWORK_MEMORY_MIN, MemorySize.ofMebiBytes(64));
    configuration.set(TaskManagerOptions.NETWORK_MEMORY_MAX, MemorySize.ofMebiBytes(64));
    // Counters of operators that have ended travel with heartbeats.
    configuration.set(HeartbeatManagerOptions.HEARTBEAT_INTERVAL, 1_000L);
    return configuration;
  }

  /** A process that was killed could not remove its own folder. */
  private static void deleteFoldersOfDeadProcesses(Path temporary) throws IOException {
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(temporary, FOLDER + "*-*")) {
      for (Path folder : folders) {
        String[] parts = folder.getFileName().toString().split("-", -1);
        if (parts.length >= 4
            && parts[2].matches("\\d{1,18}")
            && ProcessHandle.of(Long.parseLong(parts[2])).isEmpty()) {
          deleteQuietly(folder);
        }
      }
    }
  }

  private static void deleteQuietly(Path folder) {
    try {
      delete(folder);
    } catch (IOException e) {
      LOG.debug("Left behind: {}", folder, e);
    }
  }

  static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
              throws IOException {
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
