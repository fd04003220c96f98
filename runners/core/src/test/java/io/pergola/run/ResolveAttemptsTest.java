package io.pergola.run;

import static org.assertj.core.api.Assertions.assertThat;

import acme.Fail;
import acme.Multiply;
import acme.Numbers;
import acme.ReadSpans;
import acme.Total;
import acme.WarmStart;
import io.pergola.artifact.Model;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.DataInterval;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.pipeline.PipelineDefinition;
import io.pergola.pipeline.Resolve;
import io.pergola.pipeline.RunContext;
import io.pergola.span.Spans;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which attempts at which intervals a resolver answers with. */
class ResolveAttemptsTest extends RunFixture {
  private static final String NOV_18 = "2026-11-18";
  private static final String NOV_19 = "2026-11-19";

  record Days(Path folder, boolean fails) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      Channel<Numbers> numbers =
          p.add(new ReadSpans(folder.resolve("{YYYY}-{MM}-{DD}.txt"), Spans.ofRun(), folder));
      Channel<Numbers> doubled = p.add(new Multiply(numbers, 2, folder));
      if (fails) {
        p.add(new Fail(doubled, 9, false, folder));
      }
    }
  }

  record Reading(String first, String last) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      p.add(
          new Total(
              List.of(),
              List.of(
                  p.add(
                      Resolve.latest(Numbers.class)
                          .fromPipeline(Days.class)
                          .ofSpans(span(first), span(last))))));
    }
  }

  record Doubled() implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      p.add(
          new Total(
              List.of(),
              List.of(
                  p.add(
                      Resolve.latest(Numbers.class)
                          .fromPipeline(Days.class)
                          .fromNode("multiply")))));
    }
  }

  record Warm() implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      p.add(new WarmStart(p.add(Resolve.latest(Model.class))));
    }
  }

  @Test
  void rule19_theNewestSuccessfulAttemptAtADayIsFound() throws Exception {
    day(NOV_18, 1);
    day(NOV_18, 5);

    assertThat(found(new Reading(NOV_18, NOV_18))).isEqualTo(5);
  }

  @Test
  void rule19_anAttemptThatFailedIsNotFoundThoughItsNodePublished() throws Exception {
    day(NOV_18, 1);
    write(NOV_18, 5);
    RunResult failed = run(new Days(folder, true), on(NOV_18));

    assertThat(failed).isInstanceOf(RunResult.Failed.class);
    assertThat(artifact(failed, "read-spans", "numbers")).isNotNull();
    assertThat(found(new Reading(NOV_18, NOV_18))).isEqualTo(1);
  }

  @Test
  void rule19_anAttemptWinsWithWhatItTookFromTheCache() throws Exception {
    day(NOV_18, 1);
    day(NOV_18, 5);
    RunResult third = day(NOV_18, 1);

    assertThat(outcomes(third)).containsExactly("read-spans=Cached", "multiply=Cached");
    assertThat(found(new Reading(NOV_18, NOV_18))).isEqualTo(1);
  }

  @Test
  void rule19_lateDataOfAnOldDayDoesNotHideTheDayAfter() throws Exception {
    day(NOV_18, 1);
    day(NOV_19, 2);
    day(NOV_18, 5);

    assertThat(found(new Reading(NOV_18, NOV_19))).isEqualTo(2);
    assertThat(found(new Reading(NOV_18, NOV_18))).isEqualTo(5);
  }

  @Test
  void rule19_whatAnotherDayTookFromTheCacheIsNotSuperseded() throws Exception {
    RunResult first = day(NOV_18, 3);
    assertThat(outcomes(day(NOV_19, 3))).contains("multiply=Cached");
    RunResult again = day(NOV_18, 5);
    long old = artifact(first, "multiply", "numbers").id();
    long current = artifact(again, "multiply", "numbers").id();

    assertThat(resolved(run(new Doubled()))).contains(current);
    workspace.store().marks().quarantine(current, "a test", "a tester");
    assertThat(resolved(run(new Doubled()))).contains(old);
    day(NOV_19, 7);
    assertThat(resolved(run(new Doubled()))).isPresent().get().isNotEqualTo(old);
  }

  @Test
  void rule20_aRunOfAnIntervalKnowsNothingOfLaterOnes() throws Exception {
    day(NOV_18, 1);
    day(NOV_19, 2);
    Reading both = new Reading(NOV_18, NOV_19);

    assertThat(found(both, on(NOV_18))).isEqualTo(1);
    assertThat(found(both, on(NOV_19))).isEqualTo(2);
    assertThat(found(both)).isEqualTo(2);
    assertThat(resolved(run(both, on("2026-11-17")))).isEmpty();
  }

  @Test
  void rule21_aRerunFindsWhatTheFirstAttemptFound() {
    RunResult before = run(new Warm(), on(NOV_18));
    RunResult first = run(new Warm(), on(NOV_19));
    RunResult again = run(new Warm(), on(NOV_19));

    assertThat(resolved(first)).contains(artifact(before, "warm-start", "model").id());
    assertThat(resolved(again)).isEqualTo(resolved(first));
    assertThat(outcomes(again)).containsExactly("latest-model=Resolved", "warm-start=Cached");
  }

  @Test
  void rule20_thePlanOfAnIntervalFindsWhatItsRunFinds() throws Exception {
    RunResult early = day(NOV_18, 1);
    day(NOV_19, 2);
    RunPlan plan =
        PipelineRunner.in(workspace)
            .plan(PipelineBuilder.build(new Reading(NOV_18, NOV_19)), on(NOV_18));

    assertThat(((RunPlan.Resolved) plan.node("latest-numbers").orElseThrow().value()).artifactId())
        .contains(artifact(early, "read-spans", "numbers").id());
  }

  private static long span(String day) {
    return LocalDate.parse(day).toEpochDay();
  }

  private static RunOptions on(String day) {
    return RunOptions.defaults().context(RunContext.of(DataInterval.parse(day, ZoneOffset.UTC)));
  }

  /** Runs a day whose data is one number. */
  private RunResult day(String day, long number) throws IOException {
    write(day, number);
    RunResult result = run(new Days(folder, false), on(day));
    assertThat(result).isInstanceOf(RunResult.Succeeded.class);
    return result;
  }

  private void write(String day, long number) throws IOException {
    Files.writeString(folder.resolve(day + ".txt"), number + "\n");
  }

  private static Optional<Long> resolved(RunResult result) {
    return result.outcomes().stream()
        .filter(NodeOutcome.Resolved.class::isInstance)
        .map(NodeOutcome.Resolved.class::cast)
        .findFirst()
        .orElseThrow()
        .artifact()
        .map(ArtifactRecord::id);
  }

  private long found(PipelineDefinition pipeline) throws IOException {
    return found(pipeline, RunOptions.defaults());
  }

  /** The one number in the artifact that a resolver found. */
  private long found(PipelineDefinition pipeline, RunOptions options) throws IOException {
    long id = resolved(run(pipeline, options)).orElseThrow();
    Path directory = workspace.history().artifact(id).orElseThrow().directory();
    return new Numbers(directory).read().get(0);
  }
}
