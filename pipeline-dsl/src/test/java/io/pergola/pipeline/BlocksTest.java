package io.pergola.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.groups.Tuple.tuple;

import io.pergola.artifact.Anomalies;
import io.pergola.artifact.Evaluation;
import io.pergola.artifact.Examples;
import io.pergola.artifact.Model;
import io.pergola.pipeline.PipelineException.Problem;
import io.pergola.pipeline.PipelineGraph.Group;
import io.pergola.pipeline.Steps.Compare;
import io.pergola.pipeline.Steps.Fetch;
import io.pergola.pipeline.Steps.Import;
import io.pergola.pipeline.Steps.Learn;
import io.pergola.pipeline.Steps.Trip;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Conditions and loops as an author writes them, as data, and when they are wrong. */
class BlocksTest {
  record Keep(Channel<Model> model) implements Steps.Runs<Channel<Model>> {}

  record Tell(String address, OptionalChannel<Model> model) implements ExitHandler {
    @Override
    public void run(RunSummary run) {}
  }

  static final class NoRecord implements ExitHandler {
    private static final long serialVersionUID = 1L;

    @Override
    public void run(RunSummary run) {}
  }

  private static PipelineGraph graphOf(PipelineDefinition pipeline) {
    PipelineGraph graph = PipelineBuilder.build(pipeline).graph();
    assertThat(PipelineGraph.fromJson(graph.toJson())).isEqualTo(graph);
    return graph;
  }

  private static List<String> messagesOf(PipelineDefinition pipeline) {
    PipelineException failure =
        catchThrowableOfType(PipelineException.class, () -> PipelineBuilder.build(pipeline));
    assertThat(failure.problems())
        .allSatisfy(
            problem ->
                assertThat(problem.at())
                    .singleElement()
                    .extracting(StackTraceElement::getFileName)
                    .isEqualTo("BlocksTest.java"));
    return failure.problems().stream()
        .map(Problem::message)
        .map(message -> message.replaceAll("java:\\d+", "java:N"))
        .toList();
  }

  private static Channel<Model> model(PipelineBuilder p) {
    return p.add("model", new Fetch<>(Model.class));
  }

  private static Condition accurate(PipelineBuilder p) {
    return Condition.metric(p.add("evaluate", new Fetch<>(Evaluation.class)), "accuracy")
        .atLeast(0.9);
  }

  @Test
  void whenAndOtherwiseAreGroupsWithTheirCriterion() {
    PipelineGraph graph =
        graphOf(
            p -> {
              Channel<Model> model = model(p);
              p.when(accurate(p), then -> then.add(new Keep(model)))
                  .otherwise(q -> q.add("again", new Keep(model)));
            });

    Criterion accurate =
        new Criterion.OfNumber(
            "evaluate", "fetched", "accuracy", Criterion.Comparison.AT_LEAST, 0.9);
    assertThat(graph.groups())
        .extracting(Group::id, Group::kind, Group::criterion, Group::text)
        .containsExactly(
            tuple(
                "when-1", Group.Kind.WHEN, accurate, "when accuracy of 'evaluate' is at least 0.9"),
            tuple("otherwise-1", Group.Kind.OTHERWISE, new Criterion.Not(accurate), "otherwise"));
    assertThat(graph.nodes())
        .extracting(PipelineGraph.Node::group)
        .containsExactly("", "", "when-1", "otherwise-1");
  }

  @Test
  void loopScopesIdsAndCollectsWhatItsBodyHandsOn() {
    PipelineGraph graph =
        graphOf(
            p -> {
              List<Channel<Model>> models =
                  p.forEach(
                      List.of("berlin", "paris"),
                      city -> city,
                      (q, city) -> {
                        Channel<Examples<Trip>> trips =
                            q.add(new Import<>(Trip.class, Path.of(city)));
                        return q.add(new Learn(trips, Optional.empty(), 1)).model();
                      });
              p.add(new Compare(models, Map.of(), models.get(0).optional()));
            });

    assertThat(graph.nodes())
        .extracting(PipelineGraph.Node::id, PipelineGraph.Node::group)
        .containsExactly(
            tuple("berlin/import", "each-1/berlin"),
            tuple("berlin/learn", "each-1/berlin"),
            tuple("paris/import", "each-1/paris"),
            tuple("paris/learn", "each-1/paris"),
            tuple("compare", ""));
    assertThat(graph.nodes().get(4).inputs())
        .extracting(PipelineGraph.Input::name, PipelineGraph.Input::node)
        .startsWith(tuple("models[0]", "berlin/learn"), tuple("models[1]", "paris/learn"));
    assertThat(graph.groupsOf(graph.nodes().get(2)))
        .extracting(Group::text)
        .containsExactly("each", "paris");
  }

  @Test
  void itemsAreNamedByTheirTextUnlessTheAuthorDoes() {
    PipelineGraph graph =
        graphOf(p -> p.forEach(List.of(3, 7), (q, n) -> q.add(new Fetch<>(Model.class))));

    assertThat(graph.nodes())
        .extracting(PipelineGraph.Node::id)
        .containsExactly("3/fetch", "7/fetch");
  }

  @Test
  void twoItemsOfOneNameAreRefusedAtTheAuthorsLine() {
    assertThat(
            messagesOf(
                p ->
                    p.forEach(
                        List.of("berlin", "berlin"), (q, city) -> q.add(new Fetch<>(Model.class)))))
        .first()
        .isEqualTo(
            "Cannot loop: scope 'berlin' is already used by the item or part added at"
                + " BlocksTest.java:N. Give each item a name of its own: p.forEach(items, item ->"
                + " ..., ...).");
  }

  @Test
  void channelThatMayBeAbsentCannotBeSmuggledOutOfItsBlock() {
    assertThat(
            messagesOf(
                p -> {
                  Channel<Model> model = model(p);
                  List<Channel<Model>> kept = new ArrayList<>();
                  p.when(accurate(p), then -> kept.add(then.add(new Keep(model))));
                  p.add("again", new Keep(kept.get(0)));
                }))
        .containsExactly(
            "Cannot add Keep: input 'model' comes from node 'keep', which may be skipped: it stands"
                + " in the block 'when accuracy of 'evaluate' is at least 0.9' (BlocksTest.java:N)."
                + " Let that block hand it on as an OptionalChannel: p.channelWhen(...).");
  }

  @Test
  void nodesOfABlockMayReadWhatStandsAroundItAndOptionalsOfOthers() {
    PipelineGraph graph =
        graphOf(
            p -> {
              Channel<Model> model = model(p);
              Condition accurate = accurate(p);
              OptionalChannel<Model> kept =
                  p.channelWhen(accurate, then -> then.add(new Keep(model)));
              p.when(
                  Condition.exists(kept),
                  then -> {
                    Channel<Model> inner = then.add("outer", new Keep(model));
                    then.when(
                        accurate,
                        deeper -> {
                          deeper.add("inner", new Keep(inner));
                          deeper.add(new Compare(List.of(inner), Map.of(), kept));
                        });
                  });
            });

    assertThat(graph.groupsOf(graph.nodes().get(4)))
        .extracting(Group::id)
        .containsExactly("when-2", "when-3");
  }

  @Test
  void builderOfTheOuterBlockIsRefusedInside() {
    assertThat(
            messagesOf(
                p -> {
                  Channel<Model> model = model(p);
                  p.when(accurate(p), then -> p.add(new Keep(model)));
                }))
        .containsExactly(
            "Cannot add Keep with the builder of another block: the node would not belong to the"
                + " block that it stands in. Use the builder that this block is given.");
  }

  @Test
  void builderOfABlockIsRefusedAfterIt() {
    assertThat(
            messagesOf(
                p -> {
                  Channel<Model> model = model(p);
                  PipelineBuilder[] leaked = new PipelineBuilder[1];
                  p.when(
                      accurate(p),
                      then -> {
                        then.add(new Keep(model));
                        leaked[0] = then;
                      });
                  leaked[0].add("later", new Keep(model));
                }))
        .hasSize(1)
        .first()
        .asString()
        .startsWith("Cannot add Keep with the builder of another block");
  }

  @Test
  void conditionOnAChannelOfAnotherPipelineIsRefused() {
    Condition[] leaked = new Condition[1];
    PipelineBuilder.build(p -> leaked[0] = accurate(p));

    assertThat(
            messagesOf(
                p -> {
                  Channel<Model> model = model(p);
                  p.when(leaked[0], then -> then.add(new Keep(model)));
                }))
        .containsExactly(
            "Cannot ask for a condition: what it reads comes from node 'evaluate', which belongs to"
                + " another pipeline. Channels only travel inside the define() call that made"
                + " them.");
  }

  record Kept(OptionalChannel<Model> one, Channel<Model> other) {}

  @Test
  void recordThatABlockHandsOnHoldsOptionalChannelsOnly() {
    assertThat(
            messagesOf(
                p -> {
                  Channel<Model> model = model(p);
                  p.channelsWhen(
                      accurate(p),
                      then -> {
                        Channel<Model> kept = then.add(new Keep(model));
                        return new Kept(kept.optional(), kept);
                      });
                }))
        .containsExactly(
            "Cannot hand on 'other' of Kept: outside of this block its artifact may be absent."
                + " Declare it as an OptionalChannel and return channel.optional().");
  }

  @Test
  void allMistakesInBlocksAreReportedAtOnce() {
    assertThat(
            messagesOf(
                p -> {
                  Channel<Model> model = model(p);
                  p.when(
                      accurate(p),
                      then -> {
                        p.add(new Keep(model));
                        then.add("Keep", new Keep(model));
                        then.onExit(new Tell("a", model.optional()));
                      });
                  p.onExit(new NoRecord());
                }))
        .hasSize(4)
        .last()
        .isEqualTo(
            "Cannot add NoRecord at the exit: a handler must be a record so that its parameters can"
                + " be read. Change 'class NoRecord' to 'record NoRecord(...)'.");
  }

  @Test
  void exitHandlersAreNodesAtTheEndWithTheirParameters() {
    PipelineGraph graph =
        graphOf(
            p -> {
              Channel<Model> model = model(p);
              p.onExit(new Tell("team@example.org", model.optional()));
            });

    assertThat(graph.exits()).hasSize(1);
    assertThat(graph.exits().get(0).id()).isEqualTo("tell");
    assertThat(graph.exits().get(0).parameters())
        .isEqualTo(new TreeMap<>(Map.of("address", "team@example.org")));
  }

  @Test
  void exitHandlerInABlockIsRefused() {
    assertThat(
            messagesOf(
                p -> {
                  Channel<Model> model = model(p);
                  p.when(accurate(p), then -> then.onExit(new Tell("a", model.optional())));
                }))
        .containsExactly(
            "Cannot add Tell at the exit: it stands in a block that may be skipped, and the exit"
                + " comes always. Add it outside, and let it look at the RunSummary.");
  }

  private static final Criterion.Facts FACTS =
      new Criterion.Facts() {
        private final Map<String, SortedMap<String, Object>> known =
            Map.of(
                "evaluate",
                new TreeMap<>(Map.of("accuracy", 0.83, "auc", "NaN", "task", "binary")),
                "validate",
                new TreeMap<>(Map.of("errors", 0L, "warnings", 2L)));

        @Override
        public boolean isKnown(String node) {
          return known.containsKey(node) || node.equals("absent");
        }

        @Override
        public Optional<SortedMap<String, Object>> properties(String node, String output) {
          return Optional.ofNullable(known.get(node));
        }
      };

  private static Channel<Evaluation> evaluation() {
    return new Channel<>("evaluate", "evaluation", Evaluation.class);
  }

  private static String judged(Condition condition) {
    Criterion.Judgement judgement = condition.criterion().judge(FACTS);
    return judgement.answer() + ": " + judgement.because();
  }

  @Test
  void judgementsSayTheValue() {
    Channel<Anomalies> anomalies = new Channel<>("validate", "anomalies", Anomalies.class);
    Channel<Model> absent = new Channel<>("absent", "model", Model.class);
    Condition good = Condition.metric(evaluation(), "accuracy").atLeast(0.8);
    Condition better = Condition.metric(evaluation(), "accuracy").above(0.9);
    Condition later =
        Condition.metric(new Channel<>("later", "e", Evaluation.class), "auc").below(1);

    assertThat(judged(good)).isEqualTo("YES: accuracy 0.83 is at least 0.8");
    assertThat(judged(better)).isEqualTo("NO: accuracy 0.83 is at most 0.9");
    assertThat(judged(Condition.metric(evaluation(), "accuracy").atLeast(0.9)))
        .isEqualTo("NO: accuracy 0.83 is below 0.9");
    assertThat(judged(Condition.metric(evaluation(), "auc").atMost(1)))
        .isEqualTo("NO: auc NaN is not at most 1");
    assertThat(judged(Condition.property(evaluation(), "task").is("binary")))
        .isEqualTo("YES: task is 'binary'");
    assertThat(judged(Condition.property(evaluation(), "task").is("regression")))
        .isEqualTo("NO: task is 'binary', not 'regression'");
    assertThat(judged(Condition.noAnomalies(anomalies)))
        .isEqualTo("NO: 'validate' found 2 warnings");
    assertThat(judged(Condition.noErrors(anomalies))).isEqualTo("YES: 'validate' found no errors");
    assertThat(judged(Condition.exists(absent.optional())))
        .isEqualTo("NO: 'absent' gave no 'model'");
    assertThat(judged(good.and(better))).isEqualTo("NO: accuracy 0.83 is at most 0.9");
    assertThat(judged(better.or(good))).isEqualTo("YES: accuracy 0.83 is at least 0.8");
    assertThat(judged(Condition.not(good))).isEqualTo("NO: accuracy 0.83 is at least 0.8");
    assertThat(judged(later)).isEqualTo("UNKNOWN: decided after 'later'");
    assertThat(judged(later.and(good))).isEqualTo("UNKNOWN: decided after 'later'");
    assertThat(judged(later.and(better))).isEqualTo("NO: accuracy 0.83 is at most 0.9");
    assertThat(judged(later.or(good))).isEqualTo("YES: accuracy 0.83 is at least 0.8");
  }

  @Test
  void whatCannotBeJudgedSaysWhatIsThere() {
    assertThatThrownBy(() -> judged(Condition.metric(evaluation(), "acuracy").above(1)))
        .hasMessage("evaluate.evaluation has no 'acuracy' on record. Did you mean 'accuracy'?");
    assertThatThrownBy(() -> judged(Condition.metric(evaluation(), "zzzzzzzz").above(1)))
        .hasMessage("evaluate.evaluation has no 'zzzzzzzz' on record. It has accuracy, auc, task.");
    assertThatThrownBy(() -> judged(Condition.metric(evaluation(), "task").above(1)))
        .hasMessage(
            "'task' of evaluate.evaluation is 'binary', which is no number. Ask for its text:"
                + " Condition.property(...).is(...).");
    assertThatThrownBy(() -> Condition.metric(evaluation(), "auc").above(Double.NaN))
        .hasMessage("Invalid bound of 'auc': NaN (must be a finite number)");
  }
}
