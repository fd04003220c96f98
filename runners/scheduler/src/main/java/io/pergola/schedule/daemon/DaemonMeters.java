package io.pergola.schedule.daemon;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.pergola.metadata.MetadataStore;
import io.pergola.metadata.RunCount;
import io.pergola.metadata.RunState;
import io.pergola.metadata.StoredNode;
import io.pergola.metadata.StoredRun;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** What a daemon counts: {@code docs/reference/metrics-of-the-daemon.md}. */
public final class DaemonMeters implements AutoCloseable {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics collections = new JvmGcMetrics();
  private final MultiGauge runs;
  private final AtomicLong queued = new AtomicLong();
  private final AtomicLong live = new AtomicLong();
  private final AtomicLong tickLagMillis = new AtomicLong();
  private final Timer passes;
  private final Counter failures;
  private final Counter launches;
  private final MetadataStore store;

  /** Meters over a store, and of this JVM. */
  public DaemonMeters(MetadataStore store) {
    this.store = store;
    for (io.micrometer.core.instrument.binder.MeterBinder binder :
        List.of(
            new ClassLoaderMetrics(),
            new JvmMemoryMetrics(),
            new JvmThreadMetrics(),
            new ProcessorMetrics(),
            new UptimeMetrics(),
            collections)) {
      binder.bindTo(registry);
    }
    MeterRegistry meters = registry;
    this.runs =
        MultiGauge.builder("pergola.runs")
            .description("Runs in the database by pipeline and state")
            .register(meters);
    Gauge.builder("pergola.queue.length", queued, AtomicLong::doubleValue)
        .description("Runs that wait for their start")
        .register(meters);
    Gauge.builder("pergola.live.children", live, AtomicLong::doubleValue)
        .description("Runs that this daemon drives")
        .register(meters);
    Gauge.builder("pergola.tick.lag", tickLagMillis, value -> value.doubleValue() / 1000)
        .baseUnit("seconds")
        .description("How late the oldest tick of the last pass that fired any was")
        .register(meters);
    this.passes =
        Timer.builder("pergola.pass").description("Passes of the daemon's loop").register(meters);
    this.failures =
        Counter.builder("pergola.pass.failures")
            .description("Passes that the database cut short")
            .register(meters);
    this.launches =
        Counter.builder("pergola.runs.launched")
            .description("Runs that this daemon started or went on with")
            .register(meters);
  }

  void passed(Ticks.Report report, Duration took, Instant begun) {
    passes.record(took);
    report
        .outcomes()
        .forEach(
            (outcome, count) ->
                registry.counter("pergola.ticks", Tags.of("outcome", outcome)).increment(count));
    report.oldest().ifPresent(due -> tickLagMillis.set(Duration.between(due, begun).toMillis()));
  }

  void failed() {
    failures.increment();
  }

  void launched() {
    launches.increment();
  }

  void live(int count) {
    live.set(count);
  }

  /** Counts a run that ended, whoever drove it, and how long its nodes took. */
  public void ended(StoredRun run, List<StoredNode> nodes) {
    registry
        .counter(
            "pergola.runs.ended", Tags.of("pipeline", run.pipeline(), "state", run.state().name()))
        .increment();
    for (StoredNode node : nodes) {
      if (node.started().isPresent() && node.finished().isPresent()) {
        Timer.builder("pergola.node")
            .description("Nodes of runs that ended")
            .tags("component", node.component(), "state", node.state().name())
            .register(registry)
            .record(Duration.between(node.started().get(), node.finished().get()));
      }
    }
  }

  /** All meters in the text format of Prometheus. */
  public synchronized String scrape() {
    List<RunCount> counts = store.runs().counts();
    queued.set(
        counts.stream()
            .filter(count -> count.state() == RunState.CREATED)
            .mapToLong(RunCount::runs)
            .sum());
    runs.register(
        counts.stream()
            .<MultiGauge.Row<?>>map(
                count ->
                    MultiGauge.Row.of(
                        Tags.of("pipeline", count.pipeline(), "state", count.state().name()),
                        count.runs()))
            .toList(),
        true);
    return registry.scrape();
  }

  @Override
  public void close() {
    collections.close();
    registry.close();
  }
}
