/** The process that fires schedules, runs what is queued and recovers what was interrupted. */
@NullMarked
package io.pergola.schedule.daemon;

import org.jspecify.annotations.NullMarked;
