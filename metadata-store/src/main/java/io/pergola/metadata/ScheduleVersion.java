package io.pergola.metadata;

import java.time.Instant;

/**
 * One version of a schedule's definition.
 *
 * @param applied since when it lays out the intervals
 */
public record ScheduleVersion(long version, String definition, Instant applied) {}
