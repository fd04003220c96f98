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
}
