package io.pergola.fingerprint;

/**
 * A call by which code learns what time it is, or throws dice: run twice, it may do two things.
 *
 * @param call such as {@code Instant.now} or {@code new Random()}
 * @param at the author's line, {@code LongTrips.java:18}
 */
public record ClockRead(String call, String at) {
  @Override
  public String toString() {
    return at + " calls " + call;
  }
}
