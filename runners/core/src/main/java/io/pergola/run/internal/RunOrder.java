package io.pergola.run.internal;

import io.pergola.metadata.StoredRun;
import io.pergola.run.RunAttributes;
import io.pergola.run.RunOptions;
import io.pergola.run.RunSelection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What was asked for when a run was ordered, as attributes of the run, so that whoever goes on with
 * it does the same.
 */
final class RunOrder {
  /** The value of {@link RunAttributes#CACHE}. */
  static final String OFF = "off";

  private static final String COMPLETED_NODES = "completed-nodes";

  private RunOrder() {}

  /** The attributes that {@link #of} reads, and the reason. */
  static Map<String, String> attributes(RunOptions options) {
    Map<String, String> attributes = new TreeMap<>();
    RunOptions.Order order = options.order();
    order.reason().ifPresent(why -> attributes.put(RunAttributes.REASON, why));
    if (!order.selection().isAll()) {
      attributes.put(RunAttributes.SELECTION, order.selection().text());
    }
    if (order.rerun().isPresent()) {
      RunOptions.Rerun again = order.rerun().get();
      attributes.put(RunAttributes.RERUN_OF, again.runId());
      if (again.reuse() == RunOptions.Reuse.COMPLETED_NODES) {
        attributes.put(RunAttributes.REUSE, COMPLETED_NODES);
      }
    }
    if (options.cache() == RunOptions.Cache.OFF) {
      attributes.put(RunAttributes.CACHE, OFF);
    }
    return attributes;
  }

  /**
   * How to go on with a run: with the nodes, the cache and the reuse that it was ordered with. The
   * cache is off as well if whoever goes on with it asks for that.
   */
  static RunOptions of(StoredRun run, RunOptions asked) {
    RunOptions options = selection(run).map(asked::select).orElse(asked);
    Optional<String> again = run.attribute(RunAttributes.RERUN_OF);
    if (again.isPresent()) {
      options = options.rerun(again.get(), reuse(run));
    }
    return run.attribute(RunAttributes.CACHE).filter(OFF::equals).isPresent()
        ? options.withoutCache()
        : options;
  }

  private static RunOptions.Reuse reuse(StoredRun run) {
    return run.attribute(RunAttributes.REUSE).filter(COMPLETED_NODES::equals).isPresent()
        ? RunOptions.Reuse.COMPLETED_NODES
        : RunOptions.Reuse.CACHE;
  }

  /** Which nodes a run was asked to execute, where not all. */
  static Optional<RunSelection> selection(StoredRun run) {
    return run.attribute(RunAttributes.SELECTION).map(RunSelection::parse);
  }
}
