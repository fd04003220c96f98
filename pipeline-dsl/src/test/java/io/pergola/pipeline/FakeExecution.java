package io.pergola.pipeline;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * An execution without a runner, for tests of single components: the first attempt of a node, as of
 * 1970, that keeps what is reported. The tests of other modules use it too.
 */
public class FakeExecution implements Execution {
  /** By name. */
  public final Map<String, Double> metrics = new ConcurrentHashMap<>();

  /** By name, whichever output they are of. */
  public final Map<String, Object> properties = new ConcurrentHashMap<>();

  public final List<String> messages = new CopyOnWriteArrayList<>();

  private final String node;
  private final Optional<Path> folder;

  /** One without folders. */
  public FakeExecution(String node) {
    this(node, Optional.empty());
  }

  /**
   * @param folder where its scratch and checkpoint folders are made once they are asked for
   */
  public FakeExecution(String node, Path folder) {
    this(node, Optional.of(folder));
  }

  private FakeExecution(String node, Optional<Path> folder) {
    this.node = node;
    this.folder = folder;
  }

  @Override
  public String runId() {
    return "run-1";
  }

  @Override
  public String node() {
    return node;
  }

  @Override
  public int attempt() {
    return 1;
  }

  @Override
  public RunContext context() {
    return RunContext.asOf(Instant.EPOCH);
  }

  @Override
  public Path scratch() {
    return made("scratch");
  }

  @Override
  public Path checkpoints() {
    return made("checkpoints");
  }

  private Path made(String name) {
    try {
      return Files.createDirectories(folder.orElseThrow().resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void addRows(long rows) {}

  @Override
  public void progress(String message) {
    messages.add(message);
  }

  @Override
  public void metric(String name, double value) {
    metrics.put(name, value);
  }

  @Override
  public void property(Channel<?> output, String name, Object value) {
    properties.put(name, value);
  }

  @Override
  public void throwIfCancelled() {}

  /** Fails, as only a gate may stop a run. */
  @Override
  public void stopRun(String reason) {
    throw new AssertionError("Asked to stop the run: " + reason);
  }
}
