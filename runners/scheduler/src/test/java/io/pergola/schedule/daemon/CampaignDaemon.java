package io.pergola.schedule.daemon;

import io.pergola.metadata.Claimed;
import io.pergola.metadata.MetadataStore;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.run.PipelineRunner;
import io.pergola.run.RunAttributes;
import io.pergola.run.RunListener;
import io.pergola.run.RunOptions;
import io.pergola.run.Workspace;
import io.pergola.schedule.Scheduler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * One of the daemons of {@link DaemonCampaignIT}, a process of its own: {@code HOME METADATA NAME
 * BASE SPEED}. Its scheduler lives in a time that goes faster; the leases of runs are in ours.
 */
final class CampaignDaemon {
  static final Duration LEASE = Duration.ofSeconds(1);

  private CampaignDaemon() {}

  /**
   * The schedule's time.
   *
   * @param base milliseconds since 1970 at which both times are {@code start}
   */
  static final class FastClock extends Clock {
    private final Instant start;
    private final long base;
    private final long speed;

    FastClock(Instant start, long base, long speed) {
      this.start = start;
      this.base = base;
      this.speed = speed;
    }

    @Override
    public Instant instant() {
      return start.plusMillis((System.currentTimeMillis() - base) * speed);
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  public static void main(String[] arguments) throws Exception {
    Path home = Path.of(arguments[0]);
    String name = arguments[2];
    Clock fast =
        new FastClock(
            DaemonCampaignIT.START, Long.parseLong(arguments[3]), Long.parseLong(arguments[4]));
    try (Workspace workspace = Workspace.open(home, arguments[1]);
        MetadataStore schedules = MetadataStore.open(arguments[1], fast);
        DaemonMeters meters = new DaemonMeters(workspace.store());
        InProcessLauncher launcher =
            new InProcessLauncher(claimed -> drive(workspace, name, claimed), 8)) {
      Daemon daemon =
          new Daemon(
              DaemonSettings.named(name).lease(LEASE).interval(Duration.ofMillis(100)),
              workspace.store(),
              Clock.systemUTC(),
              launcher,
              new SchedulerTicks(Scheduler.over(schedules, fast), schedules),
              meters);
      daemon.open();
      daemon.run();
    }
  }

  private static String drive(Workspace workspace, String name, Claimed claimed)
      throws IOException {
    long number =
        Instant.parse(claimed.run().attribute(RunAttributes.INTERVAL_END).orElseThrow())
            .getEpochSecond();
    Stamp.EPOCHS.put(number, claimed.lease().epoch());
    String outcome;
    try {
      outcome =
          PipelineRunner.in(workspace)
              .drive(
                  claimed.run().id(),
                  claimed.lease(),
                  PipelineBuilder.build(new Stamp(number)),
                  RunOptions.defaults().lease(LEASE),
                  RunListener.none())
              .getClass()
              .getSimpleName();
    } catch (RuntimeException e) { // fenced out, most likely: the campaign counts these
      outcome = e.getClass().getSimpleName() + " " + e.getMessage();
    }
    Files.writeString(
        workspace.home().resolve(name + ".drives"),
        "%s %d %s%n".formatted(claimed.run().id(), claimed.lease().epoch(), outcome),
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
    return outcome;
  }
}
