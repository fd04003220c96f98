package io.pergola.cli;

import io.pergola.cli.render.Text;
import io.pergola.cli.render.Tree;
import io.pergola.metadata.EventKind;
import io.pergola.metadata.ExecutionState;
import io.pergola.metadata.Lineage;
import io.pergola.metadata.LineageQuery;
import io.pergola.metadata.LineageQuery.Direction;
import io.pergola.metadata.StoredEvent;
import io.pergola.metadata.StoredExecution;
import io.pergola.run.ArtifactRecord;
import io.pergola.run.Workspace;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows what an artifact was made from, and what was made from it. */
@Command(
    name = "lineage",
    description = "Show what an artifact was made from, and what was made from it.")
final class LineageCommand implements Callable<Integer> {
  private final Console console;

  @Mixin HomeOption home = new HomeOption();

  @Mixin ArtifactArgument argument = new ArtifactArgument();

  @Option(names = "--up", description = "Only what it was made from.")
  boolean up;

  @Option(names = "--down", description = "Only what was made from it.")
  boolean down;

  @Option(
      names = "--as-of",
      paramLabel = "RUN",
      description = "As it was when this run ended: nothing later counts.")
  @Nullable String asOf;

  @Option(
      names = "--depth",
      paramLabel = "N",
      defaultValue = "20",
      description = "Not farther than so many executions away. Default: 20")
  int depth = 20;

  @Option(
      names = "--type",
      paramLabel = "TYPE",
      description = "Where ARTIFACT is left out: start at the newest of this type.")
  @Nullable String type;

  @Option(
      names = "--column",
      paramLabel = "COLUMN",
      description = {
        "What a raw column of ARTIFACT (default: the newest examples) reaches: features,",
        "models, slice metrics."
      })
  @Nullable String column;

  @Option(
      names = "--feature",
      paramLabel = "FEATURE",
      arity = "0..1",
      fallbackValue = "",
      description = {
        "Which raw columns this feature of ARTIFACT (default: the newest model) comes from;",
        "without a name, those of every feature."
      })
  @Nullable String feature;

  @Option(names = "--json", description = "Print artifacts, executions and events as JSON.")
  boolean json;

  LineageCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (depth < 0 || depth > 100) {
      throw new UsageException("Invalid --depth: %d (0 to 100)".formatted(depth));
    }
    try (Workspace workspace = home.existing()) {
      Finder finder = new Finder(workspace.history());
      if (column != null) {
        new ColumnView(console, workspace).reach(raw(workspace, finder), column, json);
        return ExitCode.OK.code();
      }
      if (feature != null) {
        Optional<String> name = Optional.of(feature).filter(text -> !text.isEmpty());
        new ColumnView(console, workspace).features(newest(finder, "Model"), name, json);
        return ExitCode.OK.code();
      }
      ArtifactRecord start =
          type != null && argument.word().isEmpty()
              ? finder.artifact(Optional.empty(), type)
              : finder.artifact(argument.word());
      Lineage lineage =
          workspace
              .store()
              .lineage(start.id(), query(finder))
              .orElseThrow(() -> new UsageException("Unknown artifact: %d".formatted(start.id())));
      Map<Long, ArtifactRecord> records = new HashMap<>();
      records.put(start.id(), start);
      for (Lineage.Relative relative : lineage.relatives()) {
        workspace
            .history()
            .artifact(relative.artifact().id())
            .ifPresent(record -> records.put(record.id(), record));
      }
      if (json) {
        Json.print(console, json(start, lineage, records));
      } else {
        Drawing drawing =
            new Drawing(lineage, records, ArtifactNotes.of(workspace, records.values()));
        console.line(drawing.label(start.id()) + "  " + start.directory());
        if (up || !down) {
          console.lines(new Tree("made from", drawing.above(start.id())).lines());
        }
        if (down || !up) {
          console.lines(new Tree("used for", drawing.below(start.id())).lines());
        }
      }
    }
    return ExitCode.OK.code();
  }

  private LineageQuery query(Finder finder) {
    Direction direction = up == down ? Direction.BOTH : up ? Direction.UP : Direction.DOWN;
    LineageQuery query = LineageQuery.towards(direction).depth(depth);
    return asOf == null
        ? query
        : finder.run(Optional.of(asOf)).finished().map(query::asOf).orElse(query);
  }

  /** The artifact that was named, or the raw examples behind the newest ones. */
  private ArtifactRecord raw(Workspace workspace, Finder finder) {
    ArtifactRecord newest = newest(finder, "Examples");
    if (argument.word().isPresent()) {
      return newest;
    }
    List<Lineage.Relative> above =
        workspace
            .store()
            .lineage(newest.id(), LineageQuery.up().only("Examples"))
            .map(Lineage::relatives)
            .orElse(List.of());
    return above.isEmpty()
        ? newest
        : workspace.history().artifact(above.get(above.size() - 1).artifact().id()).orElse(newest);
  }

  /** The artifact that was named, or the newest of a type. */
  private ArtifactRecord newest(Finder finder, String otherwise) {
    return argument.word().isPresent()
        ? finder.artifact(argument.word())
        : finder.artifact(Optional.empty(), type == null ? otherwise : type);
  }

  /** The two trees; what was drawn once is not unfolded again. */
  private static final class Drawing {
    private final Map<Long, List<StoredEvent>> byArtifact = new HashMap<>();
    private final Map<Long, List<StoredEvent>> byExecution = new HashMap<>();
    private final Map<Long, StoredExecution> executions = new HashMap<>();
    private final Map<Long, ArtifactRecord> records;
    private final ArtifactNotes notes;
    private final Set<Long> unfolded = new HashSet<>();

    Drawing(Lineage lineage, Map<Long, ArtifactRecord> records, ArtifactNotes notes) {
      this.notes = notes;
      this.records = records;
      lineage.executions().forEach(execution -> executions.put(execution.id(), execution));
      for (StoredEvent event : lineage.events()) {
        StoredExecution execution = executions.get(event.executionId());
        // A cached execution repeats the lineage of the one whose outputs it took.
        if (execution != null && execution.state() != ExecutionState.CACHED) {
          byArtifact.computeIfAbsent(event.artifactId(), id -> new ArrayList<>()).add(event);
          byExecution.computeIfAbsent(event.executionId(), id -> new ArrayList<>()).add(event);
        }
      }
    }

    String label(long artifact) {
      ArtifactRecord record = records.get(artifact);
      String note = notes.text(artifact);
      return (record == null
              ? "artifact " + artifact
              : "%s %d (%s.%s)".formatted(record.type(), artifact, record.node(), record.output()))
          + (note.isEmpty() ? "" : "  [" + Text.plain(note) + "]");
    }

    List<Tree> above(long artifact) {
      return children(artifact, false);
    }

    List<Tree> below(long artifact) {
      unfolded.clear();
      return children(artifact, true);
    }

    private List<Tree> children(long artifact, boolean down) {
      Map<Long, String> next = new LinkedHashMap<>();
      for (StoredEvent touched : byArtifact.getOrDefault(artifact, List.of())) {
        boolean near = down ? touched.kind().isInput() : touched.kind().isOutput();
        if (near) {
          for (StoredEvent event : byExecution.getOrDefault(touched.executionId(), List.of())) {
            boolean far = down ? event.kind().isOutput() : event.kind().isInput();
            if (far && records.containsKey(event.artifactId())) {
              next.putIfAbsent(
                  event.artifactId(), down ? "" : " as " + String.join(", ", event.keys()));
            }
          }
        }
      }
      List<Tree> children = new ArrayList<>();
      next.forEach(
          (id, role) -> {
            if (unfolded.add(id)) {
              children.add(new Tree(label(id) + role, children(id, down)));
            } else {
              children.add(Tree.leaf(label(id) + role + " (see above)"));
            }
          });
      return children;
    }
  }

  private static Object json(
      ArtifactRecord start, Lineage lineage, Map<Long, ArtifactRecord> records) {
    List<Object> relatives = new ArrayList<>();
    for (Lineage.Relative relative : lineage.relatives()) {
      ArtifactRecord record = records.get(relative.artifact().id());
      relatives.add(
          Json.object(
              "depth", relative.depth(),
              "artifact", Optional.ofNullable(record).map(ArtifactsCommand::json)));
    }
    List<Object> executions = new ArrayList<>();
    for (StoredExecution execution : lineage.executions()) {
      executions.add(
          Json.object(
              "id", execution.id(),
              "component", execution.type(),
              "state", execution.state().name(),
              "run", execution.property("run_id").map(run -> run.text()),
              "node", execution.property("node_id").map(node -> node.text()),
              "inputs", ends(lineage, execution.id(), EventKind.INPUT),
              "outputs", ends(lineage, execution.id(), EventKind.OUTPUT)));
    }
    return Json.object(
        "artifact", ArtifactsCommand.json(start), "relatives", relatives, "executions", executions);
  }

  private static Object ends(Lineage lineage, long execution, EventKind kind) {
    List<Object> ends = new ArrayList<>();
    for (StoredEvent event : lineage.events()) {
      if (event.executionId() == execution && event.kind() == kind) {
        ends.add(
            Json.object("name", String.join(",", event.keys()), "artifact", event.artifactId()));
      }
    }
    return ends;
  }
}
