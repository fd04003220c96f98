package io.pergola.schedule;

import io.pergola.pipeline.Suggestions;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Reads the names of IANA zones. */
final class Zones {
  private static final Set<String> ALL = known();

  private Zones() {}

  /** Every zone that a schedule may name, in the order of their names. */
  static Collection<String> all() {
    return ALL;
  }

  /**
   * A zone by its IANA name.
   *
   * @throws IllegalArgumentException if it is an offset or unknown; the message suggests one
   */
  static ZoneId parse(String name) {
    if (ALL.contains(name)) {
      return ZoneId.of(name);
    }
    if (name.matches("(?i)(Etc/)?(UTC|GMT|UT|Z)?[+-]?\\d.*") || name.matches("(?i)Etc/GMT[+-].*")) {
      throw new IllegalArgumentException(
          ("Invalid zone: '%s' is an offset, which knows no summer time. Name a place, such as"
                  + " Europe/Berlin, or UTC.")
              .formatted(name));
    }
    throw new IllegalArgumentException(
        "Invalid zone: '%s' (an IANA name such as Europe/Berlin, or UTC)%s"
            .formatted(
                name, nearest(name).map(zone -> ". Did you mean %s?".formatted(zone)).orElse("")));
  }

  private static Optional<String> nearest(String name) {
    String wanted = name.strip().replace(' ', '_');
    String place = wanted.substring(wanted.lastIndexOf('/') + 1);
    return ALL.stream()
        .filter(zone -> zone.equalsIgnoreCase(wanted))
        .findFirst()
        .or(
            () ->
                ALL.stream()
                    .filter(
                        zone ->
                            zone.toLowerCase(Locale.ROOT)
                                .endsWith("/" + place.toLowerCase(Locale.ROOT)))
                    .findFirst())
        .or(() -> Suggestions.nearest(wanted, ALL))
        .or(
            () ->
                Suggestions.nearest(
                        place, ALL.stream().map(zone -> zone.replaceAll(".*/", "")).toList())
                    .flatMap(
                        found ->
                            ALL.stream().filter(zone -> zone.endsWith("/" + found)).findFirst()));
  }

  /** Names of offsets without a place are left out, except for those of UTC. */
  private static Set<String> known() {
    Set<String> known = new TreeSet<>();
    for (String name : ZoneId.getAvailableZoneIds()) {
      boolean offset =
          name.matches("(Etc/)?GMT[+-]?\\d+|SystemV/.*")
              || name.matches("EST|MST|HST|ROC")
                  && ZoneId.of(name).getRules().isFixedOffset()
                  && ZoneId.of(name).getRules().getOffset(Instant.EPOCH).getTotalSeconds() != 0;
      if (!offset) {
        known.add(name);
      }
    }
    return known;
  }
}
