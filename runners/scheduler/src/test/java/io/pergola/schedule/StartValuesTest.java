package io.pergola.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pergola.metadata.RunRequest;
import io.pergola.metadata.StoredRun;
import io.pergola.pipeline.Schedule;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What references to variables stand for where a run is started. */
class StartValuesTest extends SchedulerFixture {
  private StoredRun run(Schedule schedule) {
    apply(schedule);
    return tickAt("2026-03-02T00:00:00Z").runs().get(0);
  }

  private static Map<String, String> variables(StoredRun run, Map<String, String> environment) {
    return StartValues.of(run, environment).variables();
  }

  @Test
  void referencesStandAnywhereInATextAndAreResolvedOnce() {
    StoredRun run =
        run(
            daily()
                .environment("URL", "https://${env:HOST}/${env:HOST}?t=${env:TOKEN}")
                .environment("PLAIN", "$HOME ${HOME} {env:HOST} $1"));

    assertThat(variables(run, Map.of("HOST", "a.b", "TOKEN", "$1\\${env:HOST}")))
        .isEqualTo(
            Map.of(
                "URL", "https://a.b/a.b?t=$1\\${env:HOST}",
                "PLAIN", "$HOME ${HOME} {env:HOST} $1"));
  }

  @Test
  void aVariableThatIsSetToNothingIsSet() {
    StoredRun run = run(daily().environment("TOKEN", "<${env:TOKEN}>"));

    assertThat(variables(run, Map.of("TOKEN", ""))).isEqualTo(Map.of("TOKEN", "<>"));
  }

  @Test
  void engineOptionsAreResolvedAndJudgedWithoutSayingWhatTheVariableHolds() {
    StoredRun run =
        run(
            daily()
                .engine("flink")
                .engineOption("flink-master", "${env:FLINK_HOST}:8081")
                .engineOption("flink-parallelism", "${env:TASKS}")
                .engineOption("parallel-nodes", "3"));

    assertThat(StartValues.of(run, Map.of("FLINK_HOST", "f", "TASKS", "8")).engineOptions())
        .isEqualTo(
            new TreeMap<>(
                Map.of("flink-master", "f:8081", "flink-parallelism", "8", "parallel-nodes", "3")));
    assertThatThrownBy(
            () -> StartValues.of(run, Map.of("FLINK_HOST", "f", "TASKS", "hush")).engineOptions())
        .hasMessage(
            "Cannot start run nightly.20260302T0000Z.1 of schedule 'nightly':"
                + " engine-options.flink-parallelism is ${env:TASKS}, which does not hold what it"
                + " must (a whole number, from 1). Set what is missing for the process that starts"
                + " it, such as 'pergola serve', and resume it.");
  }

  /** Words of a command line are stored beside the engine's options. */
  @Test
  void otherAttributesOfARunAreNoEngineOptions() {
    store
        .runs()
        .enqueue(
            RunRequest.of(
                "r1",
                "churn",
                new TreeMap<>(
                    Map.of("own.cli.flag.pattern", "${env:NOT_ONE}", "own.cli.pipeline", "p"))));
    StoredRun run = store.runs().find("r1").orElseThrow();

    assertThat(StartValues.of(run, Map.of()).engineOptions()).isEmpty();
    assertThat(variables(run, Map.of())).isEmpty();
  }
}
