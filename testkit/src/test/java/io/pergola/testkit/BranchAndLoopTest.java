package io.pergola.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pergola.artifact.Evaluation;
import io.pergola.artifact.Examples;
import io.pergola.artifact.Statistics;
import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.Condition;
import io.pergola.pipeline.ExitHandler;
import io.pergola.pipeline.InlineComponent;
import io.pergola.pipeline.NodeOptions;
import io.pergola.pipeline.OptionalChannel;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.pipeline.PipelineDefinition;
import io.pergola.pipeline.RunSummary;
import io.pergola.run.NodeOutcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Blocks of a pipeline, on the local engine, as the how-to page shows them. */
class BranchAndLoopTest {
  @TempDir Path folder;

  /** Writes trips of these lengths. */
  record Trips(String city, List<Integer> miles)
      implements InlineComponent<Channel<Examples<Trip>>> {
    @Override
    public void run(Artifacts artifacts, Channel<Examples<Trip>> out) throws IOException {
      GivenExamples.of(Trip.class)
          .and("train", miles.stream().map(m -> new Trip((float) m, 1f, 1f, city, 1)).toList())
          .write(artifacts.of(out).directory());
    }
  }

  /** An evaluation whose accuracy is a tenth of the number of trips. */
  record Score(Channel<Examples<Trip>> trips) implements InlineComponent<Channel<Evaluation>> {
    @Override
    public void run(Artifacts artifacts, Channel<Evaluation> out) throws IOException {
      int rows = ComponentRun.rows(artifacts.of(trips).directory(), Trip.class).get("train").size();
      Files.writeString(artifacts.of(out).directory().resolve("score.txt"), rows + "\n");
      artifacts.execution().property(out, "accuracy", rows / 10.0);
    }
  }

  /** Counts trips of all inputs that are there. */
  record Count(List<Channel<Examples<Trip>>> all, List<OptionalChannel<Examples<Trip>>> maybe)
      implements InlineComponent<Channel<Statistics>> {
    @Override
    public void run(Artifacts artifacts, Channel<Statistics> out) throws IOException {
      int count = 0;
      for (Channel<Examples<Trip>> trips : all) {
        count += ComponentRun.rows(artifacts.of(trips).directory(), Trip.class).get("train").size();
      }
      for (OptionalChannel<Examples<Trip>> trips : maybe) {
        Optional<Examples<Trip>> found = artifacts.of(trips);
        if (found.isPresent()) {
          count += ComponentRun.rows(found.get().directory(), Trip.class).get("train").size();
        }
      }
      Files.writeString(artifacts.of(out).directory().resolve("count.txt"), "" + count);
    }
  }

  record Branching(List<Integer> miles) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      Channel<Examples<Trip>> trips = p.add(new Trips("berlin", miles));
      Channel<Evaluation> evaluation = p.add(new Score(trips));
      // tag::when[]
      p.when(
              Condition.metric(evaluation, "accuracy").atLeast(0.3),
              then -> then.add("publish", new Count(List.of(trips), List.of())))
          .otherwise(q -> q.add("long-only", new LongTrips(trips, 2)));
      // end::when[]
    }
  }

  record HandingOn(List<Integer> miles) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      Channel<Examples<Trip>> trips = p.add(new Trips("berlin", miles));
      Channel<Evaluation> evaluation = p.add(new Score(trips));
      // tag::channel[]
      Condition enough = Condition.metric(evaluation, "accuracy").atLeast(0.3);
      OptionalChannel<Examples<Trip>> longTrips =
          p.channelWhen(enough, then -> then.add(new LongTrips(trips, 2)));
      p.add(new Count(List.of(trips), List.of(longTrips)));
      // end::channel[]
      // tag::either[]
      Channel<Examples<Trip>> some =
          p.when(
              enough,
              then -> then.add("strict", new LongTrips(trips, 3)),
              otherwise -> otherwise.add("lenient", new LongTrips(trips, 1)));
      // end::either[]
      p.add("count-some", new Count(List.of(some), List.of()));
    }
  }

  record Looping(List<String> cities) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      // tag::each[]
      List<Channel<Examples<Trip>>> longTrips =
          p.forEach(
              cities,
              city -> city,
              (q, city) -> {
                Channel<Examples<Trip>> trips = q.add(new Trips(city, List.of(1, 2, 3)));
                return q.add(new LongTrips(trips, 2));
              });
      p.add(new Count(longTrips, List.of()));
      // end::each[]
    }
  }

  // tag::handler[]
  record Note(Path file, Channel<Examples<Trip>> trips) implements ExitHandler {
    @Override
    public void run(RunSummary run) throws IOException {
      String made = run.output(trips).isPresent() ? "made trips" : "made nothing";
      Files.writeString(file, "%s %s: %s".formatted(run.pipeline(), run.outcome(), made));
    }
  }

  // end::handler[]

  record Ending(Path file) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      // tag::options[]
      Channel<Examples<Trip>> trips = p.add(new Trips("berlin", List.of(1, 2, 3)));
      p.with(
              NodeOptions.defaults()
                  .retries(3)
                  .timeout(Duration.ofHours(1))
                  .withoutCache()
                  .memory("64m"))
          .add(new LongTrips(trips, 2));
      // end::options[]
      // tag::exit[]
      p.onExit(new Note(file, trips));
      // end::exit[]
    }
  }

  private static String count(TestedRun run, String node) throws IOException {
    return Files.readString(run.directory(node, "statistics").resolve("count.txt"));
  }

  @Test
  void blockOfAnUnchangedConditionIsCached() {
    PipelineTester tester = PipelineTester.in(folder);

    tester
        .run(new Branching(List.of(1, 2, 3)))
        .requireSucceeded()
        .requireOnlyRan("trips", "score", "publish");
    tester.run(new Branching(List.of(1, 2, 3))).requireAllCached();
    TestedRun few = tester.run(new Branching(List.of(4))).requireSucceeded();

    few.requireOnlyRan("trips", "score", "long-only");
    assertThat(few.result().outcome("publish"))
        .contains(new NodeOutcome.Skipped("publish", "accuracy 0.1 is below 0.3"));
  }

  @Test
  void bothWaysHandOn() throws IOException {
    PipelineTester tester = PipelineTester.in(folder);

    TestedRun enough = tester.run(new HandingOn(List.of(1, 2, 3))).requireSucceeded();
    TestedRun few = tester.run(new HandingOn(List.of(1, 2))).requireSucceeded();

    assertThat(count(enough, "count")).isEqualTo("5");
    assertThat(count(enough, "count-some")).isEqualTo("1");
    assertThat(count(few, "count")).isEqualTo("2");
    assertThat(count(few, "count-some")).isEqualTo("2");
  }

  @Test
  void anItemMoreRunsOnlyThatItem() throws IOException {
    PipelineTester tester = PipelineTester.in(folder);

    tester.run(new Looping(List.of("berlin", "paris"))).requireSucceeded();
    tester.run(new Looping(List.of("berlin", "paris"))).requireAllCached();
    TestedRun more = tester.run(new Looping(List.of("oslo", "berlin", "paris")));

    more.requireSucceeded().requireOnlyRan("oslo/trips", "oslo/long-trips", "count");
    assertThat(count(more, "count")).isEqualTo("6");
  }

  @Test
  void optionsAndExitTakeEffect() throws IOException {
    PipelineTester tester = PipelineTester.in(folder.resolve("home"));
    Path note = folder.resolve("note.txt");

    tester.run(new Ending(note)).requireSucceeded();
    tester.run(new Ending(note)).requireSucceeded().requireOnlyRan("long-trips");

    assertThat(note).hasContent("ending SUCCEEDED: made trips");
  }

  @Test
  void testsDecideConditions() {
    PipelineTester tester = PipelineTester.in(folder);
    // tag::assume[]
    tester
        .assumeMetric("score", "accuracy", 0.95)
        .run(new Branching(List.of(1)))
        .requireOnlyRan("trips", "score", "publish");
    tester
        .assumeMetric("score", "accuracy", 0.05)
        .run(new Branching(List.of(1)))
        .requireOnlyRan("long-only");
    // end::assume[]
    tester.assumeSkipped("long-only").run(new Branching(List.of(1))).requireAllCached();
    tester.assumeConditionsOf("long-only").run(new Branching(List.of(1))).requireAllCached();
  }

  @Test
  void assumptionsThatMeanNothingAreRefused() {
    PipelineTester tester = PipelineTester.in(folder);
    Branching pipeline = new Branching(List.of(1));

    assertThatThrownBy(() -> tester.assumeMetric("score", "auc", 1).plan(pipeline))
        .hasMessageStartingWith("Cannot assume 'auc' of node 'score': no condition asks for it.");
    assertThatThrownBy(() -> tester.assumeSkipped("trips").plan(pipeline))
        .hasMessage(
            "Cannot assume the conditions of node 'trips': it stands under none. It always runs.");
    assertThatThrownBy(() -> tester.assumeSkipped("nobody").plan(pipeline))
        .hasMessageStartingWith("Cannot assume the conditions of node 'nobody': there is none.");
  }
}
