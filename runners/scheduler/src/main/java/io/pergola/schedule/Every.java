package io.pergola.schedule;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Ticks at multiples of a period since 1970-01-01T00:00Z: elapsed time, whatever clocks do.
 *
 * @param period whole minutes, one minute to 366 days
 */
record Every(Duration period) implements Recurrence {
  private static final Pattern TEXT = Pattern.compile("every\\s+(?:(\\d{1,4})h)?(?:(\\d{1,6})m)?");
  private static final Duration LONGEST = Duration.ofDays(366);

  static Every parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches() || matcher.group(1) == null && matcher.group(2) == null) {
      throw new IllegalArgumentException(
          ("Invalid interval: '%s' (such as every 15m, every 6h or every 1h30m). A local day has 23"
                  + " to 25 hours: for daily runs write a cron expression such as 0 2 * * *.")
              .formatted(text));
    }
    Duration period =
        Duration.ofHours(matcher.group(1) == null ? 0 : Long.parseLong(matcher.group(1)))
            .plusMinutes(matcher.group(2) == null ? 0 : Long.parseLong(matcher.group(2)));
    if (period.isZero() || period.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "Invalid interval: '%s' (one minute to 366 days)".formatted(text));
    }
    return new Every(period);
  }

  @Override
  public Instant next(Instant after, ZoneId zone) {
    long step = period.toSeconds();
    return Instant.ofEpochSecond((Math.floorDiv(after.getEpochSecond(), step) + 1) * step);
  }

  @Override
  public Instant previous(Instant before, ZoneId zone) {
    long step = period.toSeconds();
    Instant floor = Instant.ofEpochSecond(Math.floorDiv(before.getEpochSecond(), step) * step);
    return floor.isBefore(before) ? floor : floor.minus(period);
  }

  @Override
  public boolean followsElapsedTime() {
    return true;
  }

  @Override
  public String toString() {
    long minutes = period.toMinutes();
    String hours = minutes >= 60 ? minutes / 60 + "h" : "";
    return "every " + hours + (minutes % 60 == 0 ? "" : minutes % 60 + "m");
  }
}
