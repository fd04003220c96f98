package io.pergola.schedule;

import com.fasterxml.jackson.databind.JsonNode;
import io.pergola.metadata.MetadataStore;
import io.pergola.metadata.RunRequest;
import io.pergola.metadata.ScheduleDraft;
import io.pergola.metadata.ScheduleVersion;
import io.pergola.metadata.ScheduleView;
import io.pergola.metadata.StoredDeployment;
import io.pergola.metadata.StoredRun;
import io.pergola.metadata.StoredSchedule;
import io.pergola.metadata.StoredTick;
import io.pergola.pipeline.DataInterval;
import io.pergola.pipeline.Names;
import io.pergola.pipeline.Schedule;
import io.pergola.pipeline.Schedule.CatchUp;
import io.pergola.pipeline.Schedule.Overlap;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What people do with schedules: apply them, look at them, run an interval again. */
public final class Schedules {
  private static final int SHOWN = 5;

  private final MetadataStore store;
  private final Clock clock;

  private Schedules(MetadataStore store, Clock clock) {
    this.store = store;
    this.clock = clock;
  }

  /** The schedules of a store; the clock should be the store's own. */
  public static Schedules over(MetadataStore store, Clock clock) {
    return new Schedules(store, clock);
  }

  /** The name under which a pipeline of this class runs, {@code taxi-pipeline}. */
  public static String pipelineName(String className) {
    return Names.kebab(className.substring(className.lastIndexOf('.') + 1).replaceAll(".*\\$", ""));
  }

  /**
   * Checks a schedule.
   *
   * @return what is wrong, in sentences; empty if it can be applied
   */
  public static List<String> problems(Schedule schedule) {
    List<String> problems = new ArrayList<>();
    Schedule.Timing timing = schedule.timing();
    if (timing.when().isEmpty()) {
      problems.add(
          "Schedule '%s' does not say when. Add a cron expression, such as 30 2 * * *."
              .formatted(schedule.id()));
    } else {
      collect(problems, () -> Recurrence.parse(timing.when().get()));
    }
    collect(problems, () -> Zones.parse(timing.zone()));
    if (schedule.starting().dependsOnPast()
        && (schedule.catchUp().mode() != CatchUp.ALL
            || schedule.starting().overlap() != Overlap.QUEUE_ALL)) {
      problems.add(
          ("Schedule '%s' depends on the past, but leaves intervals out (catch-up %s, overlap %s):"
                  + " the next one would wait for ever. Set catch-up ALL and overlap QUEUE_ALL.")
              .formatted(schedule.id(), schedule.catchUp().mode(), schedule.starting().overlap()));
    }
    Schedule.Driving driving = schedule.driving();
    driving.heap().ifPresent(heap -> collect(problems, () -> ChildSettings.checkHeap(heap)));
    driving
        .environment()
        .forEach(
            (variable, value) -> {
              collect(problems, () -> ChildSettings.checkVariable(variable));
              collect(problems, () -> VariableReferences.check(value));
            });
    problems.addAll(EngineSettings.problems(driving));
    return problems;
  }

  private static void collect(List<String> problems, Runnable check) {
    try {
      check.run();
    } catch (IllegalArgumentException e) {
      problems.add(e.getMessage());
    }
  }

  /**
   * What {@link #apply} would change. Changes nothing.
   *
   * @param pipeline the name under which the pipeline runs
   * @throws IllegalArgumentException with all that is wrong
   */
  public ScheduleChange plan(Schedule schedule, String pipeline) {
    List<String> problems = new ArrayList<>(problems(schedule));
    notDeployed(schedule, pipeline).ifPresent(problems::add);
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("\n", problems));
    }
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    String definition = ScheduleJson.write(schedule);
    Optional<ScheduleView> there = store.schedules().view(schedule.id());
    if (there.isEmpty()) {
      Layout layout = Layout.of(List.of(new ScheduleVersion(1, definition, now)));
      List<Upcoming> next = upcoming(layout, firstCursor(schedule, now), now);
      return new ScheduleChange(schedule, pipeline, ScheduleChange.Kind.NEW, List.of(), next);
    }
    StoredSchedule stored = there.get().schedule();
    if (stored.definition().equals(definition)) {
      Layout layout = Layout.of(there.get().versions());
      return new ScheduleChange(
          schedule,
          pipeline,
          ScheduleChange.Kind.UNCHANGED,
          List.of(),
          upcoming(layout, stored.cursor(), now));
    }
    boolean ticked = !store.schedules().ticks(schedule.id(), 1).isEmpty();
    List<ScheduleVersion> versions = new ArrayList<>(ticked ? there.get().versions() : List.of());
    versions.add(new ScheduleVersion(stored.version() + 1, definition, now));
    return new ScheduleChange(
        schedule,
        pipeline,
        ScheduleChange.Kind.CHANGED,
        differences(stored.definition(), definition),
        upcoming(Layout.of(versions), ticked ? stored.cursor() : firstCursor(schedule, now), now));
  }

  private Optional<String> notDeployed(Schedule schedule, String pipeline) {
    Optional<Long> pinned = schedule.driving().version();
    if (pinned.isEmpty() || deployment(schedule, pipeline).isPresent()) {
      return Optional.empty();
    }
    return Optional.of(
        store
            .deployments()
            .newest(pipeline)
            .map(
                newest ->
                    ("There is no version %d of pipeline '%s': the newest is %d. Take one of those"
                            + " that 'pergola deployments %s' lists, or deploy the jar first.")
                        .formatted(pinned.get(), pipeline, newest.version(), pipeline))
            .orElseGet(
                () ->
                    ("There is no version %d of pipeline '%s': it was never deployed. Deploy its"
                            + " jar first: pergola deploy JAR.")
                        .formatted(pinned.get(), pipeline)));
  }

  /**
   * The deployed version that a run would execute if it were created now: the pinned one, or the
   * newest. Empty for a pipeline that comes with Pergola and was never deployed.
   *
   * @param pipeline the name under which the pipeline runs
   */
  public Optional<StoredDeployment> deployment(Schedule schedule, String pipeline) {
    return RunRequests.deployment(store, schedule.driving(), pipeline);
  }

  /**
   * Puts a schedule: a new one, a new version, or nothing if it is there just so.
   *
   * @throws IllegalArgumentException with all that is wrong
   */
  public ScheduleChange apply(Schedule schedule, String pipeline) {
    ScheduleChange change = plan(schedule, pipeline);
    Optional<StoredSchedule> before = store.schedules().find(schedule.id());
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    store
        .schedules()
        .put(
            new ScheduleDraft(
                schedule.id(), pipeline, ScheduleJson.write(schedule), firstCursor(schedule, now)));
    boolean wasPaused =
        before.isPresent() && ScheduleJson.read(before.get().definition()).starting().paused();
    if (schedule.starting().paused() && !wasPaused) {
      store.schedules().pause(schedule.id(), "It was applied so.");
    } else if (!schedule.starting().paused() && wasPaused) {
      store.schedules().unpause(schedule.id());
    }
    return change;
  }

  /** The start, or now, moved back to the tick before. */
  private static Instant firstCursor(Schedule schedule, Instant now) {
    Timetable timetable = Layout.timetable(schedule);
    return timetable.floor(Layout.start(schedule, timetable).orElse(now));
  }

  private static List<String> differences(String before, String after) {
    JsonNode old = ScheduleJson.tree(before);
    JsonNode young = ScheduleJson.tree(after);
    Set<String> names = names(old, young);
    names.remove("format");
    names.remove(ScheduleJson.ENVIRONMENT);
    List<String> differences = new ArrayList<>();
    for (String name : names) {
      if (!old.path(name).equals(young.path(name))) {
        differences.add("%s: %s -> %s".formatted(name, value(old, name), value(young, name)));
      }
    }
    differences.addAll(
        variables(old.path(ScheduleJson.ENVIRONMENT), young.path(ScheduleJson.ENVIRONMENT)));
    return differences;
  }

  /** Variables by name only: their values may be nobody's business. */
  private static List<String> variables(JsonNode old, JsonNode young) {
    List<String> differences = new ArrayList<>();
    for (String name : names(old, young)) {
      if (!old.path(name).equals(young.path(name))) {
        String what = old.has(name) ? young.has(name) ? "changed" : "removed" : "set";
        differences.add("environment %s: %s".formatted(name, what));
      }
    }
    return differences;
  }

  private static Set<String> names(JsonNode old, JsonNode young) {
    Set<String> names = new TreeSet<>();
    old.fieldNames().forEachRemaining(names::add);
    young.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static String value(JsonNode json, String name) {
    JsonNode value = json.path(name);
    if (value.isMissingNode()) {
      return "none";
    }
    if (!value.isObject()) {
      return value.asText();
    }
    List<String> pairs = new ArrayList<>();
    for (Iterator<String> keys = value.fieldNames(); keys.hasNext(); ) {
      String key = keys.next();
      pairs.add(key + "=" + value.get(key).asText());
    }
    return pairs.isEmpty() ? "none" : String.join(" ", pairs);
  }

  /** The declaration behind a stored schedule. */
  public static Schedule declaration(StoredSchedule stored) {
    return ScheduleJson.read(stored.definition());
  }

  /** Explains a schedule as things stand now. */
  public Optional<Explanation> explain(String id) {
    return explain(id, clock.instant().truncatedTo(ChronoUnit.MILLIS));
  }

  /** Explains a schedule at a moment, past or future. */
  public Optional<Explanation> explain(String id, Instant at) {
    return store.schedules().view(id).map(view -> explain(view, at));
  }

  private Explanation explain(ScheduleView view, Instant at) {
    StoredSchedule stored = view.schedule();
    Layout layout = Layout.of(view.versions());
    List<Explanation.Past> last = new ArrayList<>();
    for (StoredTick tick : store.schedules().ticksUntil(stored.id(), at, SHOWN)) {
      last.add(
          new Explanation.Past(
              tick,
              new DataInterval(tick.start(), tick.end(), layout.timetable(tick.version()).zone()),
              attempts(stored, tick.start(), tick.end())));
    }
    return new Explanation(
        stored,
        layout.schedule(),
        at,
        upcoming(layout, stored.cursor(), at),
        last,
        remarks(view, layout, at));
  }

  private List<String> remarks(ScheduleView view, Layout layout, Instant at) {
    List<String> remarks = new ArrayList<>();
    view.schedule()
        .pause()
        .ifPresent(
            pause ->
                remarks.add(
                    "Paused since %s (%s) Intervals that end meanwhile are skipped."
                        .formatted(pause.from(), pause.reason())));
    store
        .schedules()
        .highWater()
        .filter(mark -> mark.isAfter(clock.instant()))
        .ifPresent(
            mark ->
                remarks.add(
                    "The clock went back: no tick before %s, when a scheduler has worked."
                        .formatted(mark)));
    if (layout.following(view.schedule().cursor()).isEmpty()) {
      remarks.add("The schedule has ended: no interval follows.");
    }
    return remarks;
  }

  private static List<Upcoming> upcoming(Layout layout, Instant cursor, Instant at) {
    List<Upcoming> upcoming = new ArrayList<>();
    Schedule.Timing timing = layout.schedule().timing();
    Instant earliest = at.minus(timing.lag()).minus(timing.jitter());
    Instant from = earliest.isAfter(cursor) ? layout.before(earliest).orElse(cursor) : cursor;
    from = from.isBefore(cursor) ? cursor : from;
    Optional<Layout.Planned> next = layout.following(from);
    while (next.isPresent() && upcoming.size() < SHOWN) {
      Layout.Planned planned = next.get();
      if (planned.due().isAfter(at)) {
        Timetable timetable = layout.timetable(planned.version());
        DataInterval interval = new DataInterval(planned.start(), planned.end(), timetable.zone());
        upcoming.add(new Upcoming(interval, planned.due(), timetable.notes(interval)));
      }
      next = layout.following(planned.end());
    }
    return upcoming;
  }

  /** The runs of an interval of a schedule, and which of them counts. */
  public List<Attempt> attempts(StoredSchedule schedule, Instant start, Instant end) {
    return Attempt.of(store.runs().attempts(schedule.pipeline(), schedule.id(), start, end));
  }

  /**
   * Asks for another run of an interval: the next attempt of the same identity.
   *
   * @throws IllegalArgumentException if there is no such schedule, or a run of it is live
   */
  public StoredRun runAgain(String id, Instant start, Instant end) {
    StoredSchedule stored =
        store
            .schedules()
            .find(id)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "Unknown schedule: '%s'. List them: pergola schedule list.".formatted(id)));
    List<StoredRun> attempts = store.runs().attempts(stored.pipeline(), id, start, end);
    attempts.stream()
        .filter(run -> !run.state().isFinished())
        .findFirst()
        .ifPresent(
            live -> {
              throw new IllegalArgumentException(
                  "Cannot run %s to %s again: run %s of it is live. Wait for it, or cancel it."
                      .formatted(start, end, live.id()));
            });
    RunRequests requests = new RunRequests(store);
    RunRequest request =
        requests.of(
            declaration(stored),
            stored.pipeline(),
            start,
            end,
            requests.nextAttempt(attempts),
            "Run again by hand.",
            Optional.empty());
    return store.runs().enqueue(request);
  }
}
