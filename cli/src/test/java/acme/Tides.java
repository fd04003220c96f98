package acme;

import io.pergola.artifact.Examples;
import io.pergola.artifact.Statistics;
import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.InlineComponent;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.pipeline.PipelineDefinition;
import io.pergola.span.FoundSpan;
import io.pergola.span.SpanPattern;
import io.pergola.span.SpanSource;
import io.pergola.span.Spans;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A pipeline whose data comes in spans, and whose author reads the clock where that is no good.
 *
 * @param folder holds a file for each day and version
 */
public record Tides(Path folder) implements PipelineDefinition {
  @Override
  public void define(PipelineBuilder p) {
    p.add(new Stamp(p.add(new Gauge(folder.resolve("{YYYY}-{MM}-{DD}/v{VERSION}.txt")))));
  }

  /** Copies the files of the run's span. */
  public record Gauge(Path pattern) implements InlineComponent<Channel<Examples>>, SpanSource {
    @Override
    public Optional<Spans> wanted() {
      return Optional.of(Spans.ofRun());
    }

    @Override
    public List<FoundSpan> found() {
      return SpanPattern.of(pattern).find(List::of);
    }

    @Override
    public void run(Artifacts artifacts, Channel<Examples> out) throws Exception {
      for (FoundSpan span : artifacts.execution().spans().orElseThrow().found()) {
        for (Path file : span.files()) {
          Files.copy(file, artifacts.of(out).directory().resolve(span.span() + ".txt"));
        }
      }
    }
  }

  /** Writes when it ran. */
  public record Stamp(Channel<Examples> examples) implements InlineComponent<Channel<Statistics>> {
    @Override
    public void run(Artifacts artifacts, Channel<Statistics> out) throws Exception {
      Files.writeString(
          artifacts.of(out).directory().resolve("time.txt"), Instant.now().toString());
    }
  }
}
