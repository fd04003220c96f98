package io.pergola.schedule.daemon;

import io.pergola.metadata.Claimed;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Drives runs on threads of this process. */
final class InProcessLauncher implements RunLauncher {
  private final Driver driver;
  private final ExecutorService threads;

  /** Drives a run to its end. */
  public interface Driver {
    /**
     * Drives a run whose lease the caller took.
     *
     * @return how it ended, for people
     */
    String drive(Claimed claimed) throws Exception;
  }

  /** A launcher that drives so many runs at once. */
  public InProcessLauncher(Driver driver, int parallel) {
    this.driver = driver;
    AtomicInteger number = new AtomicInteger();
    this.threads =
        Executors.newFixedThreadPool(
            parallel,
            task -> {
              Thread thread = new Thread(task, "pergola-run-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  @Override
  public LiveRun launch(Claimed claimed) {
    CompletableFuture<String> ended =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return driver.drive(claimed);
              } catch (Exception e) { // what ended it is what the daemon wants to know
                return e.toString();
              }
            },
            threads);
    return new InThread(claimed.run().id(), "this process", ended);
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }

  private record InThread(String runId, String driver, CompletableFuture<String> ended)
      implements LiveRun {}
}
