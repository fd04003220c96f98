package io.pergola.schedule.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pergola.metadata.RunState;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What a daemon says of itself: health and metrics. */
class DaemonHealthTest extends DaemonFixture {
  @Test
  void healthSaysHowTheDaemonStands() {
    enqueue("r1", 1);
    Trivial.GATE.set(new CountDownLatch(1));
    Daemon daemon = daemon("d", launcher);
    daemon.pass();
    StatusServer.Answer answer =
        new DaemonHealth(daemon::status, workspace.store(), Clock.systemUTC(), "1.0").answer();

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body())
        .contains(
            "\"status\" : \"ok\"",
            "\"version\" : \"1.0\"",
            "\"name\" : \"d\"",
            "\"database\" : \"reachable\"",
            "\"run\" : \"r1\"",
            "\"epoch\" : 1");
    Trivial.GATE.get().countDown();
    await().until(() -> run("r1").state() == RunState.SUCCEEDED);
  }

  @Test
  void healthIs503WithCauseAndRemedyWhenTheDatabaseIsGone() throws Exception {
    Daemon daemon = daemon("d", launcher);
    daemon.pass();
    workspace.store().close();
    daemon.pass();
    StatusServer.Answer answer =
        new DaemonHealth(daemon::status, workspace.store(), Clock.systemUTC(), "1.0").answer();

    assertThat(answer.status()).isEqualTo(503);
    JsonNode json = new ObjectMapper().readTree(answer.body());
    assertThat(json.path("status").asText()).isEqualTo("failing");
    assertThat(json.path("database").asText()).isEqualTo("unreachable");
    assertThat(json.path("problem").asText()).isEqualTo("The metadata store cannot be read.");
    assertThat(json.path("remedy").asText())
        .isEqualTo(
            "See that its database is running, or its file and disk are there; the daemon's log"
                + " says what it answered. The daemon goes on by itself once it can be reached.");
    assertThat(answer.body()).doesNotContain(folder.toString());
  }

  @Test
  void healthIs503WithCauseAndRemedyWhenThereWasNoPassForLong() throws Exception {
    Daemon daemon = daemon("d", launcher);
    daemon.pass();
    Instant last = daemon.status().lastPass().orElseThrow();
    DaemonHealth punctual =
        new DaemonHealth(
            daemon::status,
            workspace.store(),
            Clock.fixed(last.plusSeconds(30), ZoneOffset.UTC),
            "1.0");
    DaemonHealth late =
        new DaemonHealth(
            daemon::status,
            workspace.store(),
            Clock.fixed(last.plusMillis(30_001), ZoneOffset.UTC),
            "1.0");

    assertThat(punctual.answer().status()).isEqualTo(200);
    assertThat(late.answer().status()).isEqualTo(503);
    JsonNode json = new ObjectMapper().readTree(late.answer().body());
    assertThat(json.path("problem").asText())
        .isEqualTo(
            "There was no pass since %s; 30 s is the longest time between two.".formatted(last));
    assertThat(json.path("remedy").asText())
        .isEqualTo(
            "See the daemon's log. If it does not go on, end this process and start 'pergola"
                + " serve' again: the runs it started go on.");
  }

  /** What the database said of the failed pass may name hosts and files. */
  @Test
  void healthIs503WithoutTheDatabasesOwnWordsWhenOnlyTheLastPassFailed() throws Exception {
    DaemonStatus status =
        DaemonStatus.starting("d", Instant.parse("2026-01-01T00:00:00Z"))
            .failed("db.internal:5432");
    StatusServer.Answer answer =
        new DaemonHealth(
                () -> status,
                workspace.store(),
                Clock.fixed(Instant.parse("2026-01-01T00:00:01Z"), ZoneOffset.UTC),
                "1.0")
            .answer();

    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.body()).doesNotContain("db.internal");
    JsonNode json = new ObjectMapper().readTree(answer.body());
    assertThat(json.path("problem").asText())
        .isEqualTo("The last pass failed in the metadata store; there was none before.");
    assertThat(json.path("remedy").asText()).startsWith("See that its database is running");
  }

  @Test
  void metricsCountRunsAndTheQueue() {
    enqueue("r1", 1);
    Daemon daemon = daemon("d", launcher);
    passUntil(daemon, "r1", RunState.SUCCEEDED);
    enqueue("r2", 2);

    assertThat(meters.scrape())
        .contains("pergola_runs{pipeline=\"trivial\",state=\"SUCCEEDED\"} 1.0")
        .contains("pergola_runs{pipeline=\"trivial\",state=\"CREATED\"} 1.0")
        .contains("pergola_queue_length 1.0")
        .contains("pergola_runs_launched_total 1.0")
        .contains("jvm_memory_used_bytes");
  }
}
