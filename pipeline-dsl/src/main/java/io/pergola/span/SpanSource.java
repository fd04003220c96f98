package io.pergola.span;

import java.util.List;
import java.util.Optional;

/**
 * A component whose data comes in spans. For each run the runner asks it what is there, waits if it
 * must, and lets {@link Spans} choose; the component reads what {@link
 * io.pergola.pipeline.Execution#spans} gives it.
 *
 * <p>Which spans were chosen, their versions and the contents of their files count in the cache
 * key. How they were chosen does not: a parameter named {@code spans} is left out of it.
 */
public interface SpanSource {
  /** Which spans a run reads; empty if the data has no spans. */
  Optional<Spans> wanted();

  /** The spans that are there now, ascending, each with its newest version. */
  List<FoundSpan> found();
}
