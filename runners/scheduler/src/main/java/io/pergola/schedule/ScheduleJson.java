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
import java.util.stream.Stream;

/** A schedule's definition as it is stored: JSON with every value, defaults included. */
final class ScheduleJson {
  /** The key whose values are not shown. */
  static final String ENVIRONMENT = "environment";

  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** What it takes to read a definition. */
  private static final int FORMAT = 3;

  private ScheduleJson() {}

  static String write(Schedule schedule) {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("format", format(schedule.driving()));
    json.put("id", schedule.id()).put("pipeline", schedule.pipeline());
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
    Schedule.Driving driving = schedule.driving();
    driving.version().ifPresent(version -> json.put("deployment", version));
    driving.engine().ifPresent(engine -> json.put("engine", engine));
    put(json, "engineOptions", driving.engineOptions());
    driving.heap().ifPresent(heap -> json.put("heap", heap));
    put(json, ENVIRONMENT, driving.environment());
    ObjectNode parameters = json.putObject("parameters");
    schedule.parameters().forEach(parameters::put);
    return json.toString();
  }

  /**
   * 1 unless it says how runs are driven, which takes 2, or refers to variables, which takes 3: an
   * older Pergola would drive such a schedule's runs in another way, and must refuse it.
   */
  private static int format(Schedule.Driving driving) {
    boolean refers =
        Stream.of(driving.engineOptions(), driving.environment())
            .flatMap(texts -> texts.values().stream())
            .anyMatch(VariableReferences::areIn);
    return refers ? FORMAT : saysHowToDrive(driving) ? 2 : 1;
  }

  private static boolean saysHowToDrive(Schedule.Driving driving) {
    return driving.version().isPresent()
        || driving.heap().isPresent()
        || !driving.engineOptions().isEmpty()
        || !driving.environment().isEmpty();
  }

  /** Nothing for nothing: what was stored before there was such a key stays as it is. */
  private static void put(ObjectNode json, String name, Map<String, String> values) {
    if (!values.isEmpty()) {
      ObjectNode object = json.putObject(name);
      values.forEach(object::put);
    }
  }

  static Schedule read(String text) {
    JsonNode json = tree(text);
    int format = json.path("format").asInt();
    if (format < 1 || format > FORMAT) {
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
    if (json.has("deployment")) {
      schedule = schedule.deployment(json.get("deployment").asLong());
    }
    if (json.has("heap")) {
      schedule = schedule.heap(json.get("heap").asText());
    }
    for (Map.Entry<String, JsonNode> option : json.path("engineOptions").properties()) {
      schedule = schedule.engineOption(option.getKey(), option.getValue().asText());
    }
    for (Map.Entry<String, JsonNode> variable : json.path(ENVIRONMENT).properties()) {
      schedule = schedule.environment(variable.getKey(), variable.getValue().asText());
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
