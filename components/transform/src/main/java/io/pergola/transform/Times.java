package io.pergola.transform;

import io.pergola.beam.BytesColumn;
import io.pergola.beam.DoubleColumn;
import io.pergola.beam.ExampleColumn;
import io.pergola.beam.FloatColumn;
import io.pergola.beam.LongColumn;
import io.pergola.feature.TimePart;
import io.pergola.feature.TimeValue;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.IsoFields;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.time.zone.ZoneRules;

/** What a plan computes of times, which are columns of microseconds since 1970-01-01T00:00Z. */
final class Times {
  /** What stands for a number that is no time. */
  static final long NONE = Long.MIN_VALUE;

  /** The largest distance from 1970 in microseconds: the difference of two times is no overflow. */
  private static final long LIMIT = 4_000_000_000_000_000_000L;

  private static final int PER_SECOND = 1_000_000;
  private static final int SECONDS_OF_DAY = 86_400;

  private Times() {}

  /** Times of a column of numbers. */
  static LongColumn of(ExampleColumn numbers, TimeValue.Unit unit) {
    long[] micros = new long[numbers.entryCount()];
    for (int i = 0; i < micros.length; i++) {
      if (numbers instanceof LongColumn integers) {
        micros[i] = micros(integers.entries()[i], unit);
      } else if (numbers instanceof DoubleColumn doubles) {
        micros[i] = micros(doubles.entries()[i], unit);
      } else {
        micros[i] = micros((double) ((FloatColumn) numbers).entries()[i], unit);
      }
    }
    return new LongColumn("", numbers.rows(), micros, numbers.ids(), numbers.presence(), null);
  }

  static long micros(long value, TimeValue.Unit unit) {
    long factor = PER_SECOND / unit.perSecond();
    return Math.abs(value / (LIMIT / factor)) >= 1 ? NONE : value * factor;
  }

  static long micros(double value, TimeValue.Unit unit) {
    double micros = value * (PER_SECOND / unit.perSecond());
    return Math.abs(micros) < LIMIT ? (long) Math.rint(micros) : NONE;
  }

  /** The time that a text says. */
  static long micros(
      String text, DateTimeFormatter formatter, ZoneId zone, TimeValue.Parsed e, String feature) {
    try {
      return micros(formatter.parse(text), zone);
    } catch (DateTimeException | ArithmeticException problem) {
      throw new IllegalArgumentException(
          ("Cannot compute feature '%s': '%s' is no time of the form '%s'. Correct the data or the"
                  + " pattern.")
              .formatted(feature, text, e.pattern()),
          problem);
    }
  }

  /** Times that texts say. */
  static LongColumn parse(BytesColumn text, TimeValue.Parsed e, String feature) {
    DateTimeFormatter formatter = e.formatter();
    ZoneId zone = ZoneId.of(e.zone());
    int[] ids = text.ids();
    int[] uses = ids == null ? null : Accumulator.uses(text, ids);
    long[] micros = new long[text.entryCount()];
    for (int i = 0; i < micros.length; i++) {
      if (uses == null ? text.isPresent(i) : uses[i] > 0) {
        micros[i] = micros(Texts.entry(text, i), formatter, zone, e, feature);
      }
    }
    return new LongColumn("", text.rows(), micros, text.ids(), text.presence(), null);
  }

  private static long micros(TemporalAccessor parsed, ZoneId zone) {
    LocalDate date = parsed.query(TemporalQueries.localDate());
    if (date == null) {
      throw new DateTimeException("It has no date.");
    }
    LocalTime time = parsed.query(TemporalQueries.localTime());
    ZoneId own = parsed.query(TemporalQueries.zone());
    Instant instant =
        date.atTime(time == null ? LocalTime.MIDNIGHT : time)
            .atZone(own == null ? zone : own)
            .toInstant();
    long micros =
        Math.addExact(
            Math.multiplyExact(instant.getEpochSecond(), PER_SECOND), instant.getNano() / 1_000);
    if (Math.abs(micros) >= LIMIT) {
      throw new DateTimeException("It is too far from 1970.");
    }
    return micros;
  }

  /** A part of each time; NaN where a number is no time. */
  static FloatColumn part(LongColumn times, TimePart e) {
    ZoneRules rules = ZoneId.of(e.zone()).getRules();
    float[] parts = new float[times.entryCount()];
    for (int i = 0; i < parts.length; i++) {
      parts[i] = part(times.entries()[i], rules, e.part());
    }
    return new FloatColumn("", times.rows(), parts, times.ids(), times.presence(), null);
  }

  static float part(long micros, ZoneRules rules, TimePart.Name part) {
    if (micros == NONE) {
      return Float.NaN;
    }
    long second = Math.floorDiv(micros, PER_SECOND);
    long local = second + rules.getOffset(Instant.ofEpochSecond(second)).getTotalSeconds();
    int ofDay = Math.floorMod(local, SECONDS_OF_DAY);
    long day = Math.floorDiv(local, SECONDS_OF_DAY);
    return switch (part) {
      case SECOND_OF_DAY -> ofDay;
      case HOUR -> ofDay / 3_600;
      case MINUTE -> ofDay / 60 % 60;
      case SECOND -> ofDay % 60;
      // 1970-01-01 was a Thursday.
      case DAY_OF_WEEK -> Math.floorMod(day + 3, 7) + 1;
      case YEAR, QUARTER, MONTH, WEEK, DAY_OF_YEAR, DAY_OF_MONTH ->
          part(LocalDate.ofEpochDay(day), part);
    };
  }

  private static float part(LocalDate date, TimePart.Name part) {
    return switch (part) {
      case YEAR -> date.getYear();
      case QUARTER -> (date.getMonthValue() + 2) / 3;
      case MONTH -> date.getMonthValue();
      case WEEK -> date.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR);
      case DAY_OF_YEAR -> date.getDayOfYear();
      case DAY_OF_MONTH -> date.getDayOfMonth();
      case DAY_OF_WEEK, HOUR, MINUTE, SECOND, SECOND_OF_DAY ->
          throw new IllegalArgumentException("Not a part of the date: %s".formatted(part));
    };
  }

  /** The seconds between two times. */
  static FloatColumn span(LongColumn from, LongColumn to) {
    float[] seconds = new float[from.rows()];
    for (int row = 0; row < seconds.length; row++) {
      seconds[row] = span(from.value(row), to.value(row));
    }
    return FloatColumn.of("", seconds, Vectors.both(from.presence(), to.presence()));
  }

  static float span(long from, long to) {
    return from == NONE || to == NONE ? Float.NaN : (float) ((to - from) / (double) PER_SECOND);
  }
}
