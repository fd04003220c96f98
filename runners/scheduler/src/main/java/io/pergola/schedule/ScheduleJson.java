package io.pergola.schedule;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pergola.pipeline.Schedule;
import io.pergola.pipeline.Schedule.CatchUp;
import io.pergola.pipeline.Schedule.Overlap;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.Map;

/** A schedule's definition as it is stored: JSON with every value, defaults included. */
final class ScheduleJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int FORMAT = 1;

  private ScheduleJson() {}

  static String write(Schedule schedule) {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("format", FORMAT).put("id", schedule.id()).put("pipeline", schedule.pipeline());
    Schedule.Timing timing = schedule.timing();
    json.put("when", timing.when().orElseThrow()).put("zone", timing.zone());
    timing.start().ifPresent(start -> json.put("start", start.toString()));
    timing.end().ifPresent(end -> json.put("end", end.toString()));
    json.put("lag", timing.lag().toString()).put("jitter", timing.jitter().toString());
    json.put("catchUp", schedule.catchUp().mode().name());
    schedule.catchUp().window().ifPresent(window -> json.put("catchUpWindow", window.toString()));
    json.put("maxCatchUpRuns", schedule.catchUp().maxRuns());
    json.put("overlap", schedule.starting().overlap().name());
    json.put("dependsOnPast", schedule.starting().dependsOnPast());
    schedule.starting().deadline().ifPresent(time -> json.put("startDeadline", time.toString()));
    json.put("paused", schedule.starting().paused());
    schedule.engine().ifPresent(engine -> json.put("engine", engine));
    ObjectNode parameters = json.putObject("parameters");
    schedule.parameters().forEach(parameters::put);
    return json.toString();
  }

  static Schedule read(String text) {
    JsonNode json = tree(text);
    if (json.path("format").asInt() != FORMAT) {
      throw new IllegalArgumentException(
          "Cannot read a schedule of format %s: this Pergola knows %d. Use a newer Pergola."
              .formatted(json.path("format"), FORMAT));
    }
    Schedule schedule =
        Schedule.of(json.get("id").asText(), json.get("pipeline").asText())
            .when(json.get("when").asText())
            .zone(json.get("zone").asText())
            .lag(Duration.parse(json.get("lag").asText()))
            .jitter(Duration.parse(json.get("jitter").asText()))
            .catchUp(CatchUp.valueOf(json.get("catchUp").asText()))
            .maxCatchUpRuns(json.get("maxCatchUpRuns").asInt())
            .overlap(Overlap.valueOf(json.get("overlap").asText()));
    if (json.has("start")) {
      schedule = schedule.startingAt(LocalDateTime.parse(json.get("start").asText()));
    }
    if (json.has("end")) {
      schedule = schedule.endingAt(LocalDateTime.parse(json.get("end").asText()));
    }
    if (json.has("catchUpWindow")) {
      schedule = schedule.catchUpWindow(Duration.parse(json.get("catchUpWindow").asText()));
    }
    if (json.get("dependsOnPast").asBoolean()) {
      schedule = schedule.dependsOnPast();
    }
    if (json.has("startDeadline")) {
      schedule = schedule.startDeadline(Duration.parse(json.get("startDeadline").asText()));
    }
    if (json.get("paused").asBoolean()) {
      schedule = schedule.paused();
    }
    if (json.has("engine")) {
      schedule = schedule.engine(json.get("engine").asText());
    }
    for (Map.Entry<String, JsonNode> parameter : json.get("parameters").properties()) {
      schedule = schedule.parameter(parameter.getKey(), parameter.getValue().asText());
    }
    return schedule;
  }

  /** The definition as a tree, to compare or show. */
  static JsonNode tree(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("Not a schedule's definition: " + text, e);
    }
  }
}
