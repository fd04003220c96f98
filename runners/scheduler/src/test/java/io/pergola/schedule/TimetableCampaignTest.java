package io.pergola.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * F7: rules 4 to 7 for whole years, zone by zone, against an oracle that only counts: it walks
 * through the local times that a pattern means and asks the zone's rules which instants they are.
 * In short form for some zones and years; with {@code -Dpergola.fault-campaign=true} for every IANA
 * zone from 2020 to 2037.
 */
class TimetableCampaignTest {
  private static final List<String> ODD_ZONES =
      List.of(
          "Europe/Berlin",
          "America/New_York",
          "Australia/Lord_Howe",
          "Asia/Kathmandu",
          "Pacific/Apia",
          "Africa/Casablanca",
          "Asia/Beirut",
          "Asia/Gaza",
          "America/Santiago",
          "Antarctica/Troll",
          "America/St_Johns",
          "Africa/Cairo");
  private static final List<Integer> SOME_YEARS = List.of(2020, 2023, 2027, 2037);

  /**
   * A pattern, written twice: as cron, and as plain loops.
   *
   * @param minutes of a day on which it ticks, ascending
   */
  private record Pattern(
      String cron, boolean followsElapsedTime, Predicate<LocalDate> days, List<Integer> minutes) {}

  private static final List<Pattern> PATTERNS =
      List.of(
          new Pattern("0 0 * * *", false, day -> true, List.of(0)),
          new Pattern("30 2 * * *", false, day -> true, List.of(150)),
          new Pattern("0 * * * *", true, day -> true, every(60)),
          new Pattern("*/15 * * * *", true, day -> true, every(15)),
          new Pattern(
              "0 0 * * SUN", false, day -> day.getDayOfWeek() == DayOfWeek.SUNDAY, List.of(0)),
          new Pattern("0 0 31 * *", false, day -> day.getDayOfMonth() == 31, List.of(0)));

  private static List<Integer> every(int minutes) {
    List<Integer> all = new ArrayList<>();
    for (int minute = 0; minute < 24 * 60; minute += minutes) {
      all.add(minute);
    }
    return all;
  }

  private static List<Instant> oracle(Pattern pattern, ZoneRules rules, Instant from, Instant to) {
    TreeSet<Instant> ticks = new TreeSet<>();
    LocalDate last = LocalDate.ofInstant(to, ZoneOffset.UTC).plusDays(3);
    for (LocalDate day = LocalDate.ofInstant(from, ZoneOffset.UTC).minusDays(3);
        day.isBefore(last);
        day = day.plusDays(1)) {
      if (!pattern.days().test(day)) {
        continue;
      }
      for (int minute : pattern.minutes()) {
        LocalDateTime local = day.atTime(minute / 60, minute % 60);
        List<ZoneOffset> offsets = rules.getValidOffsets(local);
        if (offsets.isEmpty() && !pattern.followsElapsedTime()) {
          ticks.add(rules.getTransition(local).getInstant());
        }
        int passes = pattern.followsElapsedTime() ? offsets.size() : Math.min(1, offsets.size());
        for (int pass = 0; pass < passes; pass++) {
          ticks.add(local.toInstant(offsets.get(pass)));
        }
      }
    }
    return List.copyOf(ticks.subSet(from, true, to, false));
  }

  /** Holds every tick of a stretch against the oracle, forwards and backwards. */
  private static long check(Pattern pattern, ZoneId zone, Instant from, Instant to) {
    List<Instant> expected = oracle(pattern, zone.getRules(), from, to);
    Timetable timetable = Timetable.of(pattern.cron(), zone.getId());
    Instant before = from.minusNanos(1);
    for (Instant tick : expected) {
      Instant next = timetable.next(before);
      if (!next.equals(tick)) {
        throw new AssertionError(
            "%s %s: after %s comes %s, and the oracle says %s"
                .formatted(pattern.cron(), zone, before, next, tick));
      }
      if (!before.isBefore(from) && !timetable.previous(tick).equals(before)) {
        throw new AssertionError(
            "%s %s: before %s comes %s, and the oracle says %s"
                .formatted(pattern.cron(), zone, tick, timetable.previous(tick), before));
      }
      before = tick;
    }
    if (timetable.next(before).isBefore(to)) {
      throw new AssertionError(
          "%s %s: one too many, %s".formatted(pattern.cron(), zone, timetable.next(before)));
    }
    return expected.size();
  }

  /** Zones that share their rules are one. */
  private static Collection<ZoneId> zones(boolean all) {
    Map<ZoneRules, ZoneId> zones = new LinkedHashMap<>();
    for (String name : all ? Zones.all() : ODD_ZONES) {
      zones.putIfAbsent(ZoneId.of(name).getRules(), ZoneId.of(name));
    }
    return zones.values();
  }

  @Test
  void f7_rules4To7HoldForEveryTickOfEveryZone() {
    boolean all = Boolean.getBoolean("pergola.fault-campaign");
    List<Integer> years =
        all ? Stream.iterate(2020, year -> year + 1).limit(18).toList() : SOME_YEARS;
    Collection<ZoneId> zones = zones(all);
    long begun = System.nanoTime();
    long ticks =
        zones.parallelStream()
            .mapToLong(
                zone -> {
                  long count = 0;
                  for (int year : years) {
                    Instant from = Instant.parse(year + "-01-01T00:00:00Z");
                    Instant to = Instant.parse(year + 1 + "-01-01T00:00:00Z");
                    for (Pattern pattern : PATTERNS) {
                      count += check(pattern, zone, from, to);
                    }
                  }
                  return count;
                })
            .sum();
    System.out.printf(
        "F7: %,d ticks of %d zones (%d with rules of their own) in %d years, %.1f s%n",
        ticks,
        all ? Zones.all().size() : ODD_ZONES.size(),
        zones.size(),
        years.size(),
        Duration.ofNanos(System.nanoTime() - begun).toMillis() / 1000.0);
    assertThat(ticks).isGreaterThan(zones.size() * years.size() * 44_000L);
  }

  @Test
  void f7_apiaWithoutThe30thOfDecember2011() {
    for (Pattern pattern : PATTERNS) {
      assertThat(
              check(
                  pattern,
                  ZoneId.of("Pacific/Apia"),
                  Instant.parse("2011-01-01T00:00:00Z"),
                  Instant.parse("2013-01-01T00:00:00Z")))
          .isPositive();
    }
  }
}
