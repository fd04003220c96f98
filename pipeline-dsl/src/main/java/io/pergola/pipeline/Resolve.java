package io.pergola.pipeline;

import io.pergola.artifact.Artifact;
import io.pergola.artifact.Examples;
import io.pergola.fingerprint.BuiltIn;
import io.pergola.pipeline.ArtifactQuery.Latest;
import io.pergola.pipeline.ArtifactQuery.SpanRange;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Finds an artifact that earlier runs left, of this pipeline or another one: {@code
 * p.add(Resolve.latest(Model.class).fromPipeline(TaxiPipeline.class))}. Absent if there is none;
 * {@link #required} where the pipeline cannot do without it.
 *
 * <p>Of an interval that was run more than once, only what the newest successful attempt made or
 * took from the cache counts. A run of an interval finds nothing of intervals that end later, and
 * nothing that its own pipeline made for the same interval before.
 *
 * @param type what the artifact is
 * @param query what is looked for
 * @param producedFrom what it was made from, directly or not
 */
@BuiltIn
public record Resolve<A extends Artifact>(
    Class<A> type, Latest query, Optional<Channel<?>> producedFrom)
    implements ResolverComponent<A> {

  /** The newest artifact of a type, in this pipeline. */
  public static <A extends Artifact> Resolve<A> latest(Class<A> type) {
    return new Resolve<>(
        type,
        new Latest(
            OutputTypes.nameOf(type),
            Optional.empty(),
            Optional.empty(),
            new TreeMap<>(),
            Optional.empty()),
        Optional.empty());
  }

  /**
   * The newest examples, in this pipeline.
   *
   * @param row names and types their columns
   */
  @SuppressWarnings({"unchecked", "rawtypes", "PMD.UnusedFormalParameter"})
  public static <R> Resolve<Examples<R>> latestExamples(Class<R> row) {
    return (Resolve) latest(Examples.class);
  }

  /** Looks in another pipeline, by its name: {@code taxi-pipeline}. */
  public Resolve<A> fromPipeline(String name) {
    return with(
        new Latest(
            query.type(), Optional.of(name), query.node(), query.properties(), query.spans()));
  }

  /** Looks in another pipeline. */
  public Resolve<A> fromPipeline(Class<? extends PipelineDefinition> pipeline) {
    return fromPipeline(Names.kebab(pipeline.getSimpleName()));
  }

  /** Only what this node made: {@code trainer}. */
  public Resolve<A> fromNode(String id) {
    return with(
        new Latest(
            query.type(), query.pipeline(), Optional.of(id), query.properties(), query.spans()));
  }

  /** Only what has this property on record; numbers are compared as numbers. */
  public Resolve<A> where(String property, Object value) {
    SortedMap<String, String> more = new TreeMap<>(query.properties());
    more.put(property, String.valueOf(value));
    return with(new Latest(query.type(), query.pipeline(), query.node(), more, query.spans()));
  }

  /**
   * Only what is of a span from {@code first} to {@code last}, both included: of the last span
   * there is.
   */
  public Resolve<A> ofSpans(long first, long last) {
    return with(
        new Latest(
            query.type(),
            query.pipeline(),
            query.node(),
            query.properties(),
            Optional.of(new SpanRange(first, last))));
  }

  /** Only what was made, directly or not, from the artifact that this channel has in this run. */
  public Resolve<A> producedFrom(Channel<?> origin) {
    return new Resolve<>(type, query, Optional.of(origin));
  }

  /** Refuses the run, before it begins, if there is no such artifact. */
  public Required<A> required() {
    return new Required<>(type, query, producedFrom);
  }

  private Resolve<A> with(Latest newQuery) {
    return new Resolve<>(type, newQuery, producedFrom);
  }

  @Override
  public String defaultId() {
    return "latest-" + Names.kebab(type.getSimpleName());
  }

  @Override
  public Optional<OptionalChannel<A>> outputs(OutputChannels outputs) {
    return Optional.of(outputs.optional(Names.snake(type.getSimpleName()), type));
  }

  /**
   * The same where the artifact must be there.
   *
   * @param type what the artifact is
   * @param query what is looked for
   * @param producedFrom what it was made from, directly or not
   */
  @BuiltIn
  public record Required<A extends Artifact>(
      Class<A> type, Latest query, Optional<Channel<?>> producedFrom)
      implements QueryComponent<Channel<A>> {
    @Override
    public String defaultId() {
      return "latest-" + Names.kebab(type.getSimpleName());
    }

    @Override
    public Optional<Channel<A>> outputs(OutputChannels outputs) {
      return Optional.of(outputs.channel(Names.snake(type.getSimpleName()), type));
    }
  }
}
