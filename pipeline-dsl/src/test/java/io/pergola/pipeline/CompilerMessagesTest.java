package io.pergola.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.pergola.fingerprint.Sources;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Mistakes that the Java compiler finds, and what it says. */
class CompilerMessagesTest {
  @TempDir Path folder;

  record Mistake(String name, String code, String... said) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Mistake> mistakes() {
    return Stream.of(
        new Mistake(
            "push the baseline, which may not exist",
            "Pusher.of(baseline);",
            "OptionalChannel<Model> cannot be converted to Channel<Model>"),
        new Mistake(
            "schema from examples",
            "new SchemaGen(trips);",
            "Channel<Examples<Trip>> cannot be converted to Channel<Statistics>"),
        new Mistake(
            "cross without hash",
            "Features.of().categorical(trip.text(Trip::company).cross(trip.text(Trip::company)));",
            "varargs mismatch; Crossed cannot be converted to Categorical"),
        new Mistake(
            "text as a dense feature",
            "Features.of().dense(trip.text(Trip::company));",
            "varargs mismatch; Text cannot be converted to Dense"),
        new Mistake(
            "number read as text",
            "trip.text(Trip::fare);",
            "bad return type in method reference",
            "Float cannot be converted to String"),
        new Mistake(
            "push without a verdict",
            "Pusher.of(model).to(java.nio.file.Path.of(\"serving\"));",
            "cannot find symbol",
            "method to(java.nio.file.Path)",
            "interface IfBlessed"),
        new Mistake(
            "use the result of a block that may be skipped",
            "Channel<Model> small = p.channelWhen(good, then -> then.add(new Distill(model)));",
            "OptionalChannel<A> conforms to Channel<Model>"),
        new Mistake(
            "push what a block may not have made",
            "Pusher.of(p.channelWhen(good, then -> then.add(new Distill(model))));",
            "OptionalChannel<A> conforms to Channel<Model>"),
        new Mistake(
            "ways of a choice that make different things",
            "p.when(good, a -> a.add(new Distill(model)), b -> b.add(new SchemaGen(statistics)));",
            "incompatible equality constraints Schema,Model"),
        new Mistake(
            "condition without its bound",
            "p.when(Condition.metric(evaluation, \"accuracy\"), then -> {});",
            "NumberOf cannot be converted to Condition"),
        new Mistake(
            "metric of a model",
            "Condition.metric(model, \"accuracy\").atLeast(0.9);",
            "Channel<Model> cannot be converted to Channel<Evaluation>"),
        new Mistake(
            "ask whether what is always there exists",
            "Condition.exists(model);",
            "Channel<Model> cannot be converted to OptionalChannel<?>"),
        new Mistake(
            "collect a loop over models as schemas",
            "java.util.List<Channel<Schema>> all ="
                + " p.forEach(java.util.List.of(1, 2), (q, n) -> q.add(new Distill(model)));",
            "Channel<Schema>"),
        new Mistake(
            "rely on an artifact that may not exist",
            "Pusher.of(p.add(Resolve.latest(Model.class)));",
            "OptionalChannel<A>",
            "Channel<Model>"));
  }

  @Test
  void blocksWithoutAMistakeCompile() {
    assertThat(
            sourceOf(
                    """
                    p.when(good, then -> then.add(new Distill(model))).otherwise(q -> { q.add(new Distill(model)); });
                    OptionalChannel<Model> small = p.channelWhen(good, then -> then.add(new Distill(model)));
                    Channel<Model> either = p.when(
                        Condition.exists(small).and(Condition.not(good)).or(Condition.blessed(blessing)),
                        then -> then.add(new Distill(model)),
                        otherwise -> otherwise.with(NodeOptions.defaults().retries(3)).add(new Distill(model)));
                    java.util.List<Channel<Model>> all =
                        p.forEach(java.util.List.of("a", "b"), item -> item, (q, item) -> q.add(new Distill(model)));
                    Pusher.of(p.add(Resolve.latest(Model.class).fromPipeline("taxi").required()));
                    Pusher.of(p.add(Importer.of(java.nio.file.Path.of("m"), Model.class)));
                    Channel<Examples<Trip>> latest = p.add(Resolve.latestExamples(Trip.class).required());
                    """)
                .errors(folder))
        .isEmpty();
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void compilerNamesTheMistake(Mistake mistake) {
    String errors = String.join("\n", sourceOf(mistake.code()).errors(folder));

    assertThat(errors.replaceAll("\\b(io\\.pergola\\.\\w+|java\\.lang|Author|Pusher)\\.", ""))
        .contains(mistake.said());
  }

  @Test
  void sameCodeWithoutAMistakeCompiles() {
    assertThat(
            sourceOf("Pusher.of(model).ifBlessed(blessing).to(java.nio.file.Path.of(\"serving\"));")
                .errors(folder))
        .isEmpty();
  }

  private static Sources sourceOf(String code) {
    return Sources.empty()
        .with(
            "Author",
            """
            import io.pergola.artifact.*;
            import io.pergola.feature.*;
            import io.pergola.pipeline.*;
            class Author {
              record Trip(Float fare, String company) {}
              record SchemaGen(Channel<Statistics> statistics) implements Component<Channel<Schema>> {}
              record Distill(Channel<Model> model) implements Component<Channel<Model>> {}
              record Pusher(Channel<Model> model, Channel<Blessing> blessing, java.nio.file.Path to)
                  implements Component<Channel<PushedModel>> {
                static IfBlessed of(Channel<Model> model) {
                  return blessing -> to -> new Pusher(model, blessing, to);
                }
                interface IfBlessed { To ifBlessed(Channel<Blessing> blessing); }
                interface To { Pusher to(java.nio.file.Path directory); }
              }
              void write(Columns<Trip> trip, Channel<Examples<Trip>> trips, Channel<Model> model,
                  OptionalChannel<Model> baseline, Channel<Blessing> blessing, PipelineBuilder p,
                  Condition good, Channel<Statistics> statistics, Channel<Evaluation> evaluation) {
                CODE
              }
            }
            """
                .replace("CODE", code));
  }
}
