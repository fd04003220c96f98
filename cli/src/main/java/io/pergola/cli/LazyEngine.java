package io.pergola.cli;

import io.pergola.pipeline.NodeOptions;
import io.pergola.run.Engine;
import io.pergola.run.JobListener;
import io.pergola.run.RunningJob;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.function.Supplier;
import org.apache.beam.sdk.Pipeline;
import org.jspecify.annotations.Nullable;

/**
 * Makes an engine, and loads Beam with it, when the first job needs it: a cached run never does.
 */
final class LazyEngine implements Engine {
  private final String name;
  private final Supplier<Engine> maker;
  private @Nullable Engine engine;

  LazyEngine(String name, Supplier<Engine> maker) {
    this.name = name;
    this.maker = maker;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Pipeline newJob(String job, NodeOptions node) {
    return made().newJob(job, node);
  }

  @Override
  public SortedMap<String, SortedSet<String>> nodeOptions() {
    return made().nodeOptions();
  }

  @Override
  public void run(Pipeline job, JobListener listener) throws Exception {
    made().run(job, listener);
  }

  @Override
  public Optional<RunningJob> reattach(String jobId) {
    return made().reattach(jobId);
  }

  @Override
  public void cancelLeftover(String jobId) {
    made().cancelLeftover(jobId);
  }

  private synchronized Engine made() {
    Engine made = engine;
    if (made == null) {
      made = maker.get();
      engine = made;
    }
    return made;
  }

  @Override
  public synchronized void close() {
    if (engine != null) {
      engine.close();
    }
  }
}
