package io.pergola.openlineage.internal;

import io.openlineage.client.OpenLineage;
import io.openlineage.client.OpenLineage.InputDataset;
import io.openlineage.client.OpenLineage.OutputDataset;
import io.openlineage.client.OpenLineage.RunEvent;
import io.openlineage.client.OpenLineage.RunEvent.EventType;
import io.openlineage.client.utils.UUIDUtils;
import io.pergola.openlineage.DataQuality;
import io.pergola.run.ArtifactRecord;
import io.pergola.run.NodeOutcome;
import io.pergola.run.RunAttributes;
import io.pergola.run.RunRecord;
import io.pergola.run.Workspace;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The events of one run. */
public final class RunEvents {
  private static final URI PRODUCER = URI.create("urn:io.pergola");
  private static final String INTEGRATION = "PERGOLA";

  private final OpenLineage openLineage = new OpenLineage(PRODUCER);
  private final Workspace workspace;
  private final String namespace;
  private final RunRecord record;
  private final Datasets datasets;

  /**
   * @throws IllegalStateException if the run is not on record
   */
  public RunEvents(Workspace workspace, String namespace, DataQuality quality, String runId) {
    this.workspace = workspace;
    this.namespace = namespace;
    this.record =
        workspace
            .history()
            .run(runId)
            .orElseThrow(() -> new IllegalStateException("No run of id " + runId));
    this.datasets = new Datasets(openLineage, workspace, quality);
  }

  /** An event of the run as a whole. */
  public RunEvent run(Instant at, EventType type, Optional<String> error) {
    OpenLineage.RunFacetsBuilder facets = openLineage.newRunFacetsBuilder();
    Optional<ZonedDateTime> from = time(RunAttributes.INTERVAL_START);
    Optional<ZonedDateTime> to = time(RunAttributes.INTERVAL_END);
    if (from.isPresent() && to.isPresent()) {
      facets.nominalTime(openLineage.newNominalTimeRunFacet(from.get(), to.get()));
    }
    error.ifPresent(
        message -> facets.errorMessage(openLineage.newErrorMessageRunFacet(message, "JAVA", null)));
    return event(
        at,
        type,
        openLineage.newRun(id(record.id()), facets.build()),
        job(record.pipeline(), "PIPELINE"),
        List.of(),
        List.of());
  }

  /** A node's first attempt begins. */
  public RunEvent nodeStarted(Instant at, String node) {
    return node(at, node, EventType.START, Optional.empty(), List.of(), List.of());
  }

  /**
   * How a node ended.
   *
   * @param started whether its start was told; it is told now if not, as of cached nodes
   */
  public List<RunEvent> nodeFinished(Instant at, NodeOutcome outcome, boolean started) {
    List<RunEvent> events = new ArrayList<>();
    if (outcome instanceof NodeOutcome.Completed completed) {
      events.add(ended(at, completed.node(), completed.executionId(), completed.outputs()));
    } else if (outcome instanceof NodeOutcome.Cached cached) {
      events.add(ended(at, cached.node(), cached.reusedExecutionId(), cached.outputs()));
    } else if (outcome instanceof NodeOutcome.Failed failed) {
      events.add(
          node(
              at,
              failed.node(),
              EventType.FAIL,
              Optional.of(failed.cause().line()),
              List.of(),
              List.of()));
    } else if (outcome instanceof NodeOutcome.Cancelled cancelled && started) {
      events.add(
          node(
              at,
              cancelled.node(),
              EventType.ABORT,
              Optional.of("cancelled"),
              List.of(),
              List.of()));
    }
    if (!started && !events.isEmpty()) {
      events.add(0, nodeStarted(at, outcome.node()));
    }
    return events;
  }

  private RunEvent ended(Instant at, String node, long execution, List<ArtifactRecord> outputs) {
    return node(
        at,
        node,
        EventType.COMPLETE,
        Optional.empty(),
        datasets.inputs(execution, outputs),
        outputs.stream().map(output -> datasets.output(output, execution)).toList());
  }

  private RunEvent node(
      Instant at,
      String node,
      EventType type,
      Optional<String> error,
      List<InputDataset> inputs,
      List<OutputDataset> outputs) {
    OpenLineage.RunFacetsBuilder facets =
        openLineage
            .newRunFacetsBuilder()
            .parent(
                openLineage
                    .newParentRunFacetBuilder()
                    .run(openLineage.newParentRunFacetRunBuilder().runId(id(record.id())).build())
                    .job(
                        openLineage
                            .newParentRunFacetJobBuilder()
                            .namespace(namespace)
                            .name(record.pipeline())
                            .build())
                    .build())
            .processing_engine(
                openLineage
                    .newProcessingEngineRunFacetBuilder()
                    .name(record.engine())
                    .version(version())
                    .build());
    error.ifPresent(
        message -> facets.errorMessage(openLineage.newErrorMessageRunFacet(message, "JAVA", null)));
    return event(
        at,
        type,
        openLineage.newRun(id(record.id() + "/" + node), facets.build()),
        job(record.pipeline() + "." + node, "NODE"),
        inputs,
        outputs);
  }

  private RunEvent event(
      Instant at,
      EventType type,
      OpenLineage.Run run,
      OpenLineage.Job job,
      List<InputDataset> inputs,
      List<OutputDataset> outputs) {
    return openLineage.newRunEvent(at.atZone(ZoneOffset.UTC), type, run, job, inputs, outputs);
  }

  private OpenLineage.Job job(String name, String jobType) {
    return openLineage.newJob(
        namespace,
        name,
        openLineage
            .newJobFacetsBuilder()
            .jobType(
                openLineage
                    .newJobTypeJobFacetBuilder()
                    .processingType("BATCH")
                    .integration(INTEGRATION)
                    .jobType(jobType)
                    .build())
            .build());
  }

  /** The same id for the same run or node of a run, whoever sends it. */
  private UUID id(String name) {
    return UUIDUtils.generateStaticUUID(
        record.started(), (namespace + "/" + name).getBytes(StandardCharsets.UTF_8));
  }

  private Optional<ZonedDateTime> time(String attribute) {
    return workspace
        .store()
        .runs()
        .find(record.id())
        .flatMap(run -> run.attribute(attribute))
        .map(text -> Instant.parse(text).atZone(ZoneOffset.UTC));
  }

  private static String version() {
    String version = RunEvents.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
