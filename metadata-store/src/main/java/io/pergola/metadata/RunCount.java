package io.pergola.metadata;

/**
 * How many runs there are of a pipeline in a state.
 *
 * @param runs above 0
 */
public record RunCount(String pipeline, RunState state, long runs) {}
