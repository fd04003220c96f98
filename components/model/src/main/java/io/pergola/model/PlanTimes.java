package io.pergola.model;

import io.pergola.feature.Expr;
import io.pergola.feature.TimePart;
import io.pergola.feature.TimeValue;
import io.pergola.model.PlanSteps.Column;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Times in ONNX: raw columns of them enter as float64, [n, 1], which has every whole number up to
 * 2^53; then they are int64 microseconds since 1970-01-01T00:00Z.
 */
final class PlanTimes {
  /** The largest whole number up to which float64 has them all. */
  private static final long EXACT = 1L << 53;

  /** As far from 1970 a time is none, in microseconds. */
  private static final double LIMIT = 4e18;

  private static final long PER_SECOND = 1_000_000;
  private static final long PER_DAY = 86_400;

  /** Days of 400 years, after which calendars and clocks repeat. */
  private static final long CYCLE_DAYS = 146_097;

  /** Days from 0000-03-01 to 1970-01-01: years that begin in March end with the leap day. */
  private static final long FROM_MARCH = 719_468;

  private final PlanSteps steps;
  private final Map<String, Local> locals = new HashMap<>();

  PlanTimes(PlanSteps steps) {
    this.steps = steps;
  }

  /** The columns that are read as times, each with the largest number that enters exactly. */
  static Map<String, Long> columns(Iterable<? extends Expr> exprs) {
    Map<String, Long> columns = new TreeMap<>();
    exprs.forEach(e -> columns(e, columns));
    return columns;
  }

  private static void columns(Expr e, Map<String, Long> columns) {
    if (e instanceof TimeValue.Column column) {
      columns.merge(column.column(), EXACT / (PER_SECOND / column.unit().perSecond()), Math::min);
    }
    e.operands().forEach(operand -> columns(operand, columns));
  }

  /**
   * A time.
   *
   * @param micros int64 [n, 1], 0 where it is none
   * @param none whether a number is no time
   */
  record Moment(String micros, String none, Optional<String> present) {}

  /** What the clocks and the calendar of a zone show: int64 [n, 1]. */
  private record Local(String day, String ofDay) {}

  /** A day: the year, the month, the day of the month. */
  private record Date(String year, String month, String day, String dayOfYear) {}

  /** The time that a raw number says. */
  Moment moment(TimeValue.Column e) {
    String factor = steps.wide((double) PER_SECOND / e.unit().perSecond());
    String micros = steps.add("Round", steps.add("Mul", e.column(), factor));
    String valid = steps.add("Less", steps.add("Abs", micros), steps.wide(LIMIT));
    String whole = steps.cast(steps.where(valid, micros, steps.wide(0)), PlanSteps.INT64);
    String present = steps.not(steps.add("IsNaN", e.column()));
    return new Moment(whole, steps.not(valid), Optional.of(present));
  }

  Column span(Moment from, Moment to) {
    String micros = steps.cast(steps.add("Sub", to.micros(), from.micros()), PlanSteps.DOUBLE);
    String seconds = steps.cast(steps.add("Div", micros, steps.wide(PER_SECOND)), PlanSteps.FLOAT);
    String none = steps.add("Or", from.none(), to.none());
    return new Column(
        steps.where(none, steps.constant(Float.NaN), seconds),
        steps.both(from.present(), to.present()),
        false);
  }

  Column part(Moment moment, TimePart e) {
    Local local =
        locals.computeIfAbsent(moment.micros() + " " + e.zone(), key -> local(moment, e.zone()));
    String part = steps.cast(part(local, e.part()), PlanSteps.FLOAT);
    return new Column(
        steps.where(moment.none(), steps.constant(Float.NaN), part), moment.present(), false);
  }

  private Local local(Moment moment, String zone) {
    String second = floorDiv(moment.micros(), PER_SECOND);
    ZoneRules rules = ZoneId.of(zone).getRules();
    String offset =
        rules.isFixedOffset()
            ? steps.integer(rules.getOffset(Instant.EPOCH).getTotalSeconds())
            : offset(second, rules);
    String local = steps.add("Add", second, offset);
    return new Local(floorDiv(local, PER_DAY), mod(local, PER_DAY));
  }

  /** The seconds by which the clocks of a zone are ahead. */
  private String offset(String second, ZoneRules rules) {
    List<ZoneOffsetTransition> transitions = new ArrayList<>(rules.getTransitions());
    String within = second;
    if (!rules.getTransitionRules().isEmpty()) {
      // Rules without an end repeat with the calendar: one cycle of them stands for all.
      Instant from =
          transitions.isEmpty()
              ? Instant.EPOCH
              : transitions.get(transitions.size() - 1).getInstant();
      long start =
          LocalDate.of(from.atOffset(ZoneOffset.UTC).getYear() + 2, 1, 1).toEpochDay() * PER_DAY;
      long end = start + CYCLE_DAYS * PER_DAY;
      ZoneOffsetTransition next = rules.nextTransition(from);
      while (next != null && next.toEpochSecond() < end) {
        transitions.add(next);
        next = rules.nextTransition(next.getInstant());
      }
      String first = steps.integer(start);
      String repeated = steps.add("Add", first, mod(steps.add("Sub", second, first), end - start));
      within = steps.where(steps.add("Less", second, first), second, repeated);
    }
    long[] at = transitions.stream().mapToLong(ZoneOffsetTransition::toEpochSecond).toArray();
    float[] offsets = new float[at.length + 1];
    for (int i = 0; i < at.length; i++) {
      offsets[i] = transitions.get(i).getOffsetBefore().getTotalSeconds();
      offsets[i + 1] = transitions.get(i).getOffsetAfter().getTotalSeconds();
    }
    String passed = steps.count(steps.add("GreaterOrEqual", within, steps.row(at)));
    return steps.cast(steps.lookUp(offsets, 1, passed), PlanSteps.INT64);
  }

  private String part(Local local, TimePart.Name part) {
    return switch (part) {
      case SECOND_OF_DAY -> local.ofDay();
      case HOUR -> div(local.ofDay(), 3_600);
      case MINUTE -> mod(div(local.ofDay(), 60), 60);
      case SECOND -> mod(local.ofDay(), 60);
      case DAY_OF_WEEK -> plus(fromMonday(local.day()), 1);
      case YEAR -> date(local.day()).year();
      case QUARTER -> div(plus(date(local.day()).month(), 2), 3);
      case MONTH -> date(local.day()).month();
      // A week is of the year that its Thursday is of.
      case WEEK -> {
        String thursday = plus(steps.add("Sub", local.day(), fromMonday(local.day())), 3);
        yield plus(div(plus(date(thursday).dayOfYear(), -1), 7), 1);
      }
      case DAY_OF_YEAR -> date(local.day()).dayOfYear();
      case DAY_OF_MONTH -> date(local.day()).day();
    };
  }

  /** 1970-01-01 was a Thursday. */
  private String fromMonday(String day) {
    return mod(plus(day, 3), 7);
  }

  /** After Hinnant, chrono-Compatible Low-Level Date Algorithms: civil_from_days. */
  private Date date(String day) {
    String shifted = plus(day, FROM_MARCH);
    String ofEra = mod(shifted, CYCLE_DAYS);
    String era = steps.add("Div", steps.add("Sub", shifted, ofEra), steps.integer(CYCLE_DAYS));
    String leapDays =
        steps.add(
            "Sub",
            steps.add("Sub", div(ofEra, 36_524), div(ofEra, 1_460)),
            div(ofEra, CYCLE_DAYS - 1));
    String yearOfEra = div(steps.add("Add", ofEra, leapDays), 365);
    String before =
        steps.add(
            "Sub", steps.add("Add", times(yearOfEra, 365), div(yearOfEra, 4)), div(yearOfEra, 100));
    String fromMarch = steps.add("Sub", ofEra, before);
    String month = div(plus(times(fromMarch, 5), 2), 153);
    String dayOfMonth = plus(steps.add("Sub", fromMarch, div(plus(times(month, 153), 2), 5)), 1);
    String isSameYear = steps.add("Less", month, steps.integer(10));
    String monthOfYear = steps.where(isSameYear, plus(month, 3), plus(month, -9));
    String marchYear = steps.add("Add", yearOfEra, times(era, 400));
    String year = steps.where(isSameYear, marchYear, plus(marchYear, 1));
    // March 1 is day 60, or 61 of a leap year.
    String leap = steps.cast(isLeap(year), PlanSteps.INT64);
    String dayOfYear =
        steps.where(isSameYear, steps.add("Add", plus(fromMarch, 60), leap), plus(fromMarch, -305));
    return new Date(year, monthOfYear, dayOfMonth, dayOfYear);
  }

  private String isLeap(String year) {
    return steps.add(
        "And",
        isZero(mod(year, 4)),
        steps.add("Or", steps.not(isZero(mod(year, 100))), isZero(mod(year, 400))));
  }

  private String isZero(String x) {
    return steps.add("Equal", x, steps.integer(0));
  }

  private String plus(String x, long value) {
    return steps.add("Add", x, steps.integer(value));
  }

  private String times(String x, long value) {
    return steps.add("Mul", x, steps.integer(value));
  }

  /** Of numbers that are not below 0: ONNX cuts, as Java does. */
  private String div(String x, long by) {
    return steps.add("Div", x, steps.integer(by));
  }

  /** 0 or above, whatever {@code x} is. */
  private String mod(String x, long by) {
    return steps.add("Mod", x, steps.integer(by));
  }

  private String floorDiv(String x, long by) {
    return div(steps.add("Sub", x, mod(x, by)), by);
  }
}
