package io.pergola.run.internal;

import io.pergola.metadata.Lease;
import io.pergola.metadata.MetadataStore;
import io.pergola.metadata.MetadataStoreException;
import io.pergola.metadata.NodeState;
import io.pergola.metadata.PropertyValue;
import io.pergola.metadata.RunDraft;
import io.pergola.metadata.RunRequest;
import io.pergola.metadata.RunState;
import io.pergola.metadata.StoredExecution;
import io.pergola.metadata.StoredNode;
import io.pergola.metadata.StoredRun;
import io.pergola.pipeline.BuiltPipeline;
import io.pergola.pipeline.PipelineGraph;
import io.pergola.pipeline.RunContext;
import io.pergola.run.ArtifactRecord;
import io.pergola.run.Causes;
import io.pergola.run.Engine;
import io.pergola.run.InfrastructureException;
import io.pergola.run.LateData;
import io.pergola.run.NodeOutcome;
import io.pergola.run.RunAttributes;
import io.pergola.run.RunListener;
import io.pergola.run.RunOptions;
import io.pergola.run.RunPlan;
import io.pergola.run.RunRefusedException;
import io.pergola.run.RunResult;
import io.pergola.run.RunSelection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** Begins runs, and takes over those that another process left. */
public final class RunStarter {
  private static final Logger LOG = LoggerFactory.getLogger(RunStarter.class);
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);
  private static final int RECENT = 100;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final MetadataStore store;
  private final Path home;
  private final Optional<Engine> engine;

  public RunStarter(MetadataStore store, Path home, Optional<Engine> engine) {
    this.store = store;
    this.home = home;
    this.engine = engine;
  }

  public RunPlan plan(BuiltPipeline pipeline, RunOptions options) {
    return plan(pipeline, options, selected(pipeline, options));
  }

  private RunPlan plan(BuiltPipeline pipeline, RunOptions options, SelectedNodes selected) {
    return selected.explain(planner(pipeline, options).plan(selected.outputs()));
  }

  private Planner planner(BuiltPipeline pipeline, RunOptions options) {
    return new Planner(
        new Catalog(store, home),
        new NodeKeys(pipeline, store.digests()),
        pipeline,
        options,
        NodeNeeds.of(engine));
  }

  private SelectedNodes selected(BuiltPipeline pipeline, RunOptions options) {
    return SelectedNodes.of(options.order().selection(), pipeline, store, new Catalog(store, home));
  }

  /** Records a new run, waits for its turn, and drives it. */
  public RunResult start(BuiltPipeline pipeline, RunOptions given, RunListener listener) {
    Optional<StoredRun> again = given.order().rerun().map(rerun -> again(rerun.runId(), pipeline));
    RunOptions asked =
        again.isPresent() && given.context().isEmpty()
            ? given.context(RunTimes.of(again.get()))
            : given.context(nextAttempt(pipeline, context(given)));
    Optional<RunRequest.Slot> slot = RunSlots.next(store, pipeline.graph().name(), asked, again);
    RunOptions options =
        slot.isPresent()
            ? asked.context(RunSlots.attempt(context(asked), slot.get().attempt()))
            : asked;
    markLate(pipeline);
    SelectedNodes selected = selected(pipeline, options);
    Planner planner = planner(pipeline, options);
    RunPlan plan = selected.explain(planner.plan(selected.outputs()));
    planner.requireAll();
    String runId = newId();
    FaultPoint.BEFORE_RUN_INSERT.reached("");
    Optional<Lease> lease =
        new RunGate(store, options.lease())
            .begin(draft(runId, pipeline, options), slot, options.order().busy(), listener);
    FaultPoint.AFTER_RUN_INSERT.reached("");
    if (lease.isEmpty()) {
      RunResult result = neverStarted(runId, pipeline);
      listener.runFinished(result);
      return result;
    }
    return drive(
        runId,
        pipeline,
        options,
        listener,
        lease.get(),
        plan,
        Map.of(),
        leftovers(pipeline.graph().name()),
        selected);
  }

  /** An id that no run has: two runs of one second may draw the same digits. */
  private String newId() {
    String id;
    do {
      id = TIME.format(Instant.now()) + "-%04x".formatted(RANDOM.nextInt(1 << 16));
    } while (store.runs().find(id).isPresent());
    return id;
  }

  private static RunResult neverStarted(String runId, BuiltPipeline pipeline) {
    List<NodeOutcome> outcomes = new ArrayList<>();
    for (PipelineGraph.Node node : pipeline.graph().nodes()) {
      outcomes.add(new NodeOutcome.Skipped(node.id(), "the run was cancelled while it was queued"));
    }
    return new RunResult.Cancelled(runId, Duration.ZERO, outcomes);
  }

  private StoredRun again(String runId, BuiltPipeline pipeline) {
    StoredRun run =
        store
            .runs()
            .find(runId)
            .orElseThrow(
                () ->
                    new RunRefusedException(
                        "Cannot run %s again: there is no such run. List them with: pergola runs"
                            .formatted(runId)));
    if (!run.pipeline().equals(pipeline.graph().name())) {
      throw new RunRefusedException(
          "Cannot run %s again: it is one of pipeline '%s', not of '%s'. Name that pipeline's jar."
              .formatted(runId, run.pipeline(), pipeline.graph().name()));
    }
    return run;
  }

  /** Takes a run over and goes on with it. */
  public RunResult resume(
      String runId, BuiltPipeline pipeline, RunOptions asked, RunListener listener) {
    StoredRun run =
        store
            .runs()
            .find(runId)
            .orElseThrow(
                () ->
                    new RunRefusedException(
                        "Cannot resume run %s: there is no such run. List them with: pergola runs"
                            .formatted(runId)));
    if (run.state().isFinished() && run.state() != RunState.FAILED) {
      throw new RunRefusedException(
          "Cannot resume run %s: it is over (%s). Start a new run; what is unchanged comes from the cache."
              .formatted(runId, run.state()));
    }
    Graphs.requireSame(run, pipeline);
    Optional<Lease> lease =
        new RunGate(store, asked.lease()).takeOver(run, asked.order().busy(), listener);
    FaultPoint.AFTER_LEASE.reached("");
    return lease.isPresent()
        ? drive(runId, lease.get(), pipeline, asked, listener)
        : neverStarted(runId, pipeline);
  }

  /** Drives a run whose lease the caller holds: a new one from its start, any other goes on. */
  public RunResult drive(
      String runId, Lease lease, BuiltPipeline pipeline, RunOptions asked, RunListener listener) {
    StoredRun run = store.runs().find(runId).orElseThrow();
    RunOptions options = RunOrder.of(run, asked.context(RunTimes.of(run)));
    Graphs.requireSame(run, pipeline);
    if (run.attribute(RunAttributes.FINGERPRINTS).isPresent()) {
      return goOn(run, lease, pipeline, options, listener);
    }
    markLate(pipeline);
    SelectedNodes selected = selected(pipeline, options);
    RunPlan plan = plan(pipeline, options, selected);
    store.runs().describe(lease, draft(runId, pipeline, options));
    return drive(
        runId,
        pipeline,
        options,
        listener,
        lease,
        plan,
        Map.of(),
        leftovers(run.pipeline()),
        selected);
  }

  private RunResult goOn(
      StoredRun run,
      Lease lease,
      BuiltPipeline pipeline,
      RunOptions options,
      RunListener listener) {
    String runId = run.id();
    try {
      ExitCalls.forgetFormerEnds(store, lease, run);
      if (options.cache() == RunOptions.Cache.OFF && run.attribute(RunAttributes.CACHE).isEmpty()) {
        store.runs().record(lease, runId, RunAttributes.CACHE, RunOrder.OFF);
      }
      LeftoverJobs leftovers = leftovers(run.pipeline());
      Map<String, NodeOutcome> done = recover(run, pipeline, leftovers);
      Map<String, SortedMap<String, ArtifactRecord>> outputs = new HashMap<>();
      for (PipelineGraph.Node node : pipeline.graph().nodes()) {
        if (done.containsKey(node.id())) {
          outputs.put(node.id(), outputs(node, done.get(node.id())));
        }
      }
      SelectedNodes selected = stillLeftOut(run, pipeline, done);
      outputs.putAll(selected.outputs());
      RunPlan plan = selected.explain(planner(pipeline, options).plan(outputs));
      return drive(runId, pipeline, options, listener, lease, plan, done, leftovers, selected);
    } catch (IOException e) {
      store.leases().release(lease);
      throw new InfrastructureException(
          "Cannot resume run %s: %s".formatted(runId, DiskTrouble.explain(e, home).getMessage()),
          e);
    }
  }

  /** What the run leaves out, as far as its first process has not published it. */
  private SelectedNodes stillLeftOut(
      StoredRun run, BuiltPipeline pipeline, Map<String, NodeOutcome> done) {
    Optional<RunSelection> selection = RunOrder.selection(run);
    if (selection.isEmpty() || done.keySet().containsAll(pipeline.nodes().keySet())) {
      return SelectedNodes.none();
    }
    return SelectedNodes.of(selection.get(), pipeline, store, new Catalog(store, home))
        .without(done.keySet());
  }

  private RunResult drive(
      String runId,
      BuiltPipeline pipeline,
      RunOptions options,
      RunListener listener,
      Lease lease,
      RunPlan plan,
      Map<String, NodeOutcome> completed,
      LeftoverJobs leftovers,
      SelectedNodes selected) {
    MDC.put("run", runId);
    try (LeaseKeeper keeper = new LeaseKeeper(store, lease, options.lease())) {
      store.runs().move(keeper.lease(), runId, RunState.RUNNING, Optional.empty());
      LOG.info("Run of {} starts", pipeline.graph().name());
      listener.planned(runId, plan);
      RunSession session =
          new RunSession(
              runId,
              pipeline,
              options,
              store,
              new Catalog(store, home),
              new NodeKeys(pipeline, store.digests()),
              Topology.of(pipeline),
              home,
              engine,
              keeper,
              context(options));
      Map<String, NodeOutcome> done = new LinkedHashMap<>(completed);
      done.putAll(new Publisher(session).leftOut(selected));
      RunResult result = new RunDriver(session, listener, done, leftovers).drive();
      LOG.info("Run ends after {} ms", result.duration().toMillis());
      listener.runFinished(result);
      return result;
    } catch (MetadataStoreException e) {
      throw new InfrastructureException(
          "Cannot go on with run %s: %s".formatted(runId, e.getMessage()), e);
    } finally {
      MDC.remove("run");
    }
  }

  private LeftoverJobs leftovers(String pipeline) {
    return new LeftoverJobs(store, home.resolve("artifacts"), pipeline, engine);
  }

  /** Another run of an interval is a new attempt at it, whatever was asked for. */
  private RunContext nextAttempt(BuiltPipeline pipeline, RunContext context) {
    return RunTimes.interval(context)
        .map(interval -> new Attempts(store).next(pipeline.graph().name(), interval))
        .filter(next -> next > context.attempt())
        .map(next -> new RunContext(context.interval(), context.asOf(), next))
        .orElse(context);
  }

  /** Every run looks whether data came too late for earlier ones; the newest of these will do. */
  private void markLate(BuiltPipeline pipeline) {
    try {
      for (LateData late : new LateSpans(store).mark(pipeline, RECENT)) {
        LOG.warn(
            "Late data: {} artifacts of run {} are stale: {}",
            late.artifacts().size(),
            late.runId(),
            String.join("; ", late.reasons()));
      }
    } catch (IOException | UncheckedIOException e) {
      LOG.warn("Cannot look for late data: {}", Causes.line(e));
    }
  }

  private static RunContext context(RunOptions options) {
    return options.context().orElseGet(() -> RunContext.asOf(Instant.now()));
  }

  /** Removes what was not published, and returns the nodes that were completed. */
  private Map<String, NodeOutcome> recover(
      StoredRun run, BuiltPipeline pipeline, LeftoverJobs leftovers) throws IOException {
    Catalog catalog = new Catalog(store, home);
    Map<String, PipelineGraph.Node> byId = new LinkedHashMap<>();
    pipeline.graph().nodes().forEach(node -> byId.put(node.id(), node));
    Map<String, NodeOutcome> done = new LinkedHashMap<>();
    for (StoredNode node : store.runs().nodes(run.id())) {
      PipelineGraph.Node declared = byId.get(node.id());
      if (declared == null) {
        continue;
      }
      if (node.state().isPublished() && node.executionId().isPresent()) {
        NodeOutcome outcome = outcome(catalog, pipeline, declared, node);
        requireOutputs(declared, outcome);
        done.put(node.id(), outcome);
      } else if (SelectedNodes.wasLeftOut(node)) {
        done.put(node.id(), new NodeOutcome.Skipped(node.id(), node.reason().orElse("")));
      } else if (node.executionId().isPresent()) {
        leftovers.found(declared, node);
      }
    }
    deleteScratch(run.id(), leftovers);
    return done;
  }

  /** What a completed node produced may have been deleted since. */
  private static void requireOutputs(PipelineGraph.Node node, NodeOutcome outcome)
      throws IOException {
    SortedMap<String, ArtifactRecord> outputs = outputs(node, outcome);
    for (PipelineGraph.Output output : node.outputs()) {
      if (!output.optional() && !outputs.containsKey(output.name())) {
        throw new IOException(
            "output '%s' of node '%s' was deleted. Start a new run; what is unchanged comes from the cache."
                .formatted(output.name(), node.id()));
      }
    }
  }

  /** Only of attempts that are over: a job that still runs may use its own. */
  private void deleteScratch(String runId, LeftoverJobs leftovers) throws IOException {
    Path scratch = home.resolve("scratch").resolve(runId);
    if (Files.isDirectory(scratch)) {
      List<Path> attempts = new ArrayList<>();
      try (DirectoryStream<Path> all = Files.newDirectoryStream(scratch)) {
        all.forEach(attempts::add);
      }
      for (Path attempt : attempts) {
        if (!leftovers.scratchFolders().contains(attempt.getFileName().toString())) {
          ArtifactFolder.delete(attempt);
        }
      }
    }
  }

  private NodeOutcome outcome(
      Catalog catalog, BuiltPipeline pipeline, PipelineGraph.Node node, StoredNode stored) {
    long id = stored.executionId().orElseThrow();
    StoredExecution execution = store.execution(id).orElseThrow();
    List<ArtifactRecord> outputs = List.copyOf(catalog.outputsOf(id).values());
    Optional<String> stop = execution.property(Catalog.STOP).map(PropertyValue::text);
    if (Topology.of(pipeline).isResolver(node.id())) {
      return new NodeOutcome.Resolved(node.id(), id, outputs.stream().findFirst());
    }
    if (stored.state() == NodeState.CACHED) {
      long reused =
          execution.property(Catalog.REUSED).map(v -> Long.parseLong(v.text())).orElse(id);
      String reusedRun =
          store.execution(reused).map(e -> Catalog.text(e, Catalog.RUN_ID)).orElse("");
      return new NodeOutcome.Cached(node.id(), id, reused, reusedRun, outputs, stop);
    }
    Duration duration =
        stored.started().isPresent() && stored.finished().isPresent()
            ? Duration.between(stored.started().get(), stored.finished().get())
            : Duration.ZERO;
    return new NodeOutcome.Completed(
        node.id(), id, duration, stored.attempt(), stored.rows(), outputs, stop);
  }

  private static SortedMap<String, ArtifactRecord> outputs(
      PipelineGraph.Node node, NodeOutcome outcome) {
    SortedMap<String, ArtifactRecord> outputs = new TreeMap<>();
    if (outcome instanceof NodeOutcome.Completed completed) {
      completed.outputs().forEach(artifact -> outputs.put(artifact.output(), artifact));
    } else if (outcome instanceof NodeOutcome.Cached cached) {
      cached.outputs().forEach(artifact -> outputs.put(artifact.output(), artifact));
    } else if (outcome instanceof NodeOutcome.Resolved resolved) {
      return Resolver.outputs(node, resolved.artifact());
    }
    return outputs;
  }

  private RunDraft draft(String runId, BuiltPipeline pipeline, RunOptions options) {
    SortedMap<String, String> attributes = new TreeMap<>();
    attributes.put(RunAttributes.JAVA, Runtime.version().toString());
    attributes.put(
        RunAttributes.PLATFORM,
        System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    attributes.put(RunAttributes.ENGINE, engine.map(Engine::name).orElse("none"));
    attributes.put(RunAttributes.FINGERPRINTS, Graphs.fingerprints(pipeline));
    attributes.putAll(RunTimes.attributes(context(options)));
    attributes.putAll(RunOrder.attributes(options));
    pipeline
        .graph()
        .parameters()
        .forEach((name, value) -> attributes.put(RunAttributes.PARAMETER + name, value));
    options.attributes().forEach((name, value) -> attributes.put(RunAttributes.OWN + name, value));
    List<RunDraft.Node> nodes =
        pipeline.graph().nodes().stream()
            .map(node -> new RunDraft.Node(node.id(), node.component()))
            .toList();
    return new RunDraft(
        runId, pipeline.graph().name(), pipeline.graph().toJson(), attributes, nodes);
  }
}
