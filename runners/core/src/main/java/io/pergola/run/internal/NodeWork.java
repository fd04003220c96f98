package io.pergola.run.internal;

import io.pergola.pipeline.PipelineGraph;
import io.pergola.run.ArtifactRecord;
import io.pergola.span.SpanSelection;
import java.util.Map;
import java.util.Optional;

/**
 * A node, and all that its result depends on in this run.
 *
 * @param inputs by input name; an absent one is empty
 * @param spans what it reads, if its data comes in spans
 * @param parts what its cache key is made of
 */
record NodeWork(
    PipelineGraph.Node node,
    Map<String, Optional<ArtifactRecord>> inputs,
    Optional<SpanSelection> spans,
    KeyParts parts) {}
