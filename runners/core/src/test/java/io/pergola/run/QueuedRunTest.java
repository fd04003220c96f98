package io.pergola.run;

import static org.assertj.core.api.Assertions.assertThat;

import acme.Counts;
import acme.Multiply;
import acme.Numbers;
import acme.ReadNumbers;
import io.pergola.metadata.Claimed;
import io.pergola.metadata.RunClaim;
import io.pergola.metadata.RunRequest;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.pipeline.PipelineDefinition;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs that are asked for now and driven later. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class QueuedRunTest extends RunFixture {
  private static final Duration TERM = Duration.ofSeconds(20);

  record Doubling(Path file) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      Channel<Numbers> numbers = p.add(new ReadNumbers(file));
      p.add(new Multiply(numbers, 2, file.getParent()));
    }
  }

  private RunResult drive(Claimed claimed) {
    return PipelineRunner.in(workspace)
        .drive(
            claimed.run().id(),
            claimed.lease(),
            PipelineBuilder.build(new Doubling(file)),
            RunOptions.defaults(),
            RunListener.none());
  }

  @Test
  void aClaimedRunIsDrivenUnderTheIdItWasAskedForWith() {
    Instant start = Instant.parse("2026-03-01T00:00:00Z");
    Instant end = Instant.parse("2026-03-02T00:00:00Z");
    Map<String, String> asked =
        Map.of(
            RunAttributes.DEFINITION, "acme.Doubling",
            RunAttributes.REASON, "nightly",
            RunAttributes.INTERVAL_START, start.toString(),
            RunAttributes.INTERVAL_END, end.toString(),
            RunAttributes.INTERVAL_ZONE, "UTC");
    workspace
        .store()
        .runs()
        .enqueue(
            RunRequest.of("r1", "doubling", new TreeMap<>(asked))
                .slot(new RunRequest.Slot("nightly", start, end, 1)));

    Claimed claimed = workspace.store().runs().claim("me", TERM, RunClaim.oldest()).orElseThrow();
    RunResult result = drive(claimed);

    assertThat(result.runId()).isEqualTo("r1");
    assertThat(outcomes(result)).containsExactly("read-numbers=Completed", "multiply=Completed");
    RunRecord record = workspace.history().run("r1").orElseThrow();
    assertThat(record.state()).isEqualTo(RunRecord.State.SUCCEEDED);
    assertThat(record.context().interval().orElseThrow().start()).isEqualTo(start);
    assertThat(workspace.store().runs().find("r1").orElseThrow().attributes())
        .containsAllEntriesOf(asked);
    assertThat(workspace.store().leases().current(claimed.lease().name())).isEmpty();
  }

  @Test
  void p5_aClaimedRunThatBeganGoesOn() throws Exception {
    workspace.store().runs().enqueue(RunRequest.of("r1", "doubling", new TreeMap<>()));
    Claimed first = workspace.store().runs().claim("me", TERM, RunClaim.oldest()).orElseThrow();
    Files.delete(file);
    assertThat(outcomes(drive(first))).containsExactly("read-numbers=Failed", "multiply=Skipped");

    numbers(1, 2, 3);
    Claimed again = workspace.store().runs().claim("me", TERM, RunClaim.of("r1")).orElseThrow();
    assertThat(outcomes(drive(again)))
        .containsExactly("read-numbers=Completed", "multiply=Completed");
    assertThat(Counts.read(folder)).containsExactly("read", "multiply");
  }
}
