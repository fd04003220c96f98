package io.pergola.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Schedules that are declared in Java beside their pipeline. */
class ScheduleFromJarTest extends CliFixture {
  private static final String SERVICE = "META-INF/services/io.pergola.pipeline.PipelineSchedules";
  private static final String PLANS =
      """
      package com.acme;

      import io.pergola.pipeline.PipelineSchedules;
      import io.pergola.pipeline.Schedule;
      import java.time.LocalDate;
      import java.util.List;

      public final class Plans implements PipelineSchedules {
        @Override
        public List<Schedule> schedules() {
          return List.of(
              Schedule.of("nightly-elsewhere", Elsewhere.class)
                  .cron("30 2 * * *")
                  .zone("Europe/Berlin")
                  .startingAt(LocalDate.of(2026, 3, 1))
                  .parameter("size", "4"));
        }
      }
      """;

  private Path jar(String name, String plans) throws Exception {
    return SourceJar.of(
        folder,
        name,
        Map.of("com.acme.Elsewhere", SourceJar.elsewhere(2), "com.acme.Plans", plans),
        Map.of(SERVICE, "com.acme.Plans\n"));
  }

  private Answer apply(Path jar, String... more) {
    return pergola(
        Stream.concat(Stream.of("schedule", "apply", "--from-jar=" + jar), Stream.of(more))
            .toArray(String[]::new));
  }

  @Test
  void rule01_schedulesOfAJarAreAppliedAndAgainIsNoChange() throws Exception {
    Path jar = jar("plans", PLANS);
    Answer dry = apply(jar, "--dry-run");
    assertThat(dry.err()).isEmpty();
    assertThat(dry.out()).startsWith("nightly-elsewhere: new (dry run: nothing is changed)\n");
    assertThat(pergola("schedule", "list").out()).startsWith("No schedules yet.");

    assertThat(apply(jar).out()).startsWith("nightly-elsewhere: new\n");
    assertThat(apply(jar).out()).isEqualTo("nightly-elsewhere: unchanged\n");
    Path edited = jar("edited", PLANS.replace("30 2", "45 2"));
    assertThat(apply(edited).out())
        .startsWith("nightly-elsewhere: changed\n  when: 30 2 * * * -> 45 2 * * *\n");
    JsonNode listed =
        new ObjectMapper().readTree(pergola("schedule", "list", "--json").out()).get(0);
    assertThat(listed.get("pipeline").asText()).isEqualTo("elsewhere");
    assertThat(listed.get("version").asInt()).isEqualTo(2);
    assertThat(pergola("schedule", "show", "nightly-elsewhere").out())
        .contains("parameters         {size=4}\n");
  }

  @Test
  void theAnswerIsThereAsJson() throws Exception {
    Path jar = jar("plans", PLANS);
    JsonNode json = new ObjectMapper().readTree(apply(jar, "--json").out()).get(0);

    assertThat(json.get("id").asText()).isEqualTo("nightly-elsewhere");
    assertThat(json.get("kind").asText()).isEqualTo("NEW");
    assertThat(json.get("applied").asBoolean()).isTrue();
    assertThat(json.get("next")).hasSize(5);
    assertThat(json.get("from").asText()).isEqualTo(jar.toString());
  }

  @Test
  void aJarThatDeclaresNothingIsRefused() throws Exception {
    Path jar =
        SourceJar.of(
            folder, "none", Map.of("com.acme.Elsewhere", SourceJar.elsewhere(2)), Map.of());
    Answer answer = apply(jar);

    assertThat(answer.code()).isEqualTo(2);
    assertThat(answer.err())
        .isEqualTo("error: Cannot apply %s: it declares no schedule. Add one.\n".formatted(jar));
  }

  @Test
  void whatIsNoJarIsRefused() throws Exception {
    Path none = folder.resolve("none.jar");
    assertThat(apply(none).code()).isEqualTo(2);
    assertThat(apply(none).err())
        .isEqualTo(
            "error: Cannot read --from-jar=%s: there is no such file. Build the jar first.\n"
                .formatted(none));
    Path text = Files.writeString(folder.resolve("notes.jar"), "not a jar");
    assertThat(apply(text).code()).isEqualTo(2);
    assertThat(apply(text).err()).startsWith("error: Cannot ").contains(text.toString());
  }

  @Test
  void whatIsWrongWithADeclarationIsSaidAndNothingIsApplied() throws Exception {
    Path jar = jar("wrong", PLANS.replace("30 2 * * *", "61 * * * *"));
    Answer answer = apply(jar);

    assertThat(answer.code()).isEqualTo(2);
    assertThat(answer.err()).contains("minute (field 1) is '61'");
    assertThat(answer.err().lines()).hasSize(1);
    Path missing = SourceJar.of(folder, "missing", Map.of(), Map.of(SERVICE, "com.acme.Gone\n"));
    assertThat(apply(missing).code()).isEqualTo(2);
    assertThat(apply(missing).err()).contains("com.acme.Gone");
    assertThat(pergola("schedule", "list").out()).startsWith("No schedules yet.");
  }

  @Test
  void oneSourceIsNamed() throws Exception {
    Path jar = jar("plans", PLANS);
    Answer both = apply(jar, "schedules.yaml");
    assertThat(both.code()).isEqualTo(2);
    assertThat(both.err()).startsWith("error: Name one source of schedules: ");
    assertThat(pergola("schedule", "apply").code()).isEqualTo(2);
  }
}
