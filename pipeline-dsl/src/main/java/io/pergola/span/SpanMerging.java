package io.pergola.span;

import io.pergola.pipeline.Channel;

/**
 * A component that can make its output of a window of spans from what it made of each of them: it
 * keeps the parts in {@link io.pergola.pipeline.Execution#memo}, and of the next window it reads
 * only what is new. What it puts out must not depend on what was kept.
 */
public interface SpanMerging {
  /** The input whose data may come in spans. */
  Channel<?> inSpans();

  /**
   * What a plan says of a window, such as {@code merges 29 spans, reads 1}.
   *
   * @param kept the number of spans of which the parts are kept
   * @param spans the number of spans of the window
   */
  default String forecast(long kept, long spans) {
    return "merges %d %s, reads %d".formatted(kept, kept == 1 ? "span" : "spans", spans - kept);
  }
}
