package acme;

import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.InlineComponent;
import io.pergola.span.FoundSpan;
import io.pergola.span.SpanPattern;
import io.pergola.span.SpanSource;
import io.pergola.span.Spans;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the numbers of some spans. */
public record ReadSpans(Path pattern, Spans spans, Path log)
    implements InlineComponent<Channel<Numbers>>, SpanSource {
  @Override
  public Optional<Spans> wanted() {
    return Optional.of(spans);
  }

  @Override
  public List<FoundSpan> found() {
    return SpanPattern.of(pattern).find(List::of);
  }

  @Override
  public void run(Artifacts artifacts, Channel<Numbers> out) throws Exception {
    List<Long> numbers = new ArrayList<>();
    for (FoundSpan span : artifacts.execution().spans().orElseThrow().found()) {
      for (Path file : span.files()) {
        Files.readAllLines(file).stream().map(Long::valueOf).forEach(numbers::add);
      }
    }
    artifacts.of(out).write(numbers);
    Counts.ran(log, numbers.toString());
  }
}
