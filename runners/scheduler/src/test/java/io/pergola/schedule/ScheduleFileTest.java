package io.pergola.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pergola.pipeline.Schedule;
import io.pergola.pipeline.Schedule.CatchUp;
import io.pergola.pipeline.Schedule.Overlap;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScheduleFileTest {
  private static List<Schedule> parse(String text) {
    return ScheduleFile.parse("s.yaml", text);
  }

  @Test
  void everyKeyIsRead() {
    String text =
        """
        schedules:
          nightly-taxi:
            pipeline: taxi
            cron: "30 2 * * *"
            zone: Europe/Berlin
            start: 2026-03-01
            end: 2027-01-01
            lag: 1h30m
            jitter: 5m
            catch-up: all
            catch-up-window: 7d
            max-catch-up-runs: 20
            overlap: queue-all
            depends-on-past: true
            start-deadline: 6h
            paused: true
            deployment: 3
            engine: flink
            engine-options:
              flink-parallelism: 8
              flink-master: "${env:FLINK_HOST}:8081"
            heap: 4g
            environment:
              OMP_NUM_THREADS: 2
              TOKEN: ${env:CHURN_TOKEN}
            parameters:
              data: days/{SPAN}/*.csv
              steps: 500
          hourly:
            pipeline: com.acme.Churn
            every: 6h
            deployment: newest
        """;

    assertThat(parse(text))
        .containsExactly(
            Schedule.of("nightly-taxi", "taxi")
                .cron("30 2 * * *")
                .zone("Europe/Berlin")
                .startingAt(LocalDate.parse("2026-03-01"))
                .endingAt(LocalDate.parse("2027-01-01"))
                .lag(Duration.ofMinutes(90))
                .jitter(Duration.ofMinutes(5))
                .catchUp(CatchUp.ALL)
                .catchUpWindow(Duration.ofDays(7))
                .maxCatchUpRuns(20)
                .overlap(Overlap.QUEUE_ALL)
                .dependsOnPast()
                .startDeadline(Duration.ofHours(6))
                .paused()
                .deployment(3)
                .engine("flink")
                .engineOption("flink-parallelism", "8")
                .engineOption("flink-master", "${env:FLINK_HOST}:8081")
                .heap("4g")
                .environment("OMP_NUM_THREADS", "2")
                .environment("TOKEN", "${env:CHURN_TOKEN}")
                .parameter("data", "days/{SPAN}/*.csv")
                .parameter("steps", "500"),
            Schedule.of("hourly", "com.acme.Churn").every(Duration.ofHours(6)));
    for (Schedule schedule : parse(text)) {
      assertThat(ScheduleJson.read(ScheduleJson.write(schedule))).isEqualTo(schedule);
    }
  }

  @Test
  void allThatIsWrongIsSaidWithFileLineAndColumn() {
    String text =
        """
        schedules:
          nightly:
            pipeline: taxi
            cron: 61 2 * * *
            zone: Europe/Berln
            overlap: queue-on
            catchup: last
            start: yesterday
            deployment: latest
            heap: 4
            environment:
              MY-NAME: x
            engine-options:
              flink-paralelism: 8
          Bad Id:
            pipeline: taxi
          empty:
            zone: UTC
        """;

    assertThatThrownBy(() -> parse(text))
        .hasMessage(
            String.join(
                "\n",
                "s.yaml:4:11: Invalid cron '61 2 * * *': minute (field 1) is '61'. Write 0 to 59.",
                "s.yaml:5:11: Invalid zone: 'Europe/Berln' (an IANA name such as Europe/Berlin, or"
                    + " UTC). Did you mean Europe/Berlin?",
                "s.yaml:6:14: Invalid value: 'queue-on' (queue-one, skip, queue-all,"
                    + " cancel-previous, allow). Did you mean queue-one?",
                "s.yaml:7:5: Unknown key: 'catchup' (known: pipeline, cron, every, zone, start, end,"
                    + " lag, jitter, catch-up, catch-up-window, max-catch-up-runs, overlap,"
                    + " depends-on-past, start-deadline, paused, deployment, engine, heap,"
                    + " engine-options, environment, parameters). Did you mean"
                    + " catch-up?",
                "s.yaml:8:12: Invalid time: 'yesterday' (local, in the schedule's zone: 2026-03-01"
                    + " or 2026-03-01T06:00)",
                "s.yaml:9:17: Invalid deployment: 'latest' (newest, or the number of a version: 3)",
                "s.yaml:10:11: Invalid heap: '4' (a number and k, m or g: 2g)",
                "s.yaml:12:7: Invalid environment variable: 'MY-NAME' (letters, digits, '_'; none"
                    + " that decides what a process loads)",
                "s.yaml:14:7: Unknown engine option: 'flink-paralelism' (known: flink-master,"
                    + " flink-parallelism, flink-stage, parallel-nodes). Did you mean"
                    + " flink-parallelism?",
                "s.yaml:15:3: Invalid schedule id: 'Bad Id' (lower-case letters, digits and dashes,"
                    + " at most 100)",
                "s.yaml:17:3: Schedule 'empty' names no pipeline. Add pipeline: and a class name."));
  }

  @Test
  void aScheduleThatDoesNotSayWhenIsRefusedAtItsId() {
    assertThatThrownBy(() -> parse("schedules:\n  x:\n    pipeline: taxi\n"))
        .hasMessage(
            "s.yaml:2:3: Schedule 'x' does not say when. Add a cron expression, such as"
                + " 30 2 * * *.");
  }

  @Test
  void aFileCannotGrowOrNest() {
    assertThatThrownBy(() -> parse("schedules: &a\n  x: *a\n"))
        .hasMessage("s.yaml:2:6: An alias is not allowed here. Write the value out.");
    assertThatThrownBy(() -> parse("[".repeat(100_000)))
        .hasMessageContaining("It is nested too deep.");
    assertThatThrownBy(() -> parse("schedules: {x: {pipeline: a, pipeline: b}}"))
        .hasMessageContaining("s.yaml:1:30: 'pipeline' is there twice in schedule 'x'. Keep one.");
    assertThatThrownBy(() -> parse("schedules: [")).hasMessageContaining("It is not YAML");
    assertThatThrownBy(() -> parse("")).hasMessageContaining("It is empty");
  }
}
