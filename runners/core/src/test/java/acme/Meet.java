package acme;

import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.beam.sdk.transforms.DoFn;

/** Counts how often two elements were being processed at the same time, in this JVM. */
public final class Meet extends DoFn<Integer, Void> {
  private static final long serialVersionUID = 1L;
  private static final AtomicInteger MET = new AtomicInteger();
  private static volatile CyclicBarrier two = new CyclicBarrier(2);

  private final long patienceMillis;

  /**
   * @param patienceMillis how long the first element waits for another; after that nobody waits
   */
  public Meet(long patienceMillis) {
    this.patienceMillis = patienceMillis;
  }

  /** Starts counting anew. */
  public static void reset() {
    MET.set(0);
    two = new CyclicBarrier(2);
  }

  /** Elements that were not alone. */
  public static int met() {
    return MET.get();
  }

  @ProcessElement
  public void process(@Element Integer number) throws InterruptedException {
    try {
      two.await(patienceMillis, TimeUnit.MILLISECONDS);
      MET.incrementAndGet();
    } catch (BrokenBarrierException | TimeoutException e) {
      return; // alone
    }
  }
}
