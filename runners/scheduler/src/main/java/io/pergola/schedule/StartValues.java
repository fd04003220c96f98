package io.pergola.schedule;

import io.pergola.metadata.StoredRun;
import io.pergola.run.RunAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the texts of a run's schedule stand for where the run is started: references to variables
 * ({@code ${env:NAME}}) are resolved here, and what they resolve to is stored and shown nowhere.
 */
public final class StartValues {
  private static final String ENGINE_OPTIONS = "engine-options.";
  private static final String ENVIRONMENT = "environment.";

  private final StoredRun run;
  private final Map<String, String> environment;

  private StartValues(StoredRun run, Map<String, String> environment) {
    this.run = run;
    this.environment = environment;
  }

  /**
   * The values of a run.
   *
   * @param environment of the process that starts it
   */
  public static StartValues of(StoredRun run, Map<String, String> environment) {
    return new StartValues(run, environment);
  }

  /**
   * Options of the engine by name, as on the command line.
   *
   * @throws IllegalArgumentException naming the schedule, the key and the variable where one is not
   *     set, or holds no value of its option
   */
  public SortedMap<String, String> engineOptions() {
    List<String> problems = new ArrayList<>();
    SortedMap<String, String> options = engineOptions(problems);
    require(problems);
    return options;
  }

  /**
   * Variables of the run's process: those that its schedule sets, and those that its engine options
   * refer to, for that process resolves them itself.
   *
   * @throws IllegalArgumentException as {@link #engineOptions}, with all that is wrong
   */
  public SortedMap<String, String> variables() {
    List<String> problems = new ArrayList<>();
    SortedMap<String, String> variables = new TreeMap<>();
    engineOptions(problems);
    for (String text : optionTexts().values()) {
      for (String name : VariableReferences.names(text)) {
        variables.put(name, environment.getOrDefault(name, ""));
      }
    }
    texts(ChildSettings.ENVIRONMENT)
        .forEach(
            (name, text) -> {
              if (allSet(ENVIRONMENT + name, text, problems)) {
                variables.put(name, VariableReferences.resolve(text, environment));
              }
            });
    require(problems);
    return variables;
  }

  private SortedMap<String, String> engineOptions(List<String> problems) {
    SortedMap<String, String> options = new TreeMap<>();
    optionTexts()
        .forEach(
            (name, text) -> {
              if (allSet(ENGINE_OPTIONS + name, text, problems)) {
                String value = VariableReferences.resolve(text, environment);
                options.put(name, value);
                if (VariableReferences.areIn(text)) {
                  EngineSettings.unlike(name, value)
                      .map(
                          values ->
                              "%s%s is %s, which does not hold what it must (%s)"
                                  .formatted(ENGINE_OPTIONS, name, text, values))
                      .ifPresent(problems::add);
                }
              }
            });
    return options;
  }

  /** A run has other attributes beside its engine's options. */
  private SortedMap<String, String> optionTexts() {
    SortedMap<String, String> texts = texts(RunAttributes.ENGINE_OPTION);
    texts.keySet().retainAll(EngineSettings.names());
    return texts;
  }

  private SortedMap<String, String> texts(String prefix) {
    SortedMap<String, String> texts = new TreeMap<>();
    run.attributes()
        .forEach(
            (name, text) -> {
              if (name.startsWith(prefix)) {
                texts.put(name.substring(prefix.length()), text);
              }
            });
    return texts;
  }

  private boolean allSet(String key, String text, List<String> problems) {
    List<String> missing =
        VariableReferences.names(text).stream()
            .filter(name -> !environment.containsKey(name))
            .toList();
    missing.forEach(
        name -> problems.add("%s refers to variable %s, which is not set".formatted(key, name)));
    return missing.isEmpty();
  }

  private void require(List<String> problems) {
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          "Cannot start run %s%s: %s. Set what is missing for the process that starts it, such as 'pergola serve', and resume it."
              .formatted(
                  run.id(),
                  run.attribute(RunAttributes.SCHEDULE)
                      .map(" of schedule '%s'"::formatted)
                      .orElse(""),
                  String.join("; ", problems)));
    }
  }
}
