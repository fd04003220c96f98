package acme;

import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.InlineComponent;
import io.pergola.span.SpanMerging;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Squares numbers, and keeps the squares where it may; logs which ones it had to work out. */
public record MergeSpans(Channel<Numbers> numbers, Path log)
    implements InlineComponent<Channel<Numbers>>, SpanMerging {
  @Override
  public Channel<?> inSpans() {
    return numbers;
  }

  @Override
  public void run(Artifacts artifacts, Channel<Numbers> out) throws Exception {
    Optional<Path> memo = artifacts.execution().memo();
    List<Long> squares = new ArrayList<>();
    List<Long> worked = new ArrayList<>();
    for (long number : artifacts.of(numbers).read()) {
      if (memo.isEmpty() || !Files.exists(memo.get().resolve("" + number))) {
        worked.add(number);
        if (memo.isPresent()) {
          Files.writeString(memo.get().resolve("" + number), "" + number * number);
        }
      }
      squares.add(number * number);
    }
    artifacts.of(out).write(squares);
    Counts.ran(log, "squares " + worked + (memo.isPresent() ? " kept" : ""));
  }
}
