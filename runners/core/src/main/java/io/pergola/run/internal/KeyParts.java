package io.pergola.run.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Everything that decides what a node puts out, by name. Kept with each execution, so that a later
 * plan can say what changed since.
 *
 * @param parts such as {@code parameter:steps} or {@code input:examples}
 */
record KeyParts(SortedMap<String, KeyParts.Part> parts) {
  static final String COMPONENT = "component";
  static final String CODE = "code";
  static final String PARAMETER = "parameter:";
  static final String INPUT = "input:";
  static final String OUTPUT = "output:";
  static final String EXTERNAL = "file:";
  static final String SPANS = "spans";

  /** Changes when keys of earlier releases must not match any more. */
  private static final String VERSION = "1";

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * One part.
   *
   * @param digest what counts
   * @param text the same for people
   */
  record Part(String digest, String text) {}

  KeyParts {
    parts = Collections.unmodifiableSortedMap(new TreeMap<>(parts));
  }

  /** The cache key: one digest of all parts, without their texts. */
  String key() {
    StringBuilder text = new StringBuilder("pergola-cache-key ").append(VERSION).append('\n');
    parts.forEach(
        (name, part) ->
            text.append(name.length())
                .append(' ')
                .append(name)
                .append(' ')
                .append(part.digest())
                .append('\n'));
    return Digests.of(text.toString());
  }

  /** The files outside the store among the parts. */
  List<Path> files() {
    return parts.keySet().stream()
        .filter(name -> name.startsWith(EXTERNAL))
        .map(name -> Path.of(name.substring(EXTERNAL.length())))
        .toList();
  }

  /** The JSON text that is stored with the execution. */
  String json() {
    ObjectNode json = JSON.createObjectNode();
    for (Map.Entry<String, Part> part : parts.entrySet()) {
      json.putArray(part.getKey()).add(part.getValue().digest()).add(part.getValue().text());
    }
    return json.toString();
  }

  /** Reads what {@link #json} wrote; empty if it is something else. */
  static Optional<KeyParts> parse(String json) {
    SortedMap<String, Part> parts = new TreeMap<>();
    try {
      for (Map.Entry<String, JsonNode> field : JSON.readTree(json).properties()) {
        JsonNode value = field.getValue();
        parts.put(field.getKey(), new Part(value.path(0).asText(), value.path(1).asText()));
      }
      return Optional.of(new KeyParts(parts));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }
}
