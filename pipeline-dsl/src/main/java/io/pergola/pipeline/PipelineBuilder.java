package io.pergola.pipeline;

import io.pergola.artifact.Artifact;
import io.pergola.pipeline.PipelineGraph.Group.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Collects the nodes of a pipeline, or of a block in it. Not thread-safe; lives as long as one
 * {@code define} call, and that of a block as long as the block.
 */
public final class PipelineBuilder {
  private final GraphDraft draft;
  private final GraphDraft.Place place;

  PipelineBuilder(GraphDraft draft, GraphDraft.Place place) {
    this.draft = draft;
    this.place = place;
  }

  /**
   * Builds a pipeline.
   *
   * @throws PipelineException naming every mistake at once, each with the author's line
   */
  public static BuiltPipeline build(PipelineDefinition definition) {
    GraphDraft draft = new GraphDraft(PipelineParameters.nameOf(definition));
    @Nullable RuntimeException cause = null;
    try {
      definition.define(new PipelineBuilder(draft, draft.outermost()));
      draft.requireNodes(definition);
    } catch (RuntimeException e) {
      if (!(e instanceof GraphDraft.Abandoned)) {
        cause = e;
        draft.problem(AuthorLines.problem(definition, e));
      }
    }
    return draft.built(PipelineParameters.textOf(definition), cause);
  }

  /** Adds a node under the component's own id. */
  public <O> O add(Component<O> component) {
    return draft.add(place, component == null ? "" : component.defaultId(), component);
  }

  /** Adds a node under the given id, where a pipeline has two of a kind. */
  public <O> O add(String id, Component<O> component) {
    return draft.add(place, id, component);
  }

  /**
   * The same builder, whose nodes are run with these options: {@code
   * p.with(NodeOptions.defaults().retries(3)).add(...)}. What they leave out stays as it was.
   */
  public PipelineBuilder with(NodeOptions options) {
    return new PipelineBuilder(draft, place.with(options.over(place.options())));
  }

  /** Adds the nodes of a part; their ids are scoped, {@code scope/trainer}. */
  public <O> O include(String scope, PipelinePart<O> part) {
    GraphDraft.Place inside = draft.scope(place, scope, ScopeWords.PART);
    return draft.inside(inside, () -> part.define(new PipelineBuilder(draft, inside)));
  }

  /** Adds the nodes of a whole pipeline, which hands nothing on; their ids are scoped. */
  public void includePipeline(String scope, PipelineDefinition pipeline) {
    include(
        scope,
        p -> {
          pipeline.define(p);
          return p;
        });
  }

  /**
   * Adds nodes that run only when a condition holds; else they are skipped, which is no failure.
   * They use the builder that the block is given. What they hand on stays inside.
   *
   * @return takes the nodes that run when it does not hold
   */
  public Otherwise when(Condition condition, Consumer<PipelineBuilder> then) {
    GraphDraft.Place inside = draft.when(place, condition);
    block(inside, then);
    return new Otherwise(this, inside);
  }

  /**
   * Adds nodes that run only when a condition holds, and hands on one of their channels. Its
   * artifact is absent when the nodes are skipped.
   */
  public <A extends Artifact> OptionalChannel<A> channelWhen(
      Condition condition, Function<PipelineBuilder, Channel<A>> then) {
    return handOn(draft.when(place, condition), then);
  }

  /**
   * Adds nodes that run only when a condition holds, and hands on several of their channels, as a
   * record of {@link OptionalChannel}s (of {@link Channel#optional}).
   */
  public <R extends Record> R channelsWhen(Condition condition, Function<PipelineBuilder, R> then) {
    GraphDraft.Place inside = draft.when(place, condition);
    R channels = draft.inside(inside, () -> then.apply(new PipelineBuilder(draft, inside)));
    draft.requireOptional(channels);
    return channels;
  }

  /**
   * Adds two ways to the same kind of artifact, of which a run takes one: {@code then} when a
   * condition holds, else {@code otherwise}.
   *
   * @return the artifact of the way that was taken
   */
  public <A extends Artifact> Channel<A> when(
      Condition condition,
      Function<PipelineBuilder, Channel<A>> then,
      Function<PipelineBuilder, Channel<A>> otherwise) {
    GraphDraft.Place held = draft.when(place, condition);
    OptionalChannel<A> one = handOn(held, then);
    OptionalChannel<A> other = handOn(draft.otherwise(place, held), otherwise);
    return draft.add(place, Choice.id(one, other), new Choice<>(one, other));
  }

  private <A extends Artifact> OptionalChannel<A> handOn(
      GraphDraft.Place inside, Function<PipelineBuilder, Channel<A>> block) {
    return Objects.requireNonNull(
            draft.inside(inside, () -> block.apply(new PipelineBuilder(draft, inside))),
            "A block that hands on a channel must return one")
        .optional();
  }

  private void block(GraphDraft.Place inside, Consumer<PipelineBuilder> nodes) {
    draft.inside(
        inside,
        () -> {
          nodes.accept(new PipelineBuilder(draft, inside));
          return inside;
        });
  }

  /**
   * Adds the same nodes once for each item, and collects what they hand on, in the order of the
   * items.
   *
   * @param scope the item's name in node ids, {@code berlin/trainer}; it stays the item's own when
   *     others come or go
   * @param body uses the builder that it is given
   */
  public <T, O> List<O> forEach(
      Iterable<? extends T> items,
      Function<? super T, String> scope,
      BiFunction<PipelineBuilder, ? super T, O> body) {
    GraphDraft.Place loop = draft.group(place, Kind.EACH, new Criterion.All(List.of()), "each");
    List<O> results = new ArrayList<>();
    draft.inside(
        loop,
        () -> {
          for (T item : items) {
            GraphDraft.Place inside = draft.item(loop, scope.apply(item));
            results.add(
                draft.inside(inside, () -> body.apply(new PipelineBuilder(draft, inside), item)));
          }
          return loop;
        });
    return List.copyOf(results);
  }

  /** The same for items whose text is their name: words, numbers, dates. */
  public <T, O> List<O> forEach(
      Iterable<? extends T> items, BiFunction<PipelineBuilder, ? super T, O> body) {
    return forEach(items, item -> Names.kebab(String.valueOf(item)), body);
  }

  /** Adds what happens at the end of each run, however it ends, under the handler's own id. */
  public void onExit(ExitHandler handler) {
    draft.exit(place, handler == null ? "" : handler.defaultId(), handler);
  }

  /** Adds what happens at the end of each run, however it ends, under the given id. */
  public void onExit(String id, ExitHandler handler) {
    draft.exit(place, id, handler);
  }

  /** Takes the nodes that run when a condition does not hold. */
  public static final class Otherwise {
    private final PipelineBuilder around;
    private final GraphDraft.Place held;

    private Otherwise(PipelineBuilder around, GraphDraft.Place held) {
      this.around = around;
      this.held = held;
    }

    /** Adds nodes that run only when the condition does not hold. */
    public void otherwise(Consumer<PipelineBuilder> nodes) {
      around.block(around.draft.otherwise(around.place, held), nodes);
    }
  }
}
