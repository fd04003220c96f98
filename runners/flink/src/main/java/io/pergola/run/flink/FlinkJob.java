package io.pergola.run.flink;

import io.pergola.run.InfrastructureException;
import io.pergola.run.JobListener;
import io.pergola.run.RunningJob;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.beam.runners.core.metrics.MetricsContainerStepMap;
import org.apache.beam.runners.flink.metrics.FlinkMetricContainer;
import org.apache.beam.sdk.metrics.MetricNameFilter;
import org.apache.beam.sdk.metrics.MetricResult;
import org.apache.beam.sdk.metrics.MetricResults;
import org.apache.beam.sdk.metrics.MetricsFilter;
import org.apache.flink.api.common.JobID;
import org.apache.flink.client.program.rest.RestClusterClient;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.runtime.jobmaster.JobResult;
import org.apache.flink.util.OptionalFailure;
import org.apache.flink.util.SerializedThrowable;
import org.apache.flink.util.SerializedValue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A job on a cluster, whoever submitted it. */
final class FlinkJob implements RunningJob {
  private static final Logger LOG = LoggerFactory.getLogger(FlinkJob.class);
  private static final Set<String> ENDED = Set.of("FINISHED", "FAILED", "CANCELED");
  private static final long FIRST_POLL_MILLIS = 20;
  private static final long LAST_POLL_MILLIS = 250;
  private static final long PROGRESS_NANOS = 500_000_000;
  private static final long ANSWER_SECONDS = 10;
  private static final long LONGEST_WAIT_MILLIS = 2_000;

  private final String master;
  private final JobID id;
  private final Duration patience;
  private final FlinkRest rest;

  /**
   * @param patience how long a JobManager may be silent before the job is given up
   */
  FlinkJob(String master, JobID id, Duration patience) {
    this.master = master;
    this.id = id;
    this.patience = patience;
    this.rest = new FlinkRest(master);
  }

  @Override
  public void await(JobListener listener) throws Exception {
    try (RestClusterClient<String> client = client(master)) {
      try {
        awaitEnd(client, listener);
        listener.rows(rows(result(client)));
      } catch (InterruptedException e) {
        cancel(client);
        throw e;
      }
    }
  }

  /** Whether it is there and has neither failed nor been cancelled, as far as one can know. */
  boolean canBeAwaited() {
    try {
      return rest.state(id.toHexString())
          .filter(state -> !state.startsWith("FAIL") && !state.startsWith("CANCEL"))
          .isPresent();
    } catch (IOException e) {
      LOG.warn("Flink at {} does not answer yet: {}", master, e.getMessage());
      return true;
    }
  }

  /** Cancels it if it still runs. */
  void cancelIfRunning() throws Exception {
    Optional<String> state = rest.state(id.toHexString());
    if (state.isPresent() && !ENDED.contains(state.get())) {
      try (RestClusterClient<String> client = client(master)) {
        cancel(client);
      }
    }
  }

  private void awaitEnd(RestClusterClient<String> client, JobListener listener)
      throws InterruptedException {
    long pause = FIRST_POLL_MILLIS;
    long heard = System.nanoTime();
    long told = System.nanoTime();
    while (true) {
      Optional<String> state;
      try {
        state = rest.state(id.toHexString());
        heard = System.nanoTime();
      } catch (IOException e) {
        if (System.nanoTime() - heard > patience.toNanos()) {
          throw new InfrastructureException(
              "Cannot learn how job %s ended: Flink at %s has not answered for %d s (%s). Start the cluster, then resume the run."
                  .formatted(id, master, patience.toSeconds(), e.getMessage()),
              e);
        }
        pause = Math.min(LONGEST_WAIT_MILLIS, pause * 2);
        TimeUnit.MILLISECONDS.sleep(pause);
        continue;
      }
      if (state.isEmpty()) {
        throw new InfrastructureException(
            "Cannot finish job %s: Flink at %s does not know it any more, because its JobManager was started again. Run or resume again."
                .formatted(id, master));
      }
      if (ENDED.contains(state.get())) {
        return;
      }
      if (System.nanoTime() - told > PROGRESS_NANOS) {
        tell(client, listener, state.get());
        told = System.nanoTime();
      }
      pause = Math.min(LAST_POLL_MILLIS, pause * 3 / 2);
      TimeUnit.MILLISECONDS.sleep(pause);
    }
  }

  private void tell(RestClusterClient<String> client, JobListener listener, String state)
      throws InterruptedException {
    try {
      rest.done(id.toHexString())
          .ifPresent(
              done ->
                  listener.progress(
                      "%s%d of %d tasks, %d records%s"
                          .formatted(
                              state.equals("RUNNING") ? "" : state.toLowerCase(Locale.ROOT) + ", ",
                              done.finishedTasks(),
                              done.tasks(),
                              done.records(),
                              done.waitsForSlots()
                                  ? ", waits for slots: " + FlinkFailures.slots(master)
                                  : "")));
      Map<String, Object> accumulators =
          client
              .getAccumulators(id, FlinkJob.class.getClassLoader())
              .get(ANSWER_SECONDS, TimeUnit.SECONDS);
      Object counters = accumulators.get(FlinkMetricContainer.ACCUMULATOR_NAME);
      if (counters != null) {
        listener.rows(rowsOf(counters));
      }
    } catch (IOException | ExecutionException | TimeoutException e) {
      LOG.debug("No progress of job {}", id, e);
    }
  }

  private JobResult result(RestClusterClient<String> client) throws Exception {
    JobResult result;
    try {
      result = client.requestJobResult(id).get(patience.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new InfrastructureException(
          "Cannot learn how job %s on Flink at %s ended: %s. Look at the cluster's log."
              .formatted(id, master, e.getCause() == null ? e : e.getCause()),
          e);
    }
    Optional<SerializedThrowable> failure = result.getSerializedThrowable();
    if (failure.isPresent()) {
      throw FlinkFailures.of(failure.get(), master);
    }
    if (!result.isSuccess()) {
      throw new InfrastructureException(
          "Cannot finish job %s: somebody cancelled it on Flink (%s). Run or resume again."
              .formatted(id, result.getApplicationStatus()));
    }
    return result;
  }

  private void cancel(RestClusterClient<String> client) {
    try {
      client.cancel(id).get(ANSWER_SECONDS, TimeUnit.SECONDS);
      client.requestJobResult(id).get(ANSWER_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("Flink has not confirmed yet that job {} is cancelled", id, e);
    }
  }

  private static RestClusterClient<String> client(String master) throws Exception {
    int colon = master.lastIndexOf(':');
    Configuration configuration = new Configuration();
    configuration.set(RestOptions.ADDRESS, master.substring(0, colon));
    configuration.set(RestOptions.PORT, Integer.parseInt(master.substring(colon + 1)));
    configuration.set(RestOptions.RETRY_MAX_ATTEMPTS, FlinkEngine.REST_ATTEMPTS);
    configuration.set(RestOptions.RETRY_DELAY, FlinkEngine.REST_DELAY_MILLIS);
    return new RestClusterClient<>(configuration, "pergola");
  }

  /**
   * Rows of a job that has ended. Its counters come with its result; asked for separately, Flink
   * may answer from a cache that is seconds old.
   */
  private static long rows(JobResult ended) throws IOException, ClassNotFoundException {
    SerializedValue<OptionalFailure<Object>> counters =
        ended.getAccumulatorResults().get(FlinkMetricContainer.ACCUMULATOR_NAME);
    return counters == null
        ? 0
        : rowsOf(counters.deserializeValue(FlinkJob.class.getClassLoader()).getUnchecked());
  }

  private static long rowsOf(Object counters) {
    return counters instanceof MetricsContainerStepMap steps
        ? rows(MetricsContainerStepMap.asAttemptedOnlyMetricResults(steps))
        : 0;
  }

  private static long rows(MetricResults metrics) {
    long rows = 0;
    MetricsFilter filter =
        MetricsFilter.builder().addNameFilter(MetricNameFilter.named("pergola", "rows")).build();
    for (MetricResult<Long> counter : metrics.queryMetrics(filter).getCounters()) {
      Long attempted = counter.getAttempted();
      rows += attempted == null ? 0 : attempted;
    }
    return rows;
  }
}
