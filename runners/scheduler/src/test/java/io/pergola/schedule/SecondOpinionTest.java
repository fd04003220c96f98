package io.pergola.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The same questions put to a widely used library, and where it answers otherwise. */
class SecondOpinionTest {
  static {
    System.setProperty("org.slf4j.simpleLogger.log.com.cronutils", "off");
  }

  private static final CronParser PARSER =
      new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));

  private static List<Instant> library(String cron, String zone, String from, int count) {
    ExecutionTime times = ExecutionTime.forCron(PARSER.parse(cron));
    List<Instant> ticks = new ArrayList<>();
    Instant tick = Instant.parse(from);
    for (int i = 0; i < count; i++) {
      tick = times.nextExecution(tick.atZone(ZoneId.of(zone))).orElseThrow().toInstant();
      ticks.add(tick);
    }
    return ticks;
  }

  private static List<Instant> ours(String cron, String zone, String from, int count) {
    Timetable timetable = Timetable.of(cron, zone);
    List<Instant> ticks = new ArrayList<>();
    Instant tick = Instant.parse(from);
    for (int i = 0; i < count; i++) {
      tick = timetable.next(tick);
      ticks.add(tick);
    }
    return ticks;
  }

  @Test
  void withoutClockChangesBothAgree() {
    long seed = 20260301;
    Random random = new Random(seed);
    for (int i = 0; i < 200; i++) {
      String cron =
          "%s %s %s %s *"
              .formatted(
                  field(random, 0, 59),
                  field(random, 0, 23),
                  field(random, 1, 28),
                  field(random, 1, 12));
      assertThat(ours(cron, "UTC", "2026-03-01T00:00:30Z", 20))
          .as("%s (seed %d)", cron, seed)
          .isEqualTo(library(cron, "UTC", "2026-03-01T00:00:30Z", 20));
    }
  }

  private static String field(Random random, int first, int last) {
    int a = first + random.nextInt(last - first + 1);
    int b = first + random.nextInt(last - first + 1);
    return switch (random.nextInt(5)) {
      case 0 -> "*";
      case 1 -> Integer.toString(a);
      case 2 -> Math.min(a, b) + "-" + Math.max(a, b);
      case 3 -> a + "," + b;
      default -> "*/" + (2 + random.nextInt(5));
    };
  }

  @Test
  void theLibraryDropsADayInTheSpringGap() {
    assertThat(library("30 2 * * *", "Europe/Berlin", "2027-03-27T12:00:00Z", 1))
        .containsExactly(Instant.parse("2027-03-29T00:30:00Z"));
    assertThat(ours("30 2 * * *", "Europe/Berlin", "2027-03-27T12:00:00Z", 1))
        .containsExactly(Instant.parse("2027-03-28T01:00:00Z"));
    assertThat(library("0 0 * * *", "Asia/Beirut", "2027-03-27T12:00:00Z", 1))
        .containsExactly(Instant.parse("2027-03-28T21:00:00Z"));
    assertThat(ours("0 0 * * *", "Asia/Beirut", "2027-03-27T12:00:00Z", 1))
        .containsExactly(Instant.parse("2027-03-27T22:00:00Z"));
  }

  @Test
  void theLibraryRepeatsAFixedTimeInTheAutumnOverlap() {
    assertThat(library("0 2-4 * * *", "Europe/Berlin", "2026-10-24T22:00:00Z", 4))
        .containsExactly(
            Instant.parse("2026-10-25T00:00:00Z"),
            Instant.parse("2026-10-25T01:00:00Z"),
            Instant.parse("2026-10-25T02:00:00Z"),
            Instant.parse("2026-10-25T03:00:00Z"));
    assertThat(ours("0 2-4 * * *", "Europe/Berlin", "2026-10-24T22:00:00Z", 3))
        .containsExactly(
            Instant.parse("2026-10-25T00:00:00Z"),
            Instant.parse("2026-10-25T02:00:00Z"),
            Instant.parse("2026-10-25T03:00:00Z"));
  }
}
