package io.pergola.pipeline;

import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * When a pipeline runs by itself, and on which data: each run works on the interval between two
 * ticks. Cron expression and zone are checked when the schedule is applied.
 *
 * @param id names the schedule: lower-case letters, digits and dashes, at most 100
 * @param pipeline the class name of a {@link PipelineDefinition}, or a bundled pipeline's name
 * @param parameters run parameters by name
 */
public record Schedule(
    String id,
    String pipeline,
    Schedule.Timing timing,
    Schedule.CatchUpRule catchUp,
    Schedule.Starting starting,
    Schedule.Driving driving,
    SortedMap<String, String> parameters) {
  private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9-]{0,99}");

  /** What happens to intervals that ended while no scheduler was running. */
  public enum CatchUp {
    /** None is run. */
    NONE,
    /** The newest complete one is run. */
    LAST,
    /** Each is run, in order. */
    ALL
  }

  /** What happens when an interval is due while the run of an earlier one is live. */
  public enum Overlap {
    /** It waits; a later one that is due meanwhile takes its place. */
    QUEUE_ONE,
    /** It is not run. */
    SKIP,
    /** It waits for its turn. */
    QUEUE_ALL,
    /** The earlier run is cancelled. */
    CANCEL_PREVIOUS,
    /** Both run. */
    ALLOW
  }

  /**
   * When a schedule ticks.
   *
   * @param when a cron expression of five fields, or {@code every 6h}; required to apply
   * @param zone an IANA zone, in which cron fields, start and end are read; default {@code UTC}
   * @param start first data, in the zone, moved back to the tick before; default: when applied
   * @param end of the last data, in the zone: no interval ends after it
   * @param lag how long after an interval's end its run is created, for data that arrives late
   * @param jitter spreads due times over so long a stretch; a tick's share never changes
   */
  public record Timing(
      Optional<String> when,
      String zone,
      Optional<LocalDateTime> start,
      Optional<LocalDateTime> end,
      Duration lag,
      Duration jitter) {
    public Timing {
      notNegative("lag", lag);
      notNegative("jitter", jitter);
      if (start.isPresent() && end.isPresent() && !end.get().isAfter(start.get())) {
        throw new IllegalArgumentException(
            "Invalid end: %s (must be after the start, %s)".formatted(end.get(), start.get()));
      }
    }
  }

  /**
   * How missed intervals are made up for.
   *
   * @param window none that ended longer ago than this is run
   * @param maxRuns with {@link CatchUp#ALL}, at most so many are run, the newest; at least 1
   */
  public record CatchUpRule(CatchUp mode, Optional<Duration> window, int maxRuns) {
    public CatchUpRule {
      window.ifPresent(length -> positive("catch-up window", length));
      if (maxRuns < 1 || maxRuns > 1000) {
        throw new IllegalArgumentException(
            "Invalid number of catch-up runs: %d (1 to 1000)".formatted(maxRuns));
      }
    }
  }

  /**
   * What must be true for a run to start.
   *
   * @param dependsOnPast whether the run of the interval before must have succeeded
   * @param deadline a run that has not started so long after it could have is given up
   * @param paused whether the schedule is paused when it is applied
   */
  public record Starting(
      Overlap overlap, boolean dependsOnPast, Optional<Duration> deadline, boolean paused) {
    public Starting {
      deadline.ifPresent(length -> positive("start deadline", length));
    }
  }

  /**
   * How its runs are driven: by which code, on which engine, in which process. Engine, its options,
   * heap and the names of variables are checked when the schedule is applied.
   *
   * @param version of the deployed pipeline; empty to follow: the newest when a run is created
   * @param engine {@code local} or {@code flink}; the scheduler's own if empty
   * @param engineOptions by name as on the command line, {@code flink-parallelism}; texts as in
   *     {@code environment}
   * @param heap the largest heap of a run's JVM, {@code 512m} or {@code 2g}; the daemon's if empty
   * @param environment variables of a run's process, beside those that the daemon hands on. Texts
   *     are stored as they are; {@code ${env:NAME}} in one stands for a variable of the process
   *     that starts the run, is resolved there, and what it resolves to is stored nowhere
   */
  public record Driving(
      Optional<Long> version,
      Optional<String> engine,
      SortedMap<String, String> engineOptions,
      Optional<String> heap,
      SortedMap<String, String> environment) {
    public Driving {
      version
          .filter(number -> number < 1)
          .ifPresent(
              number -> {
                throw new IllegalArgumentException(
                    "Invalid version of a deployment: %d (from 1)".formatted(number));
              });
      engineOptions = Collections.unmodifiableSortedMap(new TreeMap<>(engineOptions));
      environment = Collections.unmodifiableSortedMap(new TreeMap<>(environment));
    }

    /** Without the values of variables. */
    @Override
    public String toString() {
      return "Driving[version=%s, engine=%s, engineOptions=%s, heap=%s, environment=%s]"
          .formatted(version, engine, engineOptions, heap, environment.keySet());
    }
  }

  public Schedule {
    if (!ID.matcher(id).matches()) {
      throw new IllegalArgumentException(
          "Invalid schedule id: '%s' (lower-case letters, digits and dashes, at most 100)"
              .formatted(id.length() > 120 ? id.substring(0, 120) + "..." : id));
    }
    if (pipeline.isBlank() || pipeline.length() > 255) {
      throw new IllegalArgumentException(
          "Invalid pipeline: '%s' (a class name or a bundled pipeline's name)".formatted(pipeline));
    }
    parameters = Collections.unmodifiableSortedMap(new TreeMap<>(parameters));
  }

  /** A schedule of a pipeline; {@link #cron} or {@link #every} says when it runs. */
  public static Schedule of(String id, Class<? extends PipelineDefinition> pipeline) {
    return of(id, pipeline.getName());
  }

  /** A schedule of a pipeline by class name, or by name if it is bundled. */
  public static Schedule of(String id, String pipeline) {
    return new Schedule(
        id,
        pipeline,
        new Timing(
            Optional.empty(),
            "UTC",
            Optional.empty(),
            Optional.empty(),
            Duration.ZERO,
            Duration.ZERO),
        new CatchUpRule(CatchUp.LAST, Optional.empty(), 10),
        new Starting(Overlap.QUEUE_ONE, false, Optional.empty(), false),
        new Driving(
            Optional.empty(), Optional.empty(), new TreeMap<>(), Optional.empty(), new TreeMap<>()),
        new TreeMap<>());
  }

  /** Ticks by a cron expression: minute, hour, day of month, month, day of week. */
  public Schedule cron(String expression) {
    return when(expression);
  }

  /** Ticks each time this much time has passed, whatever the clocks say; whole minutes. */
  public Schedule every(Duration period) {
    long minutes = period.toMinutes();
    if (minutes < 1 || !period.equals(Duration.ofMinutes(minutes))) {
      throw new IllegalArgumentException(
          "Invalid period: %s (whole minutes, at least one)".formatted(period));
    }
    String hours = minutes >= 60 ? minutes / 60 + "h" : "";
    return when("every " + hours + (minutes % 60 == 0 ? "" : minutes % 60 + "m"));
  }

  /** Ticks as text says: a cron expression, {@code @daily} or {@code every 6h}. */
  public Schedule when(String text) {
    Optional<String> when = Optional.of(text);
    return timing(
        new Timing(when, timing.zone, timing.start, timing.end, timing.lag, timing.jitter));
  }

  /** The IANA zone whose clocks the schedule follows, {@code Europe/Berlin}. */
  public Schedule zone(String zone) {
    return timing(
        new Timing(timing.when, zone, timing.start, timing.end, timing.lag, timing.jitter));
  }

  /** Begins with the data of this day. */
  public Schedule startingAt(LocalDate day) {
    return startingAt(day.atStartOfDay());
  }

  /** Begins with the data of this local time. */
  public Schedule startingAt(LocalDateTime start) {
    return timing(
        new Timing(
            timing.when, timing.zone, Optional.of(start), timing.end, timing.lag, timing.jitter));
  }

  /** Ends with the data of the day before this one. */
  public Schedule endingAt(LocalDate day) {
    return endingAt(day.atStartOfDay());
  }

  /** Ends with the data before this local time. */
  public Schedule endingAt(LocalDateTime end) {
    return timing(
        new Timing(
            timing.when, timing.zone, timing.start, Optional.of(end), timing.lag, timing.jitter));
  }

  /** Creates runs so long after their interval ended. */
  public Schedule lag(Duration lag) {
    return timing(
        new Timing(timing.when, timing.zone, timing.start, timing.end, lag, timing.jitter));
  }

  /** Spreads the runs of many schedules that tick together over so long a stretch. */
  public Schedule jitter(Duration jitter) {
    return timing(
        new Timing(timing.when, timing.zone, timing.start, timing.end, timing.lag, jitter));
  }

  private Schedule timing(Timing next) {
    return new Schedule(id, pipeline, next, catchUp, starting, driving, parameters);
  }

  /** What happens to intervals that ended while no scheduler was running. */
  public Schedule catchUp(CatchUp mode) {
    return catchUp(new CatchUpRule(mode, catchUp.window, catchUp.maxRuns));
  }

  /** Runs no interval that ended longer ago than this. */
  public Schedule catchUpWindow(Duration window) {
    return catchUp(new CatchUpRule(catchUp.mode, Optional.of(window), catchUp.maxRuns));
  }

  /** Runs at most so many intervals to catch up. */
  public Schedule maxCatchUpRuns(int runs) {
    return catchUp(new CatchUpRule(catchUp.mode, catchUp.window, runs));
  }

  private Schedule catchUp(CatchUpRule next) {
    return new Schedule(id, pipeline, timing, next, starting, driving, parameters);
  }

  /** What happens when an interval is due while the run of an earlier one is live. */
  public Schedule overlap(Overlap overlap) {
    return starting(
        new Starting(overlap, starting.dependsOnPast, starting.deadline, starting.paused));
  }

  /** Each interval is run only after the one before it succeeded. */
  public Schedule dependsOnPast() {
    return starting(new Starting(starting.overlap, true, starting.deadline, starting.paused));
  }

  /** Gives up a run that has not started so long after it could have. */
  public Schedule startDeadline(Duration deadline) {
    return starting(
        new Starting(
            starting.overlap, starting.dependsOnPast, Optional.of(deadline), starting.paused));
  }

  /** Is paused when it is applied. */
  public Schedule paused() {
    return starting(
        new Starting(starting.overlap, starting.dependsOnPast, starting.deadline, true));
  }

  private Schedule starting(Starting next) {
    return new Schedule(id, pipeline, timing, catchUp, next, driving, parameters);
  }

  /** Runs this version of the deployed pipeline, whatever is deployed after it. */
  public Schedule deployment(long version) {
    return driving(
        new Driving(
            Optional.of(version),
            driving.engine,
            driving.engineOptions,
            driving.heap,
            driving.environment));
  }

  /** The engine of its runs, {@code local} or {@code flink}. */
  public Schedule engine(String kind) {
    return driving(
        new Driving(
            driving.version,
            Optional.of(kind),
            driving.engineOptions,
            driving.heap,
            driving.environment));
  }

  /**
   * Sets an option of the engine, as {@code pergola run} has it: {@code flink-parallelism}. {@code
   * ${env:NAME}} stands for a variable of the process that starts a run.
   */
  public Schedule engineOption(String name, String value) {
    return driving(
        new Driving(
            driving.version,
            driving.engine,
            with(driving.engineOptions, name, value),
            driving.heap,
            driving.environment));
  }

  /** The largest heap of a run's JVM, {@code 512m} or {@code 2g}. */
  public Schedule heap(String size) {
    return driving(
        new Driving(
            driving.version,
            driving.engine,
            driving.engineOptions,
            Optional.of(size),
            driving.environment));
  }

  /**
   * Sets a variable of a run's process. The text is stored as it is, so that a secret is referred
   * to: {@code environment("TOKEN", "${env:CHURN_TOKEN}")} takes it from the process that starts
   * the run, when it does.
   */
  public Schedule environment(String name, String value) {
    return driving(
        new Driving(
            driving.version,
            driving.engine,
            driving.engineOptions,
            driving.heap,
            with(driving.environment, name, value)));
  }

  private Schedule driving(Driving next) {
    return new Schedule(id, pipeline, timing, catchUp, starting, next, parameters);
  }

  /** Sets a run parameter. */
  public Schedule parameter(String name, String value) {
    return new Schedule(
        id, pipeline, timing, catchUp, starting, driving, with(parameters, name, value));
  }

  private static SortedMap<String, String> with(
      SortedMap<String, String> all, String name, String value) {
    SortedMap<String, String> more = new TreeMap<>(all);
    more.put(name, value);
    return more;
  }

  private static void notNegative(String what, Duration length) {
    if (length.isNegative()) {
      throw new IllegalArgumentException("Invalid %s: %s (from 0)".formatted(what, length));
    }
  }

  private static void positive(String what, Duration length) {
    if (length.isNegative() || length.isZero()) {
      throw new IllegalArgumentException("Invalid %s: %s (above 0)".formatted(what, length));
    }
  }
}
