package io.pergola.run.internal;

import io.pergola.metadata.NodeChange;
import io.pergola.metadata.NodeStart;
import io.pergola.metadata.NodeState;
import io.pergola.pipeline.Criterion;
import io.pergola.pipeline.NodeOptions;
import io.pergola.pipeline.PipelineGraph;
import io.pergola.run.ArtifactRecord;
import io.pergola.run.NodeFailedException;
import io.pergola.run.NodeOutcome;
import io.pergola.run.RunListener;
import io.pergola.run.RunOptions;
import io.pergola.run.RunRefusedException;
import io.pergola.span.MissingSpansException;
import io.pergola.span.SpanSelection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one node of a run to its end: from the cache, or by attempts that publish exactly once.
 */
final class NodeRunner implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NodeRunner.class);

  private final RunSession run;
  private final Publisher publisher;
  private final BooleanSupplier cancelled;
  private final LeftoverJobs leftovers;
  private final AttemptSeries attempts;
  private final NodeReuse reuse;
  private final NodeClaims claims;
  private final NodeNeeds needs;

  /**
   * @param unheeding hears of nodes that are over because of their timeout though their code goes
   *     on
   */
  NodeRunner(
      RunSession run,
      RunListener listener,
      BooleanSupplier cancelled,
      LeftoverJobs leftovers,
      Consumer<NodeOutcome> unheeding) {
    this.run = run;
    this.publisher = new Publisher(run);
    this.cancelled = cancelled;
    this.leftovers = leftovers;
    this.attempts = new AttemptSeries(run, publisher, listener, cancelled, unheeding);
    this.reuse = new NodeReuse(run, publisher);
    this.claims = new NodeClaims(run, listener, cancelled);
    this.needs = NodeNeeds.of(run.engine());
  }

  /** What running nodes have reported so far, by node id. */
  Map<String, ExecutionHandle> running() {
    return attempts.running();
  }

  @Override
  public void close() {
    attempts.close();
  }

  Publisher publisher() {
    return publisher;
  }

  /**
   * Runs a node whose inputs are there.
   *
   * @param outputs of the nodes that are done
   */
  NodeOutcome run(PipelineGraph.Node node, Map<String, SortedMap<String, ArtifactRecord>> outputs) {
    Optional<NodeOutcome> kept = keptByConditions(node, outputs);
    if (kept.isPresent()) {
      return kept.get();
    }
    if (run.topology().isResolver(node.id())) {
      Optional<ArtifactRecord> found =
          Resolver.resolve(
              run.catalog(),
              run.pipeline(),
              new Asker(
                  run.pipelineName(),
                  Optional.of(run.runId()),
                  run.context(),
                  run.topology().rivals(node.id(), outputs)),
              node.id(),
              run.topology().inputs(node, outputs));
      Optional<String> missing = Resolver.missing(run.pipeline(), node, found);
      if (missing.isPresent()) {
        return failedEarly(node, new IllegalStateException(missing.get()));
      }
      return new NodeOutcome.Resolved(node.id(), publisher.resolved(node, found), found);
    }
    Map<String, Optional<ArtifactRecord>> inputs = run.topology().inputs(node, outputs);
    NodeWork work;
    try {
      Optional<SpanSelection> spans =
          SpanChoice.await(
              Topology.component(run.pipeline(), node.id()),
              run.context(),
              cancelled,
              text -> waiting(node, text));
      work = new NodeWork(node, inputs, spans, run.keys().of(node, inputs, spans));
    } catch (InterruptedException e) {
      return cancelled(node);
    } catch (IOException | UncheckedIOException | MissingSpansException e) {
      return failedEarly(node, e);
    }
    Optional<LeftoverJobs.Job> leftover = leftovers.take(node.id());
    if (leftover.isPresent()) {
      Optional<NodeOutcome> outcome = attempts.reattach(work, leftover.get());
      if (outcome.isPresent()) {
        return outcome.get();
      }
      leftovers.abandon(leftover.get());
    }
    Optional<NodeOutcome> again = reuse.ofRerun(work);
    if (again.isPresent()) {
      return again.get();
    }
    if (!mayReuse(node)) {
      return execute(work, Optional.empty()).orElseThrow();
    }
    try {
      return reuseOrExecute(work);
    } catch (InterruptedException e) {
      return cancelled(node);
    }
  }

  /** Takes what another run has published, or executes the node while no other run does. */
  private NodeOutcome reuseOrExecute(NodeWork work) throws InterruptedException {
    String key = work.parts().key();
    while (true) {
      long before = claims.epoch(key);
      boolean free = claims.isFree(key);
      Optional<NodeOutcome> cached = reuse.cached(work);
      if (cached.isPresent()) {
        return cached.get();
      }
      Optional<NodeOutcome> outcome =
          free ? execute(work, Optional.of(claims.claim(key, before))) : Optional.empty();
      if (outcome.isPresent()) {
        return outcome.get();
      }
      if (!claims.await(work.node().id(), key, text -> waiting(work.node(), text))) {
        return execute(work, Optional.empty()).orElseThrow();
      }
    }
  }

  /** The end of a node whose run was cancelled before it began. */
  private NodeOutcome cancelled(PipelineGraph.Node node) {
    Thread.interrupted(); // or the store could not record it
    publisher.endedEarly(node, NodeState.CANCELLED, "the run was cancelled");
    return new NodeOutcome.Cancelled(node.id());
  }

  private boolean mayReuse(PipelineGraph.Node node) {
    return run.options().cache() == RunOptions.Cache.USED
        && node.options().cache() == NodeOptions.Cache.AS_THE_RUN;
  }

  private void waiting(PipelineGraph.Node node, String text) {
    LOG.info("Node {} {}", node.id(), text);
    run.store()
        .runs()
        .change(run.lease().lease(), run.runId(), NodeChange.of(node.id()).because(text));
  }

  /** The end of a node whose conditions are not met, or cannot be decided. */
  private Optional<NodeOutcome> keptByConditions(
      PipelineGraph.Node node, Map<String, SortedMap<String, ArtifactRecord>> outputs) {
    try {
      Optional<Criterion.Judgement> obstacle =
          Conditions.obstacle(run.pipeline().graph(), node, outputs);
      obstacle.ifPresent(
          why -> {
            LOG.info("Skipped: {}", why.because());
            publisher.endedEarly(node, NodeState.SKIPPED, why.because());
          });
      return obstacle.map(why -> new NodeOutcome.Skipped(node.id(), why.because()));
    } catch (IllegalArgumentException e) {
      return Optional.of(
          failedEarly(
              node,
              new IllegalArgumentException(
                  "Cannot decide whether it runs (%s): %s"
                      .formatted(node.declaredAt(), e.getMessage()),
                  e)));
    }
  }

  /** The end of a node that cannot have an attempt. */
  private NodeOutcome failedEarly(PipelineGraph.Node node, Exception cause) {
    NodeFailedException failure =
        new NodeFailedException(run.runId(), node.id(), DiskTrouble.explain(cause, run.home()));
    publisher.endedEarly(node, NodeState.FAILED, failure.line());
    return new NodeOutcome.Failed(node.id(), Duration.ZERO, 0, failure);
  }

  /**
   * @return empty if another run does that already, or took over and may have published
   */
  private Optional<NodeOutcome> execute(NodeWork work, Optional<NodeStart.Claim> wanted) {
    PipelineGraph.Node node = work.node();
    Optional<String> unmet = needs.unmet(node, Topology.component(run.pipeline(), node.id()));
    return unmet.isPresent()
        ? Optional.of(failedEarly(node, new RunRefusedException(unmet.get())))
        : attempts.run(work, wanted);
  }
}
