package io.pergola.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class RunCommandTest extends CliFixture {
  private static void hasNoStackTrace(Answer answer) {
    assertThat(answer.out() + answer.err()).doesNotContainPattern("(?m)^\\s+at ");
  }

  @Test
  void aRunSaysWhatItProducedAndWhatToTypeNext() {
    Answer answer = sail("calm");

    assertThat(answer.err()).isEmpty();
    assertThat(answer.code()).isZero();
    assertThat(answer.out())
        .containsPattern("(?m)^run \\d{8}-")
        .contains("[0/3] survey: started")
        .containsPattern("(?m)^\\[1/3\\] survey: done, .*10 rows")
        .containsPattern("(?m)^succeeded in .*: 3 nodes ran, 0 cached$")
        .containsPattern("(?m)^ *1  ExampleStatistics  survey.")
        .contains("  1,200 examples: accuracy 0.8750")
        .contains("  blessed\n")
        .contains("next:\n  pergola statistics --home=" + home())
        .contains("pergola plan acme.Harbour --boats=10 --mood=calm --home=");
  }

  @Test
  void theSameRunAgainIsServedFromTheCache() {
    sail("calm");
    Answer again = sail("calm");

    assertThat(again.code()).isZero();
    assertThat(again.out())
        .contains("[1/3] survey: cached")
        .containsPattern("(?m)^succeeded in .*: 0 nodes ran, 3 cached$");
    assertThat(pergola("run", "acme.Harbour", "--boats=10", "--mood=calm", "--no-cache").out())
        .contains("3 nodes ran, 0 cached");
  }

  @Test
  void aRunWhoseModelIsNotBlessedExitsWith3() {
    Answer answer = sail("bad");

    assertThat(answer.code()).isEqualTo(3);
    assertThat(answer.out())
        .contains(
            "not blessed:\n    accuracy is 0.8750 on overall (n = 1,200); required: at least 0.9");
  }

  @Test
  void aRunThatAGateStopsExitsWith1AndShowsTheAnomalies() {
    Answer answer = sail("stormy");

    assertThat(answer.code()).isEqualTo(1);
    assertThat(answer.out())
        .contains("stopped by watch after")
        .contains("The sea is too rough. Wait for a calm day.")
        .contains("ERROR   length: New column  [train, SCHEMA_NEW_COLUMN]")
        .contains("pergola anomalies --edits");
  }

  @Test
  void aNodeThatFailsIsOneLineWithTheAuthorsFrameFirst() throws Exception {
    Answer answer = sail("broken");

    assertThat(answer.code()).isEqualTo(1);
    assertThat(answer.err())
        .containsPattern(
            "^error: Node 'watch' failed: Harbour.java:\\d+: IllegalStateException: the mast broke\n"
                + "log: .*\\.log\n$");
    assertThat(answer.out()).contains("pergola resume ");
    hasNoStackTrace(answer);
    Path log = Path.of(answer.err().lines().toList().get(1).substring("log: ".length()));
    assertThat(log).hasParentRaw(home().resolve("logs"));
    assertThat(Files.readString(log))
        .contains("[watch]")
        .contains("java.lang.IllegalStateException: the mast")
        .contains("at acme.Harbour$Watch.run(Harbour.java:");
  }

  @Test
  void rule17_aRunByHandWorksOnTheIntervalItIsGiven() {
    pergola(
        "run",
        "acme.Harbour",
        "--boats=10",
        "--mood=calm",
        "--interval=2026-11-20",
        "--zone=Europe/Berlin");

    assertThat(pergola("show").out())
        .contains("data for 2026-11-20T00:00 to 2026-11-21T00:00 (Europe/Berlin), attempt 1");
    assertThat(pergola("runs", "--json").out())
        .contains("\"start\" : \"2026-11-19T23:00:00Z\"")
        .contains("\"asOf\" : \"2026-11-20T23:00:00Z\"");
    assertThat(pergola("run", "acme.Harbour", "--boats=10", "--mood=calm", "--interval=soon").err())
        .contains("Invalid data interval: soon (a day such as 2026-11-20");
    assertThat(pergola("plan", "acme.Harbour", "--boats=10", "--mood=calm", "--zone=UTC").code())
        .isEqualTo(2);
  }

  @Test
  void aRunHasALogFileOfItsOwn() throws Exception {
    sail("calm");
    sail("calm");

    try (Stream<Path> logs = Files.list(home().resolve("logs"))) {
      List<Path> files = logs.filter(Files::isRegularFile).toList();
      assertThat(files)
          .isNotEmpty()
          .allMatch(log -> log.getFileName().toString().startsWith("harbour-"));
    }
  }

  @Test
  void aFailedRunIsResumedWithWhatItWasStartedWith() {
    sail("broken");

    Answer resumed = pergola("resume");

    assertThat(resumed.code()).isEqualTo(1);
    assertThat(resumed.out()).contains("watch: started").doesNotContain("survey: started");
    assertThat(resumed.err()).contains("the mast broke");
  }

  @Test
  void nothingToResumeIsSaid() {
    sail("calm");

    Answer answer = pergola("resume");

    assertThat(answer.code()).isEqualTo(2);
    assertThat(answer.err())
        .isEqualTo(
            "error: Nothing to resume: no run was interrupted or has failed. List them: pergola"
                + " runs.\n");
  }

  @Test
  void anInterruptCancelsTheRun() throws Exception {
    Answer[] answer = new Answer[1];
    Thread driver = new Thread(() -> answer[0] = sail("slow"));
    driver.start();
    Awaitility.await()
        .until(
            () ->
                Files.exists(home().resolve("metadata.db"))
                    && pergola("show", "--json").out().contains("\"RUNNING\",\n    \"attempts\""));
    driver.interrupt();
    driver.join();

    assertThat(answer[0].code()).isEqualTo(130);
    assertThat(answer[0].out()).contains("cancelled after").contains("log: ");
    assertThat(pergola("runs").out()).contains("CANCELLED");
  }

  @Test
  void allThatIsWrongWithTheParametersIsSaidAtOnce() {
    Answer answer = pergola("run", "acme.Harbour", "--boat=3", "--mood");

    assertThat(answer.code()).isEqualTo(2);
    assertThat(answer.err())
        .contains("Missing --boats (")
        .contains("Unknown --boat of Harbour. Did you mean --boats?");
    hasNoStackTrace(answer);
  }

  @Test
  void parametersAreTakenWithAndWithoutEqualsSign() {
    assertThat(PipelineChoice.flags(List.of("--boats", "3", "--calmSea=a=b", "--dry")))
        .isEqualTo(Map.of("boats", "3", "calm-sea", "a=b", "dry", "true"));
  }

  @Test
  void anUnknownPipelineIsNamedWithWhatThereIs() {
    Answer answer = pergola("run", "acme.Nothing");

    assertThat(answer.code()).isEqualTo(2);
    assertThat(answer.err())
        .startsWith("error: Unknown pipeline: 'acme.Nothing' (not a class on the path).");
    assertThat(pergola("run", "java.lang.String").err())
        .isEqualTo(
            "error: Cannot run java.lang.String: it is not a pipeline. Name a record that implements"
                + " PipelineDefinition.\n");
    assertThat(pergola("run").err()).startsWith("error: Missing PIPELINE:");
    assertThat(pergola("run", "acme.Harbour", "--from-jar=none.jar").err())
        .isEqualTo(
            "error: Cannot read --from-jar=none.jar: there is no such file. Build the jar first.\n");
  }

  @Test
  void theEnginesAreLocalAndFlink() {
    assertThat(pergola("run", "acme.Harbour", "--engine=spark").code()).isEqualTo(2);
    assertThat(
            pergola("run", "acme.Harbour", "--boats=1", "--mood=calm", "--flink-master=nowhere")
                .err())
        .isEqualTo("error: Invalid --flink-master: 'nowhere' (HOST:PORT)\n");
  }

  @Test
  void aWorkspaceThatCannotBeMadeIsInfrastructure() throws Exception {
    Files.createDirectories(folder);
    Files.writeString(home(), "a file");

    Answer answer = sail("calm");

    assertThat(answer.code()).isEqualTo(4);
    assertThat(answer.err()).startsWith("error: Cannot open workspace " + home());
    hasNoStackTrace(answer);
  }
}
