package io.pergola.run.flink;

import io.pergola.run.InfrastructureException;
import io.pergola.run.JobListener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.flink.runtime.util.EnvironmentInformation;
import org.jspecify.annotations.Nullable;

/** What an engine knows of the cluster that it sends jobs to. */
final class RemoteCluster {
  private static final long LONGEST_WAIT_MILLIS = 2_000;

  /** Jars that every Flink has itself; a second copy of their classes would not fit together. */
  private static final String FLINKS_OWN = "(flink|slf4j|logback|log4j)-.*";

  private final FlinkOptions settings;
  private final String master;
  private final FlinkRest rest;
  private volatile boolean seen;
  private boolean probed;
  private @Nullable List<Path> files;

  /**
   * A cluster that can take a job.
   *
   * @param files what is to be sent along
   */
  record Facts(int slots, List<Path> files) {}

  RemoteCluster(FlinkOptions settings) {
    this.settings = settings;
    this.master = settings.master().orElseThrow();
    this.rest = new FlinkRest(master);
  }

  String master() {
    return master;
  }

  /** The cluster has been there: from now on silence is waited out. */
  void wasSeen() {
    seen = true;
  }

  /**
   * Makes sure that the cluster is there and is one that we can talk to, and waits for slots if
   * their number is what the parallelism is to be. A cluster that was there before gets time to
   * come back; one that never was is refused at once.
   *
   * @throws InfrastructureException if not
   */
  Facts ready(JobListener listener) throws InterruptedException {
    long deadline = System.nanoTime() + settings.patience().toNanos();
    long pause = 50;
    while (true) {
      try {
        FlinkRest.Overview overview = rest.overview();
        requireSameVersion(overview.version());
        seen = true;
        if (overview.slots() > 0 || settings.parallelism().isPresent()) {
          return new Facts(overview.slots(), files());
        }
        if (System.nanoTime() > deadline) {
          throw new InfrastructureException(
              "Cannot run on Flink at %s: it has had no slots for %d s (%d task managers). Start task managers; if the cluster starts them itself for a job, say --flink-parallelism."
                  .formatted(master, settings.patience().toSeconds(), overview.taskManagers()));
        }
        listener.progress(
            "waits for slots: there are %d task managers".formatted(overview.taskManagers()));
      } catch (IOException e) {
        if (!seen || System.nanoTime() > deadline) {
          throw unreachable(master, e, e.getMessage());
        }
      }
      TimeUnit.MILLISECONDS.sleep(pause);
      pause = Math.min(LONGEST_WAIT_MILLIS, pause * 2);
    }
  }

  static InfrastructureException unreachable(String master, Exception e, @Nullable String why) {
    return new InfrastructureException(
        "Cannot reach Flink at %s: %s. Start the cluster, or correct --flink-master."
            .formatted(master, why),
        e);
  }

  /** The folder that nobody has looked for yet on the cluster's machines, once. */
  synchronized Optional<Path> takeFolderToProbe() {
    if (probed || settings.shared().isEmpty()) {
      return Optional.empty();
    }
    probed = true;
    try {
      List<String> hosts = rest.taskManagerHosts();
      return hosts.stream().allMatch(RemoteCluster::isThisMachine)
          ? Optional.empty()
          : settings.shared();
    } catch (IOException e) {
      return settings.shared();
    }
  }

  private void requireSameVersion(String theirs) {
    String ours = EnvironmentInformation.getVersion();
    if (!minor(theirs).equals(minor(ours))) {
      throw new IncompatibleClusterException(
          "Cannot run on Flink at %s: it is version %s, and this is %s. Use a cluster of version %s."
              .formatted(master, theirs, ours, minor(ours)));
    }
  }

  /** {@code 1.19} of {@code 1.19.3}. */
  static String minor(String version) {
    String[] parts = version.split("\\.", -1);
    return parts.length < 2 ? version : parts[0] + "." + parts[1];
  }

  private synchronized List<Path> files() throws IOException {
    List<Path> known = files;
    if (known == null) {
      known = Stream.concat(base().stream(), settings.extra().stream()).distinct().toList();
      for (Path file : known) {
        if (!Files.exists(file)) {
          throw new IllegalArgumentException(
              "Cannot send %s to Flink: there is no such file. Build it first.".formatted(file));
        }
      }
      files = known;
    }
    return known;
  }

  private List<Path> base() throws IOException {
    if (settings.staged() instanceof FlinkOptions.Staged.Files given) {
      return given.files();
    }
    String classPath = System.getProperty("java.class.path");
    if (settings.staged() instanceof FlinkOptions.Staged.Automatic) {
      Optional<String> theirs = rest.configuration(ClassPathToken.KEY);
      if (theirs.isPresent()
          && (theirs.get().equals(ClassPathToken.PROVIDED)
              || theirs.get().equals(ClassPathToken.of(classPath)))) {
        return List.of();
      }
    }
    List<Path> all = new ArrayList<>(ClassPathToken.files(classPath));
    all.removeIf(file -> file.getFileName().toString().matches(FLINKS_OWN));
    return all;
  }

  private static boolean isThisMachine(String host) {
    try {
      InetAddress address = InetAddress.getByName(host);
      return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
    } catch (IOException e) {
      return false;
    }
  }
}
