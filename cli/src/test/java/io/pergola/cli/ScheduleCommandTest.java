package io.pergola.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pergola.metadata.MetadataStore;
import io.pergola.schedule.Scheduler;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ScheduleCommandTest extends CliFixture {
  private Path file;

  @BeforeEach
  void write() throws Exception {
    file = folder.resolve("schedules.yaml");
    Files.writeString(
        file,
        """
        schedules:
          nightly-taxi:
            pipeline: taxi
            cron: "30 2 * * *"
            zone: Europe/Berlin
            start: 2026-03-01
            parameters:
              data: days/{SPAN}.csv
        """);
  }

  private JsonNode json(String... arguments) throws Exception {
    Answer answer = pergola(arguments);
    assertThat(answer.err()).isEmpty();
    return new ObjectMapper().readTree(answer.out());
  }

  private Answer apply() {
    return pergola("schedule", "apply", file.toString());
  }

  @Test
  void aFileIsAppliedAndAgainIsNoChange() throws Exception {
    Answer dry = pergola("schedule", "apply", file.toString(), "--dry-run");
    assertThat(dry.out()).startsWith("nightly-taxi: new (dry run: nothing is changed)\n");
    assertThat(dry.out().lines()).as("heading and five ticks").hasSizeGreaterThanOrEqualTo(7);
    assertThat(pergola("schedule", "list").out()).startsWith("No schedules yet.");

    assertThat(apply().out()).startsWith("nightly-taxi: new\n");
    assertThat(apply().out()).isEqualTo("nightly-taxi: unchanged\n");
    Files.writeString(file, Files.readString(file).replace("30 2", "45 2"));
    assertThat(apply().out())
        .startsWith("nightly-taxi: changed\n  when: 30 2 * * * -> 45 2 * * *\n");
    JsonNode listed = json("schedule", "list", "--json");
    assertThat(listed.get(0).get("pipeline").asText()).isEqualTo("taxi-pipeline");
    assertThat(listed.get(0).get("version").asInt()).isEqualTo(2);
    assertThat(pergola("schedule", "list").out().lines()).hasSize(2);
    assertThat(pergola("schedule", "show", "nightly-taxi").out())
        .contains("catch-up           last\n")
        .contains("overlap            queue-one\n")
        .contains("parameters         {data=days/{SPAN}.csv}\n");
  }

  @Test
  void whatIsWrongWithAFileIsSaidLineByLine() throws Exception {
    Files.writeString(file, "schedules:\n  x:\n    pipeline: taxi\n    cron: 61 * * * *\n");
    Answer answer = apply();

    assertThat(answer.code()).isEqualTo(2);
    assertThat(answer.err())
        .isEqualTo(
            "error: %s:4:11: Invalid cron '61 * * * *': minute (field 1) is '61'. Write 0 to 59.\n"
                .formatted(file));
  }

  @Test
  void aScheduleExplainsItselfAtAnyMoment() throws Exception {
    apply();
    Answer answer = pergola("schedule", "explain", "nightly-taxi", "--at=2037-03-27");

    assertThat(answer.out())
        .contains("2037-03-29 03:00 CEST")
        .contains("2037-03-29T01:00:00Z")
        .contains("Clocks go from 02:00 to 03:00 on 2037-03-29.");
    assertThat(answer.out().lines()).allMatch(line -> line.length() <= 120);
    JsonNode json = json("schedule", "explain", "nightly-taxi", "--at=2037-03-27", "--json");
    assertThat(json.get("next")).hasSize(5);
    assertThat(pergola("schedule", "explain", "nightly").err())
        .isEqualTo("error: Unknown schedule: 'nightly'. List them: pergola schedule list.\n");
    assertThat(pergola("schedule", "explain", "nightly-taxi", "--at=noon").err())
        .startsWith("error: Invalid time: 'noon'");
  }

  @Test
  void rule08_theThreeTimesOfARunAreShown() {
    apply();
    try (MetadataStore store = MetadataStore.open(home().resolve("metadata.db"))) {
      Scheduler.over(store, Clock.systemUTC()).tick();
    }
    Answer answer = pergola("schedule", "explain", "nightly-taxi");

    assertThat(answer.out())
        .containsPattern("DATA FOR +DUE +STARTED +TICK +WHY")
        .containsPattern("02:30 to .* 02:30 .* FIRED")
        .contains("attempt 1: run nightly-taxi.");
  }

  @Test
  void aScheduleIsPausedUnpausedAndDeleted() throws Exception {
    apply();
    assertThat(pergola("schedule", "pause", "nightly-taxi", "--reason=Holidays.").out())
        .isEqualTo("Paused nightly-taxi.\n");
    assertThat(pergola("schedule", "pause", "nightly-taxi").out())
        .isEqualTo("nightly-taxi is paused already.\n");
    assertThat(pergola("schedule", "explain", "nightly-taxi").out()).contains("(Holidays.)");
    assertThat(json("schedule", "unpause", "nightly-taxi", "--json").get("changed").asBoolean())
        .isTrue();
    assertThat(pergola("schedule", "delete", "nightly-taxi").out())
        .isEqualTo("Deleted nightly-taxi.\n");
    assertThat(pergola("schedule", "delete", "nightly-taxi").code()).isEqualTo(2);
  }

  @Test
  void aBackfillIsPreviewedCreatedAndCancelled() throws Exception {
    apply();
    String[] create = {
      "backfill", "create", "nightly-taxi", "--from=2026-02-01", "--to=2026-02-04"
    };
    Answer preview = pergola(create[0], create[1], create[2], create[3], create[4], "--preview");
    assertThat(preview.out())
        .isEqualTo(
            """
            Would run 3 intervals of nightly-taxi
              2026-02-01 02:30 to 2026-02-02 02:30
              2026-02-02 02:30 to 2026-02-03 02:30
              2026-02-03 02:30 to 2026-02-04 02:30
            """);
    assertThat(pergola("backfill", "list").out()).startsWith("No backfills yet.");

    assertThat(pergola(create).out())
        .startsWith("Created nightly-taxi-2026-02-01-2026-02-04: 3 intervals of nightly-taxi\n");
    assertThat(pergola(create).err()).contains("there is one of this id");
    String id = "nightly-taxi-2026-02-01-2026-02-04";
    assertThat(pergola("backfill", "list").out())
        .containsPattern("(?m)^%s +nightly-taxi +RUNNING +0 +0 +0 +3 +3$".formatted(id));
    assertThat(pergola("backfill", "pause", id).out()).isEqualTo("Paused %s.\n".formatted(id));
    assertThat(pergola("backfill", "resume", id).out()).isEqualTo("Resumed %s.\n".formatted(id));
    assertThat(pergola("backfill", "cancel", id).out()).isEqualTo("Cancelled %s.\n".formatted(id));
    assertThat(json("backfill", "list", "--json").get(0).get("state").asText())
        .isEqualTo("CANCELLED");
    assertThat(
            pergola("backfill", "create", "nightly-taxi", "--from=2026-02-04", "--to=2026-02-01")
                .err())
        .startsWith("error: Invalid range");
  }
}
