package io.pergola.run.internal;

import io.pergola.metadata.StoredNode;
import io.pergola.run.NodeOutcome;
import io.pergola.run.RunOptions;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives a node what an earlier execution published, where that may stand for its own result. */
final class NodeReuse {
  private static final Logger LOG = LoggerFactory.getLogger(NodeReuse.class);

  private final RunSession run;
  private final Publisher publisher;

  NodeReuse(RunSession run, Publisher publisher) {
    this.run = run;
    this.publisher = publisher;
  }

  /** From the cache. */
  Optional<NodeOutcome> cached(NodeWork work) {
    return CacheLookup.find(
            run.catalog(),
            work.node(),
            work.parts().key(),
            lost -> LOG.warn("Not cached: {}", lost.text()))
        .map(earlier -> reuse(work, earlier));
  }

  /** What the run that this one repeats has published, if nothing that it depends on changed. */
  Optional<NodeOutcome> ofRerun(NodeWork work) {
    return run.options()
        .order()
        .rerun()
        .filter(rerun -> rerun.reuse() == RunOptions.Reuse.COMPLETED_NODES)
        .flatMap(rerun -> run.store().runs().node(rerun.runId(), work.node().id()))
        .filter(stored -> stored.state().isPublished())
        .filter(stored -> stored.cacheKey().equals(Optional.of(work.parts().key())))
        .flatMap(StoredNode::executionId)
        .map(run.catalog()::reusable)
        .filter(earlier -> CacheLookup.problem(work.node(), earlier).isEmpty())
        .map(earlier -> reuse(work, earlier));
  }

  private NodeOutcome reuse(NodeWork work, Catalog.Reusable reused) {
    long execution =
        publisher.cached(work.node(), work.parts(), work.inputs(), work.spans(), reused);
    LOG.info("Cached from execution {} of run {}", reused.executionId(), reused.runId());
    return new NodeOutcome.Cached(
        work.node().id(),
        execution,
        reused.executionId(),
        reused.runId(),
        List.copyOf(reused.outputs().values()),
        reused.stop());
  }
}
