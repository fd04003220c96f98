package io.pergola.metadata;

/**
 * A run and the right to drive it.
 *
 * @param run as it stands, with the attributes it was asked for with
 * @param lease {@link Lease#ofRun} of it; the driver renews it
 */
public record Claimed(StoredRun run, Lease lease) {}
