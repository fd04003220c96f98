package io.pergola.run;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * The process that drives a run, as the lease's holder names it: host, process id, start time, and
 * what its process id belongs to.
 *
 * @param started start of the process in milliseconds since 1970, 0 if unknown
 * @param scope the boot and the process id namespace on Linux, so that a process of another
 *     container is not taken for one of this; {@code -} elsewhere, empty if not on record
 */
public record RunProcess(String host, long pid, long started, String scope) {
  private static final String SELF_SCOPE = ownScope();

  /** This process. */
  public static RunProcess current() {
    ProcessHandle self = ProcessHandle.current();
    return new RunProcess(hostName(), self.pid(), startOf(self), SELF_SCOPE);
  }

  /** Reads a lease's holder; empty if it is none of ours. */
  public static Optional<RunProcess> parse(String holder) {
    String[] parts = holder.split(" ", -1);
    if (parts.length != 3 && parts.length != 4) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new RunProcess(
              parts[0],
              Long.parseLong(parts[1]),
              Long.parseLong(parts[2]),
              parts.length == 4 ? parts[3] : ""));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** The holder of this process's leases. */
  public String holder() {
    return host + " " + pid + " " + started + " " + scope;
  }

  /** Whether this is a process that this one would see if it lived, and does not. */
  public boolean isDead() {
    if (!host.equals(hostName()) || !scope.equals(SELF_SCOPE)) {
      return false;
    }
    Optional<ProcessHandle> handle = ProcessHandle.of(pid).filter(ProcessHandle::isAlive);
    return handle.isEmpty() || (started != 0 && startOf(handle.get()) != started);
  }

  @Override
  public String toString() {
    return "process %d on %s".formatted(pid, host);
  }

  private static long startOf(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName().replace(' ', '_');
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }

  private static String ownScope() {
    try {
      String boot = Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
      String namespace = Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString();
      return boot + "/" + namespace;
    } catch (IOException | UnsupportedOperationException e) {
      return "-";
    }
  }
}
