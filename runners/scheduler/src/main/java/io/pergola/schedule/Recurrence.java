package io.pergola.schedule;

import java.time.Instant;
import java.time.ZoneId;

/** When something happens again and again, in a zone. */
sealed interface Recurrence permits Cron, Every {
  /** The first tick after an instant. */
  Instant next(Instant after, ZoneId zone);

  /** The last tick before an instant. */
  Instant previous(Instant before, ZoneId zone);

  /** Whether ticks follow elapsed time where clocks change, instead of the clock on the wall. */
  boolean followsElapsedTime();

  /**
   * Reads a cron expression or {@code every 6h}.
   *
   * @throws IllegalArgumentException if it is neither, or never happens
   */
  static Recurrence parse(String text) {
    return text.strip().startsWith("every") ? Every.parse(text.strip()) : Cron.parse(text.strip());
  }
}
