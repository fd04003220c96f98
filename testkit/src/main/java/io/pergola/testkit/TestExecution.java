package io.pergola.testkit;

import io.pergola.pipeline.Channel;
import io.pergola.pipeline.Execution;
import io.pergola.pipeline.RunContext;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** Keeps what a component reports. */
final class TestExecution implements Execution {
  private final String node;
  private final RunContext context;
  private final Path scratch;
  private final Path checkpoints;
  private final SortedMap<String, Double> metrics = new ConcurrentSkipListMap<>();
  private final SortedMap<String, Object> properties = new ConcurrentSkipListMap<>();
  private volatile Optional<String> stop = Optional.empty();

  TestExecution(String node, RunContext context, Path scratch, Path checkpoints) {
    this.node = node;
    this.context = context;
    this.scratch = scratch;
    this.checkpoints = checkpoints;
  }

  SortedMap<String, Double> metrics() {
    return new TreeMap<>(metrics);
  }

  SortedMap<String, Object> properties() {
    return new TreeMap<>(properties);
  }

  Optional<String> stop() {
    return stop;
  }

  @Override
  public String runId() {
    return "test";
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
    return context;
  }

  @Override
  public Path scratch() {
    return scratch;
  }

  @Override
  public Path checkpoints() {
    return checkpoints;
  }

  @Override
  public void addRows(long rows) {}

  @Override
  public void progress(String message) {}

  @Override
  public void metric(String name, double value) {
    metrics.put(name, value);
  }

  @Override
  public void property(Channel<?> output, String name, Object value) {
    properties.put(output.output() + "." + name, value);
  }

  @Override
  public void throwIfCancelled() {}

  @Override
  public void stopRun(String reason) {
    stop = Optional.of(reason);
  }
}
