package io.pergola.run.internal;

import io.pergola.metadata.EventKind;
import io.pergola.metadata.ExecutionFilter;
import io.pergola.metadata.ExecutionState;
import io.pergola.metadata.MetadataStore;
import io.pergola.metadata.Paging;
import io.pergola.metadata.PropertyValue;
import io.pergola.metadata.StoredContext;
import io.pergola.metadata.StoredEvent;
import io.pergola.metadata.StoredExecution;
import io.pergola.pipeline.BuiltPipeline;
import io.pergola.pipeline.PipelineGraph;
import io.pergola.pipeline.RunContext;
import io.pergola.run.LateData;
import io.pergola.span.FoundSpan;
import io.pergola.span.SpanSource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Finds what was made from spans that have a newer version now, other content, or came too late,
 * and marks it as stale.
 *
 * <p>What a run made counts as far as it follows from the late data within runs that read it: a
 * model that served a later run as a baseline does not make that run's results stale.
 */
public final class LateSpans {
  private final MetadataStore store;
  private final ExternalFiles files;

  public LateSpans(MetadataStore store) {
    this.store = store;
    this.files = new ExternalFiles(store.digests());
  }

  private record Late(StoredExecution execution, List<String> reasons) {
    String runId() {
      return Catalog.text(execution, Catalog.RUN_ID);
    }
  }

  /**
   * Looks at the newest executions of every node whose data comes in spans.
   *
   * @param executions at most so many of each node
   */
  public List<LateData> mark(BuiltPipeline pipeline, int executions) throws IOException {
    List<LateData> all = new ArrayList<>();
    for (PipelineGraph.Node node : pipeline.graph().nodes()) {
      if (Topology.component(pipeline, node.id()) instanceof SpanSource source
          && source.wanted().isPresent()) {
        all.addAll(mark(pipeline.graph().name(), node.id(), source, executions));
      }
    }
    return all;
  }

  private List<LateData> mark(String pipeline, String node, SpanSource source, int executions)
      throws IOException {
    Optional<StoredContext> context =
        store.context(Catalog.NODE, Catalog.nodeContext(pipeline, node));
    if (context.isEmpty()) {
      return List.of();
    }
    List<FoundSpan> there = source.found();
    List<Late> late = new ArrayList<>();
    for (StoredExecution execution : newest(context.get(), executions)) {
      List<String> reasons = reasons(execution, source, there);
      if (!reasons.isEmpty()) {
        late.add(new Late(execution, reasons));
      }
    }
    Set<String> runs = new HashSet<>();
    late.forEach(found -> runs.add(found.runId()));
    List<LateData> marked = new ArrayList<>();
    for (Late found : late) {
      SortedSet<Long> stale = madeFrom(found.execution().id(), runs);
      for (long artifact : stale) {
        store.marks().markStale(artifact, String.join("; ", found.reasons()));
      }
      marked.add(new LateData(node, found.runId(), found.reasons(), List.copyOf(stale)));
    }
    return marked;
  }

  /** Newest first; of each interval only the newest, as it stands for the others. */
  private List<StoredExecution> newest(StoredContext node, int limit) {
    List<StoredExecution> all = new ArrayList<>();
    for (ExecutionState state : List.of(ExecutionState.COMPLETE, ExecutionState.CACHED)) {
      ExecutionFilter filter = ExecutionFilter.all().contextId(node.id()).state(state);
      all.addAll(store.executions(filter, Paging.newest(limit)).items());
    }
    all.sort(Comparator.comparingLong(StoredExecution::id).reversed());
    Set<String> intervals = new HashSet<>();
    return all.stream()
        .filter(
            execution ->
                execution
                    .property(Catalog.INTERVAL)
                    .map(interval -> intervals.add(interval.text()))
                    .orElse(true))
        .toList();
  }

  /** What there is now and was not when an execution read its spans. */
  private List<String> reasons(StoredExecution execution, SpanSource source, List<FoundSpan> there)
      throws IOException {
    Optional<KeyParts> parts =
        execution.property(Catalog.KEY_PARTS).flatMap(json -> KeyParts.parse(json.text()));
    KeyParts.Part read = parts.map(all -> all.parts().get(KeyParts.SPANS)).orElse(null);
    if (parts.isEmpty() || read == null) {
      return List.of();
    }
    SortedMap<Long, Long> versions = SpanVersions.parse(read.digest());
    Set<Long> wanted = wantedNow(execution, source, there);
    List<String> reasons = new ArrayList<>();
    for (FoundSpan span : there) {
      Long version = versions.get(span.span());
      if (version == null) {
        if (wanted.contains(span.span())) {
          reasons.add("span %s came later".formatted(name(span.span())));
        }
      } else if (span.version() > version) {
        reasons.add(
            "span %s has version %d now; version %d was read"
                .formatted(name(span.span()), span.version(), version));
      } else if (span.version() == version) {
        reasons.addAll(changed(span, parts.get()));
      }
    }
    return reasons;
  }

  /** The spans that the same run would read now. */
  private Set<Long> wantedNow(StoredExecution execution, SpanSource source, List<FoundSpan> there) {
    Optional<RunContext> context =
        store
            .runs()
            .find(Catalog.text(execution, Catalog.RUN_ID))
            .map(RunTimes::of)
            .filter(known -> known.interval().isPresent());
    return context
        .map(known -> Set.copyOf(source.wanted().orElseThrow().select(there, known).spans()))
        .orElse(Set.of());
  }

  private List<String> changed(FoundSpan span, KeyParts then) throws IOException {
    List<String> reasons = new ArrayList<>();
    for (Path file : span.files()) {
      for (var now : files.parts(List.of(file)).entrySet()) {
        KeyParts.Part before = then.parts().get(now.getKey());
        if (before == null || !before.digest().equals(now.getValue().digest())) {
          reasons.add(
              "file %s of span %s %s"
                  .formatted(
                      now.getValue().text(),
                      name(span.span()),
                      before == null ? "came later" : "changed"));
        }
      }
    }
    return reasons;
  }

  /** The outputs of an execution, and what these runs made from them and no other run has. */
  private SortedSet<Long> madeFrom(long execution, Set<String> runs) {
    SortedSet<Long> stale = new TreeSet<>();
    Deque<Long> todo = new ArrayDeque<>(List.of(execution));
    Set<Long> seen = new HashSet<>(todo);
    while (!todo.isEmpty()) {
      for (StoredEvent output : store.eventsOfExecutions(List.of(todo.remove()))) {
        if (output.kind() != EventKind.OUTPUT) {
          continue;
        }
        List<StoredEvent> events = store.eventsOfArtifacts(List.of(output.artifactId()));
        if (events.stream()
            .filter(event -> event.kind() == EventKind.OUTPUT)
            .flatMap(event -> store.execution(event.executionId()).stream())
            .filter(made -> made.property(Catalog.KEY_PARTS).isPresent()) // a resolver only finds
            .anyMatch(made -> !runs.contains(Catalog.text(made, Catalog.RUN_ID)))) {
          continue; // a run that read what is there now has it as well
        }
        stale.add(output.artifactId());
        for (StoredEvent event : events) {
          if (event.kind().isInput() && isOf(event, runs) && seen.add(event.executionId())) {
            todo.add(event.executionId());
          }
        }
      }
    }
    return stale;
  }

  private boolean isOf(StoredEvent event, Set<String> runs) {
    return store
        .execution(event.executionId())
        .flatMap(execution -> execution.property(Catalog.RUN_ID))
        .map(PropertyValue::text)
        .filter(runs::contains)
        .isPresent();
  }

  private static String name(long span) {
    return "%d (%s)".formatted(span, LocalDate.ofEpochDay(span));
  }
}
