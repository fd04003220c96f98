package io.pergola.schedule.notification;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Optional;

/**
 * What somebody is told. Its JSON is the body of a webhook: {@code
 * docs/reference/notifications.md}.
 *
 * @param id the same for the same event, however often it is sent
 * @param run the run's id, if there is one
 * @param schedule the schedule that asked for the run
 * @param interval the run's data interval as {@code start/end} in UTC
 * @param reason why, in one line
 * @param time when it happened
 */
public record Notice(
    String id,
    Occasion occasion,
    String pipeline,
    Optional<String> run,
    Optional<String> schedule,
    Optional<String> interval,
    Optional<String> reason,
    Instant time) {
  private static final int FORMAT = 1;
  private static final int LONGEST_TITLE = 200;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A notice with which the configuration is tried out. */
  public static Notice test(String id, Instant time) {
    return new Notice(
        id,
        Occasion.TEST,
        "none",
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of("this is a test of the notifications"),
        time);
  }

  /** One line without control characters: what a mail's subject may hold. */
  public String title() {
    String what =
        switch (occasion) {
          case FAILURE -> "failed";
          case MISSED -> "missed its time";
          case NOT_BLESSED -> "made a model that is not blessed";
          case RECOVERY -> "succeeds again";
          case STOPPED -> "was stopped by a gate";
          case TEST -> "test of notifications";
        };
    return oneLine("Pergola: %s %s".formatted(pipeline, what));
  }

  /** Several lines for people. */
  public String text() {
    StringBuilder text = new StringBuilder(title()).append("\n\n");
    line(text, "run", run);
    line(text, "schedule", schedule);
    line(text, "data for", interval);
    line(text, "why", reason);
    line(text, "time", Optional.of(time.toString()));
    line(text, "id", Optional.of(id));
    run.ifPresent(one -> text.append("\nLook at it: pergola show ").append(oneLine(one)));
    return text.append('\n').toString();
  }

  private static void line(StringBuilder text, String name, Optional<String> value) {
    value.ifPresent(
        one -> text.append("%-9s %s%n".formatted(name, oneLine(one)).replace("\r", "")));
  }

  /** The text without what could begin another line or header, and not too long. */
  private static String oneLine(String text) {
    String plain = text.replaceAll("[\\s\\p{Cntrl}\\p{Cf}\\u2028\\u2029]+", " ").strip();
    return plain.length() <= LONGEST_TITLE ? plain : plain.substring(0, LONGEST_TITLE) + "...";
  }

  /** The notice as JSON. */
  public String toJson() {
    ObjectNode json = JSON.createObjectNode();
    json.put("format", FORMAT);
    json.put("id", id);
    json.put("event", occasion.key());
    json.put("pipeline", pipeline);
    run.ifPresent(value -> json.put("run", value));
    schedule.ifPresent(value -> json.put("schedule", value));
    interval.ifPresent(value -> json.put("interval", value));
    reason.ifPresent(value -> json.put("reason", value));
    json.put("time", time.toString());
    json.put("title", title());
    return json.toString();
  }

  /**
   * Reads what {@link #toJson} wrote.
   *
   * @throws IllegalArgumentException if it is something else
   */
  public static Notice fromJson(String text) {
    try {
      JsonNode json = JSON.readTree(text);
      String event = json.path("event").asText();
      return new Notice(
          json.path("id").asText(),
          Occasion.of(event)
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "Cannot read a notification: its event is '%s'. Use the newest Pergola."
                              .formatted(event))),
          json.path("pipeline").asText(),
          value(json, "run"),
          value(json, "schedule"),
          value(json, "interval"),
          value(json, "reason"),
          Instant.parse(json.path("time").asText()));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("Cannot read a notification: it is no JSON.", e);
    }
  }

  private static Optional<String> value(JsonNode json, String name) {
    return Optional.ofNullable(json.get(name)).map(JsonNode::asText);
  }
}
