package io.pergola.run;

import static org.assertj.core.api.Assertions.assertThat;

import acme.BlessNumbers;
import acme.Multiply;
import acme.ReadSpans;
import acme.TrainNumbers;
import io.pergola.pipeline.DataInterval;
import io.pergola.pipeline.LatestBlessedModel;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.pipeline.PipelineDefinition;
import io.pergola.pipeline.RunContext;
import io.pergola.span.Spans;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Data that comes after it was read, and runs of an interval again. */
class LateDataTest extends RunFixture {
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
  void rule22_aLateVersionMarksWhatWasMadeFromItsSpan() throws Exception {
    write("2026-11-18/v1.txt", 1);
    write("2026-11-19/v1.txt", 2);
    Sums sums = new Sums(folder, Spans.ofRun());
    RunResult first = run(sums, on("2026-11-18"));
    RunResult second = run(sums, on("2026-11-19"));

    write("2026-11-18/v2.txt", 5);
    List<LateData> late = PipelineRunner.in(workspace).markLateData(PipelineBuilder.build(sums));

    assertThat(late)
        .containsExactly(
            new LateData(
                "read-spans",
                first.runId(),
                List.of("span 20775 (2026-11-18) has version 2 now; version 1 was read"),
                List.of(
                    artifact(first, "read-spans", "numbers").id(),
                    artifact(first, "multiply", "numbers").id())));
    assertThat(stale(first)).hasSize(2);
    assertThat(stale(second)).isEmpty();
  }

  @Test
  void rule22_aChangedFileOfAnOldSpanMarksToo() throws Exception {
    write("2026-11-18/v1.txt", 1);
    Sums sums = new Sums(folder, Spans.ofRun());
    RunResult first = run(sums, on("2026-11-18"));

    write("2026-11-18/v1.txt", 77);
    PipelineRunner.in(workspace).markLateData(PipelineBuilder.build(sums));

    assertThat(stale(first).values())
        .containsOnly(
            "file %s of span 20775 (2026-11-18) changed"
                .formatted(folder.resolve("2026-11-18/v1.txt")));
  }

  @Test
  void rule22_aSpanThatWasMissingMarksTheWindowsThatDidWithoutIt() throws Exception {
    write("2026-11-17/v1.txt", 1);
    write("2026-11-18/v1.txt", 1);
    write("2026-11-20/v1.txt", 3);
    Sums sums = new Sums(folder, Spans.rolling(3).atLeast(2));
    RunResult before = run(sums, on("2026-11-18"));
    RunResult without = run(sums, on("2026-11-20"));

    write("2026-11-19/v1.txt", 2);
    PipelineRunner.in(workspace).markLateData(PipelineBuilder.build(sums));

    assertThat(stale(before)).isEmpty();
    assertThat(stale(without).values()).containsOnly("span 20776 (2026-11-19) came later");
  }

  @Test
  void rule22_everyRunLooksForDataThatWasLateForEarlierOnes() throws Exception {
    write("2026-11-18/v1.txt", 1);
    write("2026-11-19/v1.txt", 2);
    Sums sums = new Sums(folder, Spans.ofRun());
    RunResult first = run(sums, on("2026-11-18"));
    write("2026-11-18/v2.txt", 5);

    run(sums, on("2026-11-19"));

    assertThat(stale(first)).hasSize(2);
  }

  @Test
  void rule22_dataThatIsGoneIsNotLate() throws Exception {
    write("2026-11-18/v1.txt", 1);
    Sums sums = new Sums(folder, Spans.ofRun());
    RunResult first = run(sums, on("2026-11-18"));

    Files.delete(folder.resolve("2026-11-18/v1.txt"));

    assertThat(PipelineRunner.in(workspace).markLateData(PipelineBuilder.build(sums))).isEmpty();
    assertThat(stale(first)).isEmpty();
  }

  @Test
  void rule22_whatCameFromAnOldModelByResolvingItIsNotStale() throws Exception {
    record Nightly(Path folder) implements PipelineDefinition {
      @Override
      public void define(PipelineBuilder p) {
        var numbers =
            p.add(
                new ReadSpans(
                    folder.resolve("{YYYY}-{MM}-{DD}/v{VERSION}.txt"), Spans.ofRun(), folder));
        var model = p.add(new TrainNumbers(numbers, 1));
        p.add(new BlessNumbers(model, p.add(new LatestBlessedModel())));
      }
    }
    write("2026-11-18/v1.txt", 1);
    write("2026-11-19/v1.txt", 2);
    RunResult first = run(new Nightly(folder), on("2026-11-18"));
    RunResult second = run(new Nightly(folder), on("2026-11-19"));

    write("2026-11-18/v2.txt", 5);
    PipelineRunner.in(workspace).markLateData(PipelineBuilder.build(new Nightly(folder)));

    assertThat(
            stale(first).keySet().stream()
                .map(id -> workspace.history().artifact(id).orElseThrow().node())
                .collect(Collectors.toSet()))
        .isEqualTo(Set.of("read-spans", "train-numbers", "bless-numbers"));
    assertThat(stale(second).keySet()).isSubsetOf(stale(first).keySet());
  }

  @Test
  void rule19_aRerunIsTheNextAttemptAndItsOutputsWin() throws Exception {
    write("2026-11-18/v1.txt", 1);
    write("2026-11-19/v1.txt", 2);
    Sums sums = new Sums(folder, Spans.ofRun());
    RunResult first = run(sums, on("2026-11-18"));
    run(sums, on("2026-11-19"));
    write("2026-11-18/v2.txt", 5);

    RunResult again = run(sums, on("2026-11-18"));

    assertThat(workspace.history().run(first.runId()).orElseThrow().context().attempt())
        .isEqualTo(1);
    assertThat(workspace.history().run(again.runId()).orElseThrow().context().attempt())
        .isEqualTo(2);
    assertThat(again.outcomes()).allMatch(NodeOutcome.Completed.class::isInstance);
    long old = artifact(first, "multiply", "numbers").id();
    long current = artifact(again, "multiply", "numbers").id();
    assertThat(workspace.history().superseded(List.of(old, current)))
        .isEqualTo(Map.of(old, current));
    assertThat(stale(first)).hasSize(2);
    assertThat(stale(again)).isEmpty();
    assertThat(workspace.history().artifact(old)).isPresent();
  }

  @Test
  void rule19_anAttemptThatFailedSupersedesNothing() throws Exception {
    write("2026-11-18/v1.txt", 1);
    RunResult first = run(new Sums(folder, Spans.ofRun()), on("2026-11-18"));
    Files.writeString(folder.resolve("2026-11-18/v2.txt"), "not a number\n");

    RunResult failed = run(new Sums(folder, Spans.ofRun()), on("2026-11-18"));

    assertThat(failed).isInstanceOf(RunResult.Failed.class);
    assertThat(workspace.history().superseded(List.of(artifact(first, "multiply", "numbers").id())))
        .isEmpty();
    assertThat(workspace.history().run(failed.runId()).orElseThrow().context().attempt())
        .isEqualTo(2);
  }

  @Test
  void rule22_aLateVersionOfEqualContentLeavesWhatFollowsFresh() throws Exception {
    write("2026-11-18/v1.txt", 1);
    Sums sums = new Sums(folder, Spans.ofRun());
    RunResult first = run(sums, on("2026-11-18"));
    write("2026-11-18/v2.txt", 1);

    RunResult again = run(sums, on("2026-11-18"));
    PipelineRunner.in(workspace).markLateData(PipelineBuilder.build(sums));

    assertThat(outcomes(again)).containsExactly("read-spans=Completed", "multiply=Cached");
    assertThat(stale(first).keySet())
        .containsExactly(artifact(first, "read-spans", "numbers").id());
    assertThat(stale(again)).isEmpty();
  }

  private Map<Long, String> stale(RunResult result) {
    List<Long> ids =
        workspace.history().artifactsOf(result.runId()).stream().map(ArtifactRecord::id).toList();
    return workspace.store().marks().stale(ids).values().stream()
        .collect(Collectors.toMap(mark -> mark.artifactId(), mark -> mark.reason()));
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
