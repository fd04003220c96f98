package io.pergola.validation;

import static io.pergola.validation.Rides.assertSame;
import static io.pergola.validation.Rides.rides;
import static io.pergola.validation.Rides.statistics;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pergola.feature.Column;
import io.pergola.validation.CrossStatistics.Association;
import io.pergola.validation.CrossStatistics.Lift;
import io.pergola.validation.Rides.Ride;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Slices, and associations with a label; numbers are those of a naive pass. */
@Timeout(300)
class StatisticsOfSlicesTest {
  @TempDir Path folder;

  @Test
  void aSliceHasTheStatisticsThatItsExamplesHaveAlone() throws IOException {
    List<Ride> rides = rides(4_000, 3);

    SplitStatistics found =
        statistics(
            folder,
            rides,
            gen ->
                gen.slicedBy(
                        Slicing.by(Column.text("company")),
                        Slicing.where(Column.number("hour"), 7),
                        Slicing.by(Column.text("company")).cross(Slicing.by(Column.number("hour"))),
                        Slicing.by(Column.text("tags")))
                    .weightedBy(Column.number("weight")));

    assertThat(found.unreportedSlices()).isZero();
    assertThat(found.slices()).extracting(SliceStatistics::key).isSorted();
    Map<SliceKey, List<Ride>> expected = new TreeMap<>();
    for (Ride ride : rides) {
      if (ride.company() != null) {
        add(expected, SliceKey.of("company", ride.company()), ride);
        add(expected, SliceKey.of("company", ride.company()).and("hour", "" + ride.hour()), ride);
      }
      if (ride.hour() == 7) {
        add(expected, SliceKey.of("hour", "7"), ride);
      }
      if (ride.tags() != null) {
        ride.tags().stream().distinct().forEach(t -> add(expected, SliceKey.of("tags", t), ride));
      }
    }
    assertThat(found.slices())
        .extracting(SliceStatistics::key)
        .containsExactlyElementsOf(expected.keySet());
    int compared = 0;
    for (SliceStatistics slice : found.slices()) {
      assertThat(slice.statistics().examples()).isEqualTo(expected.get(slice.key()).size());
      if (slice.key().values().size() == 1 && compared++ < 6) {
        DatasetStatistics alone =
            statistics(
                folder,
                "alone" + compared,
                expected.get(slice.key()),
                gen -> gen.weightedBy(Column.number("weight")));
        assertSame(slice.statistics(), alone.find("train").orElseThrow());
      }
    }
  }

  private static void add(Map<SliceKey, List<Ride>> expected, SliceKey key, Ride ride) {
    expected.computeIfAbsent(key, k -> new ArrayList<>()).add(ride);
  }

  @Test
  void onlyTheLargestSlicesHaveStatisticsAndTheRestIsCounted() throws IOException {
    List<Ride> rides = rides(3_000, 4);

    SplitStatistics found =
        statistics(
            folder, rides, gen -> gen.slicedBy(Slicing.by(Column.number("hour"))).slicesAtMost(5));

    TreeMap<Long, Long> counts = new TreeMap<>();
    rides.forEach(ride -> counts.merge(ride.hour(), 1L, Long::sum));
    long fifth =
        counts.values().stream()
            .sorted((a, b) -> Long.compare(b, a))
            .skip(4)
            .findFirst()
            .orElseThrow();
    assertThat(found.slices()).hasSize(5);
    assertThat(found.slices())
        .allMatch(slice -> slice.statistics().examples() >= fifth)
        .allMatch(
            slice ->
                slice.statistics().examples()
                    == counts.get(Long.parseLong(slice.key().values().get("hour"))));
    assertThat(found.unreportedSlices()).isEqualTo(counts.size() - 5);
  }

  @Test
  void mergedStatisticsHaveTheLargestSlicesAndCountTheRest() throws IOException {
    List<Ride> rides = rides(3_000, 4);
    UnaryOperator<StatisticsGen> options =
        gen -> gen.slicedBy(Slicing.by(Column.number("hour"))).slicesAtMost(5);
    statistics(folder, "a", rides, options);
    statistics(folder, "b", rides, options);

    SplitStatistics merged =
        StatisticsFile.merge(
                List.of(folder.resolve("a-statistics"), folder.resolve("b-statistics")),
                folder.resolve("both"))
            .find("train")
            .orElseThrow();

    assertThat(merged.slices()).hasSize(5);
    long ofSlices = merged.slices().stream().mapToLong(s -> s.statistics().examples()).sum();
    assertThat(merged.otherSlices()).containsExactly(new OtherSlices("hour", 19, 6_000 - ofSlices));
  }

  @Test
  void informationAndLiftAreThoseOfTheTableOfValuesAndLabels() throws IOException {
    List<Ride> rides =
        rides(6_000, 6).stream()
            .map(
                r ->
                    new Ride(
                        r.fare(),
                        r.miles(),
                        r.company() == null
                            ? r.hour()
                            : Long.parseLong(r.company().substring(1)) / 2,
                        r.company(),
                        r.tags(),
                        r.w()))
            .toList();

    SplitStatistics found = statistics(folder, rides, gen -> gen.label(Column.number("hour")));

    Association company = found.cross().orElseThrow().association("company").orElseThrow();
    List<Ride> both = rides.stream().filter(r -> r.company() != null).toList();
    double n = both.size();
    double information = 0;
    for (String value : both.stream().map(Ride::company).distinct().toList()) {
      for (long label : both.stream().map(Ride::hour).distinct().toList()) {
        long count =
            both.stream().filter(r -> r.company().equals(value) && r.hour() == label).count();
        long x = both.stream().filter(r -> r.company().equals(value)).count();
        long y = both.stream().filter(r -> r.hour() == label).count();
        if (count > 0) {
          information += count / n * Math.log(count * n / x / y) / Math.log(2);
        }
        double lift = count * n / x / y;
        assertThat(company.lifts())
            .filteredOn(l -> l.value().equals(value) && l.label().equals("" + label))
            .singleElement()
            .satisfies(
                l -> {
                  assertThat(l.lift()).isCloseTo(lift, within(1e-9));
                  assertThat(List.of(l.count(), l.valueCount(), l.labelCount()))
                      .isEqualTo(List.of(count, x, y));
                });
      }
    }
    assertThat(company.count()).isEqualTo(both.size());
    assertThat(company.mutualInformation()).isCloseTo(information, within(1e-9));
    Association fare = found.cross().orElseThrow().association("fare").orElseThrow();
    assertThat(fare.mutualInformation()).isBetween(0.0, 0.1);
    assertThat(fare.adjustedMutualInformation()).isLessThan(fare.mutualInformation());
    assertThat(fare.lifts()).extracting(Lift::value).anyMatch(v -> v.startsWith("[0, "));
  }

  @Test
  void theLabelTellsInTheLargestSlicesWhatItTellsOfTheirExamplesAlone() throws IOException {
    List<Ride> rides = rides(3_000, 8);
    UnaryOperator<StatisticsGen> label = gen -> gen.label(Column.number("hour"));

    SplitStatistics found =
        statistics(
            folder,
            rides,
            gen -> label.apply(gen).slicedBy(Slicing.by(Column.text("company"))).labelInSlices(2));

    List<SliceKey> largest =
        found.slices().stream()
            .sorted((x, y) -> Long.compare(y.statistics().examples(), x.statistics().examples()))
            .limit(2)
            .map(SliceStatistics::key)
            .toList();
    for (SliceStatistics slice : found.slices()) {
      CrossStatistics cross = slice.statistics().cross().orElseThrow();
      if (!largest.contains(slice.key())) {
        assertThat(cross.associations()).isEmpty();
        continue;
      }
      String company = slice.key().values().get("company");
      List<Ride> alone = rides.stream().filter(r -> company.equals(r.company())).toList();
      SplitStatistics expected =
          statistics(folder, "only-" + company, alone, label).find("train").orElseThrow();
      assertThat(cross.label()).contains("hour");
      assertThat(cross.associations())
          .usingRecursiveComparison()
          .isEqualTo(expected.cross().orElseThrow().associations());
    }
  }

  @Test
  void wordsOfASplitAndOfItsSlicesAreCountedInTheSamePass() throws IOException {
    List<Ride> rides = rides(300, 9);

    SplitStatistics found =
        statistics(
            folder,
            rides,
            gen ->
                gen.tokens(Tokens.values("tags").reporting("t0"))
                    .slicedBy(Slicing.by(Column.number("hour"))));

    long t0 =
        rides.stream()
            .filter(r -> r.tags() != null)
            .flatMap(r -> r.tags().stream())
            .filter("t0"::equals)
            .count();
    TokenStatistics all = found.findTokens("tags").orElseThrow();
    assertThat(all.reported().get(0).frequency()).isEqualTo(t0);
    assertThat(
            found.slices().stream()
                .mapToLong(
                    s ->
                        s.statistics()
                            .findTokens("tags")
                            .orElseThrow()
                            .reported()
                            .get(0)
                            .frequency())
                .sum())
        .isEqualTo(t0);
  }
}
