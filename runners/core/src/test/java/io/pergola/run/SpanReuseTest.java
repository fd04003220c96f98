package io.pergola.run;

import static org.assertj.core.api.Assertions.assertThat;

import acme.Counts;
import acme.MergeSpans;
import acme.Numbers;
import acme.ReadSpans;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.DataInterval;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.pipeline.PipelineDefinition;
import io.pergola.pipeline.RunContext;
import io.pergola.span.Spans;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a component that merges spans keeps from window to window, and what plans say of it. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class SpanReuseTest extends RunFixture {
  record Windows(Path folder, Spans spans) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      Channel<Numbers> numbers =
          p.add(new ReadSpans(folder.resolve("{YYYY}-{MM}-{DD}.txt"), spans, folder));
      p.add(new MergeSpans(numbers, folder));
    }
  }

  @Test
  void aWindowMergesWhatItKeptAndReadsWhatIsNew() throws Exception {
    for (int day = 17; day <= 21; day++) {
      write(day, day);
    }
    Windows windows = new Windows(folder, Spans.rolling(3));

    run(windows, on(19));
    List<String> next = plan(windows, on(20)).node("merge-spans").orElseThrow().spans();
    List<String> far = plan(windows, on(21)).node("merge-spans").orElseThrow().spans();
    run(windows, on(20));

    assertThat(next).containsExactly("merges 2 spans, reads 1");
    assertThat(far).containsExactly("merges 1 span, reads 2");
    assertThat(worked()).containsExactly("squares [17, 18, 19] kept", "squares [20] kept");
  }

  @Test
  void aSpanThatChangedIsReadAgain() throws Exception {
    for (int day = 17; day <= 20; day++) {
      write(day, day);
    }
    Windows windows = new Windows(folder, Spans.rolling(3));
    run(windows, on(19));

    write(18, 180);

    assertThat(plan(windows, on(20)).node("merge-spans").orElseThrow().spans())
        .containsExactly("merges 1 span, reads 2");
    run(windows, on(20));
    assertThat(worked()).containsExactly("squares [17, 18, 19] kept", "squares [180, 20] kept");
  }

  @Test
  void whatReadsASingleSpanKeepsNothing() throws Exception {
    write(19, 19);
    write(20, 20);
    Windows single = new Windows(folder, Spans.ofRun());

    run(single, on(19));
    assertThat(plan(single, on(20)).node("merge-spans").orElseThrow().spans()).isEmpty();
    run(single, on(20));

    assertThat(worked()).containsExactly("squares [19]", "squares [20]");
  }

  private List<String> worked() throws IOException {
    return Counts.read(folder).stream().filter(line -> line.startsWith("squares")).toList();
  }

  private void write(int day, long number) throws IOException {
    Files.writeString(folder.resolve("2026-11-%d.txt".formatted(day)), number + "\n");
  }

  private static RunOptions on(int day) {
    return RunOptions.defaults()
        .context(RunContext.of(DataInterval.parse("2026-11-" + day, ZoneOffset.UTC)));
  }

  private RunPlan plan(PipelineDefinition pipeline, RunOptions options) {
    return PipelineRunner.in(workspace).plan(PipelineBuilder.build(pipeline), options);
  }
}
