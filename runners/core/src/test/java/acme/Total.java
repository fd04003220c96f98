package acme;

import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.InlineComponent;
import io.pergola.pipeline.OptionalChannel;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;

/** The sum of all numbers of all inputs that are there, as a text. */
public record Total(List<Channel<Numbers>> all, List<OptionalChannel<Numbers>> maybe)
    implements InlineComponent<Channel<Report>> {
  @Override
  public void run(Artifacts artifacts, Channel<Report> out) throws Exception {
    long total = 0;
    for (Channel<Numbers> numbers : all) {
      total += artifacts.of(numbers).read().stream().mapToLong(Long::longValue).sum();
    }
    for (OptionalChannel<Numbers> numbers : maybe) {
      Optional<Numbers> found = artifacts.of(numbers);
      if (found.isPresent()) {
        total += found.get().read().stream().mapToLong(Long::longValue).sum();
      }
    }
    Files.writeString(artifacts.of(out).directory().resolve("total.txt"), Long.toString(total));
  }
}
