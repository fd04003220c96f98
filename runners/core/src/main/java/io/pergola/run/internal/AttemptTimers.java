package io.pergola.run.internal;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Interrupts attempts that take longer than their node's timeout. */
final class AttemptTimers implements AutoCloseable {
  private final ScheduledThreadPoolExecutor timer =
      new ScheduledThreadPoolExecutor(
          1,
          task -> {
            Thread thread = new Thread(task, "pergola-timeout");
            thread.setDaemon(true);
            return thread;
          });

  AttemptTimers() {
    timer.setRemoveOnCancelPolicy(true);
  }

  /**
   * Starts the clock for the calling thread.
   *
   * @param overdue called if the thread is still at it {@code grace} after its interrupt
   */
  Watch start(Optional<Duration> timeout, Duration grace, Runnable overdue) {
    Watch watch = new Watch(Thread.currentThread());
    if (timeout.isPresent()) {
      long millis = timeout.get().toMillis();
      watch.begin(
          timer.schedule(watch::fire, millis, TimeUnit.MILLISECONDS),
          timer.schedule(
              () -> watch.ifStillOn(overdue), millis + grace.toMillis(), TimeUnit.MILLISECONDS));
    }
    return watch;
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }

  /** One attempt's clock; closed by the thread that it may interrupt. */
  static final class Watch implements AutoCloseable {
    private final Thread thread;
    private @Nullable ScheduledFuture<?> interrupt;
    private @Nullable ScheduledFuture<?> overdue;
    private boolean over;
    private boolean fired;

    private Watch(Thread thread) {
      this.thread = thread;
    }

    private synchronized void begin(ScheduledFuture<?> first, ScheduledFuture<?> second) {
      interrupt = first;
      overdue = second;
    }

    private synchronized void fire() {
      if (!over) {
        fired = true;
        thread.interrupt();
      }
    }

    private void ifStillOn(Runnable call) {
      synchronized (this) {
        if (over) {
          return;
        }
      }
      call.run();
    }

    /** Whether the time was up before the attempt ended. */
    synchronized boolean isUp() {
      return fired;
    }

    /** After this the thread is not interrupted any more; an interrupt for time is taken back. */
    @Override
    public synchronized void close() {
      over = true;
      if (interrupt != null) {
        interrupt.cancel(false);
      }
      if (overdue != null) {
        overdue.cancel(false);
      }
    }
  }
}
