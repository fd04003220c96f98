package io.pergola.pipeline;

import io.pergola.fingerprint.Fingerprints;
import io.pergola.pipeline.PipelineException.Problem;
import io.pergola.pipeline.PipelineGraph.Group;
import io.pergola.pipeline.internal.Records;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A graph while it is built: its nodes so far, and everything that is wrong with it. */
final class GraphDraft {
  private static final StackWalker STACK = StackWalker.getInstance();
  private static final Set<String> OURS =
      Set.of(
          GraphDraft.class.getName(),
          PipelineBuilder.class.getName(),
          PipelineBuilder.Otherwise.class.getName());

  private final String name;
  private final Map<String, PipelineGraph.Node> graph = new LinkedHashMap<>();
  private final Map<String, BuiltPipeline.Node> nodes = new LinkedHashMap<>();
  private final Map<String, Group> groups = new LinkedHashMap<>();
  private final Map<Group.Kind, Integer> counts = new EnumMap<>(Group.Kind.class);
  private final Map<String, PipelineGraph.Node> exits = new LinkedHashMap<>();
  private final Map<String, ExitHandler> handlers = new LinkedHashMap<>();
  private final Map<String, String> scopes = new HashMap<>();
  private final Set<Channel<?>> channels = Collections.newSetFromMap(new IdentityHashMap<>());
  private final List<Problem> problems = new ArrayList<>();
  private Block open = new Block();
  private boolean done;

  GraphDraft(String name) {
    this.name = name;
  }

  /** One pair of braces; nodes are added through the builder of the innermost one. */
  static final class Block {}

  /**
   * Where a builder adds its nodes.
   *
   * @param scope stands before node ids, with its {@code /}
   * @param group the innermost group, or empty
   */
  record Place(String scope, NodeOptions options, String group, Block block) {
    Place with(NodeOptions newOptions) {
      return new Place(scope, newOptions, group, block);
    }
  }

  /** Leaves {@code define}; what is wrong already stands among the problems. */
  static final class Abandoned extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Abandoned() {
      super(null, null, false, false);
    }
  }

  Place outermost() {
    return new Place("", NodeOptions.defaults(), "", open);
  }

  <T> T inside(Place place, Supplier<T> block) {
    Block outer = open;
    open = place.block();
    try {
      return block.get();
    } finally {
      open = outer;
    }
  }

  <O> O add(Place place, String id, @Nullable Component<O> component) {
    StackTraceElement line = authorsLine();
    if (component == null) {
      throw abandon(line, "Cannot add null. Pass a component, such as new LongTrips(trips, 2.5).");
    }
    String what = component.getClass().getSimpleName();
    requireOpen(line, "add " + what, place);
    String node = newNode(line, place, what, id);
    OutputTypes.Made<O> out = outputs(line, what, node, component);
    channels.addAll(out.channels());
    if (component instanceof Record record) {
      addNode(line, place, node, record, component, out);
    } else {
      problem(
          line,
          ("Cannot add %s: a component must be a record so that its inputs and parameters can be"
                  + " read. Change 'class %s' to 'record %s(...)'.")
              .formatted(what, what, what));
    }
    return out.value();
  }

  private void addNode(
      StackTraceElement line,
      Place place,
      String id,
      Record record,
      Component<?> component,
      OutputTypes.Made<?> out) {
    String what = record.getClass().getSimpleName();
    ComponentValues values = values(line, "add " + what, record);
    List<PipelineGraph.Input> inputs = new ArrayList<>();
    for (ComponentValues.Input input : values.inputs()) {
      Channel<?> channel = input.channel();
      requireReach(
          line,
          "add " + what,
          "input '%s'".formatted(input.name()),
          new Condition.Read(channel, input.optional()),
          place.group());
      inputs.add(
          new PipelineGraph.Input(
              input.name(),
              channel.node(),
              channel.output(),
              OutputTypes.nameOf(channel.type()),
              input.optional()));
    }
    SortedMap<String, String> fingerprints = new TreeMap<>();
    values
        .parameters()
        .forEach(
            (parameter, value) ->
                tried(
                    line,
                    () ->
                        fingerprints.put(
                            parameter, Fingerprints.ofParameter(component, parameter, value))));
    StringBuilder code = new StringBuilder();
    tried(line, () -> code.append(Fingerprints.ofCode(component)));
    nodes.put(id, new BuiltPipeline.Node(component, out.value()));
    graph.put(
        id,
        new PipelineGraph.Node(
            id,
            what,
            inputs,
            out.outputs(),
            texts(values),
            fingerprints,
            code.toString(),
            component.isCacheable() ? place.options() : place.options().withoutCache(),
            place.group(),
            text(line)));
  }

  void exit(Place place, String id, @Nullable ExitHandler handler) {
    StackTraceElement line = authorsLine();
    if (handler == null) {
      problem(line, "Cannot add null at the exit. Pass a handler, such as new TellTeam(address).");
      return;
    }
    String what = handler.getClass().getSimpleName();
    requireOpen(line, "add " + what, place);
    String node = newNode(line, place, what, id);
    if (!conditionsAround(place.group()).isEmpty()) {
      problem(
          line,
          ("Cannot add %s at the exit: it stands in a block that may be skipped, and the exit comes"
                  + " always. Add it outside, and let it look at the RunSummary.")
              .formatted(what));
    }
    if (!(handler instanceof Record record)) {
      problem(
          line,
          ("Cannot add %s at the exit: a handler must be a record so that its parameters can be"
                  + " read. Change 'class %s' to 'record %s(...)'.")
              .formatted(what, what, what));
      return;
    }
    ComponentValues values = values(line, "add " + what, record);
    for (ComponentValues.Input input : values.inputs()) {
      requireReach(
          line,
          "add " + what,
          "'%s'".formatted(input.name()),
          new Condition.Read(input.channel(), true),
          place.group());
    }
    handlers.put(node, handler);
    exits.put(
        node,
        new PipelineGraph.Node(
            node,
            what,
            List.of(),
            List.of(),
            texts(values),
            new TreeMap<>(),
            "",
            place.options(),
            "",
            text(line)));
  }

  /** The place inside a part, or an item, whose ids have a scope of their own. */
  Place scope(Place place, String scope, ScopeWords words) {
    StackTraceElement line = authorsLine();
    requireOpen(line, words.doing(), place);
    return new Place(
        newScope(line, place, scope, words) + "/", place.options(), place.group(), new Block());
  }

  Place when(Place place, @Nullable Condition condition) {
    StackTraceElement line = authorsLine();
    if (condition == null) {
      throw abandon(
          line,
          "Cannot add nodes on the condition null. Pass one, such as Condition.blessed(...).");
    }
    for (Condition.Read read : condition.reads()) {
      requireReach(line, "ask for a condition", "what it reads", read, place.group());
    }
    return group(
        place, Group.Kind.WHEN, condition.criterion(), "when " + condition.criterion().text());
  }

  Place otherwise(Place place, Place held) {
    Group other = Objects.requireNonNull(groups.get(held.group()));
    return group(place, Group.Kind.OTHERWISE, new Criterion.Not(other.criterion()), "otherwise");
  }

  /** The place of one item of a loop. */
  Place item(Place loop, String item) {
    Place scoped = scope(loop, item, ScopeWords.LOOP);
    Place group = group(loop, Group.Kind.ITEM, new Criterion.All(List.of()), item);
    return new Place(scoped.scope(), loop.options(), group.group(), scoped.block());
  }

  /** The place inside a new group. */
  Place group(Place place, Group.Kind kind, Criterion criterion, String text) {
    StackTraceElement line = authorsLine();
    requireOpen(line, "open a block", place);
    String id =
        kind == Group.Kind.ITEM
            ? place.group() + "/" + text
            : "%s-%d".formatted(Names.kebab(kind.name()), counts.merge(kind, 1, Integer::sum));
    groups.put(id, new Group(id, place.group(), kind, criterion, text, text(line)));
    return new Place(place.scope(), place.options(), id, new Block());
  }

  /** That a block hands on only what may be absent, as its nodes may be skipped. */
  void requireOptional(@Nullable Record handedOn) {
    StackTraceElement line = authorsLine();
    if (handedOn == null) {
      throw abandon(line, "Cannot hand on null. Return a record of OptionalChannels.");
    }
    for (RecordComponent component : handedOn.getClass().getRecordComponents()) {
      if (!(Records.value(handedOn, component) instanceof OptionalChannel<?>)) {
        problem(
            line,
            ("Cannot hand on '%s' of %s: outside of this block its artifact may be absent. Declare it"
                    + " as an OptionalChannel and return channel.optional().")
                .formatted(component.getName(), handedOn.getClass().getSimpleName()));
      }
    }
  }

  void problem(Problem problem) {
    problems.add(problem);
  }

  void requireNodes(PipelineDefinition definition) {
    if (graph.isEmpty() && problems.isEmpty()) {
      problems.add(
          new Problem(
              "%s: it has no nodes. Add one in %s.define: p.add(...)."
                  .formatted(failure(), PipelineParameters.simpleNameOf(definition)),
              List.of()));
    }
  }

  BuiltPipeline built(SortedMap<String, String> parameters, @Nullable RuntimeException cause) {
    done = true;
    if (!problems.isEmpty()) {
      PipelineException all = new PipelineException(failure(), problems);
      if (cause != null) {
        all.initCause(cause);
      }
      throw all;
    }
    return new BuiltPipeline(
        new PipelineGraph(
            name,
            parameters,
            List.copyOf(graph.values()),
            List.copyOf(groups.values()),
            List.copyOf(exits.values())),
        nodes,
        handlers);
  }

  private ComponentValues values(StackTraceElement line, String doing, Record record) {
    ComponentValues values = ComponentValues.of(record);
    for (String missing : values.nulls()) {
      problem(
          line,
          ("Cannot %s: '%s' is null. Pass a value; what may be absent is an Optional or an"
                  + " OptionalChannel.")
              .formatted(doing, missing));
    }
    return values;
  }

  private static SortedMap<String, String> texts(ComponentValues values) {
    SortedMap<String, String> texts = new TreeMap<>();
    values.parameters().forEach((name, value) -> texts.put(name, ParameterText.of(value)));
    return texts;
  }

  /** That a channel is one of this pipeline's, and is there wherever the reader runs. */
  private void requireReach(
      StackTraceElement line, String doing, String what, Condition.Read read, String group) {
    Channel<?> channel = read.channel();
    if (!channels.contains(channel)) {
      problem(
          line,
          ("Cannot %s: %s comes from node '%s', which belongs to another pipeline. Channels only"
                  + " travel inside the define() call that made them.")
              .formatted(doing, what, channel.node()));
      return;
    }
    PipelineGraph.Node producer = graph.get(channel.node());
    if (read.mayBeAbsent() || producer == null) {
      return;
    }
    List<String> around = conditionsAround(group);
    for (String needed : conditionsAround(producer.group())) {
      if (!around.contains(needed)) {
        Group block = Objects.requireNonNull(groups.get(needed));
        problem(
            line,
            ("Cannot %s: %s comes from node '%s', which may be skipped: it stands in the block '%s'"
                    + " (%s). Let that block hand it on as an OptionalChannel: p.channelWhen(...).")
                .formatted(doing, what, channel.node(), block.text(), block.declaredAt()));
        return;
      }
    }
  }

  /** Ids of the groups around that may be skipped. */
  private List<String> conditionsAround(String group) {
    List<String> around = new ArrayList<>();
    Optional<Group> next = Optional.ofNullable(groups.get(group));
    while (next.isPresent()) {
      Group.Kind kind = next.get().kind();
      if (kind == Group.Kind.WHEN || kind == Group.Kind.OTHERWISE) {
        around.add(0, next.get().id());
      }
      next = Optional.ofNullable(groups.get(next.get().parent()));
    }
    return around;
  }

  private <O> OutputTypes.Made<O> outputs(
      StackTraceElement line, String what, String node, Component<O> component) {
    try {
      return OutputTypes.of(node, component);
    } catch (IllegalArgumentException e) {
      throw abandon(line, "Cannot add %s: %s".formatted(what, e.getMessage()));
    }
  }

  private void requireOpen(StackTraceElement line, String doing, Place place) {
    if (done) {
      throw new PipelineException(
          failure(),
          List.of(
              Problem.at(
                  line,
                  "Cannot %s: pipeline '%s' is already built. Add nodes inside define() only."
                      .formatted(doing, name))));
    }
    if (place.block() != open) {
      problem(
          line,
          ("Cannot %s with the builder of another block: the node would not belong to the block that"
                  + " it stands in. Use the builder that this block is given.")
              .formatted(doing));
    }
  }

  /** Checks an id and reserves it; a bad one is reported, and replaced so that building goes on. */
  private String newNode(StackTraceElement line, Place place, String what, String id) {
    String full = place.scope() + id;
    PipelineGraph.Node other = graph.getOrDefault(full, exits.get(full));
    if (!NodeIds.isId(id)) {
      problem(
          line,
          "Cannot add %s: node id '%s' is not valid. %s: p.add(\"%s\", ...)."
              .formatted(what, id, NodeIds.RULE, Names.kebab(what)));
    } else if (other != null) {
      problem(
          line,
          ("Cannot add %s: node id '%s' is already used by the %s added at %s. Give one of them its"
                  + " own id: p.add(\"eval-%s\", ...).")
              .formatted(what, full, other.component(), other.declaredAt(), id));
    } else if (scopes.containsKey(full)) {
      problem(
          line,
          ("Cannot add %s: node id '%s' is already the scope of the part included at %s. Give one of"
                  + " them another name.")
              .formatted(what, full, scopes.get(full)));
    } else {
      return full;
    }
    return full + "#" + problems.size();
  }

  private String newScope(StackTraceElement line, Place place, String scope, ScopeWords words) {
    String full = place.scope() + scope;
    PipelineGraph.Node node = graph.getOrDefault(full, exits.get(full));
    if (!NodeIds.isId(scope)) {
      problem(
          line,
          "Cannot %s: scope '%s' is not valid. %s.".formatted(words.doing(), scope, NodeIds.RULE));
    } else if (scopes.containsKey(full)) {
      problem(
          line,
          "Cannot %s: scope '%s' is already used by the %s at %s. %s"
              .formatted(
                  words.doing(),
                  full,
                  words.other(),
                  scopes.get(full),
                  words.remedy().formatted(scope)));
    } else if (node != null) {
      problem(
          line,
          ("Cannot %s: scope '%s' is already the id of the %s added at %s. Give one of them another"
                  + " name.")
              .formatted(words.doing(), full, node.component(), node.declaredAt()));
    } else {
      scopes.put(full, text(line));
      return full;
    }
    return full + "#" + problems.size();
  }

  private String failure() {
    return "Cannot build pipeline '%s'".formatted(name);
  }

  private void problem(StackTraceElement line, String message) {
    problems.add(Problem.at(line, message));
  }

  private void tried(StackTraceElement line, Runnable step) {
    try {
      step.run();
    } catch (PipelineException e) {
      e.problems().forEach(problem -> problem(line, problem.message()));
    }
  }

  /** Reports a mistake after which {@code define} cannot go on, because there is no channel. */
  private Abandoned abandon(StackTraceElement line, String message) {
    problem(line, message);
    return new Abandoned();
  }

  private static String text(StackTraceElement line) {
    return line.getFileName() + ":" + line.getLineNumber();
  }

  private static StackTraceElement authorsLine() {
    return STACK.walk(
        frames ->
            frames
                .filter(frame -> !OURS.contains(frame.getClassName()))
                .findFirst()
                .orElseThrow()
                .toStackTraceElement());
  }
}
