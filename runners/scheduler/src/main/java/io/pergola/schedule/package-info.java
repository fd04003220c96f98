/** When pipelines run: schedules, data intervals, ticks and backfills. */
@NullMarked
package io.pergola.schedule;

import org.jspecify.annotations.NullMarked;
