package io.pergola.run.internal;

import io.pergola.pipeline.Channel;
import io.pergola.pipeline.Execution;
import io.pergola.pipeline.RunContext;
import io.pergola.run.JobListener;
import io.pergola.span.SpanSelection;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a running component sees of its execution, and what it reported so far. */
final class ExecutionHandle implements Execution, JobListener {
  private final String runId;
  private final String node;
  private final int attempt;
  private final RunContext context;
  private final Optional<SpanSelection> spans;
  private final Path scratch;
  private final Path checkpoints;
  private final Optional<Path> memo;
  private final boolean gate;
  private final BooleanSupplier cancelled;
  private final Consumer<String> jobSubmitted;

  private final LongAdder ownRows = new LongAdder();
  private final AtomicLong jobRows = new AtomicLong();
  private final SortedMap<String, Double> metrics = new TreeMap<>();
  private final Map<String, SortedMap<String, Object>> properties = new TreeMap<>();
  private final AtomicBoolean ending = new AtomicBoolean();
  private volatile String message = "";
  private volatile @Nullable String stop;

  ExecutionHandle(
      String runId,
      String node,
      int attempt,
      RunContext context,
      Optional<SpanSelection> spans,
      Path scratch,
      Path checkpoints,
      Optional<Path> memo,
      boolean gate,
      BooleanSupplier cancelled,
      Consumer<String> jobSubmitted) {
    this.runId = runId;
    this.node = node;
    this.attempt = attempt;
    this.context = context;
    this.spans = spans;
    this.scratch = scratch;
    this.checkpoints = checkpoints;
    this.memo = memo;
    this.gate = gate;
    this.cancelled = cancelled;
    this.jobSubmitted = jobSubmitted;
  }

  @Override
  public String runId() {
    return runId;
  }

  @Override
  public String node() {
    return node;
  }

  @Override
  public int attempt() {
    return attempt;
  }

  @Override
  public RunContext context() {
    return context;
  }

  @Override
  public Optional<SpanSelection> spans() {
    return spans;
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
  public Optional<Path> memo() {
    return memo;
  }

  @Override
  public void addRows(long rows) {
    ownRows.add(rows);
  }

  @Override
  public void progress(String line) {
    message = line;
  }

  @Override
  public synchronized void metric(String name, double value) {
    metrics.put(name, value);
  }

  @Override
  public synchronized void property(Channel<?> output, String name, Object value) {
    if (!output.node().equals(node)) {
      throw new IllegalArgumentException(
          "Cannot set property '%s' of %s: it is not an output of node '%s'. Pass one of the channels in out."
              .formatted(name, output, node));
    }
    if (!(value instanceof String
        || value instanceof Number
        || value instanceof Boolean
        || value instanceof Map)) {
      throw new IllegalArgumentException(
          "Invalid property '%s': %s (must be a String, a number, a Boolean or a Map)"
              .formatted(name, value));
    }
    properties.computeIfAbsent(output.output(), key -> new TreeMap<>()).put(name, value);
  }

  @Override
  public void throwIfCancelled() throws InterruptedException {
    if (cancelled.getAsBoolean() || Thread.interrupted()) {
      throw new InterruptedException("the run was cancelled");
    }
  }

  /**
   * The component is done; from here on nobody else may end the attempt.
   *
   * @throws InterruptedException if the run was cancelled, or the attempt was given up
   */
  void finish() throws InterruptedException {
    throwIfCancelled();
    if (!ending.compareAndSet(false, true)) {
      throw new InterruptedException("the attempt is over: its time was up");
    }
  }

  /** Ends the attempt from outside; false if it is about to be published. */
  boolean giveUp() {
    return ending.compareAndSet(false, true);
  }

  @Override
  public void stopRun(String reason) {
    if (!gate) {
      throw new IllegalStateException(
          "Cannot stop the run from node '%s': its component is not a gate. Override isGate()."
              .formatted(node));
    }
    stop = reason;
  }

  @Override
  public void submitted(String jobId) {
    jobSubmitted.accept(jobId);
  }

  @Override
  public void rows(long rows) {
    jobRows.accumulateAndGet(rows, Math::max);
  }

  /** Hears of one of several jobs: its rows are added to those of the others. */
  JobListener ofOneJob() {
    AtomicLong counted = new AtomicLong();
    return new JobListener() {
      @Override
      public void submitted(String jobId) {
        jobSubmitted.accept(jobId);
      }

      @Override
      public void rows(long rows) {
        ownRows.add(rows - counted.getAndAccumulate(rows, Math::max));
      }
    };
  }

  long rowsDone() {
    return ownRows.sum() + jobRows.get();
  }

  String message() {
    return message;
  }

  Optional<String> stopReason() {
    return Optional.ofNullable(stop);
  }

  synchronized SortedMap<String, Double> metrics() {
    return new TreeMap<>(metrics);
  }

  synchronized SortedMap<String, Object> properties(String output) {
    return new TreeMap<>(properties.getOrDefault(output, new TreeMap<>()));
  }
}
