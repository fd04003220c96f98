package io.pergola.validation.internal;

import io.pergola.validation.AnomalousRows.Row;
import io.pergola.validation.AnomalousRows.Rule;
import io.pergola.validation.AnomalousRows.Split;
import io.pergola.validation.AnomalyType;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What was found in some rows: counts by split and rule, and of each rule the rows whose places
 * have the least hashes. So the result does not depend on the order in which rows are seen.
 */
final class RowFindings implements Serializable {
  private static final long serialVersionUID = 1;

  private final TreeMap<String, OfSplit> splits = new TreeMap<>();

  /** A rule, in the order of the file. */
  record Key(String feature, AnomalyType type) implements Comparable<Key>, Serializable {
    private static final Comparator<Key> ORDER =
        Comparator.comparing(Key::feature).thenComparing(Key::type);

    @Override
    public int compareTo(Key other) {
      return ORDER.compare(this, other);
    }
  }

  private static final class OfSplit implements Serializable {
    private static final long serialVersionUID = 1;

    private long examples;
    private long anomalous;
    private final TreeMap<Key, OfRule> rules = new TreeMap<>();
  }

  private static final class OfRule implements Serializable {
    private static final long serialVersionUID = 1;

    private long examples;
    private final TreeMap<Long, Row> sample = new TreeMap<>();

    private void keep(int most) {
      while (sample.size() > most) {
        sample.pollLastEntry();
      }
    }
  }

  /** Rows of a split, of which some broke a rule. */
  void addRows(String split, long examples, long anomalous) {
    OfSplit of = splits.computeIfAbsent(split, name -> new OfSplit());
    of.examples += examples;
    of.anomalous += anomalous;
  }

  /**
   * A row that breaks a rule.
   *
   * @param most rows that are kept of a rule
   * @param values asked for only if the row is kept
   */
  void add(String split, Key rule, long row, int most, Supplier<SortedMap<String, String>> values) {
    OfRule of =
        splits
            .computeIfAbsent(split, name -> new OfSplit())
            .rules
            .computeIfAbsent(rule, key -> new OfRule());
    of.examples++;
    long hash = hash(split, row);
    if (of.sample.size() < most || (most > 0 && hash < of.sample.lastKey())) {
      of.sample.put(hash, new Row(row, values.get()));
      of.keep(most);
    }
  }

  void merge(RowFindings other, int most) {
    other.splits.forEach(
        (name, theirs) -> {
          OfSplit ours = splits.computeIfAbsent(name, key -> new OfSplit());
          ours.examples += theirs.examples;
          ours.anomalous += theirs.anomalous;
          Map<Key, OfRule> rules = ours.rules;
          theirs.rules.forEach(
              (key, rule) -> {
                OfRule of = rules.computeIfAbsent(key, k -> new OfRule());
                of.examples += rule.examples;
                of.sample.putAll(rule.sample);
                of.keep(most);
              });
        });
  }

  List<Split> splits() {
    List<Split> all = new ArrayList<>();
    splits.forEach(
        (name, split) -> {
          List<Rule> rules = new ArrayList<>();
          split.rules.forEach(
              (key, rule) ->
                  rules.add(
                      new Rule(
                          key.feature(),
                          key.type(),
                          rule.examples,
                          rule.sample.values().stream()
                              .sorted(Comparator.comparingLong(Row::row))
                              .toList())));
          all.add(new Split(name, split.examples, split.anomalous, rules));
        });
    return all;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RowFindings findings && splits().equals(findings.splits());
  }

  @Override
  public int hashCode() {
    return splits().hashCode();
  }

  /** SplitMix64 of a row's place: bijective in the row, so that no two rows of a split collide. */
  private static long hash(String split, long row) {
    long z = row + split.hashCode() * 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
