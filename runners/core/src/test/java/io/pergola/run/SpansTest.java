package io.pergola.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import acme.Counts;
import acme.Multiply;
import acme.ReadSpans;
import io.pergola.metadata.RunFilter;
import io.pergola.pipeline.DataInterval;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.pipeline.PipelineDefinition;
import io.pergola.pipeline.RunContext;
import io.pergola.span.Spans;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What runs read of data that comes in spans. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class SpansTest extends RunFixture {
  record Sums(Path folder, Spans spans) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      p.add(
          new Multiply(
              p.add(
                  new ReadSpans(folder.resolve("{YYYY}-{MM}-{DD}/v{VERSION}.txt"), spans, folder)),
              2,
              folder));
    }
  }

  @Test
  void rule22_aRunReadsTheHighestVersionOfItsOwnSpan() throws Exception {
    write("2026-11-19/v1.txt", 1);
    write("2026-11-20/v1.txt", 2);
    write("2026-11-20/v2.txt", 3);
    write("2026-11-21/v1.txt", 4);

    RunResult result = run(new Sums(folder, Spans.ofRun()), on("2026-11-20"));

    assertThat(read()).containsExactly("[3]");
    assertThat(artifact(result, "read-spans", "numbers").properties())
        .containsEntry("span", 20_777L)
        .containsEntry("version", 2L)
        .containsEntry("spans", "20777");
  }

  @Test
  void theKeyHasTheSpansTheirVersionsAndTheContentOfTheirFiles() throws Exception {
    write("2026-11-19/v1.txt", 1);
    write("2026-11-20/v1.txt", 1);
    Sums sums = new Sums(folder, Spans.ofRun());
    run(sums, on("2026-11-20"));

    assertThat(planOf(plan(sums, on("2026-11-20")), "read-spans")).containsExactly("cached");
    assertThat(planOf(plan(sums, on("2026-11-19")), "read-spans"))
        .contains("spans changed: reads span 20776 (2026-11-19), version 1");
    write("2026-11-20/v2.txt", 1);
    assertThat(planOf(plan(sums, on("2026-11-20")), "read-spans"))
        .contains("spans changed: reads span 20777 (2026-11-20), version 2");
    Files.delete(folder.resolve("2026-11-20/v2.txt"));
    write("2026-11-20/v1.txt", 7);
    assertThat(planOf(plan(sums, on("2026-11-20")), "read-spans"))
        .containsExactly("file " + folder.resolve("2026-11-20/v1.txt") + " changed");
  }

  @Test
  void howSpansAreChosenIsNotInTheKey() throws Exception {
    write("2026-11-19/v1.txt", 1);
    write("2026-11-20/v1.txt", 2);
    run(new Sums(folder, Spans.rolling(2)), on("2026-11-20"));

    Spans other = Spans.rolling(5).atLeast(1);

    assertThat(planOf(plan(new Sums(folder, other), on("2026-11-20")), "read-spans"))
        .containsExactly("cached");
  }

  @Test
  void rule23_missingSpansAreInTheRunsReasonAndInThePlan() throws Exception {
    write("2026-11-17/v1.txt", 1);
    write("2026-11-19/v1.txt", 3);
    write("2026-11-20/v1.txt", 4);
    Sums sums = new Sums(folder, Spans.rolling(4).atLeast(3));

    RunPlan.Node planned = plan(sums, on("2026-11-20")).node("read-spans").orElseThrow();
    RunResult first = run(sums, on("2026-11-20"));
    RunResult cached = run(sums, on("2026-11-20"));

    assertThat(planned.spans())
        .containsExactly(
            "reads 3 spans: 20774 (2026-11-17), 20776..20777 (2026-11-19 to 2026-11-20),"
                + " version 1 of 20774, version 1 of 20776, version 1 of 20777",
            "missing span 20775 (2026-11-18)");
    assertThat(read()).containsExactly("[1, 3, 4]");
    assertThat(reason(first)).contains("read-spans: missing span 20775 (2026-11-18)");
    assertThat(reason(cached)).contains("read-spans: missing span 20775 (2026-11-18)");
    assertThat(artifact(first, "read-spans", "numbers").properties())
        .containsEntry("spans", "20774,20776..20777");
  }

  @Test
  void rule23_tooManyMissingSpansBlockThePlanAndFailTheRun() throws Exception {
    write("2026-11-17/v1.txt", 1);
    Sums sums = new Sums(folder, Spans.ofRun());

    String problem =
        "Cannot choose spans: 0 of span 20777 (2026-11-20) are there, at least 1 needed; missing"
            + " span 20777 (2026-11-20). Deliver them and run again, or ask for less: atLeast,"
            + " waitFor.";
    assertThat(planOf(plan(sums, on("2026-11-20")), "read-spans"))
        .containsExactly("blocked " + problem);
    RunResult result = run(sums, on("2026-11-20"));
    assertThat(result).isInstanceOf(RunResult.Failed.class);
    assertThat(reason(result)).hasValueSatisfying(text -> assertThat(text).contains(problem));
  }

  @Test
  void rule23_aRunWaitsForASpanThatIsLate() throws Exception {
    write("2026-11-19/v1.txt", 1);
    Sums sums = new Sums(folder, Spans.ofRun().waitFor(Duration.ofSeconds(50)));
    assertThat(planOf(plan(sums, on("2026-11-20")), "read-spans"))
        .containsExactly("waits up to 50s for span 20777 (2026-11-20)");

    CompletableFuture<RunResult> running = beside(() -> run(sums, on("2026-11-20")));
    await().until(() -> waiting().contains("waits up to 50s for span 20777 (2026-11-20)"));
    write("2026-11-20/v1.txt", 2);

    assertThat(running.get(30, TimeUnit.SECONDS)).isInstanceOf(RunResult.Succeeded.class);
    assertThat(read()).containsExactly("[2]");
    assertThat(reason(running.get())).isEmpty();
  }

  @Test
  void rule23_afterTheTimeoutARunGoesOnWithEnoughOrFails() throws Exception {
    write("2026-11-18/v1.txt", 1);
    write("2026-11-20/v1.txt", 2);
    Spans window = Spans.rolling(3).waitFor(Duration.ofMillis(100));

    RunResult enough = run(new Sums(folder, window.atLeast(2)), on("2026-11-20"));
    RunResult tooFew = run(new Sums(folder, window), on("2026-11-20"));

    assertThat(enough).isInstanceOf(RunResult.Succeeded.class);
    assertThat(reason(enough)).contains("read-spans: missing span 20776 (2026-11-19)");
    assertThat(tooFew).isInstanceOf(RunResult.Failed.class);
  }

  @Test
  void rule17_aRunByHandTakesTheNewestSpanAndSaysSo() throws Exception {
    write("2026-11-19/v1.txt", 1);
    write("2026-11-20/v1.txt", 2);

    RunResult result = run(new Sums(folder, Spans.ofRun()));

    assertThat(read()).containsExactly("[2]");
    assertThat(reason(result))
        .contains(
            "read-spans: took the newest span that is there, as the run has no interval: 20777"
                + " (2026-11-20)");
  }

  @Test
  void rule22_anOldIntervalRunLaterStillTakesItsOwnSpan() throws Exception {
    for (int day = 10; day <= 20; day++) {
      write("2026-11-" + day + "/v1.txt", day);
    }
    Sums sums = new Sums(folder, Spans.rolling(2));

    run(sums, on("2026-11-20"));
    run(sums, on("2026-11-15"));

    assertThat(read()).containsExactly("[19, 20]", "[14, 15]");
  }

  private List<String> read() throws IOException {
    return Counts.read(folder).stream().filter(line -> line.startsWith("[")).toList();
  }

  private Optional<String> reason(RunResult result) {
    return workspace.store().runs().find(result.runId()).orElseThrow().reason();
  }

  private String waiting() {
    return workspace.store().runs().list(RunFilter.newest(1)).stream()
        .flatMap(run -> workspace.store().runs().nodes(run.id()).stream())
        .flatMap(node -> node.reason().stream())
        .findFirst()
        .orElse("");
  }

  private RunPlan plan(PipelineDefinition pipeline, RunOptions options) {
    return PipelineRunner.in(workspace).plan(PipelineBuilder.build(pipeline), options);
  }

  private static RunOptions on(String day) {
    return RunOptions.defaults().context(RunContext.of(DataInterval.parse(day, ZoneOffset.UTC)));
  }

  private void write(String name, long number) throws IOException {
    Path target = folder.resolve(name);
    Files.createDirectories(target.getParent());
    Path aside = target.resolveSibling("." + target.getFileName());
    Files.writeString(aside, number + "\n");
    Files.move(aside, target, StandardCopyOption.REPLACE_EXISTING);
  }
}
