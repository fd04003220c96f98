package io.pergola.schedule;

import io.pergola.pipeline.Schedule;
import io.pergola.pipeline.Suggestions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** What a schedule may say of the engine of its runs: options that the command line has too. */
final class EngineSettings {
  private static final String FLINK = "flink";
  private static final String SET_TOO =
      "Engine option %s refers to variable %s, which the schedule's environment sets itself."
          + " Refer to another one, or leave that out.";

  /** The values of an option, and how to say what they are. */
  private record Values(Pattern valid, String description) {}

  private static final SortedMap<String, Values> OPTIONS = options();

  private EngineSettings() {}

  private static SortedMap<String, Values> options() {
    Values number = new Values(Pattern.compile("[1-9]\\d{0,4}"), "a whole number, from 1");
    SortedMap<String, Values> options = new TreeMap<>();
    options.put(
        "flink-master",
        new Values(Pattern.compile("[A-Za-z0-9._\\[\\]:-]+:\\d{1,5}"), "HOST:PORT"));
    options.put("flink-parallelism", number);
    options.put(
        "flink-stage", new Values(Pattern.compile("\\S+"), "auto, class-path, none, or jar files"));
    options.put("parallel-nodes", number);
    return options;
  }

  /** The options that there are. */
  static Set<String> names() {
    return OPTIONS.keySet();
  }

  /** What the values of an option are, for people, if this is none. */
  static Optional<String> unlike(String name, String value) {
    return Optional.ofNullable(OPTIONS.get(name))
        .filter(values -> !values.valid().matcher(value).matches())
        .map(Values::description);
  }

  /**
   * Refuses what is no option of an engine, or none of its values. A text that refers to variables
   * is judged where the run is started.
   *
   * @throws IllegalArgumentException saying what is
   */
  static void check(String name, String value) {
    Values values = OPTIONS.get(name);
    if (values == null) {
      throw new IllegalArgumentException(
          "Unknown engine option: '%s' (known: %s)%s"
              .formatted(
                  name,
                  String.join(", ", OPTIONS.keySet()),
                  Suggestions.nearest(name, OPTIONS.keySet())
                      .map(". Did you mean %s?"::formatted)
                      .orElse("")));
    }
    if (VariableReferences.areIn(value)) {
      VariableReferences.check(value);
    } else if (!values.valid().matcher(value).matches()) {
      throw new IllegalArgumentException(
          "Invalid engine option %s: '%s' (%s)".formatted(name, value, values.description()));
    }
  }

  /** What is wrong with engine and options, in sentences. */
  static List<String> problems(Schedule.Driving driving) {
    List<String> problems = new ArrayList<>();
    String engine = driving.engine().orElse("");
    if (!List.of("", "local", FLINK).contains(engine)) {
      problems.add("Invalid engine: '%s' (local or flink)".formatted(engine));
    }
    driving
        .engineOptions()
        .forEach(
            (name, value) -> {
              try {
                check(name, value);
              } catch (IllegalArgumentException e) {
                problems.add(e.getMessage());
              }
              if (name.startsWith(FLINK + "-") && !engine.equals(FLINK)) {
                problems.add(
                    "Engine option %s has no effect on this engine. Set engine flink, or leave it out."
                        .formatted(name));
              }
              VariableReferences.names(value).stream()
                  .filter(driving.environment()::containsKey)
                  .map(variable -> SET_TOO.formatted(name, variable))
                  .forEach(problems::add);
            });
    return problems;
  }
}
