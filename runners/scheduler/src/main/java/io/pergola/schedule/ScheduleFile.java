package io.pergola.schedule;

import io.pergola.pipeline.Schedule;
import io.pergola.pipeline.Schedule.CatchUp;
import io.pergola.pipeline.Schedule.Overlap;
import io.pergola.pipeline.Suggestions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * Schedules in a YAML file. What is wrong is said all at once, each with file, line and column. A
 * file has 1 MB at most, no aliases and no deep nesting: it cannot grow when it is read.
 */
public final class ScheduleFile {
  private static final int LONGEST = 1_000_000;
  private static final int DEEPEST = 10;
  private static final String NEWEST = "newest";

  /** The keys under which further keys stand. */
  private static final Map<String, Key.Named> NAMED =
      Map.of(
          "parameters",
          Schedule::parameter,
          "environment",
          (schedule, name, value) -> {
            ChildSettings.checkVariable(name);
            VariableReferences.check(value);
            return schedule.environment(name, value);
          },
          "engine-options",
          (schedule, name, value) -> {
            EngineSettings.check(name, value);
            return schedule.engineOption(name, value);
          });

  private final String name;
  private final List<String> problems = new ArrayList<>();
  private final Map<String, Key> keys = keys();

  private ScheduleFile(String name) {
    this.name = name;
  }

  /** How a key's value changes a schedule. */
  private interface Key {
    Schedule set(Schedule schedule, String value);

    /** The same for a key of a key. */
    interface Named {
      Schedule set(Schedule schedule, String name, String value);
    }
  }

  /**
   * Reads a file.
   *
   * @throws IllegalArgumentException with all that is wrong, a line each
   */
  public static List<Schedule> read(Path file) throws IOException {
    if (Files.size(file) > LONGEST) {
      throw new IllegalArgumentException(
          "Cannot read %s: it has more than %,d bytes. Split it.".formatted(file, LONGEST));
    }
    return parse(file.toString(), Files.readString(file, StandardCharsets.UTF_8));
  }

  /** Reads the text of a file; the name is for messages. */
  static List<Schedule> parse(String name, String text) {
    ScheduleFile file = new ScheduleFile(name);
    List<Schedule> schedules = file.schedules(file.root(text));
    if (!file.problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("\n", file.problems));
    }
    return schedules;
  }

  private static Map<String, Key> keys() {
    Map<String, Key> keys = new LinkedHashMap<>();
    keys.put("pipeline", (schedule, value) -> schedule);
    keys.put("cron", (schedule, value) -> schedule.when(checked(value, Cron::parse)));
    keys.put("every", (schedule, value) -> schedule.when("every " + value.strip()));
    keys.put("zone", (schedule, value) -> schedule.zone(checked(value, Zones::parse)));
    keys.put("start", (schedule, value) -> schedule.startingAt(time(value)));
    keys.put("end", (schedule, value) -> schedule.endingAt(time(value)));
    keys.put("lag", (schedule, value) -> schedule.lag(Durations.parse(value)));
    keys.put("jitter", (schedule, value) -> schedule.jitter(Durations.parse(value)));
    keys.put("catch-up", (schedule, value) -> schedule.catchUp(word(value, CatchUp.values())));
    keys.put(
        "catch-up-window", (schedule, value) -> schedule.catchUpWindow(Durations.parse(value)));
    keys.put("max-catch-up-runs", (schedule, value) -> schedule.maxCatchUpRuns(number(value)));
    keys.put("overlap", (schedule, value) -> schedule.overlap(word(value, Overlap.values())));
    keys.put(
        "depends-on-past", (schedule, value) -> yes(value) ? schedule.dependsOnPast() : schedule);
    keys.put("start-deadline", (schedule, value) -> schedule.startDeadline(Durations.parse(value)));
    keys.put("paused", (schedule, value) -> yes(value) ? schedule.paused() : schedule);
    keys.put("deployment", ScheduleFile::deployment);
    keys.put("engine", Schedule::engine);
    keys.put("heap", (schedule, value) -> schedule.heap(checked(value, ChildSettings::checkHeap)));
    keys.put("engine-options", (schedule, value) -> schedule);
    keys.put("environment", (schedule, value) -> schedule);
    keys.put("parameters", (schedule, value) -> schedule);
    return keys;
  }

  private static Schedule deployment(Schedule schedule, String value) {
    if (value.strip().equals(NEWEST)) {
      return schedule;
    }
    if (!value.matches("[1-9]\\d{0,8}")) {
      throw new IllegalArgumentException(
          "Invalid deployment: '%s' (%s, or the number of a version: 3)".formatted(value, NEWEST));
    }
    return schedule.deployment(Long.parseLong(value));
  }

  private Optional<Node> root(String text) {
    LoadSettings settings =
        LoadSettings.builder().setLabel(name).setCodePointLimit(LONGEST).build();
    try {
      int depth = 0;
      for (Event event : new Parse(settings).parseString(text)) {
        switch (event.getEventId()) {
          case Alias -> {
            problem(event.getStartMark(), "An alias is not allowed here. Write the value out.");
            return Optional.empty();
          }
          case MappingStart, SequenceStart -> depth++;
          case MappingEnd, SequenceEnd -> depth--;
          default -> {
            // Everything else nests nothing.
          }
        }
        if (depth > DEEPEST) {
          problem(event.getStartMark(), "It is nested too deep. Write key: value pairs.");
          return Optional.empty();
        }
      }
      return new Compose(settings).composeString(text);
    } catch (MarkedYamlEngineException e) {
      problem(e.getProblemMark(), "It is not YAML: %s.".formatted(e.getProblem()));
    } catch (YamlEngineException e) {
      problem(Optional.empty(), "It is not YAML: %s.".formatted(e.getMessage()));
    }
    return Optional.empty();
  }

  private List<Schedule> schedules(Optional<Node> root) {
    List<Schedule> schedules = new ArrayList<>();
    if (root.isEmpty()) {
      if (problems.isEmpty()) {
        problem(Optional.empty(), "It is empty. Begin with: schedules:");
      }
      return schedules;
    }
    Map<ScalarNode, Node> top = entries(root.get(), "the file");
    top.forEach(
        (key, value) -> {
          if (key.getValue().equals("schedules")) {
            entries(value, "schedules")
                .forEach((id, body) -> schedule(id, body).ifPresent(schedules::add));
          } else {
            unknown(key, List.of("schedules"));
          }
        });
    return schedules;
  }

  private Optional<Schedule> schedule(ScalarNode id, Node body) {
    Map<ScalarNode, Node> entries = entries(body, "schedule '%s'".formatted(id.getValue()));
    Optional<ScalarNode> pipeline =
        entries.entrySet().stream()
            .filter(entry -> entry.getKey().getValue().equals("pipeline"))
            .map(Map.Entry::getValue)
            .filter(ScalarNode.class::isInstance)
            .map(ScalarNode.class::cast)
            .findFirst();
    if (pipeline.isEmpty()) {
      problem(
          id.getStartMark(),
          "Schedule '%s' names no pipeline. Add pipeline: and a class name."
              .formatted(id.getValue()));
      return Optional.empty();
    }
    int before = problems.size();
    Optional<Schedule> made =
        attempt(id, () -> Schedule.of(id.getValue(), pipeline.get().getValue()));
    for (Map.Entry<ScalarNode, Node> entry : entries.entrySet()) {
      made = made.isEmpty() ? made : set(made.get(), entry.getKey(), entry.getValue());
    }
    if (problems.size() == before && made.isPresent()) {
      Schedules.problems(made.get()).forEach(text -> problem(id.getStartMark(), text));
    }
    return made;
  }

  /** A value that is wrong is put on record, and the rest is read on. */
  private Optional<Schedule> set(Schedule schedule, ScalarNode key, Node value) {
    Key known = keys.get(key.getValue());
    if (known == null) {
      unknown(key, keys.keySet());
      return Optional.of(schedule);
    }
    Key.Named named = NAMED.get(key.getValue());
    if (named != null) {
      return Optional.of(setAll(schedule, named, entries(value, key.getValue())));
    }
    Optional<String> text = text(key, value);
    if (text.isEmpty()) {
      return Optional.of(schedule);
    }
    return Optional.of(attempt(value, () -> known.set(schedule, text.get())).orElse(schedule));
  }

  private Schedule setAll(Schedule schedule, Key.Named named, Map<ScalarNode, Node> entries) {
    Schedule made = schedule;
    for (Map.Entry<ScalarNode, Node> entry : entries.entrySet()) {
      Optional<String> text = text(entry.getKey(), entry.getValue());
      if (text.isPresent()) {
        Schedule before = made;
        String name = entry.getKey().getValue();
        made = attempt(entry.getKey(), () -> named.set(before, name, text.get())).orElse(made);
      }
    }
    return made;
  }

  private Optional<String> text(ScalarNode key, Node value) {
    if (value instanceof ScalarNode scalar) {
      return Optional.of(scalar.getValue());
    }
    problem(
        value.getStartMark(),
        "'%s' has no single value. Write %s: VALUE.".formatted(key.getValue(), key.getValue()));
    return Optional.empty();
  }

  private Optional<Schedule> attempt(Node at, Supplier<Schedule> maker) {
    try {
      return Optional.of(maker.get());
    } catch (IllegalArgumentException e) {
      problem(at.getStartMark(), String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  /** The entries of a mapping, each key once. */
  private Map<ScalarNode, Node> entries(Node node, String what) {
    Map<ScalarNode, Node> entries = new LinkedHashMap<>();
    if (!(node instanceof MappingNode mapping)) {
      problem(
          node.getStartMark(), "There are no key: value pairs in %s. Add some.".formatted(what));
      return entries;
    }
    List<String> seen = new ArrayList<>();
    for (NodeTuple tuple : mapping.getValue()) {
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        problem(tuple.getKeyNode().getStartMark(), "A key is not a word. Write key: value.");
      } else if (seen.contains(key.getValue())) {
        problem(
            key.getStartMark(),
            "'%s' is there twice in %s. Keep one.".formatted(key.getValue(), what));
      } else {
        seen.add(key.getValue());
        entries.put(key, tuple.getValueNode());
      }
    }
    return entries;
  }

  private void unknown(ScalarNode key, Collection<String> known) {
    problem(
        key.getStartMark(),
        "Unknown key: '%s' (known: %s)%s"
            .formatted(
                key.getValue(),
                String.join(", ", known),
                Suggestions.nearest(key.getValue(), known)
                    .map(". Did you mean %s?"::formatted)
                    .orElse("")));
  }

  private void problem(Optional<Mark> mark, String text) {
    problems.add(
        mark.map(at -> "%s:%d:%d: %s".formatted(name, at.getLine() + 1, at.getColumn() + 1, text))
            .orElseGet(() -> "%s: %s".formatted(name, text)));
  }

  private static String checked(String value, Consumer<String> check) {
    check.accept(value.strip());
    return value.strip();
  }

  private static LocalDateTime time(String value) {
    try {
      return value.contains("T") || value.contains(" ")
          ? LocalDateTime.parse(value.strip().replace(' ', 'T'))
          : LocalDate.parse(value.strip()).atStartOfDay();
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "Invalid time: '%s' (local, in the schedule's zone: 2026-03-01 or 2026-03-01T06:00)"
              .formatted(value),
          e);
    }
  }

  private static int number(String value) {
    if (!value.matches("\\d{1,6}")) {
      throw new IllegalArgumentException("Invalid number: '%s' (whole, from 1)".formatted(value));
    }
    return Integer.parseInt(value);
  }

  private static boolean yes(String value) {
    if (!value.equals("true") && !value.equals("false")) {
      throw new IllegalArgumentException("Invalid value: '%s' (true or false)".formatted(value));
    }
    return value.equals("true");
  }

  private static <E extends Enum<E>> E word(String value, E[] all) {
    for (E one : all) {
      if (word(one).equals(value)) {
        return one;
      }
    }
    List<String> words = Arrays.stream(all).map(ScheduleFile::word).toList();
    throw new IllegalArgumentException(
        "Invalid value: '%s' (%s)%s"
            .formatted(
                value,
                String.join(", ", words),
                Suggestions.nearest(value, words).map(". Did you mean %s?"::formatted).orElse("")));
  }

  /** A constant as it is written in files and options: {@code queue-one}. */
  static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
