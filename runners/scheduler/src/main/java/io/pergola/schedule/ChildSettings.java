package io.pergola.schedule;

import io.pergola.metadata.StoredRun;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What a run's own attributes say of the JVM that drives it.
 *
 * @param heap the largest heap as the JVM wants it, {@code 2g}
 * @param environment variables beside those that the daemon hands on, as declared: {@link
 *     StartValues} says what they stand for
 */
public record ChildSettings(Optional<String> heap, SortedMap<String, String> environment) {
  /** The attribute with the largest heap, {@code 512m} or {@code 4g}. */
  public static final String HEAP = "child.heap";

  /** Before the name of an environment variable. */
  public static final String ENVIRONMENT = "child.env.";

  private static final Pattern SIZE = Pattern.compile("[1-9]\\d{0,8}[kKmMgG]");
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  /** Variables that would make a JVM load or do something else. */
  private static final Pattern REFUSED =
      Pattern.compile("LD_.*|DYLD_.*|JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|JDK_JAVA_OPTIONS|PATH|IFS");

  public ChildSettings {
    heap.ifPresent(ChildSettings::checkHeap);
    environment.keySet().forEach(ChildSettings::checkVariable);
    environment = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(environment));
  }

  /**
   * Refuses what is no size of a heap.
   *
   * @throws IllegalArgumentException saying what is
   */
  public static void checkHeap(String heap) {
    if (!SIZE.matcher(heap).matches()) {
      throw new IllegalArgumentException(
          "Invalid heap: '%s' (a number and k, m or g: 2g)".formatted(heap));
    }
  }

  /**
   * Refuses names of variables that are none, or that decide what a process loads.
   *
   * @throws IllegalArgumentException saying why
   */
  public static void checkVariable(String name) {
    if (!NAME.matcher(name).matches() || REFUSED.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "Invalid environment variable: '%s' (letters, digits, '_'; none that decides what a process loads)"
              .formatted(name));
    }
  }

  /**
   * Reads a run's attributes.
   *
   * @throws IllegalArgumentException if one of them is invalid
   */
  public static ChildSettings of(StoredRun run) {
    SortedMap<String, String> environment = new TreeMap<>();
    for (Map.Entry<String, String> attribute : run.attributes().entrySet()) {
      if (attribute.getKey().startsWith(ENVIRONMENT)) {
        environment.put(attribute.getKey().substring(ENVIRONMENT.length()), attribute.getValue());
      }
    }
    return new ChildSettings(run.attribute(HEAP), environment);
  }
}
