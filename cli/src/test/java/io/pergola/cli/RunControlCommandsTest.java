package io.pergola.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pergola.metadata.PropertyValue;
import io.pergola.run.RunRecord;
import io.pergola.run.Workspace;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Logs, limits, cancelling, running again, running parts, from the command line. */
@Timeout(value = 90, unit = TimeUnit.SECONDS)
class RunControlCommandsTest extends CliFixture {
  private String newest() {
    try (Workspace workspace = Workspace.open(home())) {
      return workspace.history().runs(1).get(0).id();
    }
  }

  private boolean isRunning(int runs) {
    if (!Files.exists(home().resolve("metadata.db"))) {
      return false;
    }
    try (Workspace workspace = Workspace.open(home())) {
      List<RunRecord> all = workspace.history().runs(9);
      return all.size() == runs
          && all.get(0).state() == RunRecord.State.RUNNING
          && workspace.history().nodes(all.get(0).id()).stream()
              .anyMatch(node -> node.attempts() > 0 && node.finished().isEmpty());
    }
  }

  @Test
  void eachAttemptHasALogThatTheStoreKnows() throws Exception {
    sail("broken");
    String run = newest();

    Answer whole = pergola("logs", run);
    Answer node = pergola("logs", run, "watch", "--attempt=1");

    assertThat(whole.code()).isZero();
    assertThat(whole.out()).contains("Run of harbour starts").contains("[watch]");
    assertThat(node.out()).contains("Attempt 1 starts").contains("Attempt 1 failed");
    assertThat(node.out()).doesNotContain("[survey]").doesNotContain("Run of harbour starts");
    assertThat(pergola("logs", run, "watch", "--attempt=2").err())
        .contains("Invalid attempt: 2 of node 'watch' (from 1 to 1)");
    assertThat(pergola("logs", run, "helm").err()).contains("Unknown node: 'helm'");
    try (Workspace workspace = Workspace.open(home())) {
      long execution =
          workspace.store().runs().node(run, "watch").orElseThrow().executionId().orElseThrow();
      String log = "logs/" + run + "/watch-1.log";
      assertThat(workspace.store().execution(execution).orElseThrow().customProperties())
          .containsEntry("log.1", PropertyValue.of(log))
          .containsKey("log_bytes.1");
      assertThat(home().resolve(log)).isNotEmptyFile();
    }
  }

  @Test
  void p6_aRunIsCancelledByAnotherCommand() throws Exception {
    CompletableFuture<Answer> slow = beside(() -> sail("slow"));
    await().atMost(Duration.ofSeconds(30)).until(() -> isRunning(1));

    Answer cancel = pergola("cancel", newest());

    assertThat(cancel.out()).contains("run %s is cancelled".formatted(newest()));
    assertThat(slow.get(10, TimeUnit.SECONDS).code()).isEqualTo(130);
    assertThat(pergola("cancel", newest()).code()).isEqualTo(2);
  }

  @Test
  void rule14_aLimitIsShownAndRefusesWithNoWait() throws Exception {
    sail("calm");
    assertThat(pergola("pipelines", "limit", "harbour", "1").out())
        .contains("at most 1 runs of harbour are live at once");
    assertThat(pergola("pipelines").out()).containsPattern("harbour +1 +0 +0 ");
    CompletableFuture<Answer> slow = beside(() -> sail("slow"));
    await().atMost(Duration.ofSeconds(30)).until(() -> isRunning(2));
    String live = newest();

    Answer refused =
        pergola("run", "acme.Harbour", "--boats=10", "--mood=calm", "--no-wait", "--reason=now");
    CompletableFuture<Answer> queued = beside(() -> sail("calm"));
    await().atMost(Duration.ofSeconds(30)).until(() -> !newest().equals(live));
    pergola("cancel", live);

    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err()).contains("its limit of 1 live runs is reached (" + live);
    assertThat(queued.get().code()).isZero();
    assertThat(queued.get().out()).contains("is queued behind run " + live);
    assertThat(slow.get().code()).isEqualTo(130);
    assertThat(pergola("pipelines", "limit", "harbour", "none").code()).isZero();
    assertThat(pergola("pipelines", "limit", "harbour", "0").err())
        .contains("Invalid limit of live runs: '0' (from 1, or none)");
  }

  @Test
  void partsOfAPipelineRunOnEarlierOutputs() {
    sail("calm");

    Answer plan =
        pergola("plan", "acme.Harbour", "--boats=10", "--mood=calm", "--only=judge", "--no-cache");
    Answer run =
        pergola("run", "acme.Harbour", "--boats=10", "--mood=calm", "--only=judge", "--no-cache");

    assertThat(plan.out()).contains("left out by --only=judge; outputs of run ");
    assertThat(run.code()).isZero();
    assertThat(run.out()).contains("1 nodes ran, 1 cached, 1 not run");
    assertThat(pergola("run", "acme.Harbour", "--boats=10", "--mood=calm", "--only=mast").err())
        .contains("pipeline 'harbour' has no node 'mast'");
  }

  @Test
  void aRunIsDoneAgainWithItsParameters() {
    sail("calm");
    String first = newest();

    Answer again = pergola("rerun", first, "--from-failed", "--reason=doubt");

    assertThat(again.code()).isZero();
    assertThat(again.out()).contains("0 nodes ran, 3 cached");
    try (Workspace workspace = Workspace.open(home())) {
      assertThat(workspace.store().runs().find(newest()).orElseThrow().attributes())
          .containsEntry("rerun-of", first)
          .containsEntry("reason", "doubt")
          .containsEntry("parameter.mood", "calm");
    }
  }
}
