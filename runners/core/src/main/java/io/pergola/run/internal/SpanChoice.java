package io.pergola.run.internal;

import io.pergola.pipeline.Component;
import io.pergola.pipeline.RunContext;
import io.pergola.span.SpanSelection;
import io.pergola.span.SpanSource;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Chooses the spans that a node reads in a run, and waits for those that are missing. */
final class SpanChoice {
  private static final Duration SHORTEST_LOOK = Duration.ofMillis(50);
  private static final Duration LONGEST_LOOK = Duration.ofSeconds(15);

  private SpanChoice() {}

  /** What a component would read now; empty if its data has no spans. */
  static Optional<SpanSelection> now(Component<?> component, RunContext context) {
    return component instanceof SpanSource source
        ? source.wanted().map(spans -> spans.select(source.found(), context))
        : Optional.empty();
  }

  /**
   * What a component reads, once it is there or the time to wait for it is over.
   *
   * @param waiting hears, once, that and for what the node waits
   * @throws io.pergola.span.MissingSpansException if too much is missing
   * @throws InterruptedException if the run is cancelled meanwhile
   */
  static Optional<SpanSelection> await(
      Component<?> component,
      RunContext context,
      BooleanSupplier cancelled,
      Consumer<String> waiting)
      throws InterruptedException {
    Optional<SpanSelection> chosen = now(component, context);
    long start = System.nanoTime();
    boolean told = false;
    while (chosen.isPresent() && chosen.get().worthWaiting()) {
      Duration patience = chosen.get().patience();
      Duration left = patience.minusNanos(System.nanoTime() - start);
      if (left.isNegative() || left.isZero()) {
        break;
      }
      if (!told) {
        waiting.accept(waits(chosen.get()));
        told = true;
      }
      if (cancelled.getAsBoolean()) {
        throw new InterruptedException("the run was cancelled");
      }
      Thread.sleep(shorter(left, look(patience)).toMillis() + 1);
      chosen = now(component, context);
    }
    return chosen.map(SpanSelection::orThrow);
  }

  /** {@code waits up to 2 h for span 20777 (2026-11-20)}. */
  static String waits(SpanSelection chosen) {
    return "waits up to %s for %s"
        .formatted(
            text(chosen.patience()),
            chosen.missingText().map(text -> text.substring("missing ".length())).orElse("data"));
  }

  private static Duration look(Duration patience) {
    Duration look = shorter(patience.dividedBy(20), LONGEST_LOOK);
    return look.compareTo(SHORTEST_LOOK) < 0 ? SHORTEST_LOOK : look;
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  private static String text(Duration time) {
    return time.toString().substring(2).toLowerCase(Locale.ROOT);
  }
}
