package io.pergola.validation.sketch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CountedEntriesTest {
  @Test
  void columnsAreCountedExactlyUpToTheBound() {
    SplittableRandom random = new SplittableRandom(5);
    Map<String, Long> truth = new HashMap<>();
    FrequentValues values = new FrequentValues();
    CountedEntries entries = new CountedEntries();
    for (int part = 0; part < 4; part++) {
      List<String> column = new ArrayList<>();
      for (int i = 0; i < 100_000; i++) {
        column.add("value " + random.nextInt(50_000));
      }
      add(values, entries, column, truth);
    }
    assertThat(truth).hasSizeLessThanOrEqualTo(FrequentValues.EXACT);
    assertThat(values.isDistinctExact()).isTrue();
    assertThat(values.error()).isZero();
    assertThat(counts(values)).isEqualTo(truth);
  }

  @Test
  void columnsOfManyValuesAreWithinTheStatedError() {
    SplittableRandom random = new SplittableRandom(17);
    Map<String, Long> truth = new HashMap<>();
    FrequentValues values = new FrequentValues();
    CountedEntries entries = new CountedEntries();
    long n = 0;
    for (int part = 0; part < 8; part++) {
      List<String> column = new ArrayList<>();
      for (int i = 0; i < 120_000; i++) {
        column.add("v" + (long) Math.min(1e15, 1 / Math.pow(random.nextDouble(), 4)));
      }
      add(values, entries, column, truth);
      n += column.size();
    }
    assertThat(truth.size()).isGreaterThan(FrequentValues.EXACT);
    assertThat(values.error()).isLessThanOrEqualTo(2 * n / FrequentValues.EXACT + 1);
    Map<String, Long> counts = counts(values);
    truth.forEach(
        (value, count) ->
            assertThat(counts.getOrDefault(value, 0L)).isBetween(count - values.error(), count));
    assertThat((double) values.distinct())
        .isCloseTo(truth.size(), within(4 * DistinctSketch.ERROR * truth.size()));
  }

  @Test
  void aColumnOfDifferentValuesCostsCountsOneAndNotEachFiftyThousand() {
    FrequentValues values = new FrequentValues();
    List<String> column = new ArrayList<>();
    for (int i = 0; i < CountedEntries.MOST; i++) {
      column.add(i % 64 == 0 ? "often" : "id " + i);
    }
    add(values, new CountedEntries(), column, new HashMap<>());

    assertThat(values.error()).isEqualTo(1);
    assertThat(counts(values)).containsOnly(Map.entry("often", CountedEntries.MOST / 64 - 1L));
  }

  @Test
  void valuesThatAreMoreFrequentThanAnySmallCountAreHalvedToo() {
    FrequentValues values = new FrequentValues();
    CountedEntries entries = new CountedEntries();
    byte[] data = new byte[4 * 60_000];
    int[] offsets = new int[60_001];
    for (int i = 0; i < 60_000; i++) {
      data[4 * i] = (byte) i;
      data[4 * i + 1] = (byte) (i >> 8);
      offsets[i + 1] = 4 * (i + 1);
    }
    entries.startDifferent(data, offsets, 60_000);
    for (int i = 0; i < 60_000; i++) {
      entries.add(i, 10_000 + i);
    }
    values.add(entries);

    // Counts go from 10,000 to 69,999; 25,000 of them are above 44,999.
    assertThat(values.error()).isEqualTo(44_999);
    assertThat(values.size()).isEqualTo(FrequentValues.EXACT / 2);
    assertThat((double) values.distinct()).isCloseTo(60_000, within(60_000 * 0.03));
  }

  @Test
  void aDictionaryThatRepeatsItselfIsCountedOnce() {
    FrequentValues values = new FrequentValues();
    CountedEntries entries = new CountedEntries();
    entries.startDifferent("abab".getBytes(UTF_8), new int[] {0, 2, 4}, 2);
    entries.add(0, 3);
    entries.add(1, 4);
    values.add(entries);

    assertThat(counts(values)).containsOnly(Map.entry("ab", 7L));
    assertThat(values.distinct()).isEqualTo(1);
  }

  private static void add(
      FrequentValues values, CountedEntries entries, List<String> column, Map<String, Long> truth) {
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    int[] offsets = new int[column.size() + 1];
    for (int i = 0; i < column.size(); i++) {
      data.writeBytes(column.get(i).getBytes(UTF_8));
      offsets[i + 1] = data.size();
      truth.merge(column.get(i), 1L, Long::sum);
    }
    entries.start(data.toByteArray(), offsets, column.size());
    for (int i = 0; i < column.size(); i++) {
      entries.add(i, 1);
    }
    values.add(entries);
  }

  private static Map<String, Long> counts(FrequentValues values) {
    Map<String, Long> counts = new HashMap<>();
    for (int i = 0; i < values.size(); i++) {
      counts.put(new String(values.value(i), UTF_8), values.count(i));
    }
    return counts;
  }
}
