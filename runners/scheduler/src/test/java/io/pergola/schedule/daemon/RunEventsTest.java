package io.pergola.schedule.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pergola.artifact.Blessing;
import io.pergola.metadata.Claimed;
import io.pergola.metadata.MetadataStoreException;
import io.pergola.metadata.RunClaim;
import io.pergola.metadata.RunRequest;
import io.pergola.metadata.RunState;
import io.pergola.metadata.StoredNotification;
import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.InlineComponent;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.pipeline.PipelineDefinition;
import io.pergola.pipeline.Schedule;
import io.pergola.run.PipelineRunner;
import io.pergola.run.RunListener;
import io.pergola.run.RunOptions;
import io.pergola.run.Workspace;
import io.pergola.schedule.Scheduler;
import io.pergola.schedule.Schedules;
import io.pergola.schedule.notification.Notice;
import io.pergola.schedule.notification.Notifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which end of a run is told to whom, and how often. */
class RunEventsTest {
  @TempDir Path folder;
  private Workspace workspace;
  private DaemonMeters meters;
  private Notifier notifier;
  private final MovableClock clock = new MovableClock();

  /** The real time, moved on by what a test says. */
  private static final class MovableClock extends Clock {
    private volatile Duration ahead = Duration.ZERO;

    void advance(Duration by) {
      ahead = ahead.plus(by);
    }

    @Override
    public Instant instant() {
      return Clock.systemUTC().instant().plus(ahead);
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

  /**
   * A pipeline whose end is as asked for: fine, bad (not blessed), rough (stopped), broken, or the
   * name of a file without which it fails.
   */
  record Judged(String end) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      p.add(new Judge(end));
    }
  }

  record Judge(String end) implements InlineComponent<Channel<Blessing>> {
    @Override
    public boolean isGate() {
      return true;
    }

    @Override
    public void run(Artifacts artifacts, Channel<Blessing> out) throws Exception {
      if (end.equals("broken")) {
        throw new IllegalStateException("asked to fail");
      }
      if (end.startsWith("/") && Files.notExists(Path.of(end))) {
        throw new IllegalStateException("not there yet");
      }
      Files.writeString(artifacts.of(out).directory().resolve("blessing.json"), "{}");
      artifacts.execution().property(out, "blessed", end.equals("bad") ? 0 : 1);
      if (end.equals("rough")) {
        artifacts.execution().stopRun("The sea is too rough. Wait.");
      }
    }
  }

  @BeforeEach
  void open() throws IOException {
    workspace = Workspace.open(folder.resolve("home"));
    meters = new DaemonMeters(workspace.store());
    Path file = folder.resolve("notifications.yaml");
    Files.writeString(
        file,
        """
        channels:
          - name: all
            webhook: https://hooks.example.com/all
          - name: failures
            webhook: https://hooks.example.com/failures
            on: [failure]
          - name: others
            webhook: https://hooks.example.com/others
            pipelines: [another]
        """);
    notifier = Notifier.of(file, workspace.store(), Map.of());
  }

  @AfterEach
  void close() {
    notifier.close();
    meters.close();
    workspace.close();
  }

  private RunEvents events() {
    return new RunEvents(workspace, notifier, meters, clock);
  }

  private void run(String end) {
    PipelineRunner.in(workspace)
        .run(
            PipelineBuilder.build(new Judged(end)),
            RunOptions.defaults().withoutCache(),
            RunListener.none());
  }

  /** What is on record, oldest first: channel and event. */
  private List<String> told() {
    List<StoredNotification> all = workspace.store().notifications().list(1000);
    return all.stream()
        .sorted(
            Comparator.comparing(
                    (StoredNotification one) -> Notice.fromJson(one.draft().body()).time())
                .thenComparing(one -> one.draft().channel())
                .thenComparing(one -> one.draft().event()))
        .map(one -> one.draft().channel() + " " + one.draft().event())
        .toList();
  }

  private Notice onlyNotice(String channel) {
    return workspace.store().notifications().list(1000).stream()
        .filter(one -> one.draft().channel().equals(channel))
        .map(one -> Notice.fromJson(one.draft().body()))
        .reduce((one, other) -> Notice.test("more than one", Instant.EPOCH))
        .orElseThrow();
  }

  @Test
  void aFailureIsToldOnceToEachWhoWantsIt() {
    RunEvents events = events();
    run("broken");

    events.look();
    events.look();
    events().look();

    assertThat(told()).containsExactly("all failure", "failures failure");
    Notice notice = onlyNotice("failures");
    assertThat(notice.pipeline()).isEqualTo("judged");
    assertThat(notice.run()).contains(workspace.history().runs(1).get(0).id());
    assertThat(notice.reason().orElseThrow()).contains("asked to fail");
  }

  @Test
  void theFirstSuccessAfterAFailureIsARecoveryAndTheNextIsNone() {
    RunEvents events = events();
    run("fine");
    run("broken");
    run("broken");
    run("fine");
    run("fine");

    events.look();

    assertThat(told())
        .containsExactly(
            "all failure", "failures failure", "all failure", "failures failure", "all recovery");
  }

  @Test
  void aModelThatIsNotBlessedIsToldAndABlessedOneIsNot() {
    RunEvents events = events();
    run("fine");
    run("bad");

    events.look();

    assertThat(told()).containsExactly("all not-blessed");
    assertThat(onlyNotice("all").reason()).contains("the model does not meet its thresholds");
  }

  @Test
  void aRunThatRecoversWithoutABlessedModelIsBoth() {
    RunEvents events = events();
    run("broken");
    run("bad");
    run("fine");

    events.look();

    assertThat(told())
        .containsExactly("all failure", "failures failure", "all not-blessed", "all recovery");
  }

  @Test
  void aGateIsNoFailureAndWhatComesAfterItIsNoRecovery() {
    RunEvents events = events();
    run("rough");
    run("fine");

    events.look();

    assertThat(told()).containsExactly("all stopped");
    assertThat(onlyNotice("all").reason()).contains("The sea is too rough. Wait.");
  }

  @Test
  void aCancelledRunIsNobodysNews() {
    RunEvents events = events();
    Claimed claimed = begin("r1");
    workspace
        .store()
        .runs()
        .move(claimed.lease(), "r1", RunState.CANCELLED, Optional.of("by a person"));

    events.look();

    assertThat(told()).isEmpty();
  }

  /** Two runs at once: the one that began first fails last. */
  @Test
  void recoveryGoesByTheOrderInWhichRunsEnded() throws InterruptedException {
    RunEvents events = events();
    Claimed slow = begin("r1");
    Claimed quick = begin("r2");
    end(quick, RunState.SUCCEEDED);
    end(slow, RunState.FAILED);
    end(begin("r3"), RunState.SUCCEEDED);

    events.look();
    // A daemon that starts now looks at the newest ends again.
    events().look();

    assertThat(told()).containsExactly("all failure", "failures failure", "all recovery");
    assertThat(
            workspace.store().notifications().list(10).stream()
                .filter(one -> one.draft().event().equals("recovery"))
                .map(one -> Notice.fromJson(one.draft().body()).run().orElseThrow()))
        .containsExactly("r3");
  }

  private Path remedy() {
    return folder.resolve("remedy").toAbsolutePath();
  }

  /** Runs the newest run on that failed for want of the remedy, with or without it. */
  private void resume(String id) {
    PipelineRunner.in(workspace)
        .resume(
            id,
            PipelineBuilder.build(new Judged(remedy().toString())),
            RunOptions.defaults(),
            RunListener.none());
  }

  private String newest() {
    return workspace.history().runs(1).get(0).id();
  }

  @Test
  void aFailedRunThatIsResumedAndSucceedsIsARecovery() throws IOException {
    RunEvents events = events();
    run(remedy().toString());
    events.look();
    resume(newest());
    events.look();
    Files.createFile(remedy());
    resume(newest());

    events.look();
    events().look();
    run("fine");
    events.look();

    assertThat(told())
        .containsExactly(
            "all failure", "failures failure", "all failure", "failures failure", "all recovery");
  }

  /** It recovered with that success; the resumed run is late. */
  @Test
  void aFailedRunThatIsResumedAfterAnotherSucceededIsNoRecovery() throws IOException {
    RunEvents events = events();
    run(remedy().toString());
    String failed = newest();
    run("fine");
    String recovered = newest();
    Files.createFile(remedy());
    resume(failed);

    events.look();

    assertThat(told()).containsExactly("all recovery");
    assertThat(onlyNotice("all").run()).contains(recovered);
  }

  private Claimed begin(String id) {
    workspace.store().runs().enqueue(RunRequest.of(id, "judged", new TreeMap<>()));
    Claimed claimed =
        workspace
            .store()
            .runs()
            .claim("driver", Duration.ofHours(1), RunClaim.of(id))
            .orElseThrow();
    workspace.store().runs().move(claimed.lease(), id, RunState.RUNNING, Optional.empty());
    return claimed;
  }

  /** Ends a run, and returns when the clock shows another millisecond. */
  private void end(Claimed claimed, RunState state) throws InterruptedException {
    workspace.store().runs().move(claimed.lease(), claimed.run().id(), state, Optional.empty());
    Instant ended = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    while (!Instant.now().truncatedTo(ChronoUnit.MILLIS).isAfter(ended)) {
      Thread.onSpinWait();
    }
  }

  @Test
  void whatEndedBeforeTheFirstLookOfAllIsNobodysNews() {
    run("broken");
    clock.advance(Duration.ofMinutes(10));
    events().look();
    assertThat(told()).isEmpty();
  }

  @Test
  void aRunThatEndsWhileNoDaemonRunsIsToldByTheNext() {
    events().look();
    run("broken");

    events().look();

    assertThat(told()).containsExactly("all failure", "failures failure");
  }

  /** The database fails while an event is put on record. */
  @Test
  void anEventThatCouldNotBePutOnRecordIsPutByTheNextLook() throws SQLException {
    RunEvents events = events();
    run("broken");

    sql("ALTER TABLE pergola_notification RENAME TO gone");
    assertThatThrownBy(events::look).isInstanceOf(MetadataStoreException.class);
    sql("ALTER TABLE gone RENAME TO pergola_notification");
    events.look();

    assertThat(told()).containsExactly("all failure", "failures failure");
    assertThat(meters.scrape())
        .contains("pergola_runs_ended_total{pipeline=\"judged\",state=\"FAILED\"} 1.0");
  }

  private void sql(String statement) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(
                "jdbc:sqlite:" + folder.resolve("home").resolve("metadata.db"));
        Statement executed = connection.createStatement()) {
      executed.execute(statement);
    }
  }

  private static Schedule hourly() {
    return Schedule.of("hourly", "acme.TaxiPipeline")
        .cron("0 * * * *")
        .startingAt(LocalDateTime.now(ZoneOffset.UTC).minusHours(1))
        .startDeadline(Duration.ofMinutes(30));
  }

  /** Other runs end while a tick waits, so that the daemon has looked far past the tick. */
  @Test
  void rule16_aTickThatWaitedLongBeforeItWasGivenUpIsToldOnce() {
    Schedules.over(workspace.store(), clock).apply(hourly(), "taxi-pipeline");
    Scheduler scheduler = Scheduler.over(workspace.store(), clock);
    scheduler.tick();
    RunEvents events = events();
    events.look();
    assertThat(told()).isEmpty();

    clock.advance(Duration.ofMinutes(29));
    workspace.store().notifications().lookedUpTo(clock.instant());
    clock.advance(Duration.ofMinutes(2));
    scheduler.tick();
    events.look();
    clock.advance(Duration.ofMinutes(1));
    events.look();
    events().look();

    assertThat(told()).containsExactly("all missed");
    Notice notice = onlyNotice("all");
    assertThat(notice.schedule()).contains("hourly");
    assertThat(notice.pipeline()).isEqualTo("taxi-pipeline");
    assertThat(notice.reason().orElseThrow()).startsWith("Its run could not start within 30m.");
  }
}
