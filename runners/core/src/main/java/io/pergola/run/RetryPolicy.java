package io.pergola.run;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How often and when a failed node is tried again. Nothing of a failed attempt is published, and
 * neither the run's interval nor its "now" moves. A cancelled node is never tried again.
 *
 * @param retries attempts after the first one for any failure; 0 for none
 * @param infrastructureRetries attempts after the first one where the failure is not the author's
 *     code: an {@link java.io.IOException} or an {@link InfrastructureException}
 * @param firstDelay before the second attempt; doubled for each one after it
 * @param maxDelay the longest delay
 * @param jitter how much of a delay is left to chance, from 0 to 1: with 0.2 it is between 80 and
 *     120 percent, so that nodes that failed together do not come back together
 * @param deadline after which no further attempt begins, counted from the first one; empty for none
 */
public record RetryPolicy(
    int retries,
    int infrastructureRetries,
    Duration firstDelay,
    Duration maxDelay,
    double jitter,
    Optional<Duration> deadline) {
  private static final double USUAL_JITTER = 0.2;

  public RetryPolicy {
    if (retries < 0 || infrastructureRetries < 0) {
      throw new IllegalArgumentException(
          "Invalid retries: %s and %s (must be at least 0)"
              .formatted(retries, infrastructureRetries));
    }
    if (firstDelay.isNegative() || maxDelay.compareTo(firstDelay) < 0) {
      throw new IllegalArgumentException(
          "Invalid delays: %s to %s (must not be negative, nor fall)"
              .formatted(firstDelay, maxDelay));
    }
    if (!(jitter >= 0 && jitter <= 1)) {
      throw new IllegalArgumentException("Invalid jitter: %s (from 0 to 1)".formatted(jitter));
    }
    deadline.ifPresent(
        time -> {
          if (time.isNegative()) {
            throw new IllegalArgumentException(
                "Invalid deadline: %s (must not be negative)".formatted(time));
          }
        });
  }

  /** Delays that vary by a fifth, and no deadline. */
  public RetryPolicy(
      int retries, int infrastructureRetries, Duration firstDelay, Duration maxDelay) {
    this(retries, infrastructureRetries, firstDelay, maxDelay, USUAL_JITTER, Optional.empty());
  }

  /** One more attempt, after a second, for infrastructure failures only. */
  public static RetryPolicy defaults() {
    return new RetryPolicy(0, 1, Duration.ofSeconds(1), Duration.ofMinutes(1));
  }

  /** Each node has one attempt. */
  public static RetryPolicy none() {
    return new RetryPolicy(0, 0, Duration.ZERO, Duration.ZERO);
  }

  /** So many attempts after the first one, whatever the failure. */
  public RetryPolicy retries(int times) {
    return new RetryPolicy(times, infrastructureRetries, firstDelay, maxDelay, jitter, deadline);
  }

  /** This wait before the second attempt. */
  public RetryPolicy firstDelay(Duration delay) {
    Duration longest = maxDelay.compareTo(delay) < 0 ? delay : maxDelay;
    return new RetryPolicy(retries, infrastructureRetries, delay, longest, jitter, deadline);
  }

  /** Delays that vary by this share, from 0 to 1. */
  public RetryPolicy jitter(double share) {
    return new RetryPolicy(retries, infrastructureRetries, firstDelay, maxDelay, share, deadline);
  }

  /** No further attempt begins this long after the first one began. */
  public RetryPolicy deadline(Duration time) {
    return new RetryPolicy(
        retries, infrastructureRetries, firstDelay, maxDelay, jitter, Optional.of(time));
  }

  /** The delay before attempt {@code attempt}, which is at least 2, without the jitter. */
  public Duration delayBefore(int attempt) {
    Duration delay = firstDelay;
    for (int i = 2; i < attempt && delay.compareTo(maxDelay) < 0; i++) {
      delay = delay.multipliedBy(2);
    }
    return delay.compareTo(maxDelay) > 0 ? maxDelay : delay;
  }

  /**
   * The delay before an attempt, with the jitter.
   *
   * @param spent since the first attempt began
   * @return empty if the attempt would begin after the deadline
   */
  public Optional<Duration> nextDelay(int attempt, Duration spent) {
    double share = 1 + jitter * (2 * ThreadLocalRandom.current().nextDouble() - 1);
    Duration delay = Duration.ofNanos((long) (delayBefore(attempt).toNanos() * share));
    boolean late = deadline.isPresent() && spent.plus(delay).compareTo(deadline.get()) > 0;
    return late ? Optional.empty() : Optional.of(delay);
  }
}
