package io.pergola.run;

import static org.assertj.core.api.Assertions.assertThat;

import acme.Counts;
import acme.TellTime;
import io.pergola.pipeline.DataInterval;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.pipeline.PipelineDefinition;
import io.pergola.pipeline.RunContext;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What runs know of time, and that it does not move. */
class RunContextTest extends RunFixture {
  private static final DataInterval DAY =
      DataInterval.day(LocalDate.of(2026, 11, 20), ZoneId.of("Europe/Berlin"));
  private static final RunContext CONTEXT =
      new RunContext(Optional.of(DAY), Instant.parse("2026-11-22T03:00:00Z"), 1);

  record Clock(Path folder, int failures) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      p.add(new TellTime(folder, failures));
    }
  }

  @Test
  void rule20_componentsGetTheIntervalAndAFixedNow() throws Exception {
    RunResult result = run(new Clock(folder, 0), RunOptions.defaults().context(CONTEXT));

    assertThat(Counts.read(folder)).containsExactly(CONTEXT.toString());
    assertThat(workspace.history().run(result.runId()).orElseThrow().context()).isEqualTo(CONTEXT);
  }

  @Test
  void rule17_aRunByHandHasNoIntervalAndIsAsOfItsStart() {
    Instant before = Instant.now().minusMillis(1);

    RunResult result = run(new Clock(folder, 0));

    RunContext context = workspace.history().run(result.runId()).orElseThrow().context();
    assertThat(context.interval()).isEmpty();
    assertThat(context.attempt()).isEqualTo(1);
    assertThat(context.asOf()).isBetween(before, Instant.now());
  }

  @Test
  void rule24_retriesAndResumesMoveNeitherIntervalNorNow() throws Exception {
    RetryPolicy once = new RetryPolicy(1, 1, Duration.ofMillis(1), Duration.ofMillis(1));
    RunResult failed =
        run(new Clock(folder, 3), RunOptions.defaults().context(CONTEXT).retries(once));
    RunContext other = RunContext.asOf(Instant.parse("2030-01-01T00:00:00Z"));

    PipelineRunner.in(workspace)
        .resume(
            failed.runId(),
            PipelineBuilder.build(new Clock(folder, 3)),
            RunOptions.defaults().retries(once).context(other),
            RunListener.none());

    assertThat(Counts.read(folder)).hasSize(4);
    assertThat(Set.copyOf(Counts.read(folder))).containsExactly(CONTEXT.toString());
    assertThat(workspace.history().run(failed.runId()).orElseThrow().context()).isEqualTo(CONTEXT);
  }
}
