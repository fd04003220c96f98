package io.pergola.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A jar is deployed, and schedules follow or pin its versions. */
class DeployCommandTest extends CliFixture {
  private static final String SOURCE =
      """
      package com.acme;

      import io.pergola.artifact.Statistics;
      import io.pergola.pipeline.*;
      import java.util.List;

      public record Tide(long size) implements PipelineDefinition {
        @Override
        public void define(PipelineBuilder p) {
          p.add("one", new Note(size));
          p.add("two", new Note(size + 1));
        }

        public record Note(long size) implements InlineComponent<Channel<Statistics>> {
          @Override
          public void run(Artifacts artifacts, Channel<Statistics> out) {}
        }

        public static final class Nightly implements PipelineSchedules {
          @Override
          public List<Schedule> schedules() {
            return List.of(
                Schedule.of("tides", Tide.class)
                    .cron("0 6 * * *")
                    .zone("Europe/Berlin")
                    .deployment(1)
                    .heap("512m")
                    .environment("TOKEN", "hush"),
                Schedule.of("never", Tide.class).heap("big"));
          }
        }
      }
      """;

  private Path jar() throws Exception {
    return TestJar.of(
        folder,
        "com.acme.Tide",
        SOURCE,
        Map.of(
            "META-INF/services/io.pergola.pipeline.PipelineSchedules", "com.acme.Tide$Nightly\n"));
  }

  @Test
  void itSaysWhichPipelinesAndSchedulesItFound() throws Exception {
    Path jar = jar();

    Answer answer = pergola("deploy", jar.toString(), "--size=3");

    assertThat(answer.err()).isEmpty();
    assertThat(answer.out().lines().toList())
        .satisfiesExactly(
            line ->
                assertThat(line).matches("tide version 1 \\(com.acme.Tide, \\w{12}, 2 nodes\\)"),
            line ->
                assertThat(line).isEqualTo("schedule tides of tide: 0 6 * * * in Europe/Berlin"),
            line -> assertThat(line).isEqualTo("schedule never of tide: no time in UTC"),
            line -> assertThat(line).startsWith("  Schedule 'never' does not say when."),
            line ->
                assertThat(line).isEqualTo("  Invalid heap: 'big' (a number and k, m or g: 2g)"),
            line ->
                assertThat(line)
                    .isEqualTo(
                        "2 schedules declared and not applied by this command. Apply: pergola"
                            + " schedule apply --from-jar=%s",
                        jar));
    Answer json = pergola("deploy", jar.toString(), "--json");
    JsonNode found = new ObjectMapper().readTree(json.out());
    assertThat(found.at("/pipelines/0/version").asInt()).isEqualTo(1);
    assertThat(found.at("/pipelines/0/new").asBoolean()).isFalse();
    assertThat(found.at("/pipelines/0/missing/0").asText()).isEqualTo("--size");
    assertThat(found.at("/schedules/0/id").asText()).isEqualTo("tides");
    assertThat(found.at("/schedules/1/problems")).hasSize(2);
    assertThat(
            new ObjectMapper()
                .readTree(pergola("deploy", jar.toString(), "--size=3", "--json").out())
                .at("/pipelines/0/nodes"))
        .hasSize(2);
  }

  @Test
  void rule01_aScheduleThatPinsAVersionSaysSoEverywhere() throws Exception {
    Path file = folder.resolve("pinned.yaml");
    Files.writeString(
        file,
        """
        schedules:
          tides:
            pipeline: com.acme.Tide
            cron: "0 6 * * *"
            deployment: 1
            heap: 512m
            environment:
              TOKEN: hush
        """);
    Answer early = pergola("schedule", "apply", file.toString());
    assertThat(early.code()).isEqualTo(2);
    assertThat(early.err())
        .isEqualTo(
            "error: Cannot apply schedule 'tides': There is no version 1 of pipeline 'tide': it was"
                + " never deployed. Deploy its jar first: pergola deploy JAR.\n");

    assertThat(pergola("deploy", jar().toString()).code()).isZero();
    assertThat(pergola("schedule", "apply", file.toString()).out()).startsWith("tides: new\n");

    assertThat(pergola("schedule", "list").out()).containsPattern("tides +tide +version 1 ");
    assertThat(pergola("schedule", "explain", "tides").out())
        .contains("Deployment: version 1, pinned (newest: version 1)\n");
    String shown = pergola("schedule", "show", "tides").out();
    assertThat(shown)
        .contains("deployment         version 1, pinned (newest: version 1)\n")
        .contains("heap               512m\n")
        .contains("environment        [TOKEN]\n")
        .doesNotContain("hush");
    for (String command : new String[] {"show", "explain"}) {
      String json = pergola("schedule", command, "tides", "--json").out();
      JsonNode deployment = new ObjectMapper().readTree(json).get("deployment");
      assertThat(deployment.get("pinned").asBoolean()).as(command).isTrue();
      assertThat(deployment.get("version").asInt()).isEqualTo(1);
      assertThat(json).doesNotContain("hush");
    }
    Files.writeString(file, Files.readString(file).replace("deployment: 1", "deployment: newest"));
    assertThat(pergola("schedule", "apply", file.toString()).out())
        .startsWith("tides: changed\n  deployment: 1 -> none\n");
    assertThat(pergola("schedule", "list", "--json").out()).contains("\"pinned\" : false");
  }
}
